"""What the policy makes of sums that lie in a range: one result for all of them, or more than one.

Sums are an array for each side, in the order of ``Side``; a range of sums is two of them, the least and the greatest.
Where two rule sets are held against each other, there are as many more, for the second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.engine.analysis.space import Space, Test
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.policy import Bound
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Leave, Measure, Outcome, Side

Ints: TypeAlias = NDArray[Any]

Sums: TypeAlias = tuple[Ints, ...]

Judge: TypeAlias = Callable[[Sums, Sums], Ints]
"""Gives each range of sums the number of its class, or OPEN while the range has more than one."""

OPEN = -1

SIDES: tuple[Side, ...] = tuple(Side)

SAME, CHANGED = 0, 1
"""The classes of ``by_change`` and ``by_difference``."""

GROUNDED, BARE = 0, 1
"""The classes of ``by_ground``."""


def points_of(push: Push) -> tuple[int, ...]:
    """The points of a push for each side."""
    return tuple(push.points if side is push.side else 0 for side in SIDES)


def bits(number: int) -> list[int]:
    """The positions of the bits that are set."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def pushes_of(rule_set: RuleSet, space: Space) -> list[tuple[Sequence[Test], tuple[int, ...]]]:
    """The tests of each rule, and its points for each side."""
    return [(tests, points_of(rule.push)) for tests, rule in zip(space.rules, rule_set.rules, strict=True)]


def remove_push(push: Push, sums: Sums) -> Sums:
    """Sums that hold the points of a push, without them."""
    return tuple(number - points if points else number for number, points in zip(sums, points_of(push), strict=True))


def by_outcome(rule_set: RuleSet) -> Judge:
    """Tell sums apart by the outcome; the class is its position in OUTCOMES."""

    def judge(low: Sums, high: Sums) -> Ints:
        return _only_one(outcomes_within(rule_set, low, high))

    return judge


def by_rows(rule_set: RuleSet) -> Judge:
    """Tell sums apart by the policy rows that decide; the class is what ``row_class`` gives."""

    def judge(low: Sums, high: Sums) -> Ints:
        leave, kind = _only_row(rule_set.leave, low, high), _only_row(rule_set.kind, low, high)
        return np.where((leave == OPEN) | (kind == OPEN), OPEN, row_class(rule_set, leave, kind))

    return judge


def row_class(rule_set: RuleSet, leave: Any, kind: Any) -> Any:
    """The class of two deciding rows, by their positions in the tables."""
    return leave * len(rule_set.kind) + kind


def by_change(rule_set: RuleSet, push: Push) -> Judge:
    """Tell sums that hold the points of ``push`` apart by whether the outcome would be another without them."""

    def judge(low: Sums, high: Sums) -> Ints:
        less = remove_push(push, low)
        more = less if _is_point(low, high) else remove_push(push, high)
        return _same_or_not(outcomes_within(rule_set, low, high), outcomes_within(rule_set, less, more))

    return judge


def by_move(old: RuleSet, new: RuleSet) -> Judge:
    """Tell the sums of two rule sets apart by both outcomes; the class is what ``move_class`` gives."""
    before, after = by_outcome(old), by_outcome(new)

    def judge(low: Sums, high: Sums) -> Ints:
        was, is_now = before(*_of_one(low, high, 0)), after(*_of_one(low, high, 1))
        return np.where((was == OPEN) | (is_now == OPEN), OPEN, move_class(was, is_now))

    return judge


def move_class(was: Any, is_now: Any) -> Any:
    """The class of two outcomes, by their positions in OUTCOMES."""
    return was * len(OUTCOMES) + is_now


def by_difference(old: RuleSet, new: RuleSet) -> Judge:
    """Tell the sums of two rule sets apart by whether their outcomes are the same one."""

    def judge(low: Sums, high: Sums) -> Ints:
        was = outcomes_within(old, *_of_one(low, high, 0))
        return _same_or_not(was, outcomes_within(new, *_of_one(low, high, 1)))

    return judge


def _of_one(low: Sums, high: Sums, number: int) -> tuple[Sums, Sums]:
    """The range of the first (0) or the second (1) of two rule sets."""
    own = slice(number * len(SIDES), (number + 1) * len(SIDES))
    return low[own], high[own]


