"""Others answer about a process on their own, by a link; its owner compares the answers, and settles on one set."""
