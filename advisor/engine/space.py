"""The answer space of a rule set: for every question, the few values that its answers can have.

Answers that no condition tells apart are one value, so the space is finite and small, and what is found in it holds
for every answer: a number question is cut into bands, a several-choice question into the sets of options that the
conditions tell apart. "Not known" is a value of its own, the first of every question.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from typing import TypeAlias

from advisor.engine.operators import OPERATORS, Answer, AnswerType
from advisor.engine.questions import Answers, Condition, Question, Section
from advisor.engine.rules import RuleSet, once_per_rule_set

TOLD_APART_LIMIT = 12
"""Options of one several-choice question that conditions may look at: their sets are all listed."""

UNKNOWN = 0
"""The value of a question that is not answered, answered "I'm not sure", or not asked."""

Codes: TypeAlias = tuple[int, ...]
"""One value for each question of the space, in its order."""


class SpaceTooLarge(ValueError):  # noqa: N818 - it says what is the case
    """Conditions look at so many options of one question that their sets cannot be listed. ``question`` is its key."""

    def __init__(self, question: str) -> None:
        self.question = question
        super().__init__(f"Conditions look at more than {TOLD_APART_LIMIT} options of “{question}”.")


@dataclass(frozen=True, slots=True)
class Value:
    """Answers to one question that no condition tells apart; the first stands for all.

    ``answers`` are options, sets of options (of those that conditions look at), or the lowest number of each band.
    ``weight`` is how many answers of the finite space the value stands for: options, sets of options, or bands.
    """

    answers: tuple[Answer, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Test:
    """What conditions that must all hold ask of one question: that its value is one of the ``accepted``."""

    variable: int
    accepted: frozenset[int]

    __test__ = False  # pytest must not collect it


@dataclass(frozen=True, slots=True)
class Variable:
    """One question and its values, the unknown one first; it is asked when all of ``asked_when`` hold."""

    question: Question
    values: tuple[Value, ...]
    asked_when: tuple[Test, ...]
    _codes: Mapping[Answer, int] = field(compare=False, repr=False)
    starts: Sequence[int] = field(compare=False, repr=False)
    """The lowest number of each band."""
    looked_at: Sequence[str] = field(compare=False, repr=False)
    """The options of several that conditions look at."""

    def code(self, answer: Answer) -> int:
        """The value of an answer; of one that the question cannot have, UNKNOWN."""
        if answer is None or not self.question.allows(answer):
            return UNKNOWN
        if isinstance(answer, tuple):
            answer = tuple(key for key in self.looked_at if key in answer)
        elif isinstance(answer, int):
            answer = self.starts[bisect_right(self.starts, answer) - 1]
        return self._codes[answer]


@dataclass(frozen=True)
class Space:
    """A variable for each question on the content, and the tests of each rule, both in the order of the rule set.

    Questions of the name section are left out: no rule looks at them.
    """

    variables: tuple[Variable, ...]
    rules: tuple[tuple[Test, ...], ...]

    @cached_property
    def at(self) -> Mapping[str, int]:
        """The position of each question."""
        return {variable.question.key: index for index, variable in enumerate(self.variables)}

    def codes(self, answers: Answers) -> Codes:
        """The values of the answers that count: a question that is not asked is unknown."""
        found: list[int] = []
        for variable in self.variables:
            is_asked = all(found[test.variable] in test.accepted for test in variable.asked_when)
            found.append(variable.code(answers.get(variable.question.key)) if is_asked else UNKNOWN)
        return tuple(found)

    def answers(self, codes: Sequence[int]) -> dict[str, Answer]:
        """Answers with these values, the first of each; unknown ones are left out."""
        return {
            variable.question.key: variable.values[code].answers[0]
            for variable, code in zip(self.variables, codes, strict=True)
            if code != UNKNOWN
        }


@once_per_rule_set
def space_of(rule_set: RuleSet) -> Space:
    """The answer space of a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    questions = [question for question in rule_set.questions if question.section is not Section.NAME]
    at = {question.key: index for index, question in enumerate(questions)}
    holders = [*(question.asked_when for question in questions), *(rule.when for rule in rule_set.rules)]
    conditions: list[dict[Condition, None]] = [{} for _ in questions]
    for condition in chain.from_iterable(holders):
        conditions[at[condition.question]][condition] = None
    cut = [_values(question, tuple(found)) for question, found in zip(questions, conditions, strict=True)]
    values = [found for found, _ in cut]
    return Space(
        tuple(
            Variable(
                question,
                found,
                _tests(values, at, question.asked_when),
                codes,
                starts=sorted(answer for answer in codes if isinstance(answer, int)),
                looked_at=max((answer for answer in codes if isinstance(answer, tuple)), key=len, default=()),
            )
            for question, (found, codes) in zip(questions, cut, strict=True)
        ),
        tuple(_tests(values, at, rule.when) for rule in rule_set.rules),
    )


def _values(question: Question, conditions: Sequence[Condition]) -> tuple[tuple[Value, ...], dict[Answer, int]]:
    """The values of a question, and the value of each answer that stands in the space."""
    weight = 1
    answers: Iterable[Answer]
    match question.type:
        case AnswerType.CHOICE:
            answers = [option.key for option in question.options]
        case AnswerType.NUMBER:
            answers = band_starts(question, conditions)
        case AnswerType.CHOICES:
            named = {value for condition in conditions for value in condition.values}
            looked_at = [option.key for option in question.options if option.key in named]
            if len(looked_at) > TOLD_APART_LIMIT:
                raise SpaceTooLarge(question.key)
            sizes = range(len(looked_at) + 1)
            answers = chain.from_iterable(combinations(looked_at, size) for size in sizes)
            weight = 2 ** (len(question.options) - len(looked_at))
    alike: dict[tuple[bool, ...], list[Answer]] = {}
    for answer in answers:
        told = tuple(OPERATORS[condition.test].accepts(answer, condition.values) for condition in conditions)
        alike.setdefault(told, []).append(answer)
    known = [Value(tuple(found), weight * len(found)) for found in alike.values()]
    codes = {answer: code for code, value in enumerate(known, start=1) for answer in value.answers}
    return (Value((None,), 1), *known), codes


def band_starts(question: Question, conditions: Sequence[Condition]) -> list[int]:
    """The lowest number of each band: numbers of one band meet the same conditions."""
    starts = set()
    for condition in conditions:
        numbers = [value for value in condition.values if isinstance(value, int)]
        starts |= {numbers[0] + 1} if condition.test == "at_most" else {numbers[0]}
        if condition.test == "between":
            starts.add(numbers[1] + 1)
    lowest = question.minimum if question.minimum is not None else min(starts, default=0) - 1
    return [lowest, *sorted(start for start in starts if start > lowest and question.allows(start))]


def _tests(
    values: Sequence[tuple[Value, ...]], at: Mapping[str, int], conditions: Sequence[Condition]
) -> tuple[Test, ...]:
    """Conditions that must all hold, as one test for each question they look at."""
    by_question: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_question.setdefault(condition.question, []).append(condition)
    return tuple(
        Test(at[key], frozenset(code for code, value in enumerate(values[at[key]]) if code and _meets(value, found)))
        for key, found in by_question.items()
    )


def _meets(value: Value, conditions: Sequence[Condition]) -> bool:
    return all(OPERATORS[condition.test].accepts(value.answers[0], condition.values) for condition in conditions)
