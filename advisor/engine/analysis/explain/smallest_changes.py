"""The fewest changes of answers that give another outcome."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import islice
from operator import or_
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.limits import Limits
from advisor.engine.analysis.explain.situation import Situation, change_to
from advisor.engine.analysis.explain.sums import VALUE, Block, Sums, sums_of
from advisor.engine.analysis.explain.values import ChangeSet, Target
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

    block: Block
    is_changed: Ints
    rows: Mapping[tuple[int, int], Sequence[int]]

    @classmethod
    def of(cls, block: Block, now: Codes) -> "_Way":
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


Bitmap: TypeAlias = int
"""Which ways: bit i belongs to the i-th."""

KEPT = 50_000
"""Rings with at most so many ways are kept: a megabyte or two each."""


@dataclass(frozen=True)
class Ring:
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


def rings(numbers: Sequence[int], budget: int) -> Iterator[Ring]:
    """The rings from 1 on, while all of them together have at most ``budget`` ways.

    ``numbers`` is how many choices each slot has. The last ring changes every slot that has any.
    """
    for size in range(1, 1 + sum(number > 0 for number in numbers)):
        ways = _ways_in_ring(numbers, size)
        budget -= ways
        if budget < 0:
            return
        yield (_kept_ring if ways <= KEPT else _ring)(tuple(numbers), size)


def _ring(numbers: tuple[int, ...], size: int) -> Ring:
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
    return Ring(slots, choices, numbers)


_kept_ring = lru_cache(maxsize=8)(_ring)
"""Most sets of answers to a rule set have the same rings, since all that counts is how many choices there are."""


def _ways_in_ring(numbers: Sequence[int], size: int) -> int:
    """How many ways there are to change ``size`` slots that have so many choices each."""
    ways = [1] + [0] * size
    for number in numbers:
        for chosen in range(size, 0, -1):
            ways[chosen] += ways[chosen - 1] * number
    return ways[size]


Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some slots, values any of which do."""


def nearest_of(situation: Situation, now: Outcome, limits: Limits) -> tuple[Target, ...]:
    """The other outcomes that take the fewest changes of all; none where they are too many for the limits."""
    others = [outcome for outcome in OUTCOMES if outcome is not now]
    found, _ = _in_rings(situation, others, limits, nearest_alone=True)
    return tuple(_target(situation, outcome, found[outcome], limits) for outcome in others if outcome in found)


def targets_of(situation: Situation, now: Outcome, limits: Limits) -> tuple[Target, ...]:
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
    situation: Situation, outcomes: Sequence[Outcome], limits: Limits, *, nearest_alone: bool = False
) -> tuple[dict[Outcome, Fewest], int | None]:
    """What is found at distance 1, 2 … and the distance of what is not; None where all changes were tried."""
    choices = [
        [code for code in range(1, len(slot.variable.values)) if code != now]
        for slot, now in zip(situation.slots, situation.now, strict=True)
    ]
    found: dict[Outcome, Fewest] = {}
    size = 0
    for ring in rings(list(map(len, choices)), limits.ring_points // len(situation.pieces)):
        size = ring.size
        advised = situation.outcomes_in(ring, choices)
        for outcome in outcomes:
            if advised[outcome] and outcome not in found:
                sets = tuple(_changes(ring, choices, advised[outcome], limits.combinations))
                found[outcome] = Fewest(size, sets, is_complete=advised[outcome].bit_count() == len(sets))
        if len(found) == len(outcomes) or (found and nearest_alone):
            break
    return found, size + 1 if size < sum(map(bool, choices)) else None


def _changes(ring: Ring, choices: Sequence[Sequence[int]], ways: Bitmap, most: int) -> Iterator[Changes]:
    """These ways as changes, or the first of them."""
    for slots, taken in zip(*(column.T.tolist() for column in ring.at(ways, most)), strict=True):
        yield tuple((slot, choices[slot][choice]) for slot, choice in zip(slots, taken, strict=True))


def _target(situation: Situation, outcome: Outcome, fewest: Fewest, limits: Limits) -> Target:
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
