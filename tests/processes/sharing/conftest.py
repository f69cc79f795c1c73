"""Whoever opens a link."""

import pytest
from flask import Flask

from tests.visiting import Visitor


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody without an account, in a browser that was never here."""
    return Visitor(app.test_client())
