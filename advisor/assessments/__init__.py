"""A visitor answers questions on one process, reads the advice, and changes or deletes what was answered."""
