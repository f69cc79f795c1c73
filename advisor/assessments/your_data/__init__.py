"""What is held about a visitor: to be seen, taken away, or deleted."""
