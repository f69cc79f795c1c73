"""What can be asked: questions, their options, and the conditions that decide whether a follow-up is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from advisor.engine.model.operators import OPERATORS, Answer, AnswerType, Value
from advisor.engine.model.vocabulary import DoneBy, Kind, State

Answers: TypeAlias = Mapping[str, Answer]
"""Answers by question. A missing key: not answered yet. None: "I'm not sure". Both are unknown to the engine."""

NOT_SURE = "not-sure"
"""How "I'm not sure" is written in forms and sheets; no option may use it as its key."""

NONE_OF_THESE = "none"
"""How "none of these" is written for a several-choice question; no option of one may use it as its key."""


class Scope(StrEnum):
    """Whether a question is asked once for the process, or for each of its parts."""

    PROCESS = "process"
    PART = "part"


class Section(StrEnum):
    """When a question is asked: with the name, on the way to the advice, or after it."""

    NAME = "name"
    CORE = "core"
    SHARPEN = "sharpen"


SECTION_WORDS = {
    Section.NAME: "asked with the name",
    Section.CORE: "asked on the way to the advice",
    Section.SHARPEN: "asked after the advice",
}
"""When a question is asked, in a problem's words."""

SECTION_SENTENCES = {
    Section.NAME: "Helps, but you can leave it out.",
    Section.CORE: "For the advice.",
    Section.SHARPEN: "For more precise advice; you can leave it out.",
}
"""What a question is for, in a workbook to fill in."""

SCOPE_WORDS = {Scope.PROCESS: "once for the process", Scope.PART: "for each part"}
"""Of what a question is asked, in the words of such a workbook."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen.

    ``filed_under`` and ``sources`` belong to options of the name section alone: where the sources usually file such
    a process, and which claims say so. ``words`` are names under which people know it. ``done_by``
    is what it says of who does the work: that decides nothing, and the words of the advice fit it.
    """

    key: str
    label: str
    hint: str = ""
    words: tuple[str, ...] = ()
    filed_under: Kind | None = None
    sources: tuple[str, ...] = ()
    done_by: DoneBy | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on the answer to one question: "steps any_of set, unwritten"."""

    question: str
    test: str
    values: tuple[Value, ...]

    def state(self, answers: Answers) -> State:
        """Hold this condition against ``answers``; an unknown answer makes it unknown, never false."""
        answer = answers.get(self.question)
        if answer is None:
            return State.UNKNOWN
        return State.MATCHED if OPERATORS[self.test].accepts(answer, self.values) else State.NOT_MATCHED


def all_hold(conditions: Sequence[Condition], answers: Answers) -> State:
    """Matched when all hold (or there are none), not matched when one fails, else unknown (strong Kleene "and")."""
    found = State.MATCHED
    for condition in conditions:
        state = condition.state(answers)
        if state is State.NOT_MATCHED:
            return state
        if state is State.UNKNOWN:
            found = state
    return found


@dataclass(frozen=True)
class Question:
    """One question.

    ``missing`` is what the visitor reads who continues without choosing. ``short`` is a noun phrase for lists.
    ``asked_when`` are conditions on earlier answers, all of which must hold; while that is unknown, the question is
    not asked. ``minimum`` and ``maximum`` (inclusive) and ``unit`` belong to numbers, ``options`` to the rest. Of
    several choices, ``most`` is how many may be chosen (None: any number), and ``none`` what it says in place of "None
    of these", with a hint of its own.
    """

    key: str
    text: str
    short: str
    missing: str
    hint: str = ""
    why: str = ""
    type: AnswerType = AnswerType.CHOICE
    scope: Scope = Scope.PART
    section: Section = Section.CORE
    options: tuple[Option, ...] = ()
    asked_when: tuple[Condition, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    most: int | None = None
    none: str = ""
    none_hint: str = ""

    def option(self, key: str) -> Option | None:
        """The option with this key, or None."""
        return next((option for option in self.options if option.key == key), None)

    @cached_property
    def option_keys(self) -> tuple[str, ...]:
        """The keys of its options, in their order."""
        return tuple(option.key for option in self.options)

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(self.option_keys)

    @cached_property
    def single_choices(self) -> frozenset[str]:
        """The keys that are an answer each; none of a question with several choices or a number."""
        return self._keys if self.type is AnswerType.CHOICE else frozenset()

    def allows(self, answer: object) -> bool:
        """Whether ``answer`` is one this question can have. None ("I'm not sure") always is."""
        if answer is None:
            return True
        keys = self._keys
        match self.type:
            case AnswerType.CHOICE:
                return isinstance(answer, str) and answer in keys
            case AnswerType.CHOICES:
                if not isinstance(answer, tuple) or not all(isinstance(key, str) for key in answer):
                    return False
                if self.most is not None and len(answer) > self.most:
                    return False
                return set(answer) <= keys and len(set(answer)) == len(answer)
            case AnswerType.NUMBER:
                if not isinstance(answer, int) or isinstance(answer, bool):
                    return False
                least, most = self.minimum, self.maximum
                return (least is None or answer >= least) and (most is None or answer <= most)


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """The questions that a set of answers leads to, in their order, and the answers that count.

    An answer counts when its question is asked and allows it: a follow-up that fell away takes its answer along, and
    an option that a newer rule set does not know is unknown again.
    """

    questions: tuple[Question, ...]
    answers: Answers = field(default_factory=dict)

    def unknown_keys(self, section: Section = Section.CORE) -> tuple[str, ...]:
        """Keys of the asked questions of ``section`` that are not answered, or answered "I'm not sure"."""
        return tuple(q.key for q in self.questions if q.section == section and self.answers.get(q.key) is None)


def asked_questions(questions: Sequence[Question], answers: Answers) -> AskedQuestions:
    """Find the questions that ``answers`` lead to, reading ``questions`` once from the top."""
    reached: list[Question] = []
    counted: dict[str, Answer] = {}
    for question in questions:
        if question.asked_when and all_hold(question.asked_when, counted) is not State.MATCHED:
            continue
        reached.append(question)
        if question.key in answers and question.allows(answers[question.key]):
            counted[question.key] = answers[question.key]
    return AskedQuestions(tuple(reached), counted)
