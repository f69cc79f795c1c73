"""Two rule sets over the same answers: each question is cut by the conditions of both.

A combination answers every question that either rule set asks. A question that one of them does not ask, or an answer
that it does not know, is unknown to that one, as it is when an assessment moves from the one to the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import comb
from typing import TypeAlias

from advisor.engine.analysis.policy_ranges import SIDES, points_of
from advisor.engine.analysis.proofs.rule_pairs import Box, box_of
from advisor.engine.analysis.space import (
    OPTION_SETS_LIMIT,
    UNKNOWN,
    Space,
    SpaceTooLarge,
    Test,
    Value,
    Variable,
    option_sets,
    space_of,
)
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet

Pushes: TypeAlias = list[tuple[Sequence[Test], Sequence[int]]]


@dataclass(frozen=True)
class SharedSpace:
    """The space of both; for each of its questions and values, the value ``before`` has and the value ``after`` has.

    ``pushes`` are the points for the sides of the one and of the other; ``asked_too`` holds what leads to a
    question in the second rule set, where that is not what leads to it in the first.
    """

    space: Space
    before: Sequence[Sequence[int]]
    after: Sequence[Sequence[int]]
    pushes: Pushes = field(default_factory=list)
    asked_too: Mapping[int, Sequence[Test]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Side:
    """One rule set, and the questions of the shared space that it asks."""

    rule_set: RuleSet
    space: Space

    def variable(self, key: str) -> Variable | None:
        """The question as this rule set has it, unless it has none or never asks it."""
        if key not in self.space.positions:
            return None
        variable = self.space.variables[self.space.positions[key]]
        return variable if self.asked_box(variable) is not None else None

    def asked_box(self, variable: Variable) -> Box | None:
        """The answers under which a question is asked; None: never."""
        return box_of(self.space, variable.asked_when)


def shared_space(old: RuleSet, new: RuleSet) -> SharedSpace:
    """The space of two rule sets that ``check`` does not block. Raises SpaceTooLarge."""
    sides = _Side(old, space_of(old)), _Side(new, space_of(new))
    every = dict.fromkeys(chain(*(side.space.positions for side in sides)))
    keys = [key for key in every if any(side.variable(key) for side in sides)]
    at = {key: index for index, key in enumerate(keys)}
    cuts = [_cut([side.variable(key) for side in sides]) for key in keys]
    codes = [[[pair[number] for pair in cut] for cut in cuts] for number in range(2)]
    asked: list[dict[tuple[Test, ...], None]] = [{} for _ in keys]
    pushes: dict[frozenset[Test], list[int]] = {}
    for number, side in enumerate(sides):
        for key in keys:
            variable = side.variable(key)
            box = side.asked_box(variable) if variable else None
            if box is not None:
                asked[at[key]][_tests(box, side.space, at, codes[number])] = None
        for rule, tests in zip(side.rule_set.rules, side.space.rules, strict=True):
            box = box_of(side.space, tests)
            if box is not None:
                points = pushes.setdefault(frozenset(_tests(box, side.space, at, codes[number])), [0] * 2 * len(SIDES))
                for place, more in enumerate(points_of(rule.push), start=number * len(SIDES)):
                    points[place] += more
    asked_when = [() if () in found else tuple(found) for found in asked]
    variables = tuple(
        Variable(
            next(variable.question for side in reversed(sides) if (variable := side.variable(key))),
            tuple(Value(tuple(answers), weight) for answers, weight in cut.values()),
            tests[0] if tests else (),
            {},
            (),
            (),
        )
        for key, cut, tests in zip(keys, cuts, asked_when, strict=True)
    )
    return SharedSpace(
        Space(variables, ()),
        codes[0],
        codes[1],
        pushes=[(sorted(tests, key=lambda test: test.variable), points) for tests, points in pushes.items()],
        asked_too={index: tests[1] for index, tests in enumerate(asked_when) if len(tests) > 1},
    )


def decide_alike(old: RuleSet, new: RuleSet, both: SharedSpace) -> bool:
    """Whether all that decides is the same: then every set of answers gets the same points, outcome and strength."""
    known = all(
        (one == UNKNOWN) == (other == UNKNOWN)
        for befores, afters in zip(both.before, both.after, strict=True)
        for one, other in zip(befores, afters, strict=True)
    )
    return (
        known
        and not both.asked_too
        and _asked_alike(old, new, both)
        and all(list(points[: len(SIDES)]) == list(points[len(SIDES) :]) for _, points in both.pushes)
        and [(row.when, row.leave) for row in old.leave] == [(row.when, row.leave) for row in new.leave]
        and [(row.when, row.kind, row.strength) for row in old.kind]
        == [(row.when, row.kind, row.strength) for row in new.kind]
    )


def _asked_alike(old: RuleSet, new: RuleSet, both: SharedSpace) -> bool:
    """Whether every question is asked in both, of the same pieces, and after the same answers."""
    sides = _Side(old, space_of(old)), _Side(new, space_of(new))
    at = {variable.question.key: index for index, variable in enumerate(both.space.variables)}
    for key in at:
        one, other = (side.variable(key) for side in sides)
        if one is None or other is None or one.question.scope is not other.question.scope:
            return False
        asked_when = [
            _tests(side.asked_box(variable) or {}, side.space, at, codes)
            for side, variable, codes in zip(sides, (one, other), (both.before, both.after), strict=True)
        ]
        if asked_when[0] != asked_when[1]:
            return False
    return True


Cut: TypeAlias = dict[tuple[int, int], tuple[list[Answer], int]]
"""For each pair of values, of the one and of the other rule set, the answers that have it and what they weigh."""


def _cut(variables: Sequence[Variable | None]) -> Cut:
    questions = [variable.question for variable in variables if variable]
    cut: Cut = {(UNKNOWN, UNKNOWN): ([None], 1)}
    for kind in dict.fromkeys(question.type for question in questions):
        of_kind = [variable for variable in variables if variable and variable.question.type is kind]
        for answer, weight in _answers(of_kind):
            one, other = (variable.code(answer) if variable else UNKNOWN for variable in variables)
            alike, weighs = cut.setdefault((one, other), ([], 0))
            cut[one, other] = [*alike, answer], weighs + weight
    return cut


def _answers(variables: Sequence[Variable]) -> Iterable[tuple[Answer, int]]:
    """Answers that stand for all that the questions allow, each with how many answers it stands for."""
    questions = [variable.question for variable in variables]
    options = list(dict.fromkeys(option.key for question in questions for option in question.options))
    match questions[0].type:
        case AnswerType.CHOICE:
            return [(option, 1) for option in options]
        case AnswerType.NUMBER:
            return [(start, 1) for start in _band_starts(variables)]
        case AnswerType.CHOICES:
            looked_at = [key for key in options if _is_told_apart(key, variables)]
            if len(looked_at) > OPTION_SETS_LIMIT:
                raise SpaceTooLarge(questions[0].key)
            return _sets(questions, options, looked_at)


def _sets(
    questions: Sequence[Question], options: Sequence[str], looked_at: Sequence[str]
) -> Iterator[tuple[Answer, int]]:
    """Sets of the options that are looked at; where so many of them may not be chosen, with others too.

    Those with as many others as are told apart by how many may be chosen stand for each other.
    """
    others = [option for option in options if option not in looked_at]
    mosts = {question.most for question in questions}
    for chosen in option_sets(looked_at):
        if mosts == {None}:
            yield chosen, 2 ** len(others)
            continue
        weights: dict[frozenset[int | None], tuple[int, int]] = {}
        for number in range(len(others) + 1):
            fitting = frozenset(most for most in mosts if most is None or len(chosen) + number <= most)
            first, weight = weights.get(fitting, (number, 0))
            weights[fitting] = first, weight + comb(len(others), number)
        for fitting, (number, weight) in weights.items():
            if fitting:
                also = {*chosen, *others[:number]}
                yield tuple(option for option in options if option in also), weight


def _is_told_apart(option: str, variables: Sequence[Variable]) -> bool:
    """Whether conditions look at this option, or one of the rule sets does not know it."""
    return any(option in variable.looked_at or variable.question.option(option) is None for variable in variables)


def _band_starts(variables: Sequence[Variable]) -> list[int]:
    """The lowest number of each band in which neither rule set tells numbers apart."""
    starts = {start for variable in variables for start in variable.starts}
    questions: list[Question] = [variable.question for variable in variables]
    starts |= {question.minimum for question in questions if question.minimum is not None}
    starts |= {question.maximum + 1 for question in questions if question.maximum is not None}
    return sorted(start for start in starts if any(question.allows(start) for question in questions))


def _tests(box: Box, space: Space, at: Mapping[str, int], codes: Sequence[Sequence[int]]) -> tuple[Test, ...]:
    """A box of one rule set in the shared space."""
    found = []
    for variable, accepted in box.items():
        index = at[space.variables[variable].question.key]
        found.append(Test(index, frozenset(value for value, code in enumerate(codes[index]) if code in accepted)))
    return tuple(sorted(found, key=lambda test: test.variable))
