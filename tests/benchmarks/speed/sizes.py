"""The rule sets and answers that everything is measured on."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from advisor import starter
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import AnswerColumn, AnswerTable
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.rule_generator import generate_rules

STARTER = "starter"
NAMES: Mapping[str, int] = {STARTER: 0, "40": 40, "400": 400, "4,000": 4000}
"""Columns of the tables: the starter set, and generated ones of so many rules."""


@cache
def rule_set(name: str) -> RuleSet:
    """The rule set of that column."""
    return starter.rule_set() if name == STARTER else generate_rules(NAMES[name])


def items(name: str, number: int, known: float = 1) -> list[dict[str, Answer]]:
    """So many sets of answers at random, hardly two of them alike; ``known`` is the share of answers that are."""
    space = space_of(rule_set(name))
    columns = [column.tolist() for column in codes(name, number, known)]
    return [space.answers(row) for row in zip(*columns, strict=True)]


def codes(name: str, number: int, known: float = 0.95) -> list[Any]:
    """The same as columns of values. Unknown are also the answers to questions that the others do not lead to."""
    random = np.random.default_rng(number)
    found: list[Any] = []
    for variable in space_of(rule_set(name)).variables:
        counts = random.random(number) < known
        for test in variable.asked_when:
            counts &= np.isin(found[test.variable], list(test.accepted))
        found.append((random.integers(1, len(variable.values), number) * counts).astype(np.uint8))
    return found


def table(name: str, columns: Sequence[Any]) -> AnswerTable:
    """The same as a table of answers."""
    return AnswerTable(
        len(columns[0]),
        {
            variable.question.key: AnswerColumn(tuple(value.answers[0] for value in variable.values), column)
            for variable, column in zip(space_of(rule_set(name)).variables, columns, strict=True)
        },
    )
