"""Which of the given answers suffice: whatever the others were, the outcome would be the same.

A set of answers suffices when, and only when, it meets every set of answers whose change can give another outcome. So
the least set that meets all such sets found so far either suffices, and then no smaller one does; or there is a point
with those answers and another outcome, and one more such set to meet.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_

import numpy as np

from advisor.engine.analysis.explain.boxes import box_around, outcomes_in
from advisor.engine.analysis.explain.hamming_spheres import hamming_spheres
from advisor.engine.analysis.explain.situation import Situation
from advisor.engine.analysis.explain.sums import VALUE, Points
from advisor.engine.analysis.explain.values import SufficientAnswers
from advisor.engine.analysis.limits import ExplanationLimits
from advisor.engine.analysis.space import Codes
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.vocabulary import Outcome


def sufficient_answers(
    situation: Situation, now: Outcome, limits: ExplanationLimits, *, while_unanswered: bool
) -> SufficientAnswers:
    """A least set of the given answers that fixes the outcome ``now``, or one that cannot be shortened.

    The unanswered questions stay so ``while_unanswered``; else it must be settled that they change nothing.
    """
    search = _Search(situation, now, limits, () if while_unanswered else situation.unknown_variables())
    least = search.find_least()
    kept, is_minimal = (least, True) if least is not None else search.shorten()
    named = tuple((situation.variables[index].question.key, situation.variables[index].part) for index in kept)
    return SufficientAnswers(named, while_unanswered, is_minimal, is_smallest=least is not None)


_AT_ONCE = 10
"""Changes all subsets of which are looked at, at once."""


class _Search:
    """What was found of one situation. Sets of given answers are numbers: bit i for the i-th of ``known``."""

    def __init__(self, situation: Situation, now: Outcome, limits: ExplanationLimits, others: Sequence[int]) -> None:
        self.situation = situation
        self.now = now
        self.limits = limits
        self.known_variables = situation.known_variables()
        self.others = others
        self.checks = limits.checks // len(situation.parts)
        self.to_meet = list(self._near())

    def find_least(self) -> list[int] | None:
        """The least set of variables that suffices; None where that was not found out."""
        singles = reduce(or_, (found for found in self.to_meet if found.bit_count() == 1), 0)
        left = [at for at in range(len(self.known_variables)) if not singles >> at & 1]
        if len(left) > self.limits.subsets:
            return None
        # Every subset of the answers that need not all be kept, the small ones first.
        candidates = _subsets(len(left))
        met = 0
        while True:
            for found in self.to_meet[met:]:
                if not found & singles:
                    inner = sum(1 << bit for bit, at in enumerate(left) if found >> at & 1)
                    candidates = candidates[(candidates & inner) != 0]
            met = len(self.to_meet)
            first = int(candidates[0])
            kept = singles | sum(1 << at for bit, at in enumerate(left) if first >> bit & 1)
            can_turn = self._can_turn(kept)
            if can_turn is None:
                return None
            if not can_turn:
                return self._slots(kept)

    def shorten(self) -> tuple[list[int], bool]:
        """A set of variables that suffices, and whether it is known that none of them can be left out."""
        kept, is_minimal = (1 << len(self.known_variables)) - 1, True
        for at in range(len(self.known_variables)):
            fewer = kept & ~(1 << at)
            can_turn = self._can_turn(fewer)
            if can_turn is None:
                is_minimal = False
            elif not can_turn:
                kept = fewer
        return self._slots(kept), is_minimal

    def _slots(self, kept: int) -> list[int]:
        return [index for at, index in enumerate(self.known_variables) if kept >> at & 1]

    def _can_turn(self, kept: int) -> bool | None:
        """Whether the outcome can be another one while these answers stay; None where that was not found out."""
        if any(not found & kept for found in self.to_meet):
            return True
        self.checks -= 1
        if self.checks < 0:
            return None
        free = [index for at, index in enumerate(self.known_variables) if not kept >> at & 1]
        box = box_around(self.situation, [*free, *self.others])
        found = outcomes_in(self.situation, box, self.limits, other_than=self.now)
        turned = next((codes for outcome, codes in found.points.items() if outcome is not self.now), None)
        if turned is None:
            return False if found.is_complete else None
        self.to_meet.extend(self._reduce(turned))
        return True

    def _near(self) -> Iterable[int]:
        """The least sets whose change gives another outcome, as far out as the limits allow."""
        choices = [
            [code for code in range(len(variable.base.values)) if code != now]
            if index in self.known_variables or index in self.others
            else []
            for index, (variable, now) in enumerate(zip(self.situation.variables, self.situation.codes, strict=True))
        ]
        bit = np.zeros(len(self.situation.variables), np.int64)
        bit[self.known_variables] = 1 << np.arange(len(self.known_variables))
        least: list[int] = []
        for sphere in hamming_spheres(list(map(len, choices)), self.limits.near_points):
            turned = sphere.all_change_sets ^ self.situation.outcomes_in(sphere, choices)[self.now]
            for found in np.unique(bit[sphere.at(turned)[0]].sum(axis=0)).tolist():
                if not any(known & found == known for known in least):
                    least.append(found)
        return least

    def _turning_points(self, points: Ints) -> Ints:
        return np.flatnonzero(self.situation.outcomes(points) != OUTCOMES.index(self.now))

    def _reduce(self, turned: Codes) -> list[int]:
        """The least sets of changes that give another outcome, among those that lead to this point; or one of them."""
        point = np.array(turned, VALUE)
        for start in range(0, len(self.known_variables), _AT_ONCE):
            changed = self._changed_answers(point)
            if len(changed) <= _AT_ONCE:
                break
            points, turning = self._undo(point, changed[start : start + _AT_ONCE])
            point = points[:, turning[0]]
        changed = self._changed_answers(point)
        if len(changed) > _AT_ONCE:
            return [sum(1 << at for at in changed)]
        _, turning = self._undo(point, changed)
        found: list[int] = []
        for subset in _subsets(len(changed))[turning].tolist():
            if not any(known & subset == known for known in found):
                found.append(subset)
        return [sum(1 << at for bit, at in enumerate(changed) if subset >> bit & 1) for subset in found]

    def _changed_answers(self, point: Ints) -> list[int]:
        return [at for at, index in enumerate(self.known_variables) if point[index] != self.situation.codes[index]]

    def _undo(self, point: Ints, changed: Sequence[int]) -> tuple[Points, Ints]:
        """This point with only some of these changes, the fewest first; and which of those have another outcome."""
        subsets = _subsets(len(changed))
        points = np.repeat(point[:, None], len(subsets), axis=1)
        for bit, at in enumerate(changed):
            index = self.known_variables[at]
            points[index, (subsets >> bit & 1) == 0] = self.situation.codes[index]
        return points, self._turning_points(points)


@lru_cache(maxsize=4)
def _subsets(size: int) -> Ints:
    """All subsets of so many things, as numbers, the small ones first."""
    subsets = np.arange(2**size, dtype=np.uint32)
    return subsets[np.argsort(np.bitwise_count(subsets), kind="stable")]
