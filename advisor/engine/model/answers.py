"""What was sent as answers, read against a rule set: the same refusals for forms, API, command line and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.engine.document.text import LINE_LIMIT, normalize_line, text_fault
from advisor.engine.model.errors import Problem, nearest, quotable
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers, Question, asked_questions
from advisor.engine.model.rules import RuleSet

PARTS_LIMIT = 5
"""Pieces that a process can be broken into."""

_SUGGESTIONS = 20
"""Problems of one set of answers that get a suggestion: finding one takes time, which a sender must not use up."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A process to be advised on: its name, the answers for the whole of it, and its parts with their own answers.

    A process in one piece has no parts and all of its answers in ``answers``.
    """

    process: str
    answers: Answers
    parts: tuple[tuple[str, Answers], ...] = ()


def read_answer(question: Question, raw: object) -> tuple[Answer, str]:
    """Read one answer as it comes from JSON; give it and "", or None and what is wrong with it.

    ``null`` or "not-sure" is "I'm not sure". Several choices are a list; an empty one, or ["none"], is "none of these".
    """
    if raw is None or raw == NOT_SURE:
        return None, ""
    match question.type:
        case AnswerType.NUMBER:
            whole = int(raw) if isinstance(raw, float) and raw.is_integer() else raw
            if isinstance(whole, int) and question.allows(whole):
                return whole, ""
            return None, f"must be a whole number from {question.minimum} to {question.maximum}, or null"
        case AnswerType.CHOICE:
            if isinstance(raw, str) and question.allows(raw):
                return raw, ""
            return None, f"must be one of {', '.join(question.option_keys)}, or null"
        case AnswerType.CHOICES:
            chosen = [] if raw == [NONE_OF_THESE] else raw
            if isinstance(chosen, list):
                ordered = tuple([key for key in question.option_keys if key in chosen])
                if len(ordered) == len(chosen) and (question.most is None or len(ordered) <= question.most):
                    return ordered, ""
            number = "any" if question.most is None else f"at most {question.most}"
            known = ", ".join(question.option_keys)
            return None, f"must be a list with {number} of {known}, each at most once, or null"


def _unknown_option(question: Question, raw: object) -> str:
    """The first option that was sent and that there is not, "" where all are known."""
    sent = raw if isinstance(raw, list) else [raw]
    return next((key for key in sent if isinstance(key, str) and key not in question.option_keys), "")


def plain_answer(answer: Answer) -> Any:
    """An answer as JSON has it: the way back of ``read_answer``."""
    return list(answer) if isinstance(answer, tuple) else answer


def plain_answers(answers: Answers) -> dict[str, Any]:
    """Answers as JSON has them."""
    return {key: plain_answer(answer) for key, answer in answers.items()}


def stored_answers(plain: Mapping[str, Any]) -> dict[str, Answer]:
    """The way back of ``plain_answers``, without a look at the questions: they may be of another version."""
    return {key: stored_answer(answer) for key, answer in plain.items()}


def stored_answer(plain: Any) -> Answer:
    """The way back of ``plain_answer``, without a look at the question."""
    return tuple(plain) if isinstance(plain, list) else plain


def read_answers(
    rule_set: RuleSet, raw: Mapping[str, object], place: str = "answers"
) -> tuple[dict[str, Answer], list[Problem]]:
    """Read the answers to known questions; every unknown question and unfit answer is a problem with its place."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for key, value in raw.items():
        question = rule_set.question(key)
        if question is None:
            keys = [question.key for question in rule_set.questions] if len(problems) < _SUGGESTIONS else []
            mend = nearest(key, keys)
            missing = f"questions/{key}"
            problems.append(Problem(f"{place}/{quotable(key)}", "There is no such question.", mend, missing=missing))
            continue
        if type(value) is str and value in question.single_choices:  # as most are; ``read_answer`` says the same
            answers[key] = value
            continue
        answer, fault = read_answer(question, value)
        if fault:
            unknown = _unknown_option(question, value)
            is_near = unknown and len(problems) < _SUGGESTIONS
            mend = nearest(unknown[:LINE_LIMIT], question.option_keys) if is_near else ""
            missing = f"questions/{key}/options/{unknown}" if unknown and question.options else ""
            problems.append(Problem(f"{place}/{key}", f"The answer {fault}.", mend, missing=missing))
        else:
            answers[key] = answer
    return answers, problems


