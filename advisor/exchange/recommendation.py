"""A recommendation as plain JSON values: made once for the pages, the API, the command line and storage."""

from typing import Any, NotRequired

from pydantic import ConfigDict, with_config

# pydantic reads the types below for the API's description, and before Python 3.12 it needs this TypedDict to do so.
from typing_extensions import TypedDict

from advisor import metrics
from advisor.engine.evaluation.advice import (
    NameAgainstContent,
    disagreements_shown,
    guidance_shown,
    name_against_content,
)
from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.evaluation.risks import MOST, ShownRisk, risks_shown
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.evidence import Claim, Disagreement, Grade, Guidance
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import DoneBy, Kind, Outcome, Side, Strength

CLOSED = ConfigDict(extra="forbid")


@with_config(CLOSED)
class PointsDocument(TypedDict):
    """The sums; lean is bpo minus kpo, evidence is bpo plus kpo. `both` is there where it is not 0."""

    bpo: int
    kpo: int
    keep: int
    both: NotRequired[int]
    lean: int
    evidence: int


@with_config(CLOSED)
class PushDocument(TypedDict):
    """Points towards one side."""

    side: Side
    points: int


@with_config(CLOSED)
class SourceDocument(TypedDict):
    """A claim that a reason rests on. `general` marks general guidance that stands in no document of ours."""

    id: str
    source: str
    place: str
    text: str
    general: bool


@with_config(CLOSED)
class ReasonDocument(TypedDict):
    """A rule that matched. `because_of` holds the answers it looked at, `says` what it says of the work as a clause,
    where the rule has one; `part` is there where there are several.
    """

    rule: str
    text: str
    push: PushDocument
    sources: list[SourceDocument]
    general: bool
    because_of: dict[str, str | int | list[str]]
    says: NotRequired[str]
    part: NotRequired[str]


@with_config(CLOSED)
class PolicyDocument(TypedDict):
    """The rows that turned the points into the advice, in words; a process of several parts has none of its own."""

    leave: str | None
    kind: str | None


@with_config(CLOSED)
class ViewDocument(TypedDict):
    """One side of a disagreement, and the ids of the claims that say so."""

    text: str
    sources: list[str]


@with_config(CLOSED)
class DisagreementDocument(TypedDict):
    """A topic on which the sources differ, and how the advice settles it."""

    key: str
    topic: str
    views: list[ViewDocument]
    settled: str


@with_config(CLOSED)
class GuidanceDocument(TypedDict):
    """Something to do next."""

    key: str
    title: str
    text: str
    sources: list[str]
    general: bool


@with_config(CLOSED)
class PartAtRiskDocument(TypedDict):
    """The answers that a risk rests on; `part` is there where the process has several."""

    because_of: dict[str, str | int | list[str]]
    part: NotRequired[str]


@with_config(CLOSED)
class RiskDocument(TypedDict):
    """Something that tends to go wrong with such work, and what to do before signing. It never decides the advice.

    `grade` says how firm the published ground is: firm, fair or thin. `parts` are those in which it shows.
    """

    key: str
    title: str
    happens: str
    actions: list[str]
    grade: Grade
    sources: list[str]
    parts: list[PartAtRiskDocument]


@with_config(CLOSED)
class NameDocument(TypedDict):
    """The name suggests a process that is usually filed under another kind than the answers speak for."""

    option: str
    filed_under: Kind
    found: Kind
    sources: list[str]
    picked: bool


@with_config(CLOSED)
class PartDocument(TypedDict):
    """The advice for one part; ``done_by`` as for a process."""

    part: str
    outcome: Outcome
    kind: Kind
    strength: Strength
    points: PointsDocument
    reasons: list[ReasonDocument]
    policy: PolicyDocument
    unanswered: list[str]
    done_by: NotRequired[DoneBy]


