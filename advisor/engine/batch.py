"""Many sets of answers at once: columns of answers in, outcomes and points out, with no loop per item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.engine.operators import Answer
from advisor.engine.questions import Answers
from advisor.engine.rules import Bound, RuleSet
from advisor.engine.space import Space, Test, space_of
from advisor.engine.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
KINDS: tuple[Kind, ...] = tuple(Kind)
STRENGTHS: tuple[Strength, ...] = tuple(Strength)
"""What the numbers of a batch stand for."""

Ints: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of many items to one question: each item has one of the different ``answers``, by its number."""

    answers: tuple[Answer, ...]
    numbers: Ints


@dataclass(frozen=True, slots=True)
class Table:
    """Answers of ``size`` items by question. A question without a column is not answered by any of them."""

    size: int
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Batch:
    """The advice for many items: arrays with one number each.

    ``outcomes``, ``kinds`` and ``strengths`` are positions in OUTCOMES, KINDS and STRENGTHS; the rest are points.
    """

    outcomes: Ints
    kinds: Ints
    strengths: Ints
    bpo: Ints
    kpo: Ints
    keep: Ints


def table_of(items: Iterable[Answers]) -> Table:
    """Answers as columns. This loops over the items, once: keep the table, or its columns, with the answers."""
    rows = list(items)
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = {}
    for key in keys:
        numbers: dict[Answer, int] = {None: 0}
        given = [numbers.setdefault(row.get(key), len(numbers)) for row in rows]
        columns[key] = Column(tuple(numbers), np.array(given, dtype=np.min_scalar_type(len(numbers))))
    return Table(len(rows), columns)


def evaluate_many(rule_set: RuleSet, table: Table) -> Batch:
    """The advice for every item of a table. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    return evaluate_codes(rule_set, _codes(space, table))


def _codes(space: Space, table: Table) -> list[Ints]:
    """The values of each question, as the space has them."""
    found: list[Ints] = []
    for variable in space.variables:
        column = table.columns.get(variable.question.key)
        if column is None:
            found.append(np.zeros(table.size, np.uint8))
        else:
            codes = np.array([variable.code(answer) for answer in column.answers])
            found.append(codes.astype(np.min_scalar_type(len(variable.values)))[column.numbers])
    return found


def evaluate_codes(rule_set: RuleSet, codes: Sequence[Ints]) -> Batch:
    """The advice for many points of the space: for each of its questions an array of values.

    Values of questions that the others do not lead to count as unknown. Raises SpaceTooLarge.
    """
    space = space_of(rule_set)
    size = len(codes[0]) if codes else 0
    counted: list[Ints] = []
    for variable, values in zip(space.variables, codes, strict=True):
        counted.append(np.where(_hold(variable.asked_when, counted, size), values, 0))
    sums = {side: np.zeros(size, np.int32) for side in Side}
    for rule, tests in zip(rule_set.rules, space.rules, strict=True):
        sums[rule.push.side] += rule.push.points * _hold(tests, counted, size)
    bpo, kpo, keep = (sums[side] for side in (Side.BPO, Side.KPO, Side.KEEP))
    measures = {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: keep,
        Measure.LEAN: bpo - kpo,
        Measure.EVIDENCE: bpo + kpo,
    }
    leaves = _first([row.when for row in rule_set.leave], measures, size)
    rows = _first([row.when for row in rule_set.kind], measures, size)
    stays = np.array([row.leave is Leave.KEEP for row in rule_set.leave])[leaves]
    kinds = np.array([KINDS.index(row.kind) for row in rule_set.kind], np.uint8)[rows]
    as_outcome = np.array([OUTCOMES.index(Outcome(kind.value)) for kind in KINDS], np.uint8)
    return Batch(
        outcomes=np.where(stays, np.uint8(OUTCOMES.index(Outcome.KEEP)), as_outcome[kinds]),
        kinds=kinds,
        strengths=np.array([STRENGTHS.index(row.strength) for row in rule_set.kind], np.uint8)[rows],
        bpo=bpo,
        kpo=kpo,
        keep=keep,
    )


def _hold(tests: Sequence[Test], codes: Sequence[Ints], size: int) -> Ints:
    held = np.ones(size, bool)
    for test in tests:
        held &= np.isin(codes[test.variable], list(test.accepted))
    return held


def _first(rows: Sequence[Sequence[Bound]], measures: Mapping[Measure, Ints], size: int) -> Ints:
    """The position of the first row that fits each item."""
    found = np.full(size, len(rows) - 1, np.intp)
    for index in range(len(rows) - 1, -1, -1):
        fits = np.ones(size, bool)
        for bound in rows[index]:
            number = measures[bound.measure]
            fits &= (number >= bound.at_least) if bound.at_least is not None else True
            fits &= (number <= bound.at_most) if bound.at_most is not None else True
        found[fits] = index
    return found
