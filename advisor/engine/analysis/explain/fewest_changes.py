"""The fewest changes that give each outcome, by the sums of points: exact, however many they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.sums import QuestionBlock, Sums
from advisor.engine.analysis.space import UNKNOWN, Codes
from advisor.engine.evaluation.batch import Ints
from advisor.engine.model.vocabulary import Outcome

Changes: TypeAlias = tuple[tuple[int, int], ...]
"""Variables of the space, in their order, and their new values."""

Layers: TypeAlias = tuple[int, ...]
"""The cells that are reached with no change, with 1, 2 …"""


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many changes give an outcome (at least one), and all of the least sets, or the first of them."""

    size: int
    sets: tuple[Changes, ...]
    is_complete: bool


def fewest_changes(sums: Sums, now: Codes, outcomes: Sequence[Outcome], most: int) -> dict[Outcome, Fewest]:
    """For each of the outcomes that any changes give, the fewest; at most so many sets of each."""
    # The largest block first: what comes after it is then looked up, not tried.
    blocks = sorted(sums.blocks, key=lambda block: -len(block.cells))
    ways = [_Way.of(block, now) for block in blocks]
    after: list[Layers] = [(1,)]
    for way in reversed(ways):
        after.insert(0, way.layers(after[0]))
    found = {}
    for outcome in outcomes:
        goal = sums.sets[outcome]
        size = next((size for size, cells in enumerate(after[0]) if cells & goal), None)
        if size is not None:
            sets = list(islice(_sets(ways, after[1:], goal, size), most + 1))
            found[outcome] = Fewest(size, tuple(tuple(sorted(changes)) for changes in sets[:most]), len(sets) <= most)
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """What changes within one block do: its combinations, by the cell they add and the number of changes."""

    block: QuestionBlock
    is_changed: Ints
    rows: Mapping[tuple[int, int], Sequence[int]]

    @classmethod
    def of(cls, block: QuestionBlock, now: Codes) -> "_Way":
        is_changed = block.points != np.array([now[variable] for variable in block.variables])[:, None]
        sizes = is_changed.sum(axis=0)
        allowed = np.flatnonzero(((block.points != UNKNOWN) | ~is_changed).all(axis=0))
        rows: dict[tuple[int, int], list[int]] = {}
        for cell, size, row in zip(
            block.cells[allowed].tolist(), sizes[allowed].tolist(), allowed.tolist(), strict=True
        ):
            rows.setdefault((cell, size), []).append(row)
        return cls(block, is_changed, rows)

    def layers(self, after: Layers) -> Layers:
        """What this block and those after it reach, each cell by its fewest changes alone."""
        layers = [0] * (max(size for _, size in self.rows) + len(after))
        for cell, size in self.rows:
            for more, cells in enumerate(after, start=size):
                layers[more] |= cells << cell
        seen = 0
        for size, cells in enumerate(layers):
            layers[size] = cells & ~seen
            seen |= cells
        while not layers[-1]:
            layers.pop()
        return tuple(layers)

    def changes(self, row: int) -> Changes:
        """The changes of one combination."""
        values = self.block.points[:, row].tolist()
        changed = self.is_changed[:, row].tolist()
        return tuple(
            (variable, value)
            for variable, value, is_one in zip(self.block.variables, values, changed, strict=True)
            if is_one
        )


def _sets(ways: Sequence[_Way], after: Sequence[Layers], goal: int, size: int, cell: int = 0) -> Iterator[Changes]:
    """Sets of exactly ``size`` changes in these blocks that lead from ``cell`` to the goal."""
    if not ways:
        yield ()
        return
    for (add, number), rows in ways[0].rows.items():
        left = size - number
        if 0 <= left < len(after[0]) and (after[0][left] << (cell + add)) & goal:
            for others in _sets(ways[1:], after[1:], goal, left, cell + add):
                for row in rows:
                    yield (*ways[0].changes(row), *others)