def by_ground(levels: Sequence[int], has_kind: Sequence[bool]) -> Judge:
    """Tell sums apart by whether there is a kind though no matched rule pushes to BPO or KPO (BARE).

    ``has_kind`` says for each of the ``both_levels`` whether there is one at no points for either.
    """
    bare = np.cumsum([0, *has_kind])

    def judge(low: Sums, high: Sums) -> Ints:
        first, after = (np.searchsorted(levels, both, "right") + more for both, more in ((low[3], -1), (high[3], 0)))
        number = bare[after] - bare[first]
        without = np.where(number == after - first, BARE, np.where(number == 0, GROUNDED, OPEN))
        known = (low[0] + low[1] > 0) | (number == 0)
        return np.where(known, GROUNDED, np.where(high[0] + high[1] == 0, without, OPEN))

    return judge


def both_levels(rule_set: RuleSet) -> list[int]:
    """The sums for both, from 0 up to the most that rules push, at which the kind table may begin to say another thing.

    What holds at one of them holds up to the next. Only 0 where no row of it looks at them.
    """
    most = sum(rule.push.points for rule in rule_set.rules if rule.push.side is Side.BOTH)
    bounds = [bound for row in rule_set.kind for bound in row.when if bound.measure is Measure.BOTH]
    ends = {bound.at_least for bound in bounds if bound.at_least is not None}
    ends |= {bound.at_most + 1 for bound in bounds if bound.at_most is not None}
    return [0, *sorted(end for end in ends if 0 < end <= most)]


def possible(rule_set: RuleSet) -> tuple[set[Outcome], set[int], set[int]]:
    """The outcomes and the positions of leave and kind rows that the points of all rules do not rule out."""
    most = [sum(rule.push.points for rule in rule_set.rules if rule.push.side is side) for side in SIDES]
    none = np.zeros(1, np.int64)
    low, high = (none,) * len(SIDES), tuple(none + number for number in most)
    bits = int(outcomes_within(rule_set, low, high)[0])
    leave, kind = (
        {index for index, may in _deciding_rows([row.when for row in rows], low, high) if may[0]}
        for rows in (rule_set.leave, rule_set.kind)
    )
    return {outcome for index, outcome in enumerate(OUTCOMES) if bits >> index & 1}, leave, kind


def outcomes_within(rule_set: RuleSet, low: Sums, high: Sums) -> Ints:
    """The outcomes that may lie in each range, bit i for OUTCOMES[i]."""
    found = np.zeros(low[0].shape, np.uint8)
    goes = np.zeros(low[0].shape, bool)
    for row, may in _deciding_rows([row.when for row in rule_set.leave], low, high):
        if rule_set.leave[row].leave is Leave.KEEP:
            found |= may * _bit(Outcome.KEEP)
        else:
            goes |= may
    for row, may in _deciding_rows([row.when for row in rule_set.kind], low, high):
        found |= (may & goes) * _bit(rule_set.kind[row].outcome)
    return found


def _deciding_rows(rows: Sequence[Sequence[Bound]], low: Sums, high: Sums) -> Iterator[tuple[int, Ints]]:
    """For each row, whether it may be the first that fits sums of each range; exact where a range is one point."""
    left = np.ones(low[0].shape, bool)
    is_exact = _is_point(low, high)  # what may hold then must
    least_of, most_of = ranges(low, high)
    for index, bounds in enumerate(rows):
        may = left.copy()
        must = may if is_exact else np.ones(low[0].shape, bool)
        for bound in bounds:
            least, most = least_of[bound.measure], most_of[bound.measure]
            if bound.at_least is not None:
                may &= most >= bound.at_least
                if not is_exact:
                    must &= least >= bound.at_least
            if bound.at_most is not None:
                may &= least <= bound.at_most
                if not is_exact:
                    must &= most <= bound.at_most
        yield index, may
        left &= ~must


def measures(sums: Any) -> dict[Measure, Any]:
    """The number of each measure, from the sums of all sides."""
    bpo, kpo, keep, both = sums
    return {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: keep,
        Measure.BOTH: both,
        Measure.LEAN: bpo - kpo,
        Measure.EVIDENCE: bpo + kpo,
    }


