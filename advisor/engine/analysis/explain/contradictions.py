"""Which changes of answers nobody would believe: those that would make two of them pull apart, and some besides.

Answers that no rule tells apart can differ in what contradicts them. So changes are looked for in a space that is cut
a little finer than that of the rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import numpy as np

from advisor.engine.analysis.explain.hamming_spheres import Bitmap, HammingSphere
from advisor.engine.analysis.explain.situation import Situation
from advisor.engine.analysis.explain.sums import Points
from advisor.engine.analysis.space import SpaceTooLarge, space_of
from advisor.engine.evaluation.batch import Ints
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Condition, Scope
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side


@cached_per_rule_set
def with_contradictions(rule_set: RuleSet) -> RuleSet:
    """A rule set that advises the same, whose space tells apart the answers that its contradictions look at.

    Contradictions that look at too many options of one question are left out. Raises SpaceTooLarge.
    """
    if not rule_set.tensions:
        return rule_set
    finer = replace(rule_set, rules=(*rule_set.rules, *map(_without_points, _conditions(rule_set))))
    try:
        space_of(finer)
    except SpaceTooLarge as large:
        left = tuple(it for it in rule_set.tensions if large.question not in {found.question for found in it.when})
        if len(left) == len(rule_set.tensions):
            raise
        return with_contradictions(replace(rule_set, tensions=left))
    return finer


def _conditions(rule_set: RuleSet) -> list[Condition]:
    return list(dict.fromkeys(condition for found in rule_set.tensions for condition in found.when))


def _without_points(condition: Condition) -> Rule:
    """A rule that changes no sum. It has one condition, so that it ties no questions together."""
    return Rule("", (condition,), Push(Side.BPO, 0), "", ())


@dataclass(frozen=True, slots=True)
class Clash:
    """What nobody believes, such as a contradiction in one part: each of these variables has one of these values."""

    key: str
    values: tuple[tuple[int, frozenset[int]], ...]

    def is_at(self, codes: Sequence[int]) -> bool:
        """Whether it is there at one point."""
        return all(codes[variable] in accepted for variable, accepted in self.values)

    def among(self, points: Points) -> Ints:
        """At which of many points it is there."""
        found: Ints = np.ones(points.shape[1], bool)
        for variable, accepted in self.values:
            found &= np.isin(points[variable], list(accepted))
        return found


def new_clashes(situation: Situation) -> tuple[Clash, ...]:
    """The contradictions that the answers of now do not have, part by part.

    The rule set of the situation is one that ``with_contradictions`` gave.
    """
    clashes = dict.fromkeys(
        Clash(key, tuple((part[variable], accepted) for variable, accepted in values))
        for part in situation.parts
        for key, values in _values_of(situation.rule_set)
    )
    return tuple(clash for clash in clashes if not clash.is_at(situation.codes))


def given_up_with_more(situation: Situation) -> tuple[Clash, ...]:
    """Changes after which nothing is chosen any more of several things that hold for the process, and others besides.

    An owner who wants nothing any more may be believed; one who wants nothing, and has other people too, is another.
    """
    found = []
    for index, variable in enumerate(situation.variables):
        if (
            variable.question.type is AnswerType.CHOICES
            and variable.question.scope is Scope.PROCESS
            and variable.answer
        ):
            values = variable.base.values
            nothing = frozenset(code for code, value in enumerate(values) if value.answers == ((),))
            kept = set(_keys(variable.answer)) - set(variable.base.looked_at)
            if nothing and not kept and variable.code not in nothing:
                found += [
                    Clash("", ((index, nothing), (at, frozenset(range(1, len(other.base.values))) - {other.code})))
                    for at, other in enumerate(situation.variables)
                    if at != index
                ]
    return tuple(found)


def _keys(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ()


@cached_per_rule_set
def _values_of(rule_set: RuleSet) -> list[tuple[str, list[tuple[int, frozenset[int]]]]]:
    """For each contradiction the values of the space at which it is there; its questions must be asked, too."""
    space, conditions = space_of(rule_set), _conditions(rule_set)
    tests_of = dict(zip(conditions, space.rules[len(space.rules) - len(conditions) :], strict=True))
    found = []
    for contradiction in rule_set.tensions:
        accepted: dict[int, frozenset[int]] = {}
        tests = [test for condition in contradiction.when for test in tests_of[condition]]
        for test in tests:  # it grows by what the questions of those before are asked after
            accepted[test.variable] = accepted.get(test.variable, test.accepted) & test.accepted
            tests.extend(space.variables[test.variable].asked_when)
        found.append((contradiction.key, sorted(accepted.items())))
    return found


def change_sets_with(
    clashes: Iterable[Clash], situation: Situation, sphere: HammingSphere, choices: Sequence[Sequence[int]]
) -> Bitmap:
    """The change sets after which one of the clashes is there. ``choices`` are the values of each variable."""
    found = 0
    if situation.looks_at_points(sphere):
        points = situation.points_of(sphere, choices)
        held = reduce(or_, (clash.among(points) for clash in clashes), np.zeros(points.shape[1], bool))
        return int.from_bytes(np.packbits(held, bitorder="little").tobytes(), "little")
    for clash in clashes:
        held_by = sphere.all_change_sets
        for variable, accepted in clash.values:
            staying = sphere.sets_leaving[variable] if situation.codes[variable] in accepted else 0
            taking = zip(choices[variable], sphere.sets_taking[variable], strict=True)
            held_by &= reduce(or_, (sets for code, sets in taking if code in accepted), staying)
        found |= held_by
    return found
