"""Advice in words: the verdict, its reasons, its risks, and what would change it."""
