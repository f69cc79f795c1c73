"""Visitors who meet the small rule set of rules.toml, so that no test of a page depends on the starter's wording."""

import tomllib
from pathlib import Path

import pytest
from flask import Flask

from advisor.engine.document import dumps, from_plain
from advisor.engine.rules import RuleSet
from advisor.models.database import Database
from advisor.models.rule_set_version import publish
from tests.assessments.walking import Walker


@pytest.fixture(scope="session")
def small() -> RuleSet:
    """The small rule set."""
    return from_plain(tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")))


@pytest.fixture
def small_in_force(database: Database, small: RuleSet) -> int:
    """Publish it over the starter's; gives its number."""
    with database.write() as session:
        return publish(session, dumps(small), "for tests").number


@pytest.fixture
def walker(app: Flask, small_in_force: int) -> Walker:  # noqa: ARG001 - it must be in force
    """A visitor under the small rule set."""
    return Walker(app.test_client())


@pytest.fixture
def stranger(app: Flask, walker: Walker) -> Walker:  # noqa: ARG001 - the first visitor was there before
    """Another visitor, with a cookie of their own."""
    return Walker(app.test_client())
