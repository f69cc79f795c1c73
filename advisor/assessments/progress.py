"""Where a visitor stands: what is asked of which part of the process, what is still open, and what comes next."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from advisor.engine.evaluation.advice import contradictions
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.evidence import Contradiction
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, AskedQuestions, Question, Scope, Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import State
from advisor.models import Assessment


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of the process, or all of it, with its own answers.

    ``confirmed`` are the questions answered for this part itself; other answers were copied when it was named.
    """

    id: UUID
    name: str
    answers: Answers
    confirmed: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """A question where it is asked: of one piece, or (None) of the process as a whole."""

    question: Question
    part: AnsweredPart | None

    @property
    def part_id(self) -> UUID | None:
        """The id of the part that it is asked of; None where that is all of the process."""
        return self.part.id if self.part and self.part.name else None


@dataclass(frozen=True, slots=True)
class PartContradiction:
    """Two answers that contradict each other, of this part of the process."""

    contradiction: Contradiction
    part: AnsweredPart


@dataclass(frozen=True)
class Progress:
    """The answers of one assessment, held against the questions of its version."""

    rule_set: RuleSet
    process: str
    answers: Answers
    parts: tuple[AnsweredPart, ...]

    @classmethod
    def of(cls, rule_set: RuleSet, assessment: Assessment) -> "Progress":
        """Read what is stored.

        What an older version asked once and this one asks of each part counts in all parts, as if it had been copied.
        """
        whole = stored_answers(assessment.answers)
        moved = {key: answer for key, answer in whole.items() if is_of_part(rule_set, key)}
        parts = []
        for part in assessment.parts:
            answers = moved | stored_answers(part.answers)
            confirmed = frozenset(part.answered_at if part.name else answers)
            parts.append(AnsweredPart(part.id, part.name, answers, confirmed))
        whole = {key: answer for key, answer in whole.items() if key not in moved}
        return cls(rule_set, assessment.process_name, whole, tuple(parts))

    @classmethod
    def of_given(cls, rule_set: RuleSet, given: Mapping[str, Any]) -> "Progress":
        """Read what an advice judged: the way back of ``given``."""
        whole = stored_answers(given["answers"])
        everything = frozenset(question.key for question in rule_set.questions)
        given_parts = [(UUID(part["id"]), part["part"], stored_answers(part["answers"])) for part in given["parts"]]
        parts = given_parts or [(UUID(int=0), "", whole)]
        return cls(rule_set, given["process"], whole, tuple(AnsweredPart(*part, everything) for part in parts))

    @property
    def in_parts(self) -> bool:
        """Whether the process has been broken into parts."""
        return len(self.parts) > 1

    @cached_property
    def asked_by_part(self) -> dict[UUID, AskedQuestions]:
        """What is asked of each part, and the answers that count."""
        return {
            part.id: asked_questions(self.rule_set.questions, {**self.answers, **part.answers}) for part in self.parts
        }

    @cached_property
    def reached_keys(self) -> dict[UUID, frozenset[str]]:
        """The keys of the questions that are asked of each part."""
        return {key: frozenset(question.key for question in it.questions) for key, it in self.asked_by_part.items()}

    def route(self, section: Section = Section.CORE) -> tuple[QuestionRef, ...]:
        """Every question of ``section`` that is asked, in the order in which it comes.

        In one piece that is the order of the rule set; in parts, first what is asked of the process, then part by part.
        """
        if section not in self._routes:
            self._routes[section] = self._route(section)
        return self._routes[section]

    @cached_property
    def _routes(self) -> dict[Section, tuple[QuestionRef, ...]]:
        return {}

    def _route(self, section: Section) -> tuple[QuestionRef, ...]:
        if not self.in_parts:
            return tuple(
                QuestionRef(question, part if question.scope is Scope.PART else None)
                for part in self.parts
                for question in self.asked_by_part[part.id].questions
                if question.section is section
            )
        reached = {question.key for found in self.asked_by_part.values() for question in found.questions}
        shared = [
            QuestionRef(question, None)
            for question in self.rule_set.section(section)
            if question.scope is Scope.PROCESS and question.key in reached
        ]
        own = [
            QuestionRef(question, part)
            for part in self.parts
            for question in self.asked_by_part[part.id].questions
            if question.section is section and question.scope is Scope.PART
        ]
        return (*shared, *own)

    def place(self, key: str, part_id: UUID | None) -> QuestionRef | None:
        """Where the question of that key is asked, or None where it is not.

        Once there are parts, their questions are asked of a part and of nothing else.
        """
        for place in (*self.route(Section.CORE), *self.route(Section.SHARPEN)):
            if place.question.key == key and part_id == (place.part.id if place.part and self.in_parts else None):
                return place
        return None

    def answers_at(self, place: QuestionRef) -> Answers:
        """The stored answers among which the one to this question is kept."""
        return place.part.answers if place.part else self.answers

    def is_open(self, place: QuestionRef) -> bool:
        """Whether the question still waits for an answer: none is known, or only a copied one."""
        parts = (place.part,) if place.part else self.parts
        if not any(place.question.key in self.asked_by_part[part.id].answers for part in parts):
            return True
        return place.part is not None and place.question.key not in place.part.confirmed

    @cached_property
    def next(self) -> QuestionRef | None:
        """The first core question that is still open; None where the advice can be given."""
        return next((place for place in self.route() if self.is_open(place)), None)

    @property
    def has_begun(self) -> bool:
        """Whether any core question is answered, "I'm not sure" included."""
        return any(not self.is_open(place) for place in self.route())

    def is_complete_but_for(self, place: QuestionRef) -> bool:
        """Whether no other core question than this one is open."""
        return all(other == place or not self.is_open(other) for other in self.route())

    def before(self, place: QuestionRef) -> QuestionRef | None:
        """The question that comes before this one, or None at the first."""
        route = self.route()
        index = route.index(place) if place in route else 0
        return route[index - 1] if index else None

    def after(self, key: str, part_id: UUID | None) -> QuestionRef | None:
        """The core question that comes after this one, answered or not; None at the last."""
        route = self.route()
        place = self.place(key, part_id)
        index = route.index(place) + 1 if place in route else len(route)
        return route[index] if index < len(route) else None

    def number(self, place: QuestionRef) -> tuple[int | None, int | None]:
        """The number of this core question and of all, "3 of 9"; the total only while it is certain.

        In parts each part counts for itself. A question that sharpens the advice has no number.
        """
        group = [other for other in self.route() if not self.in_parts or other.part == place.part]
        if place not in group:
            return None, None
        certain = all(self._total_is_certain(part) for part in self.parts if place.part in (None, part))
        return group.index(place) + 1, len(group) if certain else None

    def _total_is_certain(self, part: AnsweredPart) -> bool:
        """Whether no question that is still open could change what else is asked."""
        counted = self.asked_by_part[part.id].answers
        known: dict[str, Answer] = {
            key: counted[key] for key in counted if key not in part.answers or key in part.confirmed
        }
        waiting: set[str] = set()
        for question in self.rule_set.questions:
            states = [(condition.question, condition.state(known)) for condition in question.asked_when]
            if any(state is State.NOT_MATCHED for _, state in states):
                continue
            if any(state is State.UNKNOWN and key not in waiting for key, state in states):
                continue  # answered "I'm not sure", or not asked itself
            if states and any(state is State.UNKNOWN for _, state in states) and question.section is Section.CORE:
                return False
            if question.key not in known:
                waiting.add(question.key)
        return True

    def contradictions(self) -> Iterator[PartContradiction]:
        """All pairs of answers that contradict each other, part by part."""
        for part in self.parts:
            for found in contradictions(self.rule_set, self.asked_by_part[part.id].answers):
                yield PartContradiction(found, part)

    def contradiction(self, key: str, part_id: UUID | None) -> PartContradiction | None:
        """The two answers of the contradiction of that key, if they (still) contradict each other."""
        for found in self.contradictions():
            if found.contradiction.key == key and part_id == (found.part.id if self.in_parts else None):
                return found
        return None

    def work_item(self) -> WorkItem:
        """What the advice is asked for: the answers that count, and the parts where there are any."""
        counted = {key: answer for found in self.asked_by_part.values() for key, answer in found.answers.items()}
        if not self.in_parts:
            return WorkItem(self.process, counted)
        whole = {key: answer for key, answer in counted.items() if key in self.answers}
        parts = tuple(
            (
                part.name,
                {key: answer for key, answer in self.asked_by_part[part.id].answers.items() if key in part.answers},
            )
            for part in self.parts
        )
        return WorkItem(self.process, whole, parts)

    def as_plain(self) -> dict[str, Any]:
        """The same as plain values, as it is kept with the advice. Parts carry their id, so that links find them."""
        item = self.work_item()
        return {
            "process": item.process,
            "answers": sorted_answers(item.answers),
            "parts": [
                {"id": str(part.id), "part": name, "answers": sorted_answers(answers)}
                for part, (name, answers) in zip(self.parts, item.parts, strict=False)
            ],
        }

    @property
    def fingerprint(self) -> str:
        """The fingerprint of all answers that count."""
        return fingerprint(self.as_plain())


def judged_answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an advice rests on, of what it was given: the answers of the whole and of each part, and no name."""
    return {"answers": given["answers"], "parts": [part["answers"] for part in given["parts"]]}


def stored_answers(stored: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers as they are kept in JSON, which has lists where the engine has tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}


def sorted_answers(answers: Answers) -> dict[str, Any]:
    """Answers as plain values in the order of their keys, so that equal ones are stored alike."""
    return plain_answers({key: answers[key] for key in sorted(answers)})


def fingerprint(value: object) -> str:
    """A short mark of a stored value. A form carries it, to tell whether somebody else changed the value meanwhile."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answer_fingerprint(answers: Mapping[str, Any], key: str) -> str:
    """The fingerprint of one saved answer, or "" where there is none yet."""
    return fingerprint(answers[key]) if key in answers else ""


def is_of_part(rule_set: RuleSet, key: str) -> bool:
    """Whether a question is asked of each part."""
    question = rule_set.question(key)
    return question is not None and question.scope is Scope.PART
