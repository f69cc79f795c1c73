"""The outcomes of a block: many combinations of answers that differ only in the answers to a few questions."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.proofs.policy_ranges import Ints, Row, ranges
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.rules import Bound
from advisor.engine.model.vocabulary import Measure

Totals: TypeAlias = list[int]
"""How many combinations give each outcome, by its position in OUTCOMES."""

Range: TypeAlias = tuple[Mapping[Measure, int], Mapping[Measure, int]]
"""The least and the greatest number that each measure can have in a block; never too narrow."""

_AT_LEAST, _AT_MOST = True, False

_PENDING = 255
"""Blocks that are added up in bytes."""


def range_of(low: Sequence[int], high: Sequence[int]) -> Range:
    """The range of each measure where the sums for bpo, kpo and keep lie from ``low`` to ``high``."""
    return ranges(low, high)


class Block:
    """Judges blocks of ``size`` points, and keeps count of the outcomes at each point.

    The sums at the points are ``parts``, one array of 16 bits for each side, plus one number for each side, ``base``.
    """

    def __init__(self, rows: Sequence[Row], size: int) -> None:
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
            fits = self._fitting(ends, numbers)
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
        bpo, kpo, keep = parts
        found = {Measure.BPO: (bpo, base[0]), Measure.KPO: (kpo, base[1]), Measure.KEEP: (keep, base[2])}
        needed = {bound.measure for row in self._rows for bound in row.when if _open_ends((bound,), within)}
        if Measure.LEAN in needed:
            found[Measure.LEAN] = np.subtract(bpo, kpo, out=self._lean), base[0] - base[1]
        if Measure.EVIDENCE in needed:
            found[Measure.EVIDENCE] = np.add(bpo, kpo, out=self._evidence), base[0] + base[1]
        return found

    def _fitting(self, ends: Sequence[tuple[Measure, bool, int]], numbers: Mapping[Measure, tuple[Ints, int]]) -> Ints:
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
