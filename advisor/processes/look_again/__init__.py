"""The day on which an owner means to look at a process again: set, listed, taken into a calendar, and told by mail."""
