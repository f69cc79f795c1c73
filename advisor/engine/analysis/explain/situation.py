"""A set of answers as a point: one variable for each question of the process and of each part, and its value now."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from heapq import nsmallest
from itertools import pairwise
from operator import or_
from typing import TypeAlias, TypeVar

import numpy as np

from advisor.engine.analysis.explain.hamming_spheres import Bitmap, HammingSphere
from advisor.engine.analysis.explain.sums import VALUE, Points, outcomes_at
from advisor.engine.analysis.explain.values import AnswerChange, Band
from advisor.engine.analysis.space import UNKNOWN, Codes, Space, Variable, space_of
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, Batch, Ints, evaluate_codes
from advisor.engine.evaluation.circuit import has_many, outcome_bitmaps
from advisor.engine.evaluation.evaluate import combine_kinds, combine_outcomes
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Question, Scope, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome

BITMAP_LIMIT = 50_000_000
"""Bits of all bitmaps of a sphere: with more, its change sets are looked at one by one."""

Parts: TypeAlias = Sequence[tuple[str, Mapping[str, Answer]]]


@dataclass(frozen=True, slots=True)
class PartVariable:
    """One question of the process (``part`` is None), or of one of its parts.

    ``base`` stands at ``position`` in the space, and ``answer`` is the one that counts.
    """

    position: int
    base: Variable
    part: int | None
    answer: Answer
    is_asked: bool

    @property
    def question(self) -> Question:
        """The question."""
        return self.base.question

    @property
    def code(self) -> int:
        """The value of the answer given."""
        return self.base.code(self.answer)


@dataclass(frozen=True, slots=True)
class PointAdvice:
    """The advice for many points: positions in OUTCOMES, KINDS and STRENGTHS, and points."""

    outcomes: Ints
    kinds: Ints
    strengths: Ints
    leans: Ints


@dataclass(frozen=True)
class Situation:
    """Where a set of answers stands, in one piece or ``in_parts``.

    Variables are in the order of the rule set, those of one question in the order of the parts. ``parts`` has, for
    each part, the index of the variable of each question.
    """

    rule_set: RuleSet
    space: Space
    variables: tuple[PartVariable, ...]
    parts: tuple[tuple[int, ...], ...]
    in_parts: bool

    @cached_property
    def codes(self) -> Codes:
        """The value of each variable."""
        return tuple(variable.code for variable in self.variables)

    @cached_property
    def shared_variables(self) -> tuple[int, ...]:
        """The variables that all parts share; in one piece, every variable is its own."""
        return tuple(index for index, variable in enumerate(self.variables) if self.in_parts and variable.part is None)

    def advice(self, points: Points) -> PointAdvice:
        """The advice for the process at many points."""
        found = [evaluate_codes(self.rule_set, [points[variable] for variable in part]) for part in self.parts]
        if len(found) == 1:
            batch = found[0]
            return PointAdvice(batch.outcomes, batch.kinds, batch.strengths, _lean(batch))
        return PointAdvice(
            OUTCOME_OF[np.bitwise_or.reduce([1 << batch.outcomes for batch in found])],
            KIND_OF[np.bitwise_or.reduce([1 << batch.kinds for batch in found])],
            np.minimum.reduce([batch.strengths for batch in found]),
            np.add.reduce([_lean(batch) for batch in found]),
        )

    def outcomes(self, points: Points) -> Ints:
        """The outcomes for the process at many points: positions in OUTCOMES."""
        if len(self.parts) == 1:
            return outcomes_at(self.rule_set, list(points))
        found = outcomes_at(self.rule_set, list(points[np.array(self.parts).T].reshape(len(self.parts[0]), -1)))
        return OUTCOME_OF[np.bitwise_or.reduce(1 << found.reshape(len(self.parts), -1))]

    def outcomes_in(self, sphere: HammingSphere, choices: Sequence[Sequence[int]]) -> dict[Outcome, Bitmap]:
        """For each outcome the change sets that give it. ``choices`` are the values each variable can change to."""
        if self.looks_at_points(sphere):
            return self._outcomes_at(sphere, choices)
        change_sets = [
            {now: left, **dict(zip(codes, taking, strict=True))}
            for now, left, codes, taking in zip(
                self.codes, sphere.sets_leaving, choices, sphere.sets_taking, strict=True
            )
        ]
        found = [
            self._outcomes_of_part([change_sets[index] for index in part], sphere.all_change_sets)
            for part in self.parts
        ]
        return found[0] if len(found) == 1 else _bitmaps_together(found, sphere.all_change_sets)

    def looks_at_points(self, sphere: HammingSphere) -> bool:
        """Whether the change sets of a sphere are looked at one by one: bitmaps for many values take far more room."""
        has_many_values = any(has_many(variable.base) for variable in self.variables)
        return has_many_values or sphere.variables.shape[1] * sum(sphere.numbers) > BITMAP_LIMIT

    def points_of(self, sphere: HammingSphere, choices: Sequence[Sequence[int]]) -> Points:
        """The point to which each change set leads."""
        points = self.points(sphere.variables.shape[1])
        change_sets = np.arange(sphere.variables.shape[1])
        first = np.cumsum([0, *map(len, choices)])
        codes = np.array([code for each in choices for code in each], VALUE)
        for variables, taken in zip(sphere.variables, sphere.choices, strict=True):
            points[variables, change_sets] = codes[first[variables] + taken]
        return points

    def _outcomes_at(self, sphere: HammingSphere, choices: Sequence[Sequence[int]]) -> dict[Outcome, Bitmap]:
        found = self.outcomes(self.points_of(sphere, choices))
        return {
            outcome: int.from_bytes(np.packbits(found == number, bitorder="little").tobytes(), "little")
            for number, outcome in enumerate(OUTCOMES)
        }

    def _outcomes_of_part(self, change_sets: Sequence[Mapping[int, Bitmap]], every: Bitmap) -> dict[Outcome, Bitmap]:
        return outcome_bitmaps(self.rule_set, every, lambda variable, code: change_sets[variable].get(code, 0))

    def points(self, number: int) -> Points:
        """The point of now, so many times."""
        return np.repeat(np.array(self.codes, VALUE)[:, None], number, axis=1)

    def unknown_variables(self) -> list[int]:
        """The variables without a known answer, asked or not."""
        return [index for index, code in enumerate(self.codes) if code == UNKNOWN]

    def known_variables(self) -> list[int]:
        """The variables with a known answer."""
        return [index for index, code in enumerate(self.codes) if code != UNKNOWN]

    def answers(self, codes: Sequence[int]) -> tuple[dict[str, Answer], tuple[dict[str, Answer], ...]]:
        """Answers with these values, for the process and for each part: those given now where the value is the same."""
        whole: dict[str, Answer] = {}
        own: list[dict[str, Answer]] = [{} for _ in self.parts] if self.in_parts else []
        for variable, code in zip(self.variables, codes, strict=True):
            if code != UNKNOWN:
                answer = variable.answer if code == variable.code else variable.base.values[code].answers[0]
                (whole if variable.part is None else own[variable.part])[variable.question.key] = answer
        count = [asked_questions(self.rule_set.questions, {**whole, **answers}).answers for answers in own or [{}]]
        return (
            {key: answer for key, answer in whole.items() if any(key in counted for counted in count)},
            tuple(
                {key: answer for key, answer in answers.items() if key in counted}
                for answers, counted in zip(own, count, strict=False)
            ),
        )


def _lean(batch: Batch) -> Ints:
    # The sums of a batch may be of a type that has no numbers below 0.
    lean: Ints = batch.bpo.astype(np.int64) - batch.kpo.astype(np.int64)
    return lean


def situation_of(rule_set: RuleSet, answers: Answers, parts: Parts = ()) -> Situation:
    """Where answers, as for ``evaluate_parts``, stand. Raises SpaceTooLarge.

    Answers that do not count now are forgotten: they are unknown should their question be asked again.
    """
    space = space_of(rule_set)
    asked = [asked_questions(rule_set.questions, {**answers, **own}) for _, own in parts] or [
        asked_questions(rule_set.questions, answers)
    ]
    reached = [{question.key for question in one.questions} for one in asked]
    variables: list[PartVariable] = []
    indices: list[list[int]] = [[] for _ in asked]
    for position, base in enumerate(space.variables):
        key = base.question.key
        is_own = bool(parts) and base.question.scope is Scope.PART
        for number, one in enumerate(asked):
            if is_own or number == 0:
                part = number if is_own else None
                variables.append(PartVariable(position, base, part, one.answers.get(key), key in reached[number]))
            indices[number].append(len(variables) - 1)
    return Situation(rule_set, space, tuple(variables), tuple(map(tuple, indices)), bool(parts))


Word = TypeVar("Word", Outcome, Kind)


def _combination(words: Sequence[Word], combine: Callable[[set[Word]], Word]) -> Ints:
    """What parts give together, by the set of what they give: bit i of the position stands for the i-th word."""
    sets: list[set[Word]] = [
        {word for bit, word in enumerate(words) if mask >> bit & 1} for mask in range(1, 2 ** len(words))
    ]
    return np.array([0, *(words.index(combine(found)) for found in sets)], np.uint8)


def _bitmaps_together(found: Sequence[Mapping[Outcome, Bitmap]], every: Bitmap) -> dict[Outcome, Bitmap]:
    """From the outcomes of each part those of the process."""
    having = [reduce(or_, (part[outcome] for part in found)) for outcome in OUTCOMES]
    together = dict.fromkeys(OUTCOMES, 0)
    for outcomes in range(1, 2 ** len(OUTCOMES)):
        exactly = every
        for number, change_sets in enumerate(having):
            exactly &= change_sets if outcomes >> number & 1 else every ^ change_sets
        together[OUTCOMES[OUTCOME_OF[outcomes]]] |= exactly
    return together


OUTCOME_OF = _combination(OUTCOMES, combine_outcomes)
KIND_OF = _combination(KINDS, combine_kinds)


# ---- Values of the space as answers that a person can be told, and can give


def change_to(situation: Situation, index: int, codes: Iterable[int], most: int) -> AnswerChange:
    """To give one variable another answer, one with any of these values; ``most`` sets of options are told."""
    variable = situation.variables[index]
    answers = [answer for code in codes for answer in variable.base.values[code].answers]
    bands: list[Band] = []
    more = 0
    match variable.question.type:
        case AnswerType.CHOICES:
            answers, more = _nearest_sets(variable.base, answers, variable.answer, most)
        case AnswerType.NUMBER:
            bands = _bands(variable.base, answers)
            answers = [number for band in bands for number in _nearest(band, variable.answer)]
    others = tuple(answer for answer in answers if answer != variable.answer)
    return AnswerChange(variable.question.key, variable.part, others, tuple(bands), more)


def other_values(situation: Situation, index: int) -> list[int]:
    """The known values that another answer to this question can have: the one of now too, where others share it."""
    variable = situation.variables[index]
    codes = range(1, len(variable.base.values))
    return [code for code in codes if code != variable.code or change_to(situation, index, [code], 1).answers]


def _nearest_sets(variable: Variable, sets: Sequence[Answer], current: Answer, most: int) -> tuple[list[Answer], int]:
    """Sets of the options that conditions look at, with the other options as they are; nearest to ``current`` first.

    Without the one given; the first of them, and how many there are besides.
    """
    looked_at = frozenset(variable.looked_at)
    ticked = frozenset(_keys(current))
    kept, before = ticked - looked_at, ticked & looked_at
    others = [found for found in map(_keys, sets) if current is None or before != set(found)]
    near = nsmallest(most, others, key=lambda found: len(before.symmetric_difference(found)))
    keys = [option.key for option in variable.question.options]
    # The answer given may have its options in any order; those told have them in the question's.
    return [_with_kept(variable.question, keys, found, kept) for found in near], len(others) - len(near)


def _with_kept(question: Question, keys: Sequence[str], found: Sequence[str], kept: Set[str]) -> tuple[str, ...]:
    """A set of options with as many of those kept as may be chosen beside it, the first of them."""
    beside = [key for key in keys if key in kept]
    also = {*found, *(beside if question.most is None else beside[: question.most - len(found)])}
    return tuple(key for key in keys if key in also)


def _keys(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ()


def _bands(variable: Variable, starts: Sequence[Answer]) -> list[Band]:
    """The numbers of the bands with these starts, next to each other in one."""
    every = sorted(start for value in variable.values[1:] for start in value.answers if isinstance(start, int))
    ends = {start: after - 1 for start, after in pairwise(every)}
    bands: list[Band] = []
    for start in sorted(start for start in starts if isinstance(start, int)):
        least = None if start == every[0] and variable.question.minimum is None else start
        greatest = ends.get(start, variable.question.maximum)
        if bands and least is not None and bands[-1].greatest == least - 1:
            bands[-1] = Band(bands[-1].least, greatest)
        else:
            bands.append(Band(least, greatest))
    return bands


def _nearest(band: Band, current: Answer) -> list[int]:
    """The number of the band that is nearest to the one given and is another; without one, the least."""
    if not isinstance(current, int):
        return [band.least if band.least is not None else band.greatest if band.greatest is not None else 0]
    if band.least is not None and current < band.least:
        return [band.least]
    if band.greatest is not None and current > band.greatest:
        return [band.greatest]
    return [number for number in (current - 1, current + 1) if _has(band, number)][:1]


def _has(band: Band, number: int) -> bool:
    return (band.least is None or number >= band.least) and (band.greatest is None or number <= band.greatest)
