"""Every complete combination of answers, block by block: depth first over some questions, all at once over the others.

The points that rules give to the combinations of a block are added where the last of their conditions outside the block
is looked at. Nothing is merged, so this takes its time, and hardly more of it where many rules are open at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.proofs.block import Block, Totals, range_of
from advisor.engine.proofs.judging import OUTCOMES, SIDES, Ints
from advisor.engine.proofs.limits import LIMITS
from advisor.engine.proofs.table import outcome_rows
from advisor.engine.rules import RuleSet
from advisor.engine.space import UNKNOWN, Space

BLOCK = 2**16
"""Points of a block, at most: its arrays stay in the second cache of a processor."""

_RULES_LIMIT = 1_000
"""Rules whose points in a block are kept ready: 128 kB for each."""

_POINTS_LIMIT = 30_000
"""Points of all rules together: sums are held in 16 bits."""

_JUDGING = 14
"""Additions that take as long as judging, about."""

Tallies: TypeAlias = dict[int, list[Totals]]
"""For each question and value, how many combinations with that value give each outcome."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many combinations are done, and of how many."""


@dataclass(frozen=True, slots=True)
class _Added:
    """Points in the block for one side, and the most at any of its points."""

    side: int
    points: Ints
    most: int


@dataclass(frozen=True, slots=True)
class _Level:
    """One question outside the block. What rules and follow-ups still hold is one integer, a bit for each.

    ``asked`` is the bit of the question itself, ``passes`` the bits that each value does not rule out, ``ends`` those
    whose last condition outside the block looks at this question, and ``adds`` what rules that look at no other
    question outside add for each value.
    """

    variable: int
    asked: int
    passes: Sequence[int]
    ends: int
    adds: Sequence[Sequence[_Added]]


@dataclass(frozen=True, slots=True)
class _Node:
    """Where the walk stands: what holds, the sums (arrays and numbers), and what each point of the block counts for."""

    holds: int
    parts: tuple[Ints, ...]
    base: tuple[int, ...]
    weight: int


def counted(
    rule_set: RuleSet, space: Space, progress: Progress | None = None, work: int = LIMITS.work
) -> Tallies | None:
    """Count every combination of complete answers, or none where that would take more than ``work``."""
    points = sum(rule.push.points for rule in rule_set.rules)
    if not space.variables or len(rule_set.rules) > _RULES_LIMIT or points > _POINTS_LIMIT:
        return None
    outside, inside = _split(space)
    if _work(space, outside, inside) > work:
        return None
    return _Walk(rule_set, space, outside, inside, progress).tallies()


def _split(space: Space) -> tuple[list[int], list[int]]:
    """The questions outside and inside the block, in order. Inside, all are asked and their answers weigh the same."""
    looked_at = {test.variable for variable in space.variables for test in variable.asked_when}
    plain = [
        index
        for index, variable in enumerate(space.variables)
        if index not in looked_at and not variable.asked_when and len({v.weight for v in variable.values[1:]}) == 1
    ]
    # The fewer rules look at what is walked last, the fewer additions there are.
    plain.sort(key=lambda index: sum(test.variable == index for tests in space.rules for test in tests))
    inside: list[int] = []
    for index in plain:
        if _size(space, [*inside, index]) <= BLOCK and len(inside) + 1 < len(space.variables):
            inside.append(index)
    outside = [index for index in range(len(space.variables)) if index not in plain]
    return [*outside, *(index for index in reversed(plain) if index not in inside)], inside


def _size(space: Space, variables: Sequence[int]) -> int:
    """How many combinations of known values these questions have."""
    return prod(len(space.variables[variable].values) - 1 for variable in variables)


