"""The answers at distance 1, 2, 3 … of those given: every way to change so many of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.sums import VALUE
from advisor.engine.evaluation.batch import Ints

Bitmap: TypeAlias = int
"""Which ways: bit i belongs to the i-th."""

KEPT = 50_000
"""Rings with at most so many ways are kept: a megabyte or two each."""


@dataclass(frozen=True)
class HammingSphere:
    """All ways to change ``size`` slots, whatever the answers are: way by way, in a column, the slots and the choices.

    A slot has so many choices, by number from 0, as ``numbers`` says.
    """

    slots: Ints
    choices: Ints
    numbers: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many slots change."""
        return len(self.slots)

    @cached_property
    def every(self) -> Bitmap:
        """All ways."""
        return (1 << len(self.slots.T)) - 1

    @cached_property
    def taking(self) -> tuple[tuple[Bitmap, ...], ...]:
        """For each slot and each of its choices the ways that take it."""
        first = np.cumsum([0, *self.numbers])
        ways = np.zeros((int(first[-1]), self.slots.shape[1]), bool)
        ways[first[self.slots] + self.choices, np.arange(ways.shape[1])] = True
        rows = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(ways, axis=1, bitorder="little")]
        return tuple(
            tuple(rows[start : start + number]) for start, number in zip(first.tolist(), self.numbers, strict=False)
        )

    @cached_property
    def leaving(self) -> tuple[Bitmap, ...]:
        """For each slot the ways that leave it as it is."""
        return tuple(self.every ^ reduce(or_, ways, 0) for ways in self.taking)

    def at(self, ways: Bitmap, most: int | None = None) -> tuple[Ints, Ints]:
        """The slots and the choices of these ways, or of the first ``most`` of them."""
        size = -(-self.slots.shape[1] // 8)
        bits = np.unpackbits(np.frombuffer(ways.to_bytes(size, "little"), np.uint8), bitorder="little")
        found = np.flatnonzero(bits)[:most]
        return self.slots[:, found], self.choices[:, found]


def hamming_spheres(numbers: Sequence[int], budget: int) -> Iterator[HammingSphere]:
    """The rings from 1 on, while all of them together have at most ``budget`` ways.

    ``numbers`` is how many choices each slot has. The last ring changes every slot that has any.
    """
    for size in range(1, 1 + sum(number > 0 for number in numbers)):
        ways = _ways_in_ring(numbers, size)
        budget -= ways
        if budget < 0:
            return
        yield (_kept_ring if ways <= KEPT else _ring)(tuple(numbers), size)


def _ring(numbers: tuple[int, ...], size: int) -> HammingSphere:
    slots, choices = np.zeros((0, 1), VALUE), np.zeros((0, 1), VALUE)
    last = np.full(1, -1)
    for _ in range(size):
        kept = [np.flatnonzero(last < slot) if number else last[:0] for slot, number in enumerate(numbers)]
        grown = np.concatenate([np.repeat(ways, number) for ways, number in zip(kept, numbers, strict=True)])
        added = [
            np.full(len(ways) * number, slot) for slot, (ways, number) in enumerate(zip(kept, numbers, strict=True))
        ]
        taken = [np.tile(np.arange(number), len(ways)) for ways, number in zip(kept, numbers, strict=True)]
        last = np.concatenate(added)
        slots = np.vstack([slots[:, grown], last.astype(VALUE)])
        choices = np.vstack([choices[:, grown], np.concatenate(taken).astype(VALUE)])
    return HammingSphere(slots, choices, numbers)


_kept_ring = lru_cache(maxsize=8)(_ring)
"""Most sets of answers to a rule set have the same rings, since all that counts is how many choices there are."""


def _ways_in_ring(numbers: Sequence[int], size: int) -> int:
    """How many ways there are to change ``size`` slots that have so many choices each."""
    ways = [1] + [0] * size
    for number in numbers:
        for chosen in range(size, 0, -1):
            ways[chosen] += ways[chosen - 1] * number
    return ways[size]
