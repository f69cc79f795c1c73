"""A rule set as a plain document: read, written, edited, and held against another."""
