"""The questions, one to a page, on the way to the advice."""
