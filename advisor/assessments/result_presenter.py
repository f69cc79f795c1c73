"""The result page: the latest advice as it was given, and what can be done with it."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from advisor.assessments.beside import decision_shown, keeping, newer_notice
from advisor.assessments.loading import Opened
from advisor.assessments.presenter import AnswerGroup, answer_row, place_url, question_url
from advisor.assessments.progress import Place, Progress
from advisor.engine.questions import Section
from advisor.engine.vocabulary import Outcome
from advisor.models import Recommendation
from advisor.presenter.answers import answer_label
from advisor.presenter.claims import Edition
from advisor.presenter.result import Result, count_not_sure, present_result
from advisor.presenter.words import VERDICTS


@dataclass(frozen=True, slots=True)
class SharpenRow:
    """A question beyond the nine."""

    text: str
    url: str
    part: str
    answer: str


def result_page(opened: Opened, latest: Recommendation) -> dict[str, Any]:
    """The latest advice as it was given, and what can be done with it."""
    here: dict[str, Any] = {"assessment_id": opened.id}
    following = opened.progress.next
    return {
        "result": given_result(opened, latest),
        "change": _change(opened.earlier, latest),
        "stale": opened.is_stale,
        "continue_url": place_url(opened.id, opened.progress, following) if following else None,
        "can_recalculate": not (opened.progress.in_parts and following),
        "recalculate_url": url_for("assessments.result", **here),
        "rename_url": url_for("assessments.rename", **here),
        "parts_url": url_for("assessments.parts", **here),
        "delete_url": url_for("assessments.delete", **here),
        "answers": answers_given(opened, latest),
        "sharpen": _sharpen(opened),
        "newer": newer_notice(opened),
        "keeping": keeping(opened, _again_url(opened)),
        "decision": decision_shown(opened.assessment),
    }


def _change(earlier: Recommendation | None, latest: Recommendation) -> str:
    """What an answer that was just saved did to the advice; empty where none was."""
    if earlier is None:
        return ""
    was, is_now = (str(VERDICTS[Outcome(advice.result["outcome"])]) for advice in (earlier, latest))
    if was != is_now:
        return str(_("Saved. The advice is now “%(now)s”. It was “%(was)s”.", now=is_now, was=was))
    if earlier.result["reasons"] != latest.result["reasons"]:
        return str(_("Saved. The points changed; the advice stays “%(now)s”.", now=is_now))
    return str(_("Saved. It adds no points, and the advice stays “%(now)s”.", now=is_now))


def given_result(opened: Opened, latest: Recommendation, edition: Edition | None = None) -> Result:
    """A recommendation, shown from what was stored when it was given; ``edition`` is the version that gave it."""
    parts = [part["id"] for part in latest.given["parts"]]

    def address(key: str, part: int | None) -> str:
        return url_for(
            "assessments.answer_question",
            assessment_id=opened.id,
            key=key,
            part_id=None if part is None else parts[part],
        )

    shown = edition or opened.advice_edition
    return present_result(latest.result, shown, latest.created_at, count_not_sure(latest.given), address)


def answers_given(opened: Opened, latest: Recommendation, edition: Edition | None = None) -> list[AnswerGroup]:
    """The answers that an advice used, part by part."""
    progress = Progress.of_given((edition or opened.advice_edition).rule_set, latest.given)
    groups = [AnswerGroup("", [])]
    for section in (Section.NAME, Section.CORE, Section.SHARPEN):
        for place in _places(progress, section):
            if place.piece is not None and progress.in_parts:
                continue
            answers = place.piece.answers if place.piece else progress.answers
            if place.question.key in answers or section is Section.CORE:
                url = question_url(opened.id, place.question, None)
                groups[0].rows.append(answer_row(place.question, answers, url))
    for piece in progress.pieces if progress.in_parts else ():
        rows = [
            answer_row(place.question, piece.answers, question_url(opened.id, place.question, piece.id))
            for section in (Section.CORE, Section.SHARPEN)
            for place in _places(progress, section)
            if place.piece == piece and (section is Section.CORE or place.question.key in piece.answers)
        ]
        groups.append(AnswerGroup(piece.name, rows))
    return groups


def _places(progress: Progress, section: Section) -> list[Place]:
    if section is Section.NAME:
        return [Place(question, None) for question in progress.rule_set.section(section)]
    return list(progress.route(section))


def _sharpen(opened: Opened) -> list[SharpenRow]:
    progress = opened.progress
    rows = []
    for place in progress.route(Section.SHARPEN):
        answers = progress.answers_at(place)
        is_answered = place.question.key in answers
        rows.append(
            SharpenRow(
                text=place.question.text,
                url=place_url(opened.id, progress, place),
                part=place.piece.name if place.piece else "",
                answer=answer_label(place.question, answers[place.question.key]) if is_answered else "",
            )
        )
    return rows


def _again_url(opened: Opened) -> str:
    """Where all questions are gone through again, with the present answers marked."""
    first = next(iter(opened.progress.route()), None)
    if first is None:
        return url_for("assessments.answers", assessment_id=opened.id)
    return place_url(opened.id, opened.progress, first, again=1)
