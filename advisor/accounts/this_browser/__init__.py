"""Processes that a browser holds in nobody's account: they come along, stay, or are given back."""
