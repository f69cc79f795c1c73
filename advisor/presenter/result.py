"""One recommendation as the result page shows it: every sentence, number and link, computed once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from advisor.engine.questions import Answers
from advisor.engine.vocabulary import Kind, Outcome, Side, Strength
from advisor.presenter.answers import answer_label
from advisor.presenter.claims import ClaimRef, Edition, Version
from advisor.presenter.lead import lead_sentences
from advisor.presenter.words import BOTH_WITHIN, CONTENTS, KINDS, PART_VERDICTS, PARTLY, STRENGTHS, VERDICTS

QuestionUrl = Callable[[str, int | None], str]
"""Gives the address of a question: its key, and the place of the part (None: asked of the process)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of one piece.

    ``most`` is the largest sum on the page, so that its pictures share one scale. ``says`` is why the work stays, in
    the words of the policy row that decided it; empty where it leaves.
    """

    bpo: int
    kpo: int
    keep: int
    lean: int
    most: int
    outcome: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that matched. ``given`` are the answers it looked at, in words."""

    text: str
    side: str
    points: int
    given: list[str]
    rule: str
    rule_url: str
    claims: list[ClaimRef]
    is_general: bool


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The reasons for one side, strongest first, and their sum."""

    side: str
    points: int
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A core question that is not answered, or answered "I'm not sure"."""

    text: str
    url: str
    part: str


@dataclass(frozen=True, slots=True)
class PartResult:
    """The advice on one piece; ``name`` is empty where the process is in one piece."""

    name: str
    outcome: str
    verdict: str
    kind_note: str
    strength: str
    balance: Balance
    groups: list[ReasonGroup]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence and the claims behind it."""

    text: str
    claims: list[ClaimRef]


@dataclass(frozen=True, slots=True)
class DisagreementNote:
    """A topic on which the sources differ."""

    topic: str
    views: list[Note]
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
    """

    process_name: str
    outcome: str
    kind: str
    verdict: str
    lead: list[str]
    kind_note: str
    strength: str
    not_sure: int
    not_answered: int
    balance: Balance | None
    parts: list[PartResult]
    parts_notes: list[str]
    unanswered: list[OpenQuestion]
    name_note: Note | None
    disagreements: list[DisagreementNote]
    guidance: list[GuidanceNote]
    limits: list[str]
    cited: list[CitedSource]
    given_at: datetime
    version: Version


def present_result(
    document: dict[str, Any], edition: Edition, given_at: datetime, given: dict[str, Any], question_url: QuestionUrl
) -> Result:
    """Show a recommendation document, which is plain values, with the words of the version that gave it.

    ``given`` are the answers that it was given on.
    """
    parts = part_results(document, edition, most_points(document))
    return Result(
        process_name=document["process"],
        outcome=Outcome(document["outcome"]),
        kind=document["kind"],
        verdict=verdict_words(document),
        lead=lead_sentences(document),
        kind_note=_kind_note(document),
        strength=strength_words(document),
        not_sure=_count_not_sure(given),
        not_answered=_count_not_answered(document, given),
        balance=parts[0].balance if len(parts) == 1 else None,
        parts=parts,
        parts_notes=_parts_notes(document["parts"]),
        unanswered=_unanswered(document, edition, question_url),
        name_note=_name_note(document, edition),
        disagreements=[
            DisagreementNote(
                topic=told["topic"],
                views=[Note(view["text"], edition.refs(view["sources"])) for view in told["views"]],
                settled=told["settled"],
            )
            for told in document["disagreements"]
        ],
        guidance=[
            GuidanceNote(told["title"], told["text"], edition.refs(told["sources"]), told["general"])
            for told in document["guidance"]
        ],
        limits=document["limits"],
        cited=_cited(document, edition),
        given_at=given_at,
        version=edition.version,
    )


def most_points(document: dict[str, Any]) -> int:
    """The largest sum of any piece, at least 1: pictures that share it share a scale."""
    return max([1, *(int(piece["points"][side]) for piece in document["parts"] or [document] for side in Side)])


def part_results(document: dict[str, Any], edition: Edition, most: int) -> list[PartResult]:
    """The advice on each part, or on the process in one piece; ``most`` is the scale of the pictures."""
    return [_part(piece, edition, most) for piece in document["parts"] or [document]]


