"""The fewest changes of answers that give another outcome."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np

from advisor.engine.batch import OUTCOMES, Ints
from advisor.engine.explain.rings import Ring, rings
from advisor.engine.explain.situation import Situation
from advisor.engine.explain.told import change_to
from advisor.engine.explain.values import ChangeSet, Target
from advisor.engine.vocabulary import Outcome

RING_BUDGET = 200_000
"""Sets of changes that are tried for one explanation."""

SETS_TOLD = 50
"""Least sets of changes that are told for each outcome."""

Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some slots, values any of which do."""


def targets_of(situation: Situation, now: Outcome) -> tuple[Target, ...]:
    """For each other outcome the fewest changes that give it."""
    others = {
        index: [code for code in range(1, len(slot.variable.values)) if code != slot.now]
        for index, slot in enumerate(situation.slots)
    }
    others = {index: codes for index, codes in others.items() if codes}
    missing = [outcome for outcome in OUTCOMES if outcome is not now]
    found: dict[Outcome, Target] = {}
    size = 0
    for ring in rings(others, RING_BUDGET):
        size = ring.size
        outcomes = situation.advice(ring.points(situation)).outcomes
        for outcome in missing:
            there = np.flatnonzero(outcomes == OUTCOMES.index(outcome))
            if len(there):
                found[outcome] = _target(situation, outcome, ring, there)
        missing = [outcome for outcome in missing if outcome not in found]
        if not missing:
            break
    at_least = size + 1 if size < len(others) else None
    return tuple(
        found.get(outcome, Target(outcome, None, at_least, (), is_complete=False))
        for outcome in OUTCOMES
        if outcome is not now
    )


def _target(situation: Situation, outcome: Outcome, ring: Ring, there: Ints) -> Target:
    boxes = _boxes(zip(ring.slots[:, there].T.tolist(), ring.values[:, there].T.tolist(), strict=True))
    sets = tuple(
        ChangeSet(tuple(change_to(situation, index, sorted(codes)) for index, codes in box), outcome)
        for box in boxes[:SETS_TOLD]
    )
    return Target(outcome, ring.size, ring.size, sets, is_complete=len(boxes) <= SETS_TOLD)


def _boxes(changes: Iterable[tuple[Sequence[int], Sequence[int]]]) -> list[Box]:
    """Sets of changes, those that differ in the value of one slot alone put together, slot after slot."""
    boxes = [tuple((slot, frozenset([code])) for slot, code in zip(*change, strict=True)) for change in changes]
    for at in range(len(boxes[0]) if boxes else 0):
        alike: dict[tuple[Box, int, Box], frozenset[int]] = {}
        for box in boxes:
            slot, codes = box[at]
            others = (box[:at], slot, box[at + 1 :])
            alike[others] = alike.get(others, frozenset()) | codes
        boxes = [(*before, (slot, codes), *after) for (before, slot, after), codes in alike.items()]
    return boxes
