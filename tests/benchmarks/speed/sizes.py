"""The rule sets and answers that everything is measured on."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

import numpy as np

from advisor import starter
from advisor.engine.batch import Column, Table
from advisor.engine.questions import Answers
from advisor.engine.rules import RuleSet
from advisor.engine.space import space_of
from tests.benchmarks.generated import complete_answers, generated

STARTER = "starter"
NAMES: Mapping[str, int] = {STARTER: 0, "40": 40, "400": 400, "4,000": 4000}
"""Columns of the tables: the starter set, and generated ones of so many rules."""


@cache
def rule_set(name: str) -> RuleSet:
    """The rule set of that column."""
    return starter.rule_set() if name == STARTER else generated(NAMES[name])


@cache
def items(name: str, number: int = 50) -> Sequence[Answers]:
    """Complete sets of answers; of the starter set its test cases."""
    if name == STARTER:
        return [case.answers for case in rule_set(name).cases if not case.parts]
    return complete_answers(rule_set(name), number)


def with_gaps(name: str, number: int) -> Sequence[Answers]:
    """The same with about a tenth of the answers unknown."""
    random = Random(2)
    return [
        {key: answer for key, answer in answers.items() if random.random() < 0.9} for answers in items(name, number)
    ]


def codes(name: str, number: int) -> list[Any]:
    """Columns of values at random, about a twentieth of them unknown, and those of questions that are not asked."""
    random = np.random.default_rng(number)
    found: list[Any] = []
    for variable in space_of(rule_set(name)).variables:
        counts = random.random(number) < 0.95
        for test in variable.asked_when:
            counts &= np.isin(found[test.variable], list(test.accepted))
        found.append((random.integers(1, len(variable.values), number) * counts).astype(np.uint8))
    return found


def table(name: str, columns: Sequence[Any]) -> Table:
    """The same as a table of answers."""
    return Table(
        len(columns[0]),
        {
            variable.question.key: Column(tuple(value.answers[0] for value in variable.values), column)
            for variable, column in zip(space_of(rule_set(name)).variables, columns, strict=True)
        },
    )
