"""The answer space of a rule set: for every question, the few values that its answers can have.

Answers that no condition tells apart are one value, so the space is finite and small, and what is found in it holds
for every answer: a number question is cut into bands, a several-choice question into the sets of options that the
conditions tell apart. "Not known" is a value of its own, the first of every question.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from itertools import chain, combinations, compress, product
from math import comb
from operator import and_
from typing import TypeAlias

from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import OPERATORS, Answer, AnswerType
from advisor.engine.model.questions import Answers, Condition, Question, Section
from advisor.engine.model.rules import RuleSet

OPTION_SETS_LIMIT = 12
"""Options of one several-choice question that conditions may look at: their sets are all listed."""

UNKNOWN = 0
"""The value of a question that is not answered, answered "I'm not sure", or not asked."""

Flags: TypeAlias = bytes
"""Whether something holds, 1 or 0, for each value of a question or for each of its answers."""

Codes: TypeAlias = tuple[int, ...]
"""One value for each question of the space, in its order."""


class SpaceTooLarge(ValueError):  # noqa: N818 - it says what is the case
    """Conditions look at so many options of one question that their sets cannot be listed. ``question`` is its key."""

    def __init__(self, question: str) -> None:
        self.question = question
        super().__init__(f"Conditions look at more than {OPTION_SETS_LIMIT} options of “{question}”.")


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
    def positions(self) -> Mapping[str, int]:
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


@dataclass(frozen=True, slots=True)
class _Cut:
    """How the answers to a question are cut into values: the value of each answer that stands in the space, the options
    of several that conditions look at, and for each condition which values it accepts.
    """

    values: tuple[Value, ...]
    codes: Mapping[Answer, int]
    looked_at: tuple[str, ...]
    accepted: Mapping[Condition, Flags]


@cached_per_rule_set
def space_of(rule_set: RuleSet) -> Space:
    """The answer space of a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    questions = [question for question in rule_set.questions if question.section is not Section.NAME]
    at = {question.key: index for index, question in enumerate(questions)}
    holders = [*(question.asked_when for question in questions), *(rule.when for rule in rule_set.rules)]
    conditions: list[dict[Condition, None]] = [{} for _ in questions]
    for condition in chain.from_iterable(holders):
        conditions[at[condition.question]][condition] = None
    cuts = [_cut(question, tuple(found)) for question, found in zip(questions, conditions, strict=True)]
    tests_of = _Tests(at, [cut.accepted for cut in cuts])
    return Space(
        tuple(
            Variable(
                question,
                cut.values,
                tests_of(question.asked_when),
                cut.codes,
                starts=sorted(answer for answer in cut.codes if isinstance(answer, int)),
                looked_at=cut.looked_at,
            )
            for question, cut in zip(questions, cuts, strict=True)
        ),
        tuple(tests_of(rule.when) for rule in rule_set.rules),
    )


def _cut(question: Question, conditions: Sequence[Condition]) -> _Cut:
    weights: Sequence[int] = ()
    looked_at: tuple[str, ...] = ()
    answers: Sequence[Answer]
    match question.type:
        case AnswerType.CHOICE:
            answers = [option.key for option in question.options]
        case AnswerType.NUMBER:
            answers = band_starts(question, conditions)
        case AnswerType.CHOICES:
            named = {value for condition in conditions for value in condition.values}
            looked_at = tuple(option.key for option in question.options if option.key in named)
            if len(looked_at) > OPTION_SETS_LIMIT:
                raise SpaceTooLarge(question.key)
            answers = sets = option_sets(looked_at, question.most)
            weights = [sets_with(question, len(looked_at), chosen) for chosen in sets]
    weights = weights or [1] * len(answers)
    accepts = [_acceptance(condition, answers, looked_at, question.most) for condition in conditions]
    alike: dict[tuple[int, ...], list[int]] = {}
    for number, pattern in enumerate(zip(*accepts, strict=True) if accepts else [()] * len(answers)):
        alike.setdefault(pattern, []).append(number)
    known = [
        Value(tuple(answers[number] for number in found), sum(weights[number] for number in found))
        for found in alike.values()
    ]
    codes = {answer: code for code, value in enumerate(known, start=1) for answer in value.answers}
    of_values = zip(*alike, strict=True)
    accepted = {condition: bytes((0, *pattern)) for condition, pattern in zip(conditions, of_values, strict=False)}
    return _Cut((Value((None,), 1), *known), codes, looked_at, accepted)


