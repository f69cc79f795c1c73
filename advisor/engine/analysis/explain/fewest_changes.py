"""The fewest changes of answers that give another outcome."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, islice
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.contradictions import Clash, change_sets_with
from advisor.engine.analysis.explain.hamming_spheres import Bitmap, HammingSphere, hamming_spheres
from advisor.engine.analysis.explain.situation import Situation, change_to
from advisor.engine.analysis.explain.sums import QuestionBlock, Sums, sums_of
from advisor.engine.analysis.explain.values import ChangeSet, Target
from advisor.engine.analysis.limits import ExplanationLimits
from advisor.engine.analysis.space import UNKNOWN, Codes
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Scope
from advisor.engine.model.vocabulary import Outcome

Changes: TypeAlias = tuple[tuple[int, int], ...]
"""Variables of the space, in their order, and their new values."""

Layers: TypeAlias = tuple[int, ...]
"""The score states that are reached with no change, with 1, 2 …"""


@dataclass(frozen=True, slots=True)
class FewestChanges:
    """How many changes give an outcome (at least one), and all of the least sets, or the first of them.

    Without any sets, fewer than ``size`` do not, and no more is known.
    """

    size: int
    sets: tuple[Changes, ...]
    is_complete: bool


def fewest_changes(
    sums: Sums, now: Codes, outcomes: Sequence[Outcome], clashes: Sequence[Clash], limits: ExplanationLimits
) -> dict[Outcome, FewestChanges]:
    """For each of the outcomes that changes give without one of the clashes, the fewest of them."""
    # The largest block first: what comes after it is then looked up, not tried.
    blocks = sorted(sums.blocks, key=lambda block: -len(block.score_states))
    change_sets = [_BlockChanges.of(block, now) for block in blocks]
    search = _Search(change_sets, _clashes_by_block(change_sets, clashes), now, limits)
    found = {outcome: search.fewest(sums.sets[outcome]) for outcome in outcomes}
    return {outcome: fewest for outcome, fewest in found.items() if fewest is not None}


def _clashes_by_block(change_sets: Sequence["_BlockChanges"], clashes: Sequence[Clash]) -> list[list[Clash]]:
    """The clashes that can be told at each block and not before: the last of their variables is in it."""
    block_of = {variable: at for at, way in enumerate(change_sets) for variable in way.block.variables}
    by_block: list[list[Clash]] = [[] for _ in change_sets]
    for clash in clashes:
        by_block[max(block_of[variable] for variable, _ in clash.values)].append(clash)
    return by_block


class _Search:
    """Looks for sets of changes, block after block."""

    def __init__(
        self,
        change_sets: Sequence["_BlockChanges"],
        clashes: Sequence[Sequence[Clash]],
        now: Codes,
        limits: ExplanationLimits,
    ) -> None:
        self._change_sets = change_sets
        self._clashes = clashes
        self._codes = list(now)
        self._limits = limits
        self._dropped = 0
        self._of_size: dict[int, list[Layers]] = {}

    def fewest(self, goal: int) -> FewestChanges | None:
        """The fewest changes that lead to the goal; None where none do."""
        least = next((size for size, score_states in enumerate(self._least_layers[0]) if score_states & goal), None)
        if least is None:
            return None
        self._dropped = 0
        most = sum(max(size for _, size in way.rows) for way in self._change_sets) if any(self._clashes) else least
        for size in range(least, most + 1):
            # On the way to the fewest, what is reached from each block on is so by its fewest; beyond, it need not be.
            after = self._least_layers if size == least else self._exact(size)
            sets = list(islice(self._sets(after, goal, size), self._limits.combinations + 1))
            is_open = self._dropped > self._limits.clashing
            if sets or is_open:
                kept = tuple(tuple(sorted(changes)) for changes in sets[: self._limits.combinations])
                return FewestChanges(size, kept, is_complete=len(kept) == len(sets) and not is_open)
        return None

    @cached_property
    def _least_layers(self) -> list[Layers]:
        """From each block on, the score states that are reached, each by its fewest changes alone."""
        return self._layers(None)

    def _exact(self, most: int) -> list[Layers]:
        """From each block on, the score states that so many changes reach, up to ``most``."""
        if most not in self._of_size:
            self._of_size[most] = self._layers(most)
        return self._of_size[most]

    def _layers(self, most: int | None) -> list[Layers]:
        after: list[Layers] = [(1,)]
        for way in reversed(self._change_sets):
            after.insert(0, way.layers(after[0], most))
        return after

    def _sets(
        self, after: Sequence[Layers], goal: int, size: int, at: int = 0, score_state: int = 0
    ) -> Iterator[Changes]:
        """Sets of exactly ``size`` changes in the blocks from ``at`` on that lead from ``score_state`` to the goal."""
        if at == len(self._change_sets):
            yield ()
            return
        way = self._change_sets[at]
        for (add, number), rows in way.rows.items():
            left = size - number
            if 0 <= left < len(after[at + 1]) and (after[at + 1][left] << (score_state + add)) & goal:
                for row in rows:
                    for variable, value in way.values(row):
                        self._codes[variable] = value
                    if any(clash.is_at(self._codes) for clash in self._clashes[at]):
                        self._dropped += 1
                        if self._dropped > self._limits.clashing:
                            return
                        continue
                    for others in self._sets(after, goal, left, at + 1, score_state + add):
                        yield (*way.changes(row), *others)


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

    def layers(self, after: Layers, most: int | None) -> Layers:
        """What this block and those after it reach with so many changes, up to ``most``; by the fewest where None."""
        layers = [0] * (max(size for _, size in self.rows) + len(after))
        for score_state, size in self.rows:
            for more, score_states in enumerate(after[: None if most is None else max(0, most + 1 - size)], start=size):
                layers[more] |= score_states << score_state
        if most is not None:
            return tuple(layers[: most + 1])
        seen = 0
        for size, score_states in enumerate(layers):
            layers[size] = score_states & ~seen
            seen |= score_states
        while not layers[-1]:
            layers.pop()
        return tuple(layers)

    def values(self, row: int) -> Changes:
        """Its variables in one combination, with their values, changed or not."""
        return tuple(zip(self.block.variables, self.block.points[:, row].tolist(), strict=True))

    def changes(self, row: int) -> Changes:
        """The changes of one combination."""
        return tuple(compress(self.values(row), self.is_changed[:, row].tolist()))


Box: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""For some variables, values any of which do."""