def verdict_words(document: dict[str, Any]) -> str:
    """The advice in one sentence."""
    outcome = Outcome(document["outcome"])
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    of_parts = frozenset(Outcome(piece["outcome"]) for piece in document["parts"])
    if outcome not in stays and of_parts & stays:
        return str(PARTLY[outcome])
    return str(BOTH_WITHIN.get(of_parts, VERDICTS[outcome]))


def said_by(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What an advice says of the process and of each part; two that are equal read the same."""
    pieces = (document, *document["parts"])
    return [as_told(Outcome(piece["outcome"]), Kind(piece["kind"]), piece["strength"]) for piece in pieces]


def as_told(outcome: Outcome, kind: Kind, strength: str) -> tuple[str, str, str]:
    """The outcome, the kind and the strength of one piece, as far as its page tells of them."""
    is_told = kind is not Kind.UNCLEAR and (kind is not Kind.BOTH or outcome is Outcome.BOTH)
    return outcome, kind, strength if is_told else ""


def strength_words(piece: dict[str, Any]) -> str:
    """How clear the kind is; empty where the advice is not about a kind, or not about all parts."""
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    if piece["outcome"] in stays or any(part["outcome"] in stays for part in piece.get("parts", ())):
        return ""
    return str(STRENGTHS[Strength(piece["strength"])])


def _count_not_sure(given: dict[str, Any]) -> int:
    """How many of the answers that were given are "I'm not sure", over all parts."""
    return sum(answer is None for piece in (given, *given["parts"]) for answer in piece["answers"].values())


def _count_not_answered(document: dict[str, Any], given: dict[str, Any]) -> int:
    """How many core questions have no answer at all; one that has none in several parts counts once."""
    of_parts = {part["part"]: part["answers"] for part in given["parts"]}
    pieces = document["parts"] or [document]
    held = ({**given["answers"], **of_parts.get(piece.get("part", ""), {})} for piece in pieces)
    return len(
        {key for piece, answers in zip(pieces, held, strict=True) for key in piece["unanswered"] if key not in answers}
    )


def _part(piece: dict[str, Any], edition: Edition, most: int) -> PartResult:
    return PartResult(
        name=piece.get("part", ""),
        outcome=piece["outcome"],
        verdict=str(PART_VERDICTS[piece["outcome"]]),
        kind_note=_kind_note(piece),
        strength=strength_words(piece),
        balance=balance_of(piece, most),
        groups=_groups(piece, edition),
    )


def balance_of(piece: dict[str, Any], most: int) -> Balance:
    """The sums of one piece; ``most`` is the largest on the page."""
    return Balance(
        **{side: piece["points"][side] for side in ("bpo", "kpo", "keep", "lean")},
        most=most,
        outcome=piece["outcome"],
        kind=piece["kind"],
        says=(piece["policy"]["leave"] or "") if piece["outcome"] == Outcome.KEEP else "",
    )


def _groups(piece: dict[str, Any], edition: Edition) -> list[ReasonGroup]:
    """The reasons by side: the side that was followed first, then the heavier one; sides without a reason left out."""
    reasons = [_reason(reason, edition) for reason in piece["reasons"]]
    followed = {Outcome.KEEP: ["keep"], Outcome.BOTH: ["bpo", "kpo"]}.get(piece["outcome"], [piece["outcome"]])
    rank = {side: index for index, side in enumerate(followed)}
    sides = sorted(Side, key=lambda side: (rank.get(side, len(rank)), -piece["points"][side]))
    by_side = ((side, [reason for reason in reasons if reason.side == side]) for side in sides)
    return [ReasonGroup(side, sum(reason.points for reason in found), found) for side, found in by_side if found]


def _reason(reason: dict[str, Any], edition: Edition) -> Reason:
    return Reason(
        text=reason["text"],
        side=reason["push"]["side"],
        points=reason["push"]["points"],
        given=_given(reason["because_of"], edition),
        rule=reason["rule"],
        rule_url=edition.rule_url(reason["rule"]),
        claims=edition.refs([source["id"] for source in reason["sources"]]),
        is_general=reason["general"],
    )


def _given(answers: Answers, edition: Edition) -> list[str]:
    found = ((edition.rule_set.question(key), answer) for key, answer in answers.items())
    return [answer_label(question, _engine_value(answer)) for question, answer in found if question]


def _engine_value(answer: Any) -> Any:
    return tuple(answer) if isinstance(answer, list) else answer


def _kind_note(piece: dict[str, Any]) -> str:
    """What would suit it if it left all the same; empty where the verdict says it already."""
    kind, outcome = Kind(piece["kind"]), Outcome(piece["outcome"])
    if outcome not in {Outcome.KEEP, Outcome.UNCLEAR}:
        return ""
    if kind is Kind.UNCLEAR:
        unknown = _("If you did hand it over, we can't say yet which kind would suit it.")
        return str(unknown) if outcome is Outcome.KEEP else ""
    words = {"kind": KINDS[kind], "strength": str(STRENGTHS[Strength(piece["strength"])]).lower()}
    if kind is Kind.BOTH:
        return str(_("If you did hand it over: %(kind)s.", **words))
    return str(_("If you did hand it over: %(kind)s (%(strength)s).", **words))


def _parts_notes(parts: list[dict[str, Any]]) -> list[str]:
    """Which part goes where, and where the work changes hands, in their order; the lead names the parts that stay."""
    places = {
        Outcome.BPO: _("BPO"),
        Outcome.KPO: _("KPO"),
        Outcome.BOTH: _("BPO and KPO together"),
    }
    names = {place: [part["part"] for part in parts if part["outcome"] == place] for place in places}
    going = [
        str(_("%(place)s: %(names)s.", place=place, names=_quoted(names[outcome])))
        for outcome, place in places.items()
        if names[outcome]
    ]
    notes = [" ".join(going)] if going else []
    hands = [
        _("“%(one)s” and “%(other)s”", one=one["part"], other=other["part"])
        for one, other in pairwise(parts)
        if one["outcome"] != other["outcome"] and Outcome.UNCLEAR not in {one["outcome"], other["outcome"]}
    ]
    if hands:
        notes.append(_("In this order, the work changes hands between %(pairs)s.", pairs="; ".join(hands)))
    return notes


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _unanswered(document: dict[str, Any], edition: Edition, question_url: QuestionUrl) -> list[OpenQuestion]:
    """What would help, where we can't say: each open question once for the process, or for its part."""
    if document["outcome"] != Outcome.UNCLEAR:
        return []
    found: dict[tuple[str, int | None], OpenQuestion] = {}
    for index, piece in enumerate(document["parts"] or [document]):
        if piece["outcome"] != Outcome.UNCLEAR:
            continue
        for key in piece["unanswered"]:
            question = edition.rule_set.question(key)
            if question is None:
                continue
            of_part = index if document["parts"] and question.scope == "part" else None
            name = piece["part"] if of_part is not None else ""
            found.setdefault((key, of_part), OpenQuestion(question.text, question_url(key, of_part), name))
    return list(found.values())


def _name_note(document: dict[str, Any], edition: Edition) -> Note | None:
    against = document["name_against_content"]
    if against is None:
        return None
    found, filed = Kind(against["found"]), Kind(against["filed_under"])
    words = {"option": against["option"], "filed": KINDS[filed], "work": CONTENTS[found], "found": KINDS[found]}
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
    return Note(text, edition.refs(against["sources"]))


def _cited(document: dict[str, Any], edition: Edition) -> list[CitedSource]:
    """Every claim that the page names, once, source by source in the order of the rule set."""
    reasoned = {source["id"] for reason in document["reasons"] for source in reason["sources"]}
    retold = {
        claim
        for told in (*document["guidance"], *(view for topic in document["disagreements"] for view in topic["views"]))
        for claim in told["sources"]
    }
    if document["name_against_content"]:
        retold |= set(document["name_against_content"]["sources"])
    refs = edition.refs(claim.id for claim in edition.rule_set.claims if claim.id in reasoned | retold)
    titles = dict.fromkeys(ref.source for ref in refs)
    return [CitedSource(title, [(ref, ref.id in reasoned) for ref in refs if ref.source == title]) for title in titles]
