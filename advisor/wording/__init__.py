"""Advice in words and numbers: plain values, computed once, that pages (and whatever else shows advice) only repeat."""