def _acceptance(condition: Condition, answers: Sequence[Answer], looked_at: tuple[str, ...], most: int | None) -> Flags:
    """Whether a condition accepts each of the answers to its question, or each set of the options ``looked_at``."""
    accepts = OPERATORS[condition.test].accepts
    if not looked_at:
        return bytes(accepts(answer, condition.values) for answer in answers)
    # What counts of a set is what it has of the options that the condition names: that is asked about, once each.
    named = [key for key in looked_at if key in condition.values]
    every = int.from_bytes(b"\1" * len(answers), "little")
    found = 0
    for part in product((False, True), repeat=len(named)):
        if accepts(tuple(compress(named, part)), condition.values):
            having = every
            for key, is_in in zip(named, part, strict=True):
                having &= _sets_with(key, looked_at, most) if is_in else every ^ _sets_with(key, looked_at, most)
            found |= having
    return found.to_bytes(len(answers), "little")


@lru_cache(maxsize=256)
def _sets_with(option: str, looked_at: tuple[str, ...], most: int | None) -> int:
    """The flags, as one number, of the sets of options, as ``option_sets`` lists them, that have this one."""
    return int.from_bytes(bytes(option in found for found in option_sets(looked_at, most)), "little")


def option_sets(options: Sequence[str], most: int | None = None) -> list[tuple[str, ...]]:
    """All sets of these options, or those of ``most`` at most, the small ones first."""
    largest = len(options) if most is None else min(most, len(options))
    return list(chain.from_iterable(combinations(options, size) for size in range(largest + 1)))


def sets_with(question: Question, looked_at: int, chosen: Sequence[str], option: str = "") -> int:
    """How many answers to a several-choice question have of the options that are looked at, so many, exactly these.

    Where there is an ``option`` that is not looked at, those that have it too.
    """
    others = len(question.options) - looked_at - (1 if option else 0)
    if question.most is None:
        return 1 << others
    room = question.most - len(chosen) - (1 if option else 0)
    return sum(comb(others, number) for number in range(room + 1))


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


class _Tests:
    """Conditions that must all hold, as one test for each question they look at. Equal tests are one: they are large
    where a question has many values.
    """

    def __init__(self, at: Mapping[str, int], accepted: Sequence[Mapping[Condition, Flags]]) -> None:
        self._at = at
        self._accepted = accepted
        self._codes: list[int] = []  # the same numbers in all tests: there can be millions
        self._known: dict[tuple[int, tuple[Condition, ...]], Test] = {}

    def __call__(self, conditions: Sequence[Condition]) -> tuple[Test, ...]:
        by_question: dict[int, list[Condition]] = {}
        for condition in conditions:
            by_question.setdefault(self._at[condition.question], []).append(condition)
        return tuple(self._test(index, tuple(found)) for index, found in by_question.items())

    def _test(self, index: int, conditions: tuple[Condition, ...]) -> Test:
        key = index, conditions
        if key not in self._known:
            flags = [self._accepted[index][condition] for condition in conditions]
            size = len(flags[0])
            self._codes.extend(range(len(self._codes), size))
            all_hold = reduce(and_, (int.from_bytes(accepts, "little") for accepts in flags))
            self._known[key] = Test(index, frozenset(compress(self._codes, all_hold.to_bytes(size, "little"))))
        return self._known[key]
