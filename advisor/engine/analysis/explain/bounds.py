"""Which outcomes a large box can have, where the rules tie its questions together.

Question after question, the box is cut into one smaller box for each value. What the rest of a box can still bring
lies between two sums, and so the policy leaves few outcomes, or one; boxes without any of the wanted outcomes are
dropped. When what is left of each is small enough, all of its points are looked at.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from advisor.engine.analysis.explain.sums import VALUE, every_point, outcomes_at
from advisor.engine.analysis.limits import ExplanationLimits
from advisor.engine.analysis.policy_ranges import SIDES, outcomes_within
from advisor.engine.analysis.space import UNKNOWN, Codes, Test, Variable, space_of
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome


def wanted_in(
    rule_set: RuleSet, box: Sequence[Sequence[int]], wanted: Collection[Outcome], limits: ExplanationLimits
) -> tuple[dict[Outcome, Codes], bool]:
    """Those of the wanted outcomes found in a box of the space, each with a point; and whether there are no others."""
    cuts = _Cuts(rule_set, box)
    while cuts.left > limits.leaf and cuts.next_size <= limits.boxes:
        cuts.cut()
        cuts.keep([OUTCOMES.index(outcome) for outcome in wanted])
    is_complete = cuts.number * cuts.left <= limits.box_points
    points = cuts.all_of_each() if is_complete else cuts.one_of_each()
    numbers, first = np.unique(outcomes_at(rule_set, list(points)), return_index=True)
    seen = {OUTCOMES[number]: points[:, at] for number, at in zip(numbers.tolist(), first.tolist(), strict=True)}
    return {outcome: _inside(box, codes) for outcome, codes in seen.items() if outcome in wanted}, is_complete


def _inside(box: Sequence[Sequence[int]], codes: Ints) -> Codes:
    """A point of the box like this one, in which follow-ups that are not asked are unknown."""
    return tuple(code if code in values else values[0] for code, values in zip(codes.tolist(), box, strict=True))


class _Cuts:
    """The smaller boxes: a column of ``codes`` for each, right for the variables that are cut already."""

    def __init__(self, rule_set: RuleSet, box: Sequence[Sequence[int]]) -> None:
        self._rules = _rules_of(rule_set)
        self._policy = rule_set
        self._variables = space_of(rule_set).variables
        self._box = box
        self._order = _order(self._variables, box, self._rules)
        self._codes = np.array([values[0] for values in box], VALUE)[:, None]
        self._alive = np.ones((1, len(rule_set.rules)), bool)
        self._can, self._must = self._rest()
        self._done = 0
        self.left = prod(map(len, box))

    @property
    def number(self) -> int:
        """How many boxes there are."""
        return int(self._codes.shape[1])

    @property
    def next_size(self) -> int:
        """How many there are after the next cut, at most."""
        return self.number * len(self._box[self._order[self._done]])

    def cut(self) -> None:
        """Cut each of the boxes by the next variable."""
        at = self._order[self._done]
        values = np.array(self._box[at])
        is_asked = self._hold(self._variables[at].asked_when)
        asked, not_asked = np.flatnonzero(is_asked), np.flatnonzero(~is_asked)
        boxes = np.concatenate([np.repeat(asked, len(values)), not_asked])
        codes = np.concatenate([np.tile(values, len(asked)), np.full(len(not_asked), UNKNOWN)])
        self._codes = self._codes[:, boxes]
        self._codes[at] = codes
        self._alive = self._alive[boxes] & self._rules.accepts[at][codes]
        self._done += 1
        self.left //= len(values)

    def keep(self, wanted: Sequence[int]) -> None:
        """Drop the boxes that have none of the wanted outcomes."""
        most = (self._alive & self._can[self._done]).astype(np.float32) @ self._rules.points
        least = (self._alive & self._must[self._done]).astype(np.float32) @ self._rules.points
        possible = outcomes_within(self._policy, tuple(least.T), tuple(most.T))
        kept = np.flatnonzero(possible & sum(1 << number for number in wanted))
        self._codes, self._alive = self._codes[:, kept], self._alive[kept]

    def one_of_each(self) -> Ints:
        """A point of each box."""
        return self._codes

    def all_of_each(self) -> Ints:
        """All points of all boxes."""
        rest = self._order[self._done :]
        points = np.repeat(self._codes, self.left, axis=1)
        points[rest] = np.tile(every_point([self._box[at] for at in rest]), self.number)
        return points

    def _hold(self, tests: Sequence[Test]) -> Ints:
        held = np.ones(self.number, bool)
        for test in tests:
            held &= np.isin(self._codes[test.variable], list(test.accepted))
        return held

    def _rest(self) -> tuple[list[Ints], list[Ints]]:
        """After so many cuts: which rules the other variables can all let through, and which they must."""
        can = [np.ones(len(self._policy.rules), bool)]
        must = [can[0]]
        for at in reversed(self._order):
            accepts = self._rules.accepts[at]
            let = accepts[list(self._box[at])]
            can.append(can[-1] & let.any(axis=0))
            must.append(must[-1] & (accepts[UNKNOWN] if self._variables[at].asked_when else let.all(axis=0)))
        return can[::-1], must[::-1]


def _order(variables: Sequence[Variable], box: Sequence[Sequence[int]], rules: "_Rules") -> list[int]:
    """Variables with one value first, then those with the most points; a follow-up after what it asks for."""
    order: list[int] = []
    left = set(range(len(variables)))
    while left:
        ready = [at for at in left if not any(test.variable in left for test in variables[at].asked_when)]
        order.append(min(ready, key=lambda at: (len(box[at]) > 1, -rules.weights[at], at)))
        left.remove(order[-1])
    return order


@dataclass(frozen=True, slots=True)
class _Rules:
    """For each variable, value and rule whether the value lets the rule through; the points of each rule by side.

    ``weights`` is, for each variable, the points of all rules that look at it.
    """

    accepts: tuple[Ints, ...]
    points: Ints
    weights: tuple[int, ...]


@cached_per_rule_set
def _rules_of(rule_set: RuleSet) -> _Rules:
    space = space_of(rule_set)
    accepts = tuple(np.ones((len(variable.values), len(space.rules)), bool) for variable in space.variables)
    points = np.zeros((len(space.rules), len(SIDES)), np.float32)
    weights = [0] * len(space.variables)
    for number, (rule, tests) in enumerate(zip(rule_set.rules, space.rules, strict=True)):
        points[number, SIDES.index(rule.push.side)] = rule.push.points
        for test in tests:
            weights[test.variable] += rule.push.points
            accepts[test.variable][:, number] = False
            accepts[test.variable][sorted(test.accepted), number] = True
    return _Rules(accepts, points, tuple(weights))
