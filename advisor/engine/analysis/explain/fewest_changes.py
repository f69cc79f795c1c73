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
"""The score states that are reached with no change, with 1, 2 …"""


@dataclass(frozen=True, slots=True)
class FewestChanges:
    """How many changes give an outcome (at least one), and all of the least sets, or the first of them."""

    size: int
    sets: tuple[Changes, ...]
    is_complete: bool


def fewest_changes(sums: Sums, now: Codes, outcomes: Sequence[Outcome], most: int) -> dict[Outcome, FewestChanges]:
    """For each of the outcomes that any changes give, the fewest; at most so many sets of each."""
    # The largest block first: what comes after it is then looked up, not tried.
    blocks = sorted(sums.blocks, key=lambda block: -len(block.score_states))
    change_sets = [_BlockChanges.of(block, now) for block in blocks]
    after: list[Layers] = [(1,)]
    for way in reversed(change_sets):
        after.insert(0, way.layers(after[0]))
    found = {}
    for outcome in outcomes:
        goal = sums.sets[outcome]
        size = next((size for size, score_states in enumerate(after[0]) if score_states & goal), None)
        if size is not None:
            sets = list(islice(_sets(change_sets, after[1:], goal, size), most + 1))
            found[outcome] = FewestChanges(
                size, tuple(tuple(sorted(changes)) for changes in sets[:most]), len(sets) <= most
            )
    return found


@dataclass(frozen=True, slots=True)
class _BlockChanges:
    """What changes within one block do: its combinations, by the score state they add and the number of changes."""

    block: QuestionBlock
    is_changed: Ints
    rows: Mapping[tuple[int, int], Sequence[int]]

    @classmethod
    def of(cls, block: QuestionBlock, now: Codes) -> "_BlockChanges":
        is_changed = block.points != np.array([now[variable] for variable in block.variables])[:, None]
        sizes = is_changed.sum(axis=0)
        allowed = np.flatnonzero(((block.points != UNKNOWN) | ~is_changed).all(axis=0))
        rows: dict[tuple[int, int], list[int]] = {}
        for score_state, size, row in zip(
            block.score_states[allowed].tolist(), sizes[allowed].tolist(), allowed.tolist(), strict=True
        ):
            rows.setdefault((score_state, size), []).append(row)
        return cls(block, is_changed, rows)

    def layers(self, after: Layers) -> Layers:
        """What this block and those after it reach, each score state by its fewest changes alone."""
        layers = [0] * (max(size for _, size in self.rows) + len(after))
        for score_state, size in self.rows:
            for more, score_states in enumerate(after, start=size):
                layers[more] |= score_states << score_state
        seen = 0
        for size, score_states in enumerate(layers):
            layers[size] = score_states & ~seen
            seen |= score_states
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


def _sets(
    change_sets: Sequence[_BlockChanges], after: Sequence[Layers], goal: int, size: int, score_state: int = 0
) -> Iterator[Changes]:
    """Sets of exactly ``size`` changes in these blocks that lead from ``score_state`` to the goal."""
    if not change_sets:
        yield ()
        return
    for (add, number), rows in change_sets[0].rows.items():
        left = size - number
        if 0 <= left < len(after[0]) and (after[0][left] << (score_state + add)) & goal:
            for others in _sets(change_sets[1:], after[1:], goal, left, score_state + add):
                for row in rows:
                    yield (*change_sets[0].changes(row), *others)


Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some variables, values any of which do."""


def targets_of(situation: Situation, now: Outcome, limits: ExplanationLimits) -> tuple[Target, ...]:
    """For each other outcome the fewest changes that give it."""
    others = [outcome for outcome in OUTCOMES if outcome is not now]
    sums = sums_of(situation.rule_set)
    at_least: int | None = None
    if sums is not None and len(situation.parts) == 1 and sums.score_states <= limits.score_states:
        found = fewest_changes(sums, situation.now, others, limits.combinations)
    else:
        found, at_least = _in_spheres(situation, others, limits)
    return tuple(
        _target(situation, outcome, found[outcome], limits)
        if outcome in found
        else Target(outcome, None, at_least, (), is_complete=False)
        for outcome in others
    )


def _in_spheres(
    situation: Situation, outcomes: Sequence[Outcome], limits: ExplanationLimits
) -> tuple[dict[Outcome, FewestChanges], int | None]:
    """What is found at distance 1, 2 … and the distance of what is not; None where all changes were tried."""
    choices = [
        [code for code in range(1, len(variable.base.values)) if code != now]
        for variable, now in zip(situation.variables, situation.now, strict=True)
    ]
    found: dict[Outcome, FewestChanges] = {}
    size = 0
    for sphere in hamming_spheres(list(map(len, choices)), limits.sphere_points // len(situation.parts)):
        size = sphere.size
        advised = situation.outcomes_in(sphere, choices)
        for outcome in outcomes:
            if advised[outcome] and outcome not in found:
                sets = tuple(_changes(sphere, choices, advised[outcome], limits.combinations))
                found[outcome] = FewestChanges(size, sets, is_complete=advised[outcome].bit_count() == len(sets))
        if len(found) == len(outcomes):
            break
    return found, size + 1 if size < sum(map(bool, choices)) else None


def _changes(
    sphere: HammingSphere, choices: Sequence[Sequence[int]], change_sets: Bitmap, most: int
) -> Iterator[Changes]:
    """These sets of changes, or the first of them."""
    for variables, taken in zip(*(column.T.tolist() for column in sphere.at(change_sets, most)), strict=True):
        yield tuple((variable, choices[variable][choice]) for variable, choice in zip(variables, taken, strict=True))


def _target(situation: Situation, outcome: Outcome, fewest: FewestChanges, limits: ExplanationLimits) -> Target:
    boxes = _boxes(fewest.sets)
    sets = tuple(
        ChangeSet(
            tuple(change_to(situation, index, sorted(codes), limits.answers_shown) for index, codes in box), outcome
        )
        for box in boxes[: limits.sets_shown]
    )
    is_complete = fewest.is_complete and len(boxes) <= limits.sets_shown
    return Target(outcome, fewest.size, fewest.size, sets, is_complete)


def _boxes(changes: Iterable[Changes]) -> list[Box]:
    """Sets of changes, those that differ in the value of one variable alone put together, variable after variable."""
    boxes: list[Box] = [
        tuple((variable, frozenset([code])) for variable, code in changed) for changed in sorted(changes)
    ]
    for at in range(len(boxes[0]) if boxes else 0):
        alike: dict[tuple[Box, int, Box], frozenset[int]] = {}
        for box in boxes:
            variable, codes = box[at]
            others = (box[:at], variable, box[at + 1 :])
            alike[others] = alike.get(others, frozenset()) | codes
        boxes = [(*before, (variable, codes), *after) for (before, variable, after), codes in alike.items()]
    return boxes
