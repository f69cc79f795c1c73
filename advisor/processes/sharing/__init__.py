"""An owner lets others read a result by a link, and takes it back; whoever has the link reads it."""
