"""An owner's processes in a list, on a map and in a spreadsheet."""
