"""The record of what was done, read and filtered."""
