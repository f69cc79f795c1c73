"""A rule set as one SQL query over a table of answers."""