def _work(space: Space, outside: Sequence[int], inside: Sequence[int]) -> int:
    """About how many numbers have to be added or compared."""
    places = {variable: place for place, variable in enumerate(outside)}
    sizes = [len(space.variables[v].values) - (not space.variables[v].asked_when) for v in outside]
    points = [prod(sizes[: place + 1]) * _size(space, inside) for place in range(len(sizes))]
    work = float(points[-1] * _JUDGING)
    for tests in space.rules:
        before = [test for test in tests if test.variable in places]
        if before and len(before) < len(tests):
            last = max(places[test.variable] for test in before)
            work += points[last] * prod(len(test.accepted) / sizes[places[test.variable]] for test in before)
    return int(work)


class _Walk:
    """One walk over all combinations outside the block."""

    def __init__(
        self,
        rule_set: RuleSet,
        space: Space,
        outside: Sequence[int],
        inside: Sequence[int],
        progress: Progress | None,
    ) -> None:
        self._space, self._inside, self._progress = space, inside, progress
        self._shape = tuple(len(space.variables[variable].values) - 1 for variable in inside)
        self._block = Block(outcome_rows(rule_set), prod(self._shape))
        self._pushes = [(SIDES.index(rule.push.side), rule.push.points) for rule in rule_set.rules]
        self._added = [self._in_block(rule) for rule in range(len(space.rules))]
        self._levels = [self._level(place, outside) for place in range(len(outside))]
        self._rooms = [[np.zeros(self._block.size, np.int16) for _ in SIDES] for _ in outside]
        self._tallies: Tallies = {v: [[0] * len(OUTCOMES) for _ in space.variables[v].values] for v in outside}
        self._done = 0
        self._blocks = prod(len(space.variables[v].values) - (not space.variables[v].asked_when) for v in outside)

    def tallies(self) -> Tallies:
        """Walk, and give the counts for every question."""
        self._visit(0, self._start())
        scale = prod(self._space.variables[variable].values[1].weight for variable in self._inside)
        found = {v: [[count * scale for count in value] for value in of] for v, of in self._tallies.items()}
        points = self._block.at_points().reshape(len(OUTCOMES), *self._shape)
        for axis, variable in enumerate(self._inside, start=1):
            others = tuple(other for other in range(1, points.ndim) if other != axis)
            sums = points.sum(axis=others) * scale
            known = [[int(number) for number in value] for value in sums.T]
            found[variable] = [[0] * len(OUTCOMES), *known]
        return found

    def _visit(self, place: int, node: _Node) -> Totals:
        level = self._levels[place]
        values = self._space.variables[level.variable].values
        is_last = place == len(self._levels) - 1
        span = _span(node.parts) if is_last else []
        totals = [0] * len(OUTCOMES)
        is_asked = not level.asked or node.holds & level.asked
        for value in range(1, len(values)) if is_asked else (UNKNOWN,):
            holds = node.holds & level.passes[value]
            base, added = self._ending(node.base, level, value, holds)
            weight = node.weight * values[value].weight
            if is_last:
                found = self._count(node.parts, added, base, span, weight)
            else:
                found = self._visit(place + 1, _Node(holds, self._sum(place, node.parts, added), base, weight))
            tally = self._tallies[level.variable][value]
            for outcome, number in enumerate(found):
                totals[outcome] += number
                tally[outcome] += number
        if is_last and self._progress is not None:
            self._done += len(values) - (not self._space.variables[level.variable].asked_when)
            self._progress(self._done, self._blocks)
        return totals

    def _count(
        self,
        parts: tuple[Ints, ...],
        added: Sequence[_Added],
        base: tuple[int, ...],
        span: Sequence[tuple[int, int]],
        weight: int,
    ) -> Totals:
        low = [number + least for number, (least, _) in zip(base, span, strict=True)]
        high = [number + most for number, (_, most) in zip(base, span, strict=True)]
        for one in added:
            high[one.side] += one.most
        within = range_of(low, high)
        outcome = self._block.only_outcome(within)
        if outcome is not None:
            return self._block.count_whole(outcome, weight)
        return self._block.count(self._sum(len(self._levels) - 1, parts, added), base, within, weight)

    def _sum(self, place: int, parts: tuple[Ints, ...], added: Sequence[_Added]) -> tuple[Ints, ...]:
        """The parts with what is added, in the room of this place; a part to which nothing is added is left as it is."""
        found = list(parts)
        for one in added:
            found[one.side] = np.add(found[one.side], one.points, out=self._rooms[place][one.side])
        return tuple(found)

    def _ending(
        self, base: tuple[int, ...], level: _Level, value: int, holds: int
    ) -> tuple[tuple[int, ...], list[_Added]]:
        """The points of the rules that end here, as numbers and as what is added in the block."""
        numbers, added = list(base), list(level.adds[value])
        for rule in _bits(holds & level.ends):
            in_block = self._added[rule]
            if in_block is None:
                side, points = self._pushes[rule]
                numbers[side] += points
            else:
                added.append(in_block)
        return tuple(numbers), added

    def _start(self) -> _Node:
        """All holds; what is pushed already are the points of rules that look at nothing outside the block."""
        outside = {level.variable for level in self._levels}
        parts = [np.zeros(self._block.size, np.int16) for _ in SIDES]
        base = [0] * len(SIDES)
        for tests, added, (side, points) in zip(self._space.rules, self._added, self._pushes, strict=True):
            if not tests:
                base[side] += points
            elif added is not None and not any(test.variable in outside for test in tests):
                parts[side] += added.points
        return _Node((1 << (len(self._pushes) + len(self._space.variables))) - 1, tuple(parts), tuple(base), 1)

    def _in_block(self, rule: int) -> _Added | None:
        """The points of a rule at each point of the block; None where it looks at nothing there."""
        tests = {test.variable: test.accepted for test in self._space.rules[rule]}
        if not any(variable in tests for variable in self._inside):
            return None
        side, points = self._pushes[rule]
        held = np.ones(self._shape, bool)
        for axis, (variable, size) in enumerate(zip(self._inside, self._shape, strict=True)):
            if variable in tests:
                fits = np.array([value in tests[variable] for value in range(1, size + 1)])
                held &= fits.reshape([size if other == axis else 1 for other in range(len(self._shape))])
        return _Added(side, (held.ravel() * np.int16(points)).astype(np.int16), points if held.any() else 0)

    def _level(self, place: int, outside: Sequence[int]) -> _Level:
        variable = outside[place]
        places = {other: position for position, other in enumerate(outside)}
        follow_ups = [other.asked_when for other in self._space.variables]
        values = range(len(self._space.variables[variable].values))
        passes = [(1 << (len(self._pushes) + len(follow_ups))) - 1 for _ in values]
        alone: list[list[_Added]] = [[] for _ in values]
        ends = 0
        for bit, tests in enumerate([*self._space.rules, *follow_ups]):
            test = next((test for test in tests if test.variable == variable), None)
            if test is None:
                continue
            for value in values:
                if value not in test.accepted:
                    passes[value] &= ~(1 << bit)
            before = [places[other.variable] for other in tests if other.variable in places]
            if bit >= len(self._pushes) or max(before) > place:
                continue
            added = self._added[bit]
            if len(before) == 1 and added is not None:
                for value in test.accepted:
                    alone[value].append(added)
            else:
                ends |= 1 << bit
        asked = 1 << (len(self._pushes) + variable) if self._space.variables[variable].asked_when else 0
        return _Level(variable, asked, passes, ends, [_together(added) for added in alone])


def _together(added: Sequence[_Added]) -> list[_Added]:
    """The same, in one array for each side."""
    found = []
    for side in range(len(SIDES)):
        points = [one.points for one in added if one.side == side]
        if points:
            whole = np.sum(points, axis=0, dtype=np.int16)
            found.append(_Added(side, whole, int(whole.max())))
    return found


def _span(parts: Sequence[Ints]) -> list[tuple[int, int]]:
    return [(int(part.min()), int(part.max())) for part in parts]


def _bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
