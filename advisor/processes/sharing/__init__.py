"""An owner lets others read a result by a link, and revokes it; whoever has the link reads it."""