@with_config(CLOSED)
class RecommendationDocument(TypedDict):
    """The advice for one process.

    `kind` is given even where the outcome is keep: "if you did hand it over". `reasons` come with most points first.
    `risks` are at most six, the weightiest first; advice that was given before there were any has none.
    `rules_version` is null where the rules came from a file. `unanswered` are the core questions that are unknown.
    `done_by` says who does the work today, of all parts; it is there where nobody or another firm was said to.
    """

    process: str
    outcome: Outcome
    kind: Kind
    strength: Strength
    points: PointsDocument
    reasons: list[ReasonDocument]
    policy: PolicyDocument
    rules_version: int | None
    unanswered: list[str]
    parts: list[PartDocument]
    disagreements: list[DisagreementDocument]
    guidance: list[GuidanceDocument]
    risks: NotRequired[list[RiskDocument]]
    name_against_content: NameDocument | None
    limits: list[str]
    done_by: NotRequired[DoneBy]


def recommend(rule_set: RuleSet, number: int | None, item: WorkItem) -> RecommendationDocument:
    """Give the advice for one work item under version ``number`` of the rules (None: rules from a file)."""
    return recommendation_document(rule_set, number, item, evaluate_parts(rule_set, item.answers, item.parts))


def recommendation_document(
    rule_set: RuleSet, number: int | None, item: WorkItem, recommendation: Recommendation
) -> RecommendationDocument:
    """Put a recommendation into plain values, every text included, so that it can be shown again word for word."""
    metrics.count_evaluation(recommendation.outcome)
    several = bool(recommendation.parts)
    named = recommendation.parts or ((recommendation,) if recommendation.part else ())
    against = name_against_content(rule_set, item.process, recommendation)
    document: RecommendationDocument = {
        "process": item.process,
        "outcome": recommendation.outcome,
        "kind": recommendation.kind,
        "strength": recommendation.strength,
        "points": points_document(recommendation.points),
        "reasons": _reasons(rule_set, recommendation, several=several),
        "policy": policy_document(recommendation),
        "rules_version": number,
        "unanswered": list(recommendation.unanswered_keys),
        "parts": [_part(rule_set, part_advice) for part_advice in named],
        "disagreements": [
            disagreement_document(it) for it in disagreements_shown(rule_set, item.process, recommendation)
        ],
        "guidance": [guidance_document(rule_set, it) for it in guidance_shown(rule_set, item.process, recommendation)],
        "risks": [risk_document(shown, several=several) for shown in risks_shown(rule_set, recommendation)[:MOST]],
        "name_against_content": name_document(against) if against else None,
        "limits": list(rule_set.limits),
    }
    if done_by := _done_by(rule_set, recommendation):
        document["done_by"] = done_by
    return document


def _done_by(rule_set: RuleSet, recommendation: Recommendation) -> DoneBy | None:
    of_parts = {rule_set.done_by(part_advice.answers) for part_advice in recommendation.all_parts}
    return of_parts.pop() if len(of_parts) == 1 else None


def verdict_document(rule_set: RuleSet, item: WorkItem) -> dict[str, Any]:
    """What the advice for a work item says of it and of its parts, with the points, and without any reason."""
    advice = evaluate_parts(rule_set, item.answers, item.parts)
    metrics.count_evaluation(advice.outcome)
    document = _verdict(rule_set, advice)
    document["parts"] = [{"part": part_advice.part, **_verdict(rule_set, part_advice)} for part_advice in advice.parts]
    return document


def _verdict(rule_set: RuleSet, advice: Recommendation) -> dict[str, Any]:
    return {
        "outcome": advice.outcome,
        "kind": advice.kind,
        "points": points_document(advice.points),
        "policy": policy_document(advice),
        "unanswered": advice.unanswered_keys,
        "done_by": _done_by(rule_set, advice),
    }


