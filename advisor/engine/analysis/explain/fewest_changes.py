"""The fewest changes of answers that give another outcome."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.hamming_spheres import Bitmap, HammingSphere, hamming_spheres
from advisor.engine.analysis.explain.situation import Situation, change_to
from advisor.engine.analysis.explain.sums import QuestionBlock, Sums, sums_of
from advisor.engine.analysis.explain.values import ChangeSet, Target
from advisor.engine.analysis.limits import ExplanationLimits
from advisor.engine.analysis.space import UNKNOWN, Codes
from advisor.engine.evaluation.batch import OUTCOMES, Ints
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


Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some slots, values any of which do."""


def targets_of(situation: Situation, now: Outcome, limits: ExplanationLimits) -> tuple[Target, ...]:
    """For each other outcome the fewest changes that give it."""
    others = [outcome for outcome in OUTCOMES if outcome is not now]
    sums = sums_of(situation.rule_set)
    at_least: int | None = None
    if sums is not None and len(situation.pieces) == 1 and sums.cells <= limits.cells:
        found = fewest_changes(sums, situation.now, others, limits.combinations)
    else:
        found, at_least = _in_rings(situation, others, limits)
    return tuple(
        _target(situation, outcome, found[outcome], limits)
        if outcome in found
        else Target(outcome, None, at_least, (), is_complete=False)
        for outcome in others
    )


def _in_rings(
    situation: Situation, outcomes: Sequence[Outcome], limits: ExplanationLimits
) -> tuple[dict[Outcome, Fewest], int | None]:
    """What is found at distance 1, 2 … and the distance of what is not; None where all changes were tried."""
    choices = [
        [code for code in range(1, len(slot.variable.values)) if code != now]
        for slot, now in zip(situation.slots, situation.now, strict=True)
    ]
    found: dict[Outcome, Fewest] = {}
    size = 0
    for ring in hamming_spheres(list(map(len, choices)), limits.ring_points // len(situation.pieces)):
        size = ring.size
        advised = situation.outcomes_in(ring, choices)
        for outcome in outcomes:
            if advised[outcome] and outcome not in found:
                sets = tuple(_changes(ring, choices, advised[outcome], limits.combinations))
                found[outcome] = Fewest(size, sets, is_complete=advised[outcome].bit_count() == len(sets))
        if len(found) == len(outcomes):
            break
    return found, size + 1 if size < sum(map(bool, choices)) else None


def _changes(ring: HammingSphere, choices: Sequence[Sequence[int]], ways: Bitmap, most: int) -> Iterator[Changes]:
    """These ways as changes, or the first of them."""
    for slots, taken in zip(*(column.T.tolist() for column in ring.at(ways, most)), strict=True):
        yield tuple((slot, choices[slot][choice]) for slot, choice in zip(slots, taken, strict=True))


def _target(situation: Situation, outcome: Outcome, fewest: Fewest, limits: ExplanationLimits) -> Target:
    boxes = _boxes(fewest.sets)
    sets = tuple(
        ChangeSet(
            tuple(change_to(situation, index, sorted(codes), limits.answers_told) for index, codes in box), outcome
        )
        for box in boxes[: limits.sets_told]
    )
    is_complete = fewest.is_complete and len(boxes) <= limits.sets_told
    return Target(outcome, fewest.size, fewest.size, sets, is_complete)


def _boxes(changes: Iterable[Changes]) -> list[Box]:
    """Sets of changes, those that differ in the value of one slot alone put together, slot after slot."""
    boxes: list[Box] = [tuple((slot, frozenset([code])) for slot, code in changed) for changed in sorted(changes)]
    for at in range(len(boxes[0]) if boxes else 0):
        alike: dict[tuple[Box, int, Box], frozenset[int]] = {}
        for box in boxes:
            slot, codes = box[at]
            others = (box[:at], slot, box[at + 1 :])
            alike[others] = alike.get(others, frozenset()) | codes
        boxes = [(*before, (slot, codes), *after) for (before, slot, after), codes in alike.items()]
    return boxes