def targets_of(
    situation: Situation, now: Outcome, clashes: Sequence[Clash], limits: ExplanationLimits
) -> tuple[Target, ...]:
    """For each other outcome the fewest changes that give it and bring none of the clashes."""
    others = [outcome for outcome in OUTCOMES if outcome is not now]
    sums = sums_of(situation.rule_set)
    at_least: int | None = None
    if sums is not None and len(situation.parts) == 1 and sums.score_states <= limits.score_states:
        found = fewest_changes(sums, situation.codes, others, clashes, limits)
    else:
        found, at_least = _in_spheres(situation, others, clashes, limits)
    return tuple(
        _target(situation, outcome, found[outcome], limits)
        if outcome in found
        else Target(outcome, None, at_least, (), is_complete=False)
        for outcome in others
    )


def _in_spheres(
    situation: Situation, outcomes: Sequence[Outcome], clashes: Sequence[Clash], limits: ExplanationLimits
) -> tuple[dict[Outcome, FewestChanges], int | None]:
    """What is found at distance 1, 2 … and the distance of what is not; None where all changes were tried."""
    choices = [
        [code for code in range(1, len(variable.base.values)) if code != now]
        for variable, now in zip(situation.variables, situation.codes, strict=True)
    ]
    found: dict[Outcome, FewestChanges] = {}
    size = 0
    for sphere in hamming_spheres(list(map(len, choices)), limits.sphere_points // len(situation.parts)):
        size = sphere.size
        advised = situation.outcomes_in(sphere, choices)
        fitting = sphere.all_change_sets ^ change_sets_with(clashes, situation, sphere, choices)
        for outcome in outcomes:
            if (leading := advised[outcome] & fitting) and outcome not in found:
                sets = tuple(_changes(sphere, choices, leading, limits.combinations))
                found[outcome] = FewestChanges(size, sets, is_complete=leading.bit_count() == len(sets))
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
    if not fewest.sets:
        return Target(outcome, None, fewest.size, (), is_complete=False)
    boxes = sorted(_boxes(fewest.sets), key=lambda box: how_far(situation, box))
    sets = tuple(
        ChangeSet(
            tuple(change_to(situation, index, sorted(codes), limits.answers_shown) for index, codes in box), outcome
        )
        for box in boxes[: limits.sets_shown]
    )
    is_complete = fewest.is_complete and len(boxes) <= limits.sets_shown
    return Target(outcome, fewest.size, fewest.size, sets, is_complete)


def how_far(situation: Situation, changes: Box) -> tuple[int, int]:
    """How far changes go from what was said, the lesser the easier to believe.

    An answer that is open can still be anything, and what holds for the process, such as what its owner wants, changes
    sooner than what the work is. Then the steps count by which a choice moves in its list.
    """
    kinds, steps = 0, 0
    for index, codes in changes:
        variable = situation.variables[index]
        if variable.code == UNKNOWN:
            continue
        kinds += 1 if variable.question.scope is Scope.PROCESS else 2
        if variable.question.type is AnswerType.CHOICE:
            places = [option.key for option in variable.question.options]
            answers = [answer for code in codes for answer in variable.base.values[code].answers]
            steps += min(abs(places.index(str(answer)) - places.index(str(variable.answer))) for answer in answers)
    return kinds, steps


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
