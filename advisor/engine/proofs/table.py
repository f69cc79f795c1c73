"""The policy as one list, first row that fits wins, with as few comparisons as give the same outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from advisor.engine.batch import OUTCOMES
from advisor.engine.proofs.judging import SIDES, Ints, measures
from advisor.engine.rules import Bound, RuleSet
from advisor.engine.vocabulary import Leave, Outcome

_GRID_LIMIT = 4_000_000
"""Pairs of sums on which a shorter table is compared with the whole."""

_Table: TypeAlias = list[tuple[tuple[Bound, ...], int]]


@dataclass(frozen=True, slots=True)
class Row:
    """What must hold, and the outcome it gives, as a position in OUTCOMES."""

    when: tuple[Bound, ...]
    gives: int


def outcome_rows(rule_set: RuleSet) -> tuple[Row, ...]:
    """The rows of both tables as one list. Where the leave table says go, the rows of the kind table follow."""
    kind = _shorter(rule_set)
    rows: list[Row] = []
    for leave in rule_set.leave:
        if leave.leave is Leave.KEEP:
            rows.append(Row(leave.when, OUTCOMES.index(Outcome.KEEP)))
        else:
            rows += [Row((*leave.when, *when), gives) for when, gives in kind]
    return tuple(rows)


def _shorter(rule_set: RuleSet) -> _Table:
    """The kind table without the rows and bounds that make no difference to the kind, whatever the sums."""
    rows = [(row.when, OUTCOMES.index(Outcome(row.kind.value))) for row in rule_set.kind]
    most = [sum(rule.push.points for rule in rule_set.rules if rule.push.side is side) + 1 for side in SIDES]
    if most[0] * most[1] > _GRID_LIMIT:
        return rows
    bpo, kpo = (number.ravel() for number in np.indices(most[:2]))
    sums = measures((bpo, kpo, np.zeros_like(bpo)))
    held = {bound: _held(bound, sums[bound.measure]) for when, _ in rows for bound in when}
    whole = _kinds(rows, held, len(bpo))
    for index in range(len(rows) - 2, -1, -1):
        fewer = [rows[:index] + rows[index + 1 :]]
        when, gives = rows[index]
        if len(when) > 1:
            left = [tuple(other for other in when if other is not bound) for bound in when]
            fewer += [[*rows[:index], (bounds, gives), *rows[index + 1 :]] for bounds in left]
        rows = next((table for table in fewer if np.array_equal(_kinds(table, held, len(bpo)), whole)), rows)
    return rows


def _held(bound: Bound, number: Ints) -> Ints:
    held = np.ones(number.shape, bool)
    if bound.at_least is not None:
        held &= number >= bound.at_least
    if bound.at_most is not None:
        held &= number <= bound.at_most
    return held


def _kinds(rows: Sequence[tuple[tuple[Bound, ...], int]], held: dict[Bound, Ints], size: int) -> Ints:
    found = np.full(size, rows[-1][1], np.uint8)
    for when, gives in reversed(rows[:-1]):
        fits = np.ones(size, bool)
        for bound in when:
            fits &= held[bound]
        found[fits] = gives
    return found
