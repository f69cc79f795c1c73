"""The fewest changes of answers that give another outcome."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from advisor.engine.analysis.explain.fewest_changes import Changes, Fewest, fewest_changes
from advisor.engine.analysis.explain.hamming_spheres import Bitmap, HammingSphere, hamming_spheres
from advisor.engine.analysis.explain.limits import ExplanationLimits
from advisor.engine.analysis.explain.situation import Situation, change_to
from advisor.engine.analysis.explain.sums import sums_of
from advisor.engine.analysis.explain.values import ChangeSet, Target
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.vocabulary import Outcome

Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some slots, values any of which do."""


def nearest_of(situation: Situation, now: Outcome, limits: ExplanationLimits) -> tuple[Target, ...]:
    """The other outcomes that take the fewest changes of all; none where they are too many for the limits."""
    others = [outcome for outcome in OUTCOMES if outcome is not now]
    found, _ = _in_rings(situation, others, limits, nearest_alone=True)
    return tuple(_target(situation, outcome, found[outcome], limits) for outcome in others if outcome in found)


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
    situation: Situation, outcomes: Sequence[Outcome], limits: ExplanationLimits, *, nearest_alone: bool = False
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
        if len(found) == len(outcomes) or (found and nearest_alone):
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
