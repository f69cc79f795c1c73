"""In how many ways the answers in a box reach each outcome, block by block of the sums of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.batch import OUTCOMES, Ints
from advisor.engine.explain.sums import Block, Sums


def counts_of(sums: Sums, box: Sequence[Sequence[int]], weights: Mapping[int, Ints]) -> dict[int, list[Ints]]:
    """For each question with ``weights`` and each of its values in the box, the weight of each outcome."""
    adds = [_Adds.of(block, box, weights) for block in sums.blocks]
    ways = [np.ones(1)]
    for add in adds:
        ways.append(add.forward(ways[-1]))
    to_come = np.stack([sums.outcomes[: len(ways[-1])] == number for number in range(len(OUTCOMES))]).astype(float)
    counts: dict[int, list[Ints]] = {}
    for block, add, before in zip(reversed(sums.blocks), reversed(adds), reversed(ways[:-1]), strict=True):
        leading = np.stack([to_come[:, cell : cell + len(before)] @ before for cell in add.cells.tolist()])
        for variable, row in zip(block.variables, block.points[:, add.rows], strict=True):
            if variable in weights:
                adds = (add.weights[:, None] * leading[add.at]).T
                sums_of_values = np.stack([np.bincount(row, each, max(box[variable]) + 1) for each in adds], axis=1)
                counts[variable] = list(sums_of_values[list(box[variable])])
        to_come = add.backward(to_come, len(before))
    return counts


@dataclass(frozen=True, slots=True)
class _Adds:
    """What one block can add: its combinations in a box, their weights, the ``cells``, and which of them each adds."""

    rows: Ints
    weights: Ints
    cells: Ints
    at: Ints
    ways: Ints

    @classmethod
    def of(cls, block: Block, box: Sequence[Sequence[int]], weights: Mapping[int, Ints]) -> "_Adds":
        rows = block.within(box)
        weight = np.ones(len(rows))
        for variable, row in zip(block.variables, block.points[:, rows], strict=True):
            if variable in weights:
                weight *= weights[variable][row]
        cells, at = np.unique(block.cells[rows], return_inverse=True)
        return cls(rows, weight, cells, at, np.bincount(at, weight))

    def forward(self, ways: Ints) -> Ints:
        """From the ways to reach each cell before this block, those after it."""
        after = np.zeros(len(ways) + int(self.cells[-1]))
        for cell, number in zip(self.cells.tolist(), self.ways.tolist(), strict=True):
            after[cell : cell + len(ways)] += number * ways
        return after

    def backward(self, to_come: Ints, size: int) -> Ints:
        """From what is to come at each cell after this block, that at each of the ``size`` cells before it."""
        before = np.zeros((len(to_come), size))
        for cell, number in zip(self.cells.tolist(), self.ways.tolist(), strict=True):
            before += number * to_come[:, cell : cell + size]
        return before
