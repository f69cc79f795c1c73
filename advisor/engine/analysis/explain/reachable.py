"""Which outcomes the answers in a box reach, by the sums of points: every one of them, each with a point."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeAlias

from advisor.engine.analysis.explain.situation import OUTCOME_OF
from advisor.engine.analysis.explain.sums import Block, Sums
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.vocabulary import Outcome

Values: TypeAlias = dict[int, int]
"""The value of some variables of the space."""

Box: TypeAlias = Sequence[Sequence[int]]
"""For each variable of the space the values that it may have."""

Adds: TypeAlias = Mapping[int, int]
"""What the combinations of a block add in a box, each sum with the first combination that does."""


class Steps:
    """The cells that some blocks reach in a box, one block after the other."""

    def __init__(self, blocks: Sequence[Block], box: Box) -> None:
        self._blocks = blocks
        self._adds = [_adds(block, box) for block in blocks]

    @cached_property
    def _reached(self) -> list[int]:
        reached = [1]
        for adds in self._adds:
            reached.append(_shifted(reached[-1], adds))
        return reached

    @property
    def cells(self) -> int:
        """The cells reached in the end."""
        return self._reached[-1]

    def leading_to(self, cells: int) -> int:
        """The cells from which these blocks lead to one of ``cells``."""
        for adds in self._adds:
            cells = reduce(or_, (cells >> add for add in adds))
        return cells

    def values(self, cells: int) -> Values:
        """Values that lead to one of ``cells``, some of which are reached: found block by block, from the last."""
        cell = (cells & self.cells).bit_length() - 1
        values: Values = {}
        for block, before, adds in zip(self._blocks[::-1], self._reached[-2::-1], self._adds[::-1], strict=True):
            add = next(add for add in adds if add <= cell and before >> (cell - add) & 1)
            values |= block.values(adds[add])
            cell -= add
        return values


def outcomes_reached(sums: Sums, box: Box, other_than: Outcome | None = None) -> dict[Outcome, Values]:
    """The outcomes in a box of the space, each with the values of a point; or one of them ``other_than`` this."""
    steps = Steps(sums.blocks, box)
    reached = [outcome for outcome in OUTCOMES if outcome is not other_than and sums.sets[outcome] & steps.cells]
    return {outcome: steps.values(sums.sets[outcome]) for outcome in (reached[:1] if other_than else reached)}


@lru_cache(maxsize=1024)
def together(masks: tuple[int, ...]) -> Mapping[Outcome, tuple[int, ...]]:
    """The outcomes that parts with these possible outcomes give together, each with an outcome of every part.

    A mask has bit i for the i-th outcome, which is what stands for it in what is returned.
    """
    sets: dict[int, tuple[int, ...]] = {0: ()}
    for mask in masks:
        more: dict[int, tuple[int, ...]] = {}
        for outcomes, numbers in sets.items():
            for number in bits(mask):
                more.setdefault(outcomes | 1 << number, (*numbers, number))
        sets = more
    found: dict[Outcome, tuple[int, ...]] = {}
    for outcomes, numbers in sets.items():
        found.setdefault(OUTCOMES[OUTCOME_OF[outcomes]], numbers)
    return found


def bits(number: int) -> list[int]:
    """The positions of the bits that are set."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def _adds(block: Block, box: Box) -> Adds:
    return _adds_of(block, tuple(tuple(box[variable]) for variable in block.variables))


@lru_cache(maxsize=1024)
def _adds_of(block: Block, values: tuple[tuple[int, ...], ...]) -> Adds:
    rows = block.rows(values)[::-1]
    # Backwards, so that the first combination that adds so much stands for it.
    return dict(zip(block.cells[rows].tolist(), rows.tolist(), strict=True))


def _shifted(cells: int, adds: Iterable[int]) -> int:
    """The cells that one of ``adds`` more leads to from these."""
    after = 0
    for add in adds:
        after |= cells << add
    return after
