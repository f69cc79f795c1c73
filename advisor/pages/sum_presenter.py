"""How the sum works: every question with what each answer adds, the two tables, and one worked example."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.evaluation.evaluate import Finding, evaluate
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Condition, Question, Scope, Section
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Side, State
from advisor.exchange.recommendation import RecommendationDocument, points_to, recommend
from advisor.wording.advice.result import Result, present_result
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.claims import VersionView
from advisor.wording.rules import bounds_sentence, push_words, short_condition
from advisor.wording.values import answer_label, none_label
from advisor.wording.vocabulary import KINDS, LEAVES, SECTIONS, SIDES, STRENGTHS


@dataclass(frozen=True, slots=True)
class AnswerEffect:
    """What a rule adds for an answer; ``also`` are its other conditions."""

    side: str
    side_name: str
    points: int
    url: str
    also: list[str]


@dataclass(frozen=True, slots=True)
class AnswerEffects:
    """One answer, and what every rule that looks at it adds."""

    option: str
    effects: list[AnswerEffect]


@dataclass(frozen=True, slots=True)
class QuestionEffects:
    """One question, and what each of its answers adds."""

    key: str
    text: str
    asked_of: str
    asked_when: str
    rows: list[AnswerEffects]


def sum_page(edition: VersionView) -> dict[str, Any]:
    """Everything that decides, in words."""
    rule_set = edition.rule_set
    return {
        "sections": [
            {
                "heading": str(words.heading),
                "about": str(words.about),
                "questions": [_question(edition, question) for question in rule_set.section(section)],
            }
            for section, words in SECTIONS.items()
            if section is not Section.NAME and rule_set.section(section)
        ],
        "leave": [{"when": bounds_sentence(row.when), "then": str(LEAVES[row.leave].name)} for row in rule_set.leave],
        "kind": [
            {
                "when": bounds_sentence(row.when),
                "then": str(KINDS[row.kind].name),
                "strength": "" if row.kind is Kind.UNCLEAR else str(STRENGTHS[row.strength]),
            }
            for row in rule_set.kind
        ],
        "example": _worked_example(edition),
        "has_both": any(rule.push.side is Side.BOTH for rule in rule_set.rules),
        "version": edition.version,
        "in_force_url": url_for("pages.how_the_sum_works"),
        "claims_url": url_for("pages.claims", number=edition.link_number),
    }


def sample_result(edition: VersionView) -> Result | None:
    """A real process, advised on by these rules: a test case that has reasons for and against."""
    found = _sample(edition)
    if found is None:
        return None
    item, document = found
    given = {"answers": item.answers, "parts": []}
    return present_result(dict(document), edition, edition.row.published_at, given, lambda _key, _part: "")


def _sample(edition: VersionView) -> tuple[WorkItem, RecommendationDocument] | None:
    """The first test case in one piece with a clear kind and reasons on more than one side; else the first at all."""
    first: tuple[WorkItem, RecommendationDocument] | None = None
    for case in edition.rule_set.cases:
        item = WorkItem(case.process, case.answers)
        document = recommend(edition.rule_set, edition.number, item)
        if case.parts or not document["reasons"]:
            continue
        first = first or (item, document)
        sides = {reason["push"]["side"] for reason in document["reasons"]}
        if document["strength"] == "clear" and document["outcome"] in {"bpo", "kpo"} and len(sides) > 1:
            return item, document
    return first


def _worked_example(edition: VersionView) -> dict[str, Any] | None:
    found = _sample(edition)
    if found is None:
        return None
    item, document = found
    recommendation = evaluate(edition.rule_set, item.answers)
    steps = [
        _("%(given)s: %(adds)s.", given=_given_answers(edition.rule_set, finding), adds=push_words(finding.rule.push))
        for finding in recommendation.reasons()
    ]
    pushed_to = {rule.push.side for rule in edition.rule_set.rules}
    sides = [side for side in Side if side is not Side.BOTH or side in pushed_to]
    sums = ", ".join(f"{SIDES[side].towards} {points_to(document['points'], side)}" for side in sides)
    steps.append(_("The sums: %(sums)s.", sums=sums))
    leave, row = recommendation.leave, recommendation.row
    if leave is not None and row is not None:
        steps.append(
            _("First table: “%(when)s”. %(then)s.", when=bounds_sentence(leave.when), then=LEAVES[leave.leave].name)
        )
        words = {"when": bounds_sentence(row.when), "then": KINDS[row.kind].name, "strength": STRENGTHS[row.strength]}
        steps.append(_("Second table: “%(when)s”. %(then)s, %(strength)s.", **words))
    verdict = verdict_words(dict(document))
    return {"process_name": item.process, "steps": [str(step) for step in steps], "verdict": verdict}


def _given_answers(rule_set: RuleSet, finding: Finding) -> str:
    """The answers that a rule looked at: “A finished item” (What comes out of it)."""
    found = ((rule_set.question(key), answer) for key, answer in finding.answers.items())
    words = [f"“{answer_label(question, answer)}” ({question.short})" for question, answer in found if question]
    return str(_(" and ")).join(words)


# ---- what each answer adds -----------------------------------------------------------------------------------------


def _question(edition: VersionView, question: Question) -> QuestionEffects:
    rule_set = edition.rule_set
    when = str(_(", and ")).join(short_condition(rule_set, condition) for condition in question.asked_when)
    return QuestionEffects(
        key=question.key,
        text=question.text,
        asked_of=str(_("Asked once for the process") if question.scope is Scope.PROCESS else _("Asked of each part")),
        asked_when=str(_("Asked only when %(when)s", when=when)) if when else "",
        rows=[
            AnswerEffects(words, _effects(edition, question, answer))
            for words, answer in _distinct_answers(rule_set, question)
        ],
    )


def _distinct_answers(rule_set: RuleSet, question: Question) -> list[tuple[str, Answer]]:
    """The answers that rules can tell apart: options; each option alone, and none of them; bands of a number."""
    if question.type is AnswerType.CHOICE:
        return [(option.label, option.key) for option in question.options]
    if question.type is AnswerType.CHOICES:
        alone: list[tuple[str, Answer]] = [(option.label, (option.key,)) for option in question.options]
        return [*alone, (none_label(question), ())]
    starts = _band_starts(rule_set, question)
    ends = [*(start - 1 for start in starts[1:]), question.maximum]
    return [(_band(start, end), start) for start, end in zip(starts, ends, strict=True)]


def _band_starts(rule_set: RuleSet, question: Question) -> list[int]:
    """Where a rule begins to see a number differently, from the least on."""
    starts = {question.minimum or 0}
    for condition in (condition for rule in rule_set.rules for condition in rule.when):
        if condition.question == question.key:
            first, last = int(condition.values[0]), int(condition.values[-1])
            starts |= {"at_least": {first}, "at_most": {last + 1}}.get(condition.test, {first, last + 1})
    highest = question.maximum
    return sorted(
        start for start in starts if start >= (question.minimum or 0) and (highest is None or start <= highest)
    )


def _band(start: int, end: int | None) -> str:
    if end is None:
        return str(_("%(start)s or more", start=format_decimal(start)))
    if start == end:
        return str(format_decimal(start))
    return str(_("%(start)s to %(end)s", start=format_decimal(start), end=format_decimal(end)))


def _effects(edition: VersionView, question: Question, answer: Answer) -> list[AnswerEffect]:
    return [
        AnswerEffect(
            side=rule.push.side,
            side_name=str(SIDES[rule.push.side].name),
            points=rule.push.points,
            url=edition.rule_url(rule.key),
            also=[short_condition(edition.rule_set, other) for other in _other_conditions(rule, question, answer)],
        )
        for rule in edition.rule_set.rules
        if _may_fit(rule, question, answer)
    ]


def _may_fit(rule: Rule, question: Question, answer: Answer) -> bool:
    """Whether the rule looks at this question, and this answer alone does not rule it out."""
    own = [condition for condition in rule.when if condition.question == question.key]
    return bool(own) and all(_accepts(condition, answer) for condition in own)


def _accepts(condition: Condition, answer: Answer) -> bool:
    if condition.test == "includes_all" and isinstance(answer, tuple):
        return bool(set(answer) & set(condition.values))
    return condition.state({condition.question: answer}) is State.MATCHED


def _other_conditions(rule: Rule, question: Question, answer: Answer) -> list[Condition]:
    """What else must hold: conditions on other questions, and further options of the same one."""
    others = [condition for condition in rule.when if condition.question != question.key]
    for condition in rule.when:
        if condition.question == question.key and condition.test == "includes_all" and isinstance(answer, tuple):
            rest = tuple(value for value in condition.values if value not in answer)
            others += [Condition(condition.question, condition.test, rest)] if rest else []
    return others
