"""Rule sets held against each other, in and out as files, and older ones published again."""
