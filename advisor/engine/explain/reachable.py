"""Which outcomes the answers in a box reach, by the sums of points: every one of them, each with a point."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from advisor.engine.explain.sums import Block, Sums
from advisor.engine.vocabulary import Outcome

Values: TypeAlias = dict[int, int]
"""The value of some variables of the space."""


class Steps:
    """The cells that some blocks reach in a box, one block after the other."""

    def __init__(self, blocks: Sequence[Block], box: Sequence[Sequence[int]]) -> None:
        self._blocks = blocks
        self._adds: list[dict[int, int]] = []
        self._reached = [1]
        for block in blocks:
            rows = block.within(box)[::-1]  # so that the first combination that adds so much stands for it
            self._adds.append(dict(zip(block.cells[rows].tolist(), rows.tolist(), strict=True)))
            self._reached.append(shifted(self._reached[-1], self._adds[-1]))

    @property
    def cells(self) -> int:
        """The cells reached in the end."""
        return self._reached[-1]

    def values(self, cells: int) -> Values:
        """Values that lead to one of ``cells``, some of which are reached: found block by block, from the last."""
        cell = (cells & self.cells).bit_length() - 1
        values: Values = {}
        for block, before, adds in zip(self._blocks[::-1], self._reached[-2::-1], self._adds[::-1], strict=True):
            add = next(add for add in adds if add <= cell and before >> (cell - add) & 1)
            values |= dict(zip(block.variables, block.points[:, adds[add]].tolist(), strict=True))
            cell -= add
        return values


def outcomes_reached(sums: Sums, box: Sequence[Sequence[int]]) -> dict[Outcome, Values]:
    """The outcomes in a box of the space, each with the values of a point."""
    steps = Steps(sums.blocks, box)
    return {outcome: steps.values(cells) for outcome, cells in sums.sets.items() if cells & steps.cells}


def shifted(cells: int, adds: Iterable[int]) -> int:
    """The cells that one of ``adds`` more leads to from these."""
    after = 0
    for add in adds:
        after |= cells << add
    return after
