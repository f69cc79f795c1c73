"""The result page: the latest advice as it was given, and what can be done with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext
from advisor.assessments.presenter import AnswerGroup, answer_row, place_url, pulled_apart, question_url
from advisor.assessments.progress import Progress, QuestionRef
from advisor.assessments.result.comments import SectionComments, section_comments
from advisor.assessments.result.explanation import (
    RulesAndAnswers,
    changing_layer,
    explain_change,
    removable_risks,
    ways,
)
from advisor.assessments.result.sidebar import advice_actions, decision_view, newer_notice
from advisor.assessments.result.undo import kept_words, undo_offer
from advisor.engine.document.text import isolate_text
from advisor.engine.evaluation.advice import guidance_of_advice
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.evidence import Risk
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import RecommendationRecord
from advisor.wording.advice.difference import risks_differ
from advisor.wording.advice.other_advice import names_in_words
from advisor.wording.advice.result import Result, present_result
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.advice.what_would_change import AdviceExplanation
from advisor.wording.claims import VersionView
from advisor.wording.values import answer_label

SHOW_ALL, SHOW_SOURCES = "all", "sources"
"""What the address of an advice asks for: every layer open, to read or to print; what it rests on."""


@dataclass(frozen=True, slots=True)
class SharpenRow:
    """A question beyond the nine, and what its answer could do: "" where it cannot change the advice on its own.

    ``risks`` says which risks it could rule out, "" where it could rule out none.
    """

    text: str
    url: str
    part: str
    answer: str
    could: str
    risks: str


def result_page(context: AssessmentContext, latest: RecommendationRecord, copied: UUID | None = None) -> dict[str, Any]:
    """The latest advice as it was given, and what can be done with it; ``copied`` is what it was just copied from."""
    here: dict[str, Any] = {"assessment_id": context.id}
    following = context.progress.next
    explained = explain_change(context, latest)
    return {
        "result": stored_result(context, latest),
        "original_url": url_for("assessments.result", assessment_id=copied) if copied else "",
        "change": _change(context, latest),
        "undo": undo_offer(context),
        "stale": context.is_stale,
        "renamed": [
            _(
                "“%(old)s” is now called “%(new)s”. This advice was given before.",
                old=isolate_text(old),
                new=isolate_text(new),
            )
            for old, new in context.name_changes
        ],
        "continue_url": place_url(context.id, context.progress, following) if following else None,
        "can_recalculate": not (context.progress.in_parts and following),
        "recalculate_url": page_url("result", **here),
        "rename_url": page_url("rename", **here),
        "parts_url": page_url("parts", **here),
        "delete_url": url_for("assessments.delete", **here),
        "answers": judged_answers(context, latest),
        "answers_url": page_url("answers", **here),
        "pulls_apart": pulled_apart(context, latest),
        "changing": explained,
        "changing_layer": changing_layer(context, latest),
        "what_if_url": page_url("what_if", **here),
        "ways_url": page_url("other_ways", **here),
        "urls": report_urls(lambda **show: page_url("result", **here, **show), section_comments(context)),
        "sharpen": _sharpen(context, explained),
        "newer": newer_notice(context),
        "actions": advice_actions(context, _again_url(context)),
        "decision": decision_view(context),
    }


@dataclass(frozen=True, slots=True)
class ReportUrls:
    """The same advice with its layers closed, with all of them open, and what it rests on.

    ``comments`` are those on its layers, by their keys; none where nobody can write any.
    """

    brief: str
    all: str
    sources: str
    comments: Mapping[str, SectionComments]


def report_urls(url: Callable[..., str], comments: Mapping[str, SectionComments] = MappingProxyType({})) -> ReportUrls:
    """The addresses of an advice; ``url`` makes one from what it is to show."""
    return ReportUrls(url(), url(show=SHOW_ALL), url(show=SHOW_SOURCES), comments)


def other_ways_page(context: AssessmentContext, latest: RecommendationRecord) -> dict[str, Any]:
    """The ways to each other advice."""
    changing, towards = ways(context, latest) or (None, [])
    here: dict[str, Any] = {"assessment_id": context.id}
    return {
        "process_name": latest.result["process"],
        "verdict": verdict_words(latest.result),
        "outcome": Outcome(latest.result["outcome"]),
        "changing": changing,
        "towards": towards,
        "what_if_url": page_url("what_if", **here),
        "back_url": page_url("result", **here),
        "stale": context.is_stale,
    }


def _change(context: AssessmentContext, latest: RecommendationRecord) -> str:
    """What an answer that was just saved did to the advice; empty where none was."""
    if (earlier := context.earlier) is None:
        return ""
    was, is_now = (verdict_words(advice.result) for advice in (earlier, latest))
    said = list(_risks_changed(earlier.result, latest.result))
    parts = len(latest.given["parts"])
    if was != is_now:
        said.insert(0, _("The advice is now “%(now)s”. It was “%(was)s”.", now=is_now, was=was))
    elif parts and len(earlier.given["parts"]) != parts:
        said.insert(0, _("The process now has %(n)d parts; the advice is still “%(now)s”.", n=parts, now=is_now))
    elif _pushes(earlier.result) != _pushes(latest.result):
        said.insert(0, _("The points changed; the advice stays “%(now)s”.", now=is_now))
    elif said:
        said.append(_("The advice stays “%(now)s”.", now=is_now))
    elif earlier.result["guidance"] != latest.result["guidance"]:
        said.append(_("The steps to take before you act changed. The advice stays “%(now)s”.", now=is_now))
    else:
        said.append(_("The advice stays “%(now)s”. Nothing else changed.", now=is_now))
    return " ".join(str(sentence) for sentence in (kept_words(context, earlier, latest), *said))


def _pushes(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The points that each rule gave, part by part."""
    return [(reason["rule"], reason.get("part", ""), reason["push"]) for reason in document["reasons"]]


