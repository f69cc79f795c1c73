"""Owners who have signed in, and meet the small rule set that visitors meet."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from advisor.engine.document.document import dumps
from advisor.engine.model.operators import Value
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models.database import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.assessments.conftest import small, small_in_force, stranger, walker
from tests.processes.owner_walker import OwnerWalker

__all__ = ["small", "small_in_force", "stranger", "walker"]

Publish = Callable[..., int]


@pytest.fixture
def owner(app: Flask, database: Database, small_in_force: int) -> OwnerWalker:  # noqa: ARG001 - it must be in force
    """An owner who is signed in."""
    return OwnerWalker.signed_in(app, database, "olga@example.com")


@pytest.fixture
def rival(app: Flask, database: Database, small_in_force: int) -> OwnerWalker:  # noqa: ARG001 - it must be in force
    """Another owner."""
    return OwnerWalker.signed_in(app, database, "rita@example.com")


@pytest.fixture
def admin(app: Flask, database: Database, small_in_force: int) -> OwnerWalker:  # noqa: ARG001 - it must be in force
    """Somebody who edits the rules."""
    return OwnerWalker.signed_in(app, database, "ada@example.com", role="admin")


@pytest.fixture
def newer(database: Database, small: RuleSet) -> Publish:
    """Publish the small rule set with changes: ``push`` moves the rule of fixed steps over to KPO."""

    def act(rule_set: RuleSet | None = None, note: str = "Fixed steps are expert work now.") -> int:
        with database.write() as session:
            return publish(session, dumps(rule_set or flip_rules(small)), note).number

    return act


def flip_rules(rule_set: RuleSet) -> RuleSet:
    """The same rules, but fixed steps speak for KPO."""
    rules = (
        replace(rule, push=Push(Side.KPO, 5), because="Fixed steps are expert work.")
        if rule.key == "set-steps"
        else rule
        for rule in rule_set.rules
    )
    return replace(rule_set, rules=tuple(rules))


def reword_option(rule_set: RuleSet, question: str = "steps", option: str = "set") -> RuleSet:
    """The same rules, but an option means something else now, so it has a new key: the old answer is unknown."""
    questions = tuple(
        replace(
            asked,
            options=tuple(
                replace(it, key="same", label="The same, to the letter") if it.key == option else it
                for it in asked.options
            ),
        )
        if asked.key == question
        else asked
        for asked in rule_set.questions
    )
    renamed = {option: "same"}

    def move_values(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(renamed.get(str(value), value) for value in values)

    rules = tuple(
        replace(
            rule,
            when=tuple(
                replace(condition, values=move_values(condition.values))
                if condition.question == question
                else condition
                for condition in rule.when
            ),
        )
        for rule in rule_set.rules
    )
    follow_ups = tuple(
        replace(
            asked,
            asked_when=tuple(
                replace(condition, values=move_values(condition.values))
                if condition.question == question
                else condition
                for condition in asked.asked_when
            ),
        )
        for asked in questions
    )
    return replace(rule_set, questions=follow_ups, rules=rules)
