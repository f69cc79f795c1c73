"""One recommendation as the result page shows it: every sentence, number and link, computed once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from advisor.engine.analysis.scale import longest_sum
from advisor.engine.model.answers import stored_answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Measure, Outcome, Side
from advisor.exchange.recommendation import advised_parts
from advisor.wording.advice.first_advice import FirstAdvice, first_advice
from advisor.wording.advice.lead import AnswerWords, lead_of, what_weighs_most
from advisor.wording.advice.risks import RiskNote, risk_notes
from advisor.wording.advice.verdict import advice_words, is_between, kind_note, strength_words, verdict_words
from advisor.wording.claims import ClaimRef, Version, VersionView
from advisor.wording.values import answer_label, quoted_answer
from advisor.wording.vocabulary import KINDS


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of one part.

    ``most`` is where its picture ends: one scale for all advice of the same rules. ``keeps_from`` are the points for
    keeping it from which on it stays, None where the rules say that another way; ``says`` is why it stays, in their
    words. Both are empty where it leaves. ``both`` are the points of answers that say that the work falls into parts.
    """

    bpo: int
    kpo: int
    keep: int
    both: int
    lean: int
    most: int
    outcome: str
    kind: str
    says: str
    keeps_from: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that matched. ``given`` are the answers it looked at, in words; ``parts`` those in which it counts,
    none where the process is in one piece or all of them share it.
    """

    text: str
    side: str
    points: int
    given: list[str]
    rule: str
    rule_url: str
    claims: list[ClaimRef]
    is_general: bool
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The reasons for one side, strongest first, and their sum: 0 for those of several parts, which have their own."""

    side: str
    points: int
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class PartResult:
    """The advice on one part, and the answer that weighs ``most``; ``name`` is "" where the process is in one piece."""

    name: str
    outcome: str
    verdict: str
    kind_note: str
    strength: str
    balance: Balance
    groups: list[ReasonGroup]
    most: str


def points_scale(*rule_sets: RuleSet) -> int:
    """Where pictures of points end: no advice by these rules has more, so that their pictures can be compared."""
    return max(longest_sum(rule_set) for rule_set in rule_sets)


def part_results(document: dict[str, Any], edition: VersionView, most: int) -> list[PartResult]:
    """The advice on each part, or on the process in one piece; ``most`` is the scale of the pictures."""
    return [_part(part, edition, most) for part in advised_parts(document)]


def _part(part: dict[str, Any], edition: VersionView, most: int) -> PartResult:
    return PartResult(
        name=part.get("part", ""),
        outcome=part["outcome"],
        verdict=str(advice_words(part).part_verdict),
        kind_note=kind_note(part),
        strength=strength_words(part),
        balance=balance_of(part, most, edition.rule_set),
        groups=_groups(part, edition),
        most=what_weighs_most(part, _answer_words(edition)),
    )


def balance_of(part: dict[str, Any], most: int, rule_set: RuleSet) -> Balance:
    """The sums of one part; ``most`` is where the picture ends, ``rule_set`` what gave the advice."""
    points, says = part["points"], (part["policy"]["leave"] or "") if part["outcome"] == Outcome.KEEP else ""
    return Balance(
        **{side: points.get(side, 0) for side in ("bpo", "kpo", "keep", "both", "lean")},
        most=most,
        outcome=part["outcome"],
        kind=part["kind"],
        says=says,
        keeps_from=_keeps_from(says, rule_set),
    )


def _keeps_from(says: str, rule_set: RuleSet) -> int | None:
    """The points for keeping from which on the row that says so keeps the work, if that is all it asks."""
    for row in with_sentences(rule_set.leave) if says else ():
        if row.says == says and len(row.when) == 1 and row.when[0].measure is Measure.KEEP:
            return row.when[0].at_least if row.when[0].at_most is None else None
    return None


def _groups(part: dict[str, Any], edition: VersionView) -> list[ReasonGroup]:
    """The reasons by side: the side that was followed first, then the heavier one; sides without a reason left out."""
    reasons = [_reason(reason, edition) for reason in part["reasons"]]
    followed = [Side.BPO, Side.KPO, Side.BOTH] if part["outcome"] == Outcome.BOTH else [part["outcome"]]
    rank = {side: index for index, side in enumerate(followed)}
    sides = sorted(Side, key=lambda side: (rank.get(side, len(rank)), -part["points"].get(side, 0)))
    by_side = ((side, [reason for reason in reasons if reason.side == side]) for side in sides)
    return [ReasonGroup(side, sum(reason.points for reason in found), found) for side, found in by_side if found]


