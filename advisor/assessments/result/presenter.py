"""The result page: the latest advice as it was given, and what can be done with it."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext
from advisor.assessments.presenter import AnswerGroup, answer_row, place_url, question_url
from advisor.assessments.progress import Progress, QuestionRef
from advisor.assessments.result.explanation import changing, ways
from advisor.assessments.result.sidebar import decision_shown, keep_links, newer_notice
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import RecommendationRecord
from advisor.wording.claims import VersionView
from advisor.wording.result import Result, present_result
from advisor.wording.values import answer_label
from advisor.wording.verdict import verdict_words
from advisor.wording.what_would_change import AdviceExplanation, outcome_words


@dataclass(frozen=True, slots=True)
class SharpenRow:
    """A question beyond the nine, and what its answer could do: "" where it cannot change the advice on its own."""

    text: str
    url: str
    part: str
    answer: str
    could: str


def result_page(opened: AssessmentContext, latest: RecommendationRecord, copied: UUID | None = None) -> dict[str, Any]:
    """The latest advice as it was given, and what can be done with it; ``copied`` is what it was just copied from."""
    here: dict[str, Any] = {"assessment_id": opened.id}
    following = opened.progress.next
    explained = changing(opened, latest)
    return {
        "result": given_result(opened, latest),
        "original_url": url_for("assessments.result", assessment_id=copied) if copied else "",
        "change": _change(opened.earlier, latest),
        "stale": opened.is_stale,
        "continue_url": place_url(opened.id, opened.progress, following) if following else None,
        "can_recalculate": not (opened.progress.in_parts and following),
        "recalculate_url": page_url("result", **here),
        "rename_url": page_url("rename", **here),
        "parts_url": page_url("parts", **here),
        "delete_url": url_for("assessments.delete", **here),
        "answers": answers_given(opened, latest),
        "changing": explained,
        "what_if_url": page_url("what_if", **here),
        "ways_url": page_url("other_ways", **here),
        "sharpen": _sharpen(opened, explained),
        "newer": newer_notice(opened),
        "keeping": keep_links(opened, _again_url(opened)),
        "decision": decision_shown(opened),
    }


def ways_page(opened: AssessmentContext, latest: RecommendationRecord) -> dict[str, Any]:
    """The ways to each other advice."""
    found = ways(opened, latest)
    firmness, towards = found or (_("Our rules are too many for an exact answer to this."), [])
    here: dict[str, Any] = {"assessment_id": opened.id}
    return {
        "process_name": latest.result["process"],
        "verdict": verdict_words(latest.result),
        "outcome": Outcome(latest.result["outcome"]),
        "firmness": firmness,
        "towards": towards,
        "what_if_url": page_url("what_if", **here),
        "back_url": page_url("result", **here),
        "stale": opened.is_stale,
    }


def _change(earlier: RecommendationRecord | None, latest: RecommendationRecord) -> str:
    """What an answer that was just saved did to the advice; empty where none was."""
    if earlier is None:
        return ""
    was, is_now = (verdict_words(advice.result) for advice in (earlier, latest))
    if was != is_now:
        return str(_("Saved. The advice is now “%(now)s”. It was “%(was)s”.", now=is_now, was=was))
    parts = len(latest.given["parts"])
    if parts and len(earlier.given["parts"]) != parts:
        return str(_("Saved. The process now has %(n)d parts; the advice is still “%(now)s”.", n=parts, now=is_now))
    if earlier.result["reasons"] != latest.result["reasons"]:
        return str(_("Saved. The points changed; the advice stays “%(now)s”.", now=is_now))
    return str(_("Saved. It adds no points, and the advice stays “%(now)s”.", now=is_now))


def given_result(opened: AssessmentContext, latest: RecommendationRecord, edition: VersionView | None = None) -> Result:
    """A recommendation, shown from what was stored when it was given; ``edition`` is the version that gave it."""
    parts = [part["id"] for part in latest.given["parts"]]

    def address(key: str, part: int | None) -> str:
        return page_url(
            "answer_question",
            assessment_id=opened.id,
            key=key,
            part_id=None if part is None else parts[part],
        )

    shown = edition or opened.advice_edition
    return present_result(latest.result, shown, latest.created_at, latest.given, address)


def answers_given(
    opened: AssessmentContext, latest: RecommendationRecord, edition: VersionView | None = None
) -> list[AnswerGroup]:
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


def _places(progress: Progress, section: Section) -> list[QuestionRef]:
    if section is Section.NAME:
        return [QuestionRef(question, None) for question in progress.rule_set.section(section)]
    return list(progress.route(section))


def _sharpen(opened: AssessmentContext, explained: AdviceExplanation | None) -> list[SharpenRow]:
    """The questions that sharpen the advice: those that settle most first, then what was answered.

    One that nothing looks at is not asked: neither the points nor what to do next would be others.
    """
    progress = opened.progress
    numbers = {piece.id: index for index, piece in enumerate(progress.pieces)} if progress.in_parts else {}
    asked = []
    for place in progress.route(Section.SHARPEN):
        answers = progress.answers_at(place)
        is_answered = place.question.key in answers
        key = (place.question.key, numbers.get(place.piece.id) if place.piece else None)
        could = "" if is_answered or explained is None else _could(explained, key, progress.rule_set)
        if could is None:
            continue
        row = SharpenRow(
            text=place.question.text,
            url=place_url(opened.id, progress, place),
            part=place.piece.name if place.piece else "",
            answer=answer_label(place.question, answers[place.question.key]) if is_answered else "",
            could=could,
        )
        asked.append((is_answered, explained.rank(key) if explained else 0, row))
    return [row for _, _, row in sorted(asked, key=itemgetter(0, 1))]


def _could(explained: AdviceExplanation, key: tuple[str, int | None], rule_set: RuleSet) -> str | None:
    """What the answer to an open question could do; None where nothing looks at it."""
    alone = next((row for row in explained.reaches if row.key == key), None)
    if alone and alone.ways:
        words = outcome_words([Outcome(outcome) for outcome, *_words in alone.ways])
        return str(_("Could move the advice to %(what)s.", what=words))
    conditions = [told.when for told in rule_set.guidance] + [rule.when for rule in rule_set.rules]
    return "" if any(condition.question == key[0] for when in conditions for condition in when) else None


def _again_url(opened: AssessmentContext) -> str:
    """Where all questions are gone through again, with the present answers marked."""
    first = next(iter(opened.progress.route()), None)
    if first is None:
        return page_url("answers", assessment_id=opened.id)
    return place_url(opened.id, opened.progress, first, again=1)
