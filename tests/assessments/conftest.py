"""Visitors who meet the small rule set."""

import pytest
from flask import Flask

from tests.assessments.walker import Walker
from tests.small import small, small_in_force

__all__ = ["small", "small_in_force"]


@pytest.fixture
def walker(app: Flask, small_in_force: int) -> Walker:  # noqa: ARG001 - it must be in force
    """A visitor under the small rule set."""
    return Walker(app.test_client())


@pytest.fixture
def stranger(app: Flask, walker: Walker) -> Walker:  # noqa: ARG001 - the first visitor was there before
    """Another visitor, with a cookie of their own."""
    return Walker(app.test_client())