def _shared_groups(document: dict[str, Any], edition: VersionView) -> list[ReasonGroup]:
    """The reasons of all parts: each rule once for the same answers, with the parts in which it counts."""
    found: dict[tuple[str, str], tuple[dict[str, Any], list[str]]] = {}
    for reason in document["reasons"]:
        key = reason["rule"], repr(sorted(reason["because_of"].items()))
        found.setdefault(key, (reason, []))[1].append(reason["part"])
    names = [part["part"] for part in document["parts"]]
    merged = [
        replace(_reason(reason, edition), parts=[] if len(parts) == len(names) else parts)
        for reason, parts in found.values()
    ]
    sides = sorted(Side, key=lambda side: -document["points"].get(side, 0))
    by_side = ((side, [reason for reason in merged if reason.side == side]) for side in sides)
    return [ReasonGroup(side, 0, reasons) for side, reasons in by_side if reasons]


def _reason(reason: dict[str, Any], edition: VersionView) -> Reason:
    return Reason(
        text=reason["text"],
        side=reason["push"]["side"],
        points=reason["push"]["points"],
        given=_given_answers(reason["because_of"], edition),
        rule=reason["rule"],
        rule_url=edition.rule_url(reason["rule"]),
        claims=edition.refs([source["id"] for source in reason["sources"]]),
        is_general=reason["general"],
    )


def _given_answers(answers: Answers, edition: VersionView) -> list[str]:
    found = ((edition.rule_set.question(key), answer) for key, answer in answers.items())
    return [answer_label(question, stored_answer(answer)) for question, answer in found if question]


QuestionUrl = Callable[[str, int | None], str]
"""Gives the address of a question: its key, and the place of the part (None: asked of the process)."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A core question that is not answered, or answered "I'm not sure"."""

    text: str
    url: str
    part: str


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence and the claims behind it."""

    text: str
    claims: list[ClaimRef]


@dataclass(frozen=True, slots=True)
class DisagreementNote:
    """A topic on which the sources differ."""

    topic: str
    views: list[CitedSentence]
    settled: str


@dataclass(frozen=True, slots=True)
class GuidanceNote:
    """Something to do next."""

    title: str
    text: str
    claims: list[ClaimRef]
    is_general: bool


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source, and those of its claims that the page names: with their words where a reason rests on them.

    The others are retold where they are named, by a disagreement or the guidance; of those the place is enough.
    """

    title: str
    claims: list[tuple[ClaimRef, bool]]


@dataclass(frozen=True, slots=True)
class Result:
    """The advice on a process.

    ``strength`` describes the kind, so it is empty beside "keep" and "we can't say yet", and where some parts stay.
    ``against`` is what speaks most against it, "" for nothing; ``is_between`` says that all is answered and it could
    still be either kind.
    """

    process_name: str
    outcome: str
    kind: str
    verdict: str
    lead: list[str]
    against: str
    is_between: bool
    kind_note: str
    strength: str
    not_sure: int
    first_advice: FirstAdvice | None
    balance: Balance | None
    parts: list[PartResult]
    groups: list[ReasonGroup]
    handovers: str
    unanswered: list[OpenQuestion]
    name_note: CitedSentence | None
    disagreements: list[DisagreementNote]
    guidance: list[GuidanceNote]
    risks: list[RiskNote]
    limits: list[str]
    cited: list[CitedSource]
    given_at: datetime
    version: Version

    @property
    def strongest_against(self) -> tuple[str, str] | None:
        """What weighs most against it, under its heading; None where that is not told."""
        if self.against:
            is_kept = self.outcome == Outcome.KEEP
            return str(_("What pulls the other way") if is_kept else _("Strongest against it")), f"{self.against}."
        if self.outcome in {Outcome.BPO, Outcome.KPO} and len(self.groups) == 1:
            return str(_("Strongest against it")), str(_("Nothing that you answered speaks against it."))
        return None

    @property
    def reasons(self) -> int:
        """How many reasons it has, for and against."""
        return sum(len(group.reasons) for group in self.groups)