def _risks_changed(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Which risks came, which went, and which rest on other answers than before."""
    found = risks_differ(was, now)
    if found and found.came:
        risks, n = _list_titles(found.came), len(found.came)
        yield ngettext(
            "It now names one risk more: %(risks)s.", "It now names %(num)d risks more: %(risks)s.", n, risks=risks
        )
    if found and found.went:
        risks, n = _list_titles(found.went), len(found.went)
        yield ngettext(
            "It no longer names this risk: %(risks)s.", "It no longer names %(num)d risks: %(risks)s.", n, risks=risks
        )
    earlier = {risk["key"]: risk["parts"] for risk in was.get("risks", [])}
    other = [it["title"] for it in now.get("risks", []) if earlier.get(it["key"], it["parts"]) != it["parts"]]
    if other and not found:
        yield _("It bears on what was named already: %(risks)s.", risks=_list_titles(other))


def _list_titles(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def stored_result(
    context: AssessmentContext, latest: RecommendationRecord, edition: VersionView | None = None
) -> Result:
    """A recommendation, shown from what was stored when it was given; ``edition`` is the version that gave it."""
    parts = [part["id"] for part in latest.given["parts"]]

    def address(key: str, part: int | None) -> str:
        return page_url(
            "answer_question",
            assessment_id=context.id,
            key=key,
            part_id=None if part is None else parts[part],
        )

    shown = edition or context.advice_edition
    return present_result(latest.result, shown, latest.created_at, latest.given, address)


def judged_answers(
    context: AssessmentContext, latest: RecommendationRecord, edition: VersionView | None = None
) -> list[AnswerGroup]:
    """The answers that an advice used, part by part."""
    progress = Progress.of_given((edition or context.advice_edition).rule_set, latest.given)
    groups = [AnswerGroup("", [])]
    for section in (Section.NAME, Section.CORE, Section.SHARPEN):
        for place in _places(progress, section):
            if place.part is not None and progress.in_parts:
                continue
            answers = place.part.answers if place.part else progress.answers
            if place.question.key in answers or section is Section.CORE:
                url = question_url(context.id, place.question, None)
                groups[0].rows.append(answer_row(place.question, answers, url))
    for part in progress.parts if progress.in_parts else ():
        rows = [
            answer_row(place.question, part.answers, question_url(context.id, place.question, part.id))
            for section in (Section.CORE, Section.SHARPEN)
            for place in _places(progress, section)
            if place.part == part and (section is Section.CORE or place.question.key in part.answers)
        ]
        groups.append(AnswerGroup(part.name, rows))
    return groups


def _places(progress: Progress, section: Section) -> list[QuestionRef]:
    if section is Section.NAME:
        return [QuestionRef(question, None) for question in progress.rule_set.section(section)]
    return list(progress.route(section))


def _sharpen(context: AssessmentContext, explained: AdviceExplanation | None) -> list[SharpenRow]:
    """The questions that sharpen the advice: those that settle most first, then what was answered.

    One that nothing looks at is not asked: neither the points nor the risks nor what to do next would be others.
    """
    progress = context.progress
    numbers = {part.id: index for index, part in enumerate(progress.parts)} if progress.in_parts else {}
    rules = context.advice_edition.rule_set
    given = context.latest.given if context.latest is not None else progress.as_plain()
    judged = RulesAndAnswers.of(rules, given)
    rows = []
    for place in progress.route(Section.SHARPEN):
        answers = progress.answers_at(place)
        is_answered = place.question.key in answers
        key = (place.question.key, numbers.get(place.part.id) if place.part else None)
        could = "" if is_answered or explained is None else _could(explained, key, progress.rule_set)
        if could is None:
            continue
        row = SharpenRow(
            text=place.question.text,
            url=place_url(context.id, progress, place),
            part=place.part.name if place.part else "",
            answer=answer_label(place.question, answers[place.question.key]) if is_answered else "",
            could=could,
            risks="" if is_answered else _could_remove(removable_risks(judged, *key)),
        )
        rows.append((is_answered, explained.rank(key) if explained else 0, row))
    return [row for _, _, row in sorted(rows, key=itemgetter(0, 1))]


def _could(explained: AdviceExplanation, key: tuple[str, int | None], rule_set: RuleSet) -> str | None:
    """What the answer to an open question could do; None where nothing looks at it."""
    if names := explained.moves_to(key):
        return str(_("Could move the advice to %(what)s.", what=names_in_words(names)))
    return "" if key[0] in _looked_at(rule_set) else None


@cached_per_rule_set
def _looked_at(rule_set: RuleSet) -> frozenset[str]:
    """The questions at which a rule, a risk or a step to take looks."""
    conditions = [item.when for item in guidance_of_advice(rule_set)] + [rule.when for rule in rule_set.rules]
    conditions += [risk.conditions for risk in rule_set.risks]
    return frozenset(condition.question for when in conditions for condition in when)


def _could_remove(risks: Sequence[Risk]) -> str:
    """Which risks the answer to an open question could rule out, in words; which it could bring, it says itself."""
    titles = _list_titles([risk.title for risk in risks])
    return str(_("Could remove %(risks)s from what tends to go wrong.", risks=titles)) if titles else ""


def _again_url(context: AssessmentContext) -> str:
    """Where all questions are gone through again, with the present answers marked."""
    first = next(iter(context.progress.route()), None)
    if first is None:
        return page_url("answers", assessment_id=context.id)
    return place_url(context.id, context.progress, first, again=1)
