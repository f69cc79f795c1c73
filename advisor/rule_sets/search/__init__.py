"""Finding items of the whole rule set by their words, or by their keys."""
