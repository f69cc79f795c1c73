"""Admins at work on the starter rules: they have signed in with both factors, and use no JavaScript."""

from collections.abc import Callable

import pytest
from flask import Flask

from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.rule_sets.draft import find_draft
from tests.rule_sets.admins import Admin

Read = Callable[[], RuleSet]


@pytest.fixture
def admin(app: Flask, database: Database) -> Admin:
    """An admin."""
    return Admin.of(app, database, "ada@example.com")


@pytest.fixture
def other_admin(app: Flask, database: Database) -> Admin:
    """Another one, at another computer."""
    return Admin.of(app, database, "ben@example.com")


@pytest.fixture
def draft(database: Database) -> Read:
    """Reads the rules of the draft."""

    def read() -> RuleSet:
        with database.read() as session:
            found = find_draft(session)
            assert found is not None
            return found.rule_set

    return read