def advised_parts(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The advice on each part of a process, or on the whole where it is in one piece."""
    parts: list[dict[str, Any]] = document["parts"]
    return parts or [document]


def _part(rule_set: RuleSet, part_advice: Recommendation) -> PartDocument:
    document: PartDocument = {
        "part": part_advice.part,
        "outcome": part_advice.outcome,
        "kind": part_advice.kind,
        "strength": part_advice.strength,
        "points": points_document(part_advice.points),
        "reasons": _reasons(rule_set, part_advice, several=False),
        "policy": policy_document(part_advice),
        "unanswered": list(part_advice.unanswered_keys),
    }
    if done_by := rule_set.done_by(part_advice.answers):
        document["done_by"] = done_by
    return document


def points_document(points: Points) -> PointsDocument:
    """Sums as plain values."""
    document: PointsDocument = {
        "bpo": points.bpo,
        "kpo": points.kpo,
        "keep": points.keep,
        "lean": points.lean,
        "evidence": points.evidence,
    }
    if points.both:  # without it a document is what it was before there was that side
        document["both"] = points.both
    return document


def points_to(points: PointsDocument, side: Side) -> int:
    """The points towards one side."""
    return points.get("both", 0) if side is Side.BOTH else points[side.value]  # type: ignore[literal-required]


def policy_document(recommendation: Recommendation) -> PolicyDocument:
    """What the rows of the policy that decided say, as plain values."""
    leave, kind = recommendation.policy_says
    return {"leave": leave, "kind": kind}


def _reasons(rule_set: RuleSet, recommendation: Recommendation, *, several: bool) -> list[ReasonDocument]:
    """Every reason of every piece, most points first; equals keep the order of the parts and of the rule set."""
    found = [
        (part_advice.part, finding) for part_advice in recommendation.all_parts for finding in part_advice.reasons()
    ]
    found.sort(key=lambda pair: -pair[1].rule.push.points)
    return [
        reason_document(rule_set, finding.rule, finding.answers, part if several else None) for part, finding in found
    ]


def reason_document(rule_set: RuleSet, rule: Rule, answers: Answers, part: str | None = None) -> ReasonDocument:
    """A rule that matched with these answers, as plain values; ``part`` where it is one of several."""
    reason: ReasonDocument = {
        "rule": rule.key,
        "text": rule.because,
        "push": {"side": rule.push.side, "points": rule.push.points},
        "sources": [_source(rule_set, claim) for source in rule.sources if (claim := rule_set.claim(source))],
        "general": rule_set.is_general(rule.sources),
        "because_of": plain_answers(answers),
    }
    if rule.says:
        reason["says"] = rule.says
    if part is not None:
        reason["part"] = part
    return reason


def _source(rule_set: RuleSet, claim: Claim) -> SourceDocument:
    return {
        "id": claim.id,
        "source": claim.source,
        "place": claim.place,
        "text": claim.text,
        "general": rule_set.is_general((claim.id,)),
    }


def name_document(against: NameAgainstContent) -> NameDocument:
    """What the name suggests against what was found, as plain values."""
    return {
        "option": against.option.label,
        "filed_under": against.filed_under,
        "found": against.found,
        "sources": list(against.option.sources),
        "picked": against.picked,
    }


def disagreement_document(shown: Disagreement) -> DisagreementDocument:
    """A disagreement as plain values."""
    return {
        "key": shown.key,
        "topic": shown.topic,
        "views": [{"text": view.text, "sources": list(view.sources)} for view in shown.views],
        "settled": shown.settled,
    }


def guidance_document(rule_set: RuleSet, shown: Guidance) -> GuidanceDocument:
    """Something to do next, as plain values."""
    return {
        "key": shown.key,
        "title": shown.title,
        "text": shown.text,
        "sources": list(shown.sources),
        "general": rule_set.is_general(shown.sources),
    }


def risk_document(shown: ShownRisk, *, several: bool) -> RiskDocument:
    """A risk that shows, as plain values; its parts are named where there are several."""
    risk = shown.risk
    parts: list[PartAtRiskDocument] = []
    for at_risk in shown.parts:
        part: PartAtRiskDocument = {"because_of": plain_answers(at_risk.answers)}
        if several:
            part["part"] = at_risk.part
        parts.append(part)
    return {
        "key": risk.key,
        "title": risk.title,
        "happens": risk.happens,
        "actions": list(risk.actions),
        "grade": risk.grade,
        "sources": list(risk.sources),
        "parts": parts,
    }
