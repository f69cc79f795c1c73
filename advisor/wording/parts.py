"""The advice on each piece of a process: its sums, and the reasons for each side."""

from dataclasses import dataclass
from typing import Any

from advisor.engine.model.questions import Answers
from advisor.engine.model.vocabulary import Outcome, Side
from advisor.wording.claims import ClaimRef, VersionView
from advisor.wording.values import answer_label
from advisor.wording.verdict import kind_note, strength_words
from advisor.wording.vocabulary import OUTCOMES


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
class PartResult:
    """The advice on one piece; ``name`` is empty where the process is in one piece."""

    name: str
    outcome: str
    verdict: str
    kind_note: str
    strength: str
    balance: Balance
    groups: list[ReasonGroup]


def most_points(document: dict[str, Any]) -> int:
    """The largest sum of any piece, at least 1: pictures that share it share a scale."""
    return max([1, *(int(piece["points"][side]) for piece in document["parts"] or [document] for side in Side)])


def part_results(document: dict[str, Any], edition: VersionView, most: int) -> list[PartResult]:
    """The advice on each part, or on the process in one piece; ``most`` is the scale of the pictures."""
    return [_part(piece, edition, most) for piece in document["parts"] or [document]]


def _part(piece: dict[str, Any], edition: VersionView, most: int) -> PartResult:
    return PartResult(
        name=piece.get("part", ""),
        outcome=piece["outcome"],
        verdict=str(OUTCOMES[piece["outcome"]].part_verdict),
        kind_note=kind_note(piece),
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


def _groups(piece: dict[str, Any], edition: VersionView) -> list[ReasonGroup]:
    """The reasons by side: the side that was followed first, then the heavier one; sides without a reason left out."""
    reasons = [_reason(reason, edition) for reason in piece["reasons"]]
    followed = [Side.BPO, Side.KPO] if piece["outcome"] == Outcome.BOTH else [piece["outcome"]]
    rank = {side: index for index, side in enumerate(followed)}
    sides = sorted(Side, key=lambda side: (rank.get(side, len(rank)), -piece["points"][side]))
    by_side = ((side, [reason for reason in reasons if reason.side == side]) for side in sides)
    return [ReasonGroup(side, sum(reason.points for reason in found), found) for side, found in by_side if found]


def _reason(reason: dict[str, Any], edition: VersionView) -> Reason:
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


def _given(answers: Answers, edition: VersionView) -> list[str]:
    found = ((edition.rule_set.question(key), answer) for key, answer in answers.items())
    return [answer_label(question, _engine_value(answer)) for question, answer in found if question]


def _engine_value(answer: Any) -> Any:
    return tuple(answer) if isinstance(answer, list) else answer
