"""How a walk over all complete combinations is laid out: which questions are in the block, and what is added where.

A block holds all combinations of the answers to the questions ``inside``. The walk goes depth first over those
``outside``; the last of them is the pivot. The points of a rule are added where the last of its conditions outside is
looked at: to what all values of the pivot share, or, where the rule looks at the pivot, to what each value has of its
own. So most additions are made once for many blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from advisor.engine.analysis.policy_ranges import SIDES, Ints
from advisor.engine.analysis.space import Space, Test
from advisor.engine.model.rules import RuleSet

BLOCK = 2**16
"""Points of a block, at most: its arrays stay in the second cache of a processor."""

SHARED = 0
"""The first sum of a node is shared by all values of the pivot; the others, by value, are what each has of its own."""

_JUDGING = 15
"""Additions that take as long as judging, about."""


@dataclass(frozen=True, slots=True)
class BlockPoints:
    """Points for one side at each point of the block (None: the most everywhere), and the most at any of them."""

    side: int
    most: int
    points: Ints | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One question outside. What rules and follow-ups still hold is one integer, a bit for each.

    ``asked`` is the bit of the question itself, ``passes`` the bits that each value does not rule out, and ``ends``,
    for each sum, the bits of the rules that are added to it here.
    """

    variable: int
    asked: int
    passes: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True)
class WalkLayout:
    """The questions outside, in order, and inside; the levels; what each rule adds, and to which sums at the start."""

    space: Space
    outside: Sequence[int]
    inside: Sequence[int]
    levels: Sequence[Level]
    added: Sequence[BlockPoints]
    starts: Sequence[Sequence[BlockPoints]]

    @property
    def shape(self) -> tuple[int, ...]:
        """The known values of each question inside."""
        return tuple(len(self.space.variables[variable].values) - 1 for variable in self.inside)

    @property
    def pivot(self) -> int:
        """The last question outside."""
        return self.outside[-1]


def lay_out(rule_set: RuleSet, space: Space, block: int = BLOCK) -> WalkLayout:
    """The layout for a rule set with at least one question."""
    outside, inside = split(space, block)
    shape = [len(space.variables[variable].values) - 1 for variable in inside]
    pushes = [(SIDES.index(rule.push.side), rule.push.points) for rule in rule_set.rules]
    added = [
        _in_block(tests, inside, shape, side, points) for tests, (side, points) in zip(space.rules, pushes, strict=True)
    ]
    starts: list[list[BlockPoints]] = [[] for _ in space.variables[outside[-1]].values]
    ends = [[0] * len(starts) for _ in outside]
    for rule, tests in enumerate(space.rules):
        last = max((outside[:-1].index(test.variable) for test in tests if test.variable in outside[:-1]), default=-1)
        for index in _sums(tests, outside[-1]):
            if last < 0:
                starts[index].append(added[rule])
            else:
                ends[last][index] |= 1 << rule
    levels = [_level(space, variable, ends[place]) for place, variable in enumerate(outside)]
    return WalkLayout(space, outside, inside, levels, added, starts)


def split(space: Space, block: int) -> tuple[list[int], list[int]]:
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
        if known_values(space, [*inside, index]) <= block and len(inside) + 1 < len(space.variables):
            inside.append(index)
    outside = [index for index in range(len(space.variables)) if index not in plain]
    return [*outside, *(index for index in reversed(plain) if index not in inside)], inside


def known_values(space: Space, variables: Sequence[int]) -> int:
    """How many combinations of known values these questions have."""
    return prod(len(space.variables[variable].values) - 1 for variable in variables)


def work(space: Space, block: int = BLOCK) -> float:
    """About how many numbers have to be added or compared in a walk."""
    outside, inside = split(space, block)
    places = {variable: place for place, variable in enumerate(outside)}
    sizes = [len(space.variables[v].values) - (not space.variables[v].asked_when) for v in outside]
    points = [prod(sizes[: place + 1]) * known_values(space, inside) for place in range(len(sizes))]
    found = float(points[-1] * (_JUDGING + len(SIDES)))
    for tests in space.rules:
        before = [test for test in tests if test.variable in places and test.variable != outside[-1]]
        if before and any(test.variable in inside for test in tests):
            last = max(places[test.variable] for test in before)
            holds = prod(len(test.accepted) / sizes[places[test.variable]] for test in before)
            found += points[last] * holds * len(_sums(tests, outside[-1]))
    return found


def _sums(tests: Sequence[Test], pivot: int) -> Sequence[int]:
    """The sums that a rule is added to."""
    test = next((test for test in tests if test.variable == pivot), None)
    return [SHARED] if test is None else sorted(test.accepted)


def _level(space: Space, variable: int, ends: Sequence[int]) -> Level:
    everything = [*space.rules, *(other.asked_when for other in space.variables)]
    passes = [(1 << len(everything)) - 1 for _ in space.variables[variable].values]
    for bit, tests in enumerate(everything):
        for test in tests:
            if test.variable == variable:
                for value in set(range(len(passes))) - test.accepted:
                    passes[value] &= ~(1 << bit)
    asked = 1 << (len(space.rules) + variable) if space.variables[variable].asked_when else 0
    return Level(variable, asked, passes, ends)


def _in_block(
    tests: Sequence[Test], inside: Sequence[int], shape: Sequence[int], side: int, points: int
) -> BlockPoints:
    """The points of a rule at each point of the block."""
    held = np.ones(shape, bool)
    accepted = {test.variable: test.accepted for test in tests if test.variable in inside}
    for axis, variable in enumerate(inside):
        if variable in accepted:
            fits = np.array([value in accepted[variable] for value in range(1, shape[axis] + 1)])
            held &= fits.reshape([shape[axis] if other == axis else 1 for other in range(len(shape))])
    if not accepted:
        return BlockPoints(side, points)
    return BlockPoints(side, points, np.where(held.ravel(), points, 0).astype(np.int16))