def read_work_item(
    rule_set: RuleSet,
    process: str,
    answers: Mapping[str, object],
    parts: Sequence[tuple[str, Mapping[str, object]]],
    place: str = "",
) -> tuple[WorkItem, list[Problem]]:
    """Read a process and its parts. The problems say what is refused; where there are any, the item is not to be used.

    Questions about the process may be answered in any of the parts, or beside them, but not differently; questions
    about a part are answered in the part. An answer to a question that the others do not lead to is refused. Names
    are taken in the form in which they are stored.
    """
    prefix = f"{place}/" if place else ""
    part_keys = rule_set.part_keys
    whole, problems = read_answers(rule_set, answers, f"{prefix}answers")
    elsewhere: dict[str, str] = {}
    """Where answers for the whole process stand that were given in a part."""
    misplaced = part_keys & whole.keys() if parts else set()
    if (fault := _name_fault(process)) is not None:
        problems.append(Problem(f"{prefix}process", f"The name {fault}."))
    if len(parts) > PARTS_LIMIT:
        problems.append(Problem(f"{prefix}parts", f"A process has at most {PARTS_LIMIT} parts, not {len(parts)}."))
    own: list[tuple[str, dict[str, Answer]]] = []
    for index, (name, raw) in enumerate(parts):
        at = f"{prefix}parts/{index}"
        if (fault := _name_fault(name)) is not None:
            problems.append(Problem(f"{at}/part", f"The name {fault}."))
        read, faults = read_answers(rule_set, raw, f"{at}/answers")
        problems.extend(faults)
        own.append((normalize_line(name), {key: answer for key, answer in read.items() if key in part_keys}))
        for key in [key for key in read if key not in part_keys]:
            if key not in whole:
                elsewhere[key] = f"{at}/answers/{key}"
            if whole.setdefault(key, read[key]) != read[key]:
                text = "This is asked once for the process, and the parts answer it differently."
                problems.append(Problem(f"{at}/answers/{key}", text, "Give the same answer everywhere."))
    if rule_set.follow_ups.isdisjoint(whole) and not own:
        return WorkItem(normalize_line(process), whole), problems  # all others are asked in any case
    places = {key: f"{prefix}answers/{key}" for key in whole} | elsewhere
    problems.extend(
        Problem(places[key], "This is asked of each part.", "Answer it in the parts instead.")
        for key in whole
        if key in misplaced
    )
    unasked: dict[str, None] = {}
    for index, (_, part) in enumerate(own or [("", {})]):
        if rule_set.follow_ups.isdisjoint(whole) and rule_set.follow_ups.isdisjoint(part):
            continue
        reached = {question.key for question in asked_questions(rule_set.questions, {**whole, **part}).questions}
        unasked.update({places[key]: None for key in whole if key not in reached | misplaced | part.keys()})
        unasked.update({f"{prefix}parts/{index}/answers/{key}": None for key in part if key not in reached})
    problems.extend(
        Problem(at, "This question is not asked after the other answers.", "Leave it out.") for at in unasked
    )
    return WorkItem(normalize_line(process), whole, tuple(own)), problems


def _name_fault(sent: str) -> str | None:
    """Why a name cannot be stored, or None. Its length is that of what was sent, as the published schema counts it."""
    if len(sent) > LINE_LIMIT:
        return text_fault(sent, LINE_LIMIT)
    return text_fault(normalize_line(sent), LINE_LIMIT, one_line=True)
