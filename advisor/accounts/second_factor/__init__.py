"""Codes of an app, recovery codes, and the pages on which they are set up."""