def ranges(low: Any, high: Any) -> tuple[dict[Measure, Any], dict[Measure, Any]]:
    """The least and the greatest number of each measure where the sums lie from ``low`` to ``high``."""
    if _is_point(low, high):
        return (exact := measures(low)), exact
    least, most = measures(low), measures(high)
    least[Measure.LEAN], most[Measure.LEAN] = low[0] - high[1], high[0] - low[1]
    return least, most


def _is_point(low: Sequence[Any], high: Sequence[Any]) -> bool:
    return all(map(is_, low, high))


def row_at(rows: Sequence[Any], sums: Any) -> Ints:
    """The position of the row of a table that decides at each point."""
    return _only_row(rows, sums, sums)


def _only_row(rows: Sequence[Any], low: Sums, high: Sums) -> Ints:
    """The position of the only row that may decide in each range, OPEN where there are more."""
    found = np.full(low[0].shape, OPEN, np.int64)
    many = np.zeros(low[0].shape, bool)
    for index, may in _deciding_rows([row.when for row in rows], low, high):
        many |= may & (found != OPEN)
        found[may] = index
    found[many] = OPEN
    return found


def _same_or_not(one: Ints, other: Ints) -> Ints:
    """From the outcomes that may lie in two ranges: SAME, CHANGED, or OPEN."""
    settled = (_only_one(one) != OPEN) & (_only_one(other) != OPEN)
    return np.where(_only_one(one | other) != OPEN, SAME, np.where(settled, CHANGED, OPEN))


def _only_one(bits: Ints) -> Ints:
    """The position of the only bit that is set, OPEN where there are more."""
    return _POSITION[bits]


_POSITION = np.array(
    [bits.bit_length() - 1 if bits.bit_count() == 1 else OPEN for bits in range(1 << len(OUTCOMES))], np.int64
)


def _bit(outcome: Outcome) -> np.uint8:
    return np.uint8(1 << OUTCOMES.index(outcome))


# ---- The policy as one list, first row that fits wins, with as few comparisons as give the same outcomes


_GRID_LIMIT = 4_000_000
"""Sums for BPO, KPO and both on which a shorter table is compared with the whole."""

_Table: TypeAlias = list[tuple[tuple[Bound, ...], int]]


@dataclass(frozen=True, slots=True)
class PolicyTableRow:
    """What must hold, and the outcome it gives, as a position in OUTCOMES."""

    when: tuple[Bound, ...]
    gives: int


def outcome_rows(rule_set: RuleSet) -> tuple[PolicyTableRow, ...]:
    """The rows of both tables as one list. Where the leave table says go, the rows of the kind table follow."""
    kind = _shorter(rule_set)
    rows: list[PolicyTableRow] = []
    for leave in rule_set.leave:
        if leave.leave is Leave.KEEP:
            rows.append(PolicyTableRow(leave.when, OUTCOMES.index(Outcome.KEEP)))
        else:
            rows += [PolicyTableRow((*leave.when, *when), gives) for when, gives in kind]
    return tuple(rows)


def _shorter(rule_set: RuleSet) -> _Table:
    """The kind table without the rows and bounds that make no difference to the kind, whatever the sums."""
    rows = [(row.when, OUTCOMES.index(row.outcome)) for row in rule_set.kind]
    most = [sum(rule.push.points for rule in rule_set.rules if rule.push.side is side) + 1 for side in SIDES]
    levels = np.array(both_levels(rule_set))
    if most[0] * most[1] * len(levels) > _GRID_LIMIT:
        return rows
    bpo, kpo, level = (number.ravel() for number in np.indices((most[0], most[1], len(levels))))
    sums = measures((bpo, kpo, np.zeros_like(bpo), levels[level]))
    held = {bound: _holds(bound, sums[bound.measure]) for when, _ in rows for bound in when}
    whole = _kinds(rows, held, len(bpo))
    for index in range(len(rows) - 2, -1, -1):
        fewer = [rows[:index] + rows[index + 1 :]]
        when, gives = rows[index]
        if len(when) > 1:
            left = [tuple(other for other in when if other is not bound) for bound in when]
            fewer += [[*rows[:index], (bounds, gives), *rows[index + 1 :]] for bounds in left]
        rows = next((table for table in fewer if np.array_equal(_kinds(table, held, len(bpo)), whole)), rows)
    return rows


def _holds(bound: Bound, number: Ints) -> Ints:
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
