"""The answers at distance 1, 2, 3 … of those given: every way to change so many of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.batch import Ints
from advisor.engine.explain.situation import Situation
from advisor.engine.explain.sums import VALUE, Points


@dataclass(frozen=True, slots=True)
class Ring:
    """All ways to change ``size`` slots: row by row the slots, in their order, and their new values."""

    slots: Ints
    values: Ints

    @property
    def size(self) -> int:
        """How many slots change."""
        return len(self.slots)

    def points(self, situation: Situation) -> Points:
        """The points of this ring."""
        number = self.slots.shape[1]
        points = situation.points(number)
        for slots, values in zip(self.slots, self.values, strict=True):
            points[slots, np.arange(number)] = values
        return points


def rings(others: Mapping[int, Sequence[int]], budget: int) -> Iterator[Ring]:
    """The rings from 1 on, while all of them together have at most ``budget`` points.

    ``others`` has the values that each slot that may change can change to. The last ring changes every slot.
    """
    ring = Ring(np.zeros((0, 1), np.intp), np.zeros((0, 1), VALUE))
    last = np.full(1, -1)
    numbers = {slot: len(values) for slot, values in others.items()}
    for size in range(1, len(others) + 1):
        number = _points_in_ring(list(numbers.values()), size)
        budget -= number
        if budget < 0:
            return
        slots, values = [], []
        for slot, to in others.items():
            kept = np.flatnonzero(last < slot)
            grown = np.repeat(kept, len(to))
            slots.append(np.vstack([ring.slots[:, grown], np.full((1, len(grown)), slot)]))
            values.append(np.vstack([ring.values[:, grown], np.tile(np.array(to, VALUE), len(kept))[None]]))
        ring = Ring(np.hstack(slots), np.hstack(values))
        last = ring.slots[-1]
        yield ring


def _points_in_ring(numbers: Sequence[int], size: int) -> int:
    """How many points change ``size`` slots that have so many other values each."""
    ways = [1] + [0] * size
    for number in numbers:
        for chosen in range(size, 0, -1):
            ways[chosen] += ways[chosen - 1] * number
    return ways[size]
