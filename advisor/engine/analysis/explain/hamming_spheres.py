"""The answers at distance 1, 2, 3 … of those given: every set of so many changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.sums import VALUE
from advisor.engine.evaluation.batch import Ints

Bitmap: TypeAlias = int
"""Which change sets: bit i belongs to the i-th."""

KEPT = 50_000
"""Spheres with at most so many change sets are kept: a megabyte or two each."""


@dataclass(frozen=True)
class HammingSphere:
    """All change sets of ``size`` variables, whatever the answers are: in a column each, the variables and the choices.

    A variable has so many choices, by number from 0, as ``numbers`` says.
    """

    variables: Ints
    choices: Ints
    numbers: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many variables change."""
        return len(self.variables)

    @cached_property
    def all_change_sets(self) -> Bitmap:
        """All change sets."""
        return (1 << len(self.variables.T)) - 1

    @cached_property
    def sets_taking(self) -> tuple[tuple[Bitmap, ...], ...]:
        """For each variable and each of its choices the change sets that take it."""
        first = np.cumsum([0, *self.numbers])
        change_sets = np.zeros((int(first[-1]), self.variables.shape[1]), bool)
        change_sets[first[self.variables] + self.choices, np.arange(change_sets.shape[1])] = True
        rows = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(change_sets, axis=1, bitorder="little")]
        return tuple(
            tuple(rows[start : start + number]) for start, number in zip(first.tolist(), self.numbers, strict=False)
        )

    @cached_property
    def sets_leaving(self) -> tuple[Bitmap, ...]:
        """For each variable the change sets that leave it as it is."""
        return tuple(self.all_change_sets ^ reduce(or_, change_sets, 0) for change_sets in self.sets_taking)

    def at(self, change_sets: Bitmap, most: int | None = None) -> tuple[Ints, Ints]:
        """The variables and the choices of these change sets, or of the first ``most`` of them."""
        size = -(-self.variables.shape[1] // 8)
        bits = np.unpackbits(np.frombuffer(change_sets.to_bytes(size, "little"), np.uint8), bitorder="little")
        found = np.flatnonzero(bits)[:most]
        return self.variables[:, found], self.choices[:, found]


def hamming_spheres(numbers: Sequence[int], budget: int) -> Iterator[HammingSphere]:
    """The spheres from 1 on, while all of them together have at most ``budget`` change sets.

    ``numbers`` is how many choices each variable has. The last sphere changes every variable that has any.
    """
    for size in range(1, 1 + sum(number > 0 for number in numbers)):
        change_sets = _size_of_sphere(numbers, size)
        budget -= change_sets
        if budget < 0:
            return
        yield (_kept_sphere if change_sets <= KEPT else _sphere)(tuple(numbers), size)


def _sphere(numbers: tuple[int, ...], size: int) -> HammingSphere:
    variables, choices = np.zeros((0, 1), VALUE), np.zeros((0, 1), VALUE)
    last = np.full(1, -1)
    for _ in range(size):
        kept = [np.flatnonzero(last < variable) if number else last[:0] for variable, number in enumerate(numbers)]
        grown = np.concatenate(
            [np.repeat(change_sets, number) for change_sets, number in zip(kept, numbers, strict=True)]
        )
        added = [
            np.full(len(change_sets) * number, variable)
            for variable, (change_sets, number) in enumerate(zip(kept, numbers, strict=True))
        ]
        taken = [
            np.tile(np.arange(number), len(change_sets)) for change_sets, number in zip(kept, numbers, strict=True)
        ]
        last = np.concatenate(added)
        variables = np.vstack([variables[:, grown], last.astype(VALUE)])
        choices = np.vstack([choices[:, grown], np.concatenate(taken).astype(VALUE)])
    return HammingSphere(variables, choices, numbers)


_kept_sphere = lru_cache(maxsize=8)(_sphere)
"""Most sets of answers to a rule set have the same spheres, since all that counts is how many choices there are."""


def _size_of_sphere(numbers: Sequence[int], size: int) -> int:
    """How many change sets of ``size`` variables there are, which have so many choices each."""
    change_sets = [1] + [0] * size
    for number in numbers:
        for chosen in range(size, 0, -1):
            change_sets[chosen] += change_sets[chosen - 1] * number
    return change_sets[size]
