"""Letters: their words, and how they are sent."""
