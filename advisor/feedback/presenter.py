"""Notes of owners as admins see them: what was written, and the answers where the owner sent them along."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from advisor.engine.model.answers import stored_answer
from advisor.links import link_to
from advisor.models.feedback import NOTE_DONE, Feedback
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.claims import VersionView
from advisor.wording.values import answer_label
from advisor.wording.vocabulary import SIDES

_SHORT = 160
"""Characters of a note in the list."""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note in the list."""

    text: str
    sent: datetime
    version: int
    verdict: str
    is_done: bool
    has_case: bool
    url: str


@dataclass(frozen=True, slots=True)
class NoteAnswer:
    """An answer in words."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NotePart:
    """The answers about the process (no name) or about one of its parts, which has a number for a name."""

    name: str
    answers: list[NoteAnswer]


@dataclass(frozen=True, slots=True)
class CountedRule:
    """A rule that counted."""

    rule: str
    url: str
    text: str
    points: str
    part: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note in full."""

    text: str
    sent: datetime
    version: int
    verdict: str
    parts: list[NotePart]
    rules: list[CountedRule]
    has_answers: bool
    is_done: bool
    case_key: str
    case_url: str
    """Where it becomes a test case, or the case that it became; "" where it came without answers."""
    settle_url: str


def note_row(note: Feedback) -> NoteRow:
    """One line of the list."""
    text = " ".join(note.text.split())
    return NoteRow(
        text=text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…",
        sent=note.created_at,
        version=note.version,
        verdict=_verdict(note),
        is_done=note.status == NOTE_DONE,
        has_case=note.case_key is not None,
        url=url_for("feedback.note", note_id=note.id),
    )


def note_view(note: Feedback, edition: VersionView) -> NoteView:
    """Everything that was sent, in the words of the version that gave the advice."""
    return NoteView(
        text=note.text,
        sent=note.created_at,
        version=note.version,
        verdict=_verdict(note),
        parts=_parts(note, edition),
        rules=_rules(note, edition),
        has_answers=note.answers is not None,
        is_done=note.status == NOTE_DONE,
        case_key=note.case_key or "",
        case_url=_case_url(note),
        settle_url=url_for("feedback.settle", note_id=note.id),
    )


def _case_url(note: Feedback) -> str:
    if note.case_key:
        return link_to("item", collection="cases", key=note.case_key)
    return url_for("feedback.make_case", note_id=note.id) if note.answers is not None else ""


def _verdict(note: Feedback) -> str:
    """The advice as its result page says it; in general where a note from before came without the parts' outcomes."""
    return verdict_words({"parts": (), **note.reasons}) if note.reasons else ""


def _parts(note: Feedback, edition: VersionView) -> list[NotePart]:
    if note.answers is None:
        return []
    whole = NotePart("", _answers(note.answers["answers"], edition))
    parts = [
        NotePart(str(_("Part %(number)s", number=part["part"])), _answers(part["answers"], edition))
        for part in note.answers["parts"]
    ]
    return [part for part in (whole, *parts) if part.answers]


def _answers(answers: dict[str, Any], edition: VersionView) -> list[NoteAnswer]:
    return [
        NoteAnswer(question.text, answer_label(question, stored_answer(answer)))
        for question in edition.rule_set.questions
        if question.key in answers
        for answer in [answers[question.key]]
    ]


def _rules(note: Feedback, edition: VersionView) -> list[CountedRule]:
    if not note.reasons:
        return []
    return [
        CountedRule(
            rule=reason["rule"],
            url=edition.rule_url(reason["rule"]),
            text=reason["text"],
            points=str(
                _(
                    "+%(points)d towards %(side)s",
                    points=reason["push"]["points"],
                    side=SIDES[reason["push"]["side"]].towards,
                )
            ),
            part=str(_("Part %(number)s", number=reason["part"])) if reason["part"] else "",
        )
        for reason in note.reasons["reasons"]
    ]
