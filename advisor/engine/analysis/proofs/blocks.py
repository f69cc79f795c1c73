"""Every complete combination of answers, block by block. Nothing is merged, so this takes its time.

It takes hardly more of it where many rules are open at once, which is where merging fails.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.proofs.block import Block, Totals, range_of
from advisor.engine.analysis.proofs.layout import BLOCK, SHARED, Added, Layout, Level, laid_out, work
from advisor.engine.analysis.proofs.limits import LIMITS
from advisor.engine.analysis.proofs.policy_ranges import SIDES, Ints, outcome_rows
from advisor.engine.analysis.space import UNKNOWN, Space
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.rules import RuleSet

_RULES_LIMIT = 1_000
"""Rules whose points in a block are kept ready: 128 kB for each."""

_POINTS_LIMIT = 30_000
"""Points of all rules together: sums are held in 16 bits."""

Tallies: TypeAlias = dict[int, list[Totals]]
"""For each question and value, how many combinations with that value give each outcome."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """Points so far for each side: ``parts``, an array or None, plus ``base``; a part is at most ``most``."""

    parts: tuple[Ints | None, ...]
    base: tuple[int, ...]
    most: tuple[int, ...]


_NOTHING = _Sum((None,) * len(SIDES), (0,) * len(SIDES), (0,) * len(SIDES))


def counted(
    rule_set: RuleSet,
    space: Space,
    progress: Progress | None = None,
    limit: float = LIMITS.work,
    block: int = BLOCK,
) -> Tallies | None:
    """Count every combination of complete answers, at most ``block`` at once, or none where it takes over ``limit``."""
    points = sum(rule.push.points for rule in rule_set.rules)
    if not space.variables or len(rule_set.rules) > _RULES_LIMIT or points > _POINTS_LIMIT:
        return None
    if work(space, block) > limit:
        return None
    return _Walk(rule_set, laid_out(rule_set, space, block), progress).tallies()


class _Walk:
    """One walk over all combinations outside the block."""

    def __init__(self, rule_set: RuleSet, layout: Layout, progress: Progress | None) -> None:
        self._layout, self._progress = layout, progress
        variables = layout.space.variables
        self._values = [variables[variable].values for variable in layout.outside]
        self._block = Block(outcome_rows(rule_set), prod(layout.shape))
        self._nothing = np.zeros(prod(layout.shape), np.int16)
        self._rooms = [[self._room() for _ in layout.starts] for _ in layout.levels]
        self._tallies: Tallies = {v: [[0] * len(OUTCOMES) for _ in variables[v].values] for v in layout.outside}
        self._done = 0
        self._blocks = prod(len(variables[v].values) - (not variables[v].asked_when) for v in layout.outside)

    def tallies(self) -> Tallies:
        """Walk, and give the counts for every question."""
        layout = self._layout
        sums = [self._plus(self._room(), _NOTHING, added) for added in layout.starts]
        everything = (1 << (len(layout.added) + len(layout.space.variables))) - 1
        self._visit(0, everything, sums, 1)
        scale = prod(layout.space.variables[variable].values[1].weight for variable in layout.inside)
        found = {v: [[count * scale for count in value] for value in of] for v, of in self._tallies.items()}
        points = self._block.at_points().reshape(len(OUTCOMES), *layout.shape)
        for axis, variable in enumerate(layout.inside, start=1):
            others = tuple(other for other in range(1, points.ndim) if other != axis)
            known = [[int(number) * scale for number in value] for value in points.sum(axis=others).T]
            found[variable] = [[0] * len(OUTCOMES), *known]
        return found

    def _visit(self, place: int, holds: int, sums: Sequence[_Sum], weight: int) -> Totals:
        """Count all that lies below: ``holds`` are the bits that still hold, each point counts ``weight`` times."""
        level, values = self._layout.levels[place], self._values[place]
        is_last = place == len(self._layout.levels) - 1
        span = self._span(sums[SHARED]) if is_last else ()
        totals = [0] * len(OUTCOMES)
        is_asked = not level.asked or holds & level.asked
        for value in range(1, len(values)) if is_asked else (UNKNOWN,):
            heavier = weight * values[value].weight
            if is_last:
                found = self._count(sums[SHARED], sums[value] if value else _NOTHING, span, heavier)
            else:
                left = holds & level.passes[value]
                found = self._visit(place + 1, left, self._ended(place, level, left, sums), heavier)
            tally = self._tallies[level.variable][value]
            for outcome, number in enumerate(found):
                totals[outcome] += number
                tally[outcome] += number
        if is_last and self._progress is not None:
            self._done += len(values) - (not level.asked)
            self._progress(self._done, self._blocks)
        return totals

    def _ended(self, place: int, level: Level, holds: int, sums: Sequence[_Sum]) -> list[_Sum]:
        """The sums with the points of the rules that end at this level."""
        return [
            self._plus(room, so_far, [self._layout.added[rule] for rule in _bits(holds & ends)])
            for room, so_far, ends in zip(self._rooms[place], sums, level.ends, strict=True)
        ]

    def _count(self, shared: _Sum, own: _Sum, span: Sequence[tuple[int, int]], weight: int) -> Totals:
        base = [one + other for one, other in zip(shared.base, own.base, strict=True)]
        low = [number + least for number, (least, _) in zip(base, span, strict=True)]
        high = [number + most + more for number, (_, most), more in zip(base, span, own.most, strict=True)]
        within = range_of(low, high)
        outcome = self._block.only_outcome(within)
        if outcome is not None:
            return self._block.count_whole(outcome, weight)
        parts: list[Ints] = []
        for room, one, other in zip(self._rooms[-1][SHARED], shared.parts, own.parts, strict=True):
            if one is not None and other is not None:
                parts.append(np.add(one, other, out=room))
            else:
                only = one if other is None else other
                parts.append(self._nothing if only is None else only)
        return self._block.count(parts, base, within, weight)

    def _plus(self, rooms: Sequence[Ints], so_far: _Sum, added: Sequence[Added]) -> _Sum:
        """The sum with more added, in these rooms; a part to which nothing is added is left where it is."""
        if not added:
            return so_far
        parts, base, most = list(so_far.parts), list(so_far.base), list(so_far.most)
        for one in added:
            if one.points is None:
                base[one.side] += one.most
                continue
            part = parts[one.side]
            most[one.side] += one.most
            parts[one.side] = one.points if part is None else np.add(part, one.points, out=rooms[one.side])
        return _Sum(tuple(parts), tuple(base), tuple(most))

    def _room(self) -> list[Ints]:
        return [np.zeros(prod(self._layout.shape), np.int16) for _ in SIDES]

    def _span(self, shared: _Sum) -> list[tuple[int, int]]:
        return [(0, 0) if part is None else (int(part.min()), int(part.max())) for part in shared.parts]


def _bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
