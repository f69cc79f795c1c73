"""The advice as it was given, and what can be done with it."""
