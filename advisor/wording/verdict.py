"""What an advice says in a sentence: where the work goes, how clear that is, and what would suit it otherwise."""

from typing import Any

from flask_babel import gettext as _

from advisor.engine.model.vocabulary import Kind, Outcome, Strength
from advisor.wording.vocabulary import BOTH_WITHIN, KINDS, PARTLY, STRENGTHS, VERDICTS


def verdict_words(document: dict[str, Any]) -> str:
    """The advice in one sentence."""
    outcome = Outcome(document["outcome"])
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    of_parts = frozenset(Outcome(piece["outcome"]) for piece in document["parts"])
    if outcome not in stays and of_parts & stays:
        return str(PARTLY[outcome])
    return str(BOTH_WITHIN.get(of_parts, VERDICTS[outcome]))


def strength_words(piece: dict[str, Any]) -> str:
    """How clear the kind is; empty where the advice is not about a kind, or not about all parts."""
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    if piece["outcome"] in stays or any(part["outcome"] in stays for part in piece.get("parts", ())):
        return ""
    return str(STRENGTHS[Strength(piece["strength"])])


def kind_note(piece: dict[str, Any]) -> str:
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


def said_by(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What an advice says of the process and of each part; two that are equal read the same."""
    pieces = (document, *document["parts"])
    return [as_told(Outcome(piece["outcome"]), Kind(piece["kind"]), piece["strength"]) for piece in pieces]


def as_told(outcome: Outcome, kind: Kind, strength: str) -> tuple[str, str, str]:
    """The outcome, the kind and the strength of one piece, as far as its page tells of them."""
    is_told = kind is not Kind.UNCLEAR and (kind is not Kind.BOTH or outcome is Outcome.BOTH)
    return outcome, kind, strength if is_told else ""