def present_result(
    document: dict[str, Any],
    edition: VersionView,
    given_at: datetime,
    answered: dict[str, Any],
    question_url: QuestionUrl,
) -> Result:
    """Show a recommendation document, which is plain values, with the words of the version that gave it.

    ``answered`` are the answers that it was given on.
    """
    parts = part_results(document, edition, points_scale(edition.rule_set))
    lead = lead_of(document, _answer_words(edition))
    return Result(
        process_name=document["process"],
        outcome=Outcome(document["outcome"]),
        kind=document["kind"],
        verdict=verdict_words(document),
        lead=lead.sentences,
        against=lead.against,
        is_between=is_between(document),
        kind_note=kind_note(document),
        strength=strength_words(document),
        not_sure=_count_not_sure(answered),
        first_advice=first_advice(edition.rule_set, answered),
        balance=parts[0].balance if len(parts) == 1 else None,
        parts=parts,
        groups=parts[0].groups if len(parts) == 1 else _shared_groups(document, edition),
        handovers=_handovers(document["parts"]),
        unanswered=_open_questions(document, edition, question_url),
        name_note=_name_note(document, edition),
        disagreements=[
            DisagreementNote(
                topic=entry["topic"],
                views=[CitedSentence(view["text"], edition.refs(view["sources"])) for view in entry["views"]],
                settled=entry["settled"],
            )
            for entry in document["disagreements"]
        ],
        guidance=[
            GuidanceNote(entry["title"], entry["text"], edition.refs(entry["sources"]), entry["general"])
            for entry in document["guidance"]
        ],
        risks=risk_notes(document, edition),
        limits=document["limits"],
        cited=_cited_sources(document, edition),
        given_at=given_at,
        version=edition.version,
    )


def _answer_words(edition: VersionView) -> AnswerWords:
    """Says an answer in the words in which it was offered, with what was asked in short."""
    return lambda key, answer: quoted_answer(edition.rule_set.question(key), answer)


def _count_not_sure(answered: dict[str, Any]) -> int:
    """How many of the answers that were given are "I'm not sure", over all parts."""
    return sum(answer is None for part in (answered, *answered["parts"]) for answer in part["answers"].values())


def _handovers(parts: list[dict[str, Any]]) -> str:
    """Where the work changes hands between parts, in their order; "" for nowhere."""
    hands = [
        _("“%(one)s” and “%(other)s”", one=one["part"], other=other["part"])
        for one, other in pairwise(parts)
        if one["outcome"] != other["outcome"] and Outcome.UNCLEAR not in {one["outcome"], other["outcome"]}
    ]
    return str(_("The work changes hands between %(pairs)s.", pairs="; ".join(hands))) if hands else ""


def _open_questions(document: dict[str, Any], edition: VersionView, question_url: QuestionUrl) -> list[OpenQuestion]:
    """What would help, where we can't say: each open question once for the process, or for its part."""
    if document["outcome"] != Outcome.UNCLEAR:
        return []
    found: dict[tuple[str, int | None], OpenQuestion] = {}
    for index, part in enumerate(advised_parts(document)):
        if part["outcome"] != Outcome.UNCLEAR:
            continue
        for key in part["unanswered"]:
            question = edition.rule_set.question(key)
            if question is None:
                continue
            of_part = index if document["parts"] and question.scope == "part" else None
            name = part["part"] if of_part is not None else ""
            found.setdefault((key, of_part), OpenQuestion(question.text, question_url(key, of_part), name))
    return list(found.values())


def _name_note(document: dict[str, Any], edition: VersionView) -> CitedSentence | None:
    against = document["name_against_content"]
    if against is None:
        return None
    found, filed = Kind(against["found"]), Kind(against["filed_under"])
    words = {
        "option": against["option"],
        "filed": KINDS[filed].sentence,
        "work": KINDS[found].work,
        "found": KINDS[found].sentence,
    }
    if against["picked"]:
        text = _("Our sources usually file “%(option)s” under %(filed)s.", **words)
    else:
        text = _("The name suggests “%(option)s”, which our sources usually file under %(filed)s.", **words)
    if document["outcome"] == Outcome.KEEP:
        text += " " + _("What you describe is %(work)s, so that name decided nothing.", **words)
    elif found is Kind.BOTH:
        text += " " + _("What you describe is %(work)s, so we advise both.", **words)
    else:
        text += " " + _("What you describe is %(work)s, so we advise %(found)s.", **words)
    return CitedSentence(text, edition.refs(against["sources"]))


def _cited_sources(document: dict[str, Any], edition: VersionView) -> list[CitedSource]:
    """Every claim that the page names, once, source by source in the order of the rule set."""
    reasoned = {source["id"] for reason in document["reasons"] for source in reason["sources"]}
    retold = {
        claim
        for entry in (*document["guidance"], *(view for topic in document["disagreements"] for view in topic["views"]))
        for claim in entry["sources"]
    }
    retold.update(claim for risk in document.get("risks", []) for claim in risk["sources"])
    if document["name_against_content"]:
        retold |= set(document["name_against_content"]["sources"])
    refs = edition.refs(claim.id for claim in edition.rule_set.claims if claim.id in reasoned | retold)
    titles = dict.fromkeys(ref.source for ref in refs)
    return [CitedSource(title, [(ref, ref.id in reasoned) for ref in refs if ref.source == title]) for title in titles]
