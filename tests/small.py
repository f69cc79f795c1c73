"""The small rule set of small.toml, so that no test of a page depends on the starter's wording."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.engine.document.document import dumps, from_plain
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import DoneBy
from advisor.models.database import Database
from advisor.models.rule_sets.rule_set_version import publish


def read_small() -> RuleSet:
    """The small rule set."""
    return from_plain(tomllib.loads(Path(__file__).with_name("small.toml").read_text(encoding="utf-8")))


def who_does_it(rule_set: RuleSet, key: str, said: Mapping[str, DoneBy | None]) -> RuleSet:
    """The rule set with a question whose options, by their keys, say who does the work."""
    question = rule_set.question(key)
    assert question is not None
    options = tuple(replace(option, done_by=said.get(option.key)) for option in question.options)
    questions = (replace(question, options=options) if it is question else it for it in rule_set.questions)
    return replace(rule_set, questions=tuple(questions))


@pytest.fixture(scope="session")
def small() -> RuleSet:
    """The small rule set."""
    return read_small()


@pytest.fixture
def small_in_force(database: Database, small: RuleSet) -> int:
    """Publish it over the starter's; gives its number."""
    with database.write() as session:
        return publish(session, dumps(small), "for tests").number
