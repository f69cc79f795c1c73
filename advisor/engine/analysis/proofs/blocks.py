"""Every complete combination of answers, block by block. Nothing is merged, so this takes its time.

It takes hardly more of it where many rules are open at once, which is where merging fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS
from advisor.engine.analysis.policy_ranges import SIDES, Ints, PolicyTableRow, bits, outcome_rows, ranges
from advisor.engine.analysis.proofs.layout import BLOCK, SHARED, BlockPoints, Level, WalkLayout, lay_out, work
from advisor.engine.analysis.space import UNKNOWN, Space
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.policy import Bound
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure

Totals: TypeAlias = list[int]
"""How many combinations give each outcome, by its position in OUTCOMES."""

Range: TypeAlias = tuple[Mapping[Measure, int], Mapping[Measure, int]]
"""The least and the greatest number that each measure can have in a block; never too narrow."""

_AT_LEAST, _AT_MOST = True, False

_PENDING = 255
"""Blocks that are added up in bytes."""


class Block:
    """Judges blocks of ``size`` points, and keeps count of the outcomes at each point.

    The sums at the points are ``parts``, one array of 16 bits for each side, plus one number for each side, ``base``.
    """

    def __init__(self, rows: Sequence[PolicyTableRow], size: int) -> None:
        self._rows, self.size = rows, size
        self._whole = [0] * len(OUTCOMES)
        self._added: dict[int, Ints] = {}
        self._pending = np.zeros((len(OUTCOMES), size), np.uint8)
        self._blocks, self._weight = 0, 1
        self._fits, self._holds, self._left = (np.zeros(size, bool) for _ in range(3))
        self._lean, self._evidence = np.zeros(size, np.int16), np.zeros(size, np.int16)

    def only_outcome(self, within: Range) -> int | None:
        """The one outcome of all points whose sums lie in this range, None where there may be more than one."""
        for row in self._rows:
            ends = _open_ends(row.when, within)
            if ends is not None:
                return None if ends else row.gives
        return None

    def count_whole(self, outcome: int, weight: int) -> Totals:
        """Count a block all of whose points give one outcome, each as ``weight`` combinations."""
        self._whole[outcome] += weight
        return [weight * self.size if outcome == index else 0 for index in range(len(OUTCOMES))]

    def count(self, parts: Sequence[Ints], base: Sequence[int], within: Range, weight: int) -> Totals:
        """Count a block, each point as ``weight`` combinations; give how many of them have each outcome."""
        if weight != self._weight or self._blocks == _PENDING:
            self._add_up()
            self._weight = weight
        self._blocks += 1
        numbers = self._numbers(parts, base, within)
        totals, number, left = [0] * len(OUTCOMES), self.size, None
        for row in self._rows:
            ends = _open_ends(row.when, within)
            if ends is None:
                continue
            if not ends:  # it fits all that are left
                self._pending[row.gives] += 1 if left is None else left.view(np.uint8)
                totals[row.gives] += number
                break
            fits = self._fits_all(ends, numbers)
            if left is None:
                left = np.logical_not(fits, out=self._left)
            else:
                np.logical_and(fits, left, out=fits)
                np.logical_xor(fits, left, out=left)
            found = int(np.count_nonzero(fits))
            if found:
                self._pending[row.gives] += fits.view(np.uint8)
                totals[row.gives] += found
                number -= found
        return [found * weight for found in totals]

    def at_points(self) -> Ints:
        """For each outcome and point, how many combinations have been counted there: whole numbers of any size."""
        self._add_up()
        found = np.array([[whole] * self.size for whole in self._whole], object)
        for weight, added in self._added.items():
            found = found + added.astype(object) * weight
        return found

    def _add_up(self) -> None:
        if self._blocks:
            added = self._added.setdefault(self._weight, np.zeros(self._pending.shape, np.int64))
            added += self._pending
            self._pending[:] = 0
            self._blocks = 0

    def _numbers(self, parts: Sequence[Ints], base: Sequence[int], within: Range) -> dict[Measure, tuple[Ints, int]]:
        """For each measure an array and the number to be added to it; lean and evidence only where a row needs them."""
        sides = (Measure.BPO, Measure.KPO, Measure.KEEP, Measure.BOTH)
        found = dict(zip(sides, zip(parts, base, strict=True), strict=True))
        bpo, kpo, *_ = parts
        needed = {bound.measure for row in self._rows for bound in row.when if _open_ends((bound,), within)}
        if Measure.LEAN in needed:
            found[Measure.LEAN] = np.subtract(bpo, kpo, out=self._lean), base[0] - base[1]
        if Measure.EVIDENCE in needed:
            found[Measure.EVIDENCE] = np.add(bpo, kpo, out=self._evidence), base[0] + base[1]
        return found

    def _fits_all(self, ends: Sequence[tuple[Measure, bool, int]], numbers: Mapping[Measure, tuple[Ints, int]]) -> Ints:
        for index, (measure, is_least, end) in enumerate(ends):
            number, base = numbers[measure]
            compare = np.greater_equal if is_least else np.less_equal
            compare(number, end - base, out=self._holds if index else self._fits)
            if index:
                np.logical_and(self._fits, self._holds, out=self._fits)
        return self._fits


def _open_ends(when: Sequence[Bound], within: Range) -> list[tuple[Measure, bool, int]] | None:
    """The ends of the bounds that some numbers of the range meet and others do not; None where no number can fit."""
    least, most = within
    found = []
    for bound in when:
        low, high = least[bound.measure], most[bound.measure]
        if bound.at_least is not None:
            if high < bound.at_least:
                return None
            if low < bound.at_least:
                found.append((bound.measure, _AT_LEAST, bound.at_least))
        if bound.at_most is not None:
            if low > bound.at_most:
                return None
            if high > bound.at_most:
                found.append((bound.measure, _AT_MOST, bound.at_most))
    return found


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


def count_blocks(
    rule_set: RuleSet,
    space: Space,
    progress: Progress | None = None,
    limit: float = PROOF_LIMITS.work,
    block: int = BLOCK,
) -> Tallies | None:
    """Count every combination of complete answers, at most ``block`` at once, or none where it takes over ``limit``."""
    points = sum(rule.push.points for rule in rule_set.rules)
    if not space.variables or len(rule_set.rules) > _RULES_LIMIT or points > _POINTS_LIMIT:
        return None
    if work(space, block) > limit:
        return None
    return _Walk(rule_set, lay_out(rule_set, space, block), progress).tallies()


class _Walk:
    """One walk over all combinations outside the block."""

    def __init__(self, rule_set: RuleSet, layout: WalkLayout, progress: Progress | None) -> None:
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
                found = self._visit(place + 1, left, self._with_points(place, level, left, sums), heavier)
            tally = self._tallies[level.variable][value]
            for outcome, number in enumerate(found):
                totals[outcome] += number
                tally[outcome] += number
        if is_last and self._progress is not None:
            self._done += len(values) - (not level.asked)
            self._progress(self._done, self._blocks)
        return totals

    def _with_points(self, place: int, level: Level, holds: int, sums: Sequence[_Sum]) -> list[_Sum]:
        """The sums with the points of the rules that end at this level."""
        return [
            self._plus(room, so_far, [self._layout.added[rule] for rule in bits(holds & ends)])
            for room, so_far, ends in zip(self._rooms[place], sums, level.ends, strict=True)
        ]

    def _count(self, shared: _Sum, own: _Sum, span: Sequence[tuple[int, int]], weight: int) -> Totals:
        base = [one + other for one, other in zip(shared.base, own.base, strict=True)]
        low = [number + least for number, (least, _) in zip(base, span, strict=True)]
        high = [number + most + more for number, (_, most), more in zip(base, span, own.most, strict=True)]
        within = ranges(low, high)
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

    def _plus(self, rooms: Sequence[Ints], so_far: _Sum, added: Sequence[BlockPoints]) -> _Sum:
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
