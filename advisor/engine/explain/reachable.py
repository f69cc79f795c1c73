"""Which outcomes the answers in a box reach, by the sums of points: every one of them, each with a point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import or_
from typing import TypeAlias

from advisor.engine.batch import OUTCOMES
from advisor.engine.explain.situation import OUTCOME_OF
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
            values |= block.values(adds[add])
            cell -= add
        return values


def outcomes_reached(sums: Sums, box: Sequence[Sequence[int]]) -> dict[Outcome, Values]:
    """The outcomes in a box of the space, each with the values of a point."""
    steps = Steps(sums.blocks, box)
    return {outcome: steps.values(cells) for outcome, cells in sums.sets.items() if cells & steps.cells}


def outcomes_of_parts(
    sums: Sums, is_shared: Sequence[bool], boxes: Sequence[Sequence[Sequence[int]]]
) -> dict[Outcome, list[Values]]:
    """The outcomes of a process, given the box of each of its parts, each with the values of a point for every part.

    ``is_shared`` says of each variable whether it is a question of the process: the parts have one value for it.
    """
    split = [{is_shared[variable] for variable in block.variables} for block in sums.blocks]
    whole = Steps([block for block, found in zip(sums.blocks, split, strict=True) if found == {True}], boxes[0])
    apart = [block for block, found in zip(sums.blocks, split, strict=True) if found == {False}]
    own = [Steps(apart, box) for box in boxes]
    ties = [_ties(block, is_shared, boxes) for block, found in zip(sums.blocks, split, strict=True) if len(found) == 2]
    starts = bits(whole.cells)
    found: dict[Outcome, list[Values]] = {}
    met: set[tuple[int, ...]] = set()
    for tied in product(*ties):
        adds = [_sums_of([tie.adds[part] for tie in tied]) for part in range(len(boxes))]
        ends = [shifted(steps.cells, each) for steps, each in zip(own, adds, strict=True)]
        for start in starts:
            masks = tuple(_mask(sums, end << start) for end in ends)
            if masks in met:
                continue
            met.add(masks)
            for outcome, numbers in together(masks).items():
                if outcome not in found:
                    shared = whole.values(1 << start)
                    found[outcome] = []
                    for part, number in enumerate(numbers):
                        goal = sums.sets[OUTCOMES[number]] >> start
                        add = next(add for add in adds[part] if (own[part].cells << add) & goal)
                        rows = zip(tied, adds[part][add], strict=True)
                        values = reduce(or_, (tie.block.values(row) for tie, row in rows), shared)
                        found[outcome].append(values | own[part].values(goal >> add))
    return found


@dataclass(frozen=True, slots=True)
class _Tie:
    """A block of questions of the process and of parts, at one set of values of the former.

    For each part, what its own answers add, and the combination that does.
    """

    block: Block
    adds: Sequence[Mapping[int, int]]


def _ties(block: Block, is_shared: Sequence[bool], boxes: Sequence[Sequence[Sequence[int]]]) -> list[_Tie]:
    """One for each set of values of the process's questions, without those that add the same as another."""
    shared = [at for at, variable in enumerate(block.variables) if is_shared[variable]]
    by_values: dict[tuple[int, ...], list[dict[int, int]]] = {}
    for part, box in enumerate(boxes):
        rows = block.within(box)
        keys = block.points[shared][:, rows].T.tolist()
        for key, row, cell in zip(keys, rows.tolist(), block.cells[rows].tolist(), strict=True):
            by_values.setdefault(tuple(key), [{} for _ in boxes])[part].setdefault(cell, row)
    return list({tuple(map(frozenset, adds)): _Tie(block, adds) for adds in by_values.values()}.values())


def _sums_of(adds: Sequence[Mapping[int, int]]) -> dict[int, tuple[int, ...]]:
    """What several blocks add together, and the combination of each that does."""
    return {
        sum(cell for cell, _ in chosen): tuple(row for _, row in chosen)
        for chosen in product(*(each.items() for each in adds))
    }


def _mask(sums: Sums, cells: int) -> int:
    """The outcomes of some cells: bit i for the i-th."""
    return sum(1 << number for number, outcome in enumerate(OUTCOMES) if sums.sets[outcome] & cells)


def together(masks: Sequence[int]) -> dict[Outcome, tuple[int, ...]]:
    """The outcomes that parts with these possible outcomes give together, each with an outcome of every part."""
    found: dict[Outcome, tuple[int, ...]] = {}
    for numbers in product(*(bits(mask) for mask in masks)):
        together = reduce(or_, (1 << number for number in numbers))
        found.setdefault(OUTCOMES[OUTCOME_OF[together]], numbers)
    return found


def bits(number: int) -> list[int]:
    """The positions of the bits that are set."""
    return [at for at, bit in enumerate(reversed(f"{number:b}")) if bit == "1"]


def shifted(cells: int, adds: Iterable[int]) -> int:
    """The cells that one of ``adds`` more leads to from these."""
    after = 0
    for add in adds:
        after |= cells << add
    return after
