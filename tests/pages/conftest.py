"""Readers who may meet the small rule set."""

from tests.small import small, small_in_force

__all__ = ["small", "small_in_force"]
