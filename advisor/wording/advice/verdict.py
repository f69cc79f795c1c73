"""What an advice says in a sentence: where the work goes, how clear that is, and what would suit it otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from flask_babel import gettext as _

from advisor.engine.document.text import isolate_text
from advisor.engine.model.vocabulary import DoneBy, Kind, Outcome, Strength
from advisor.wording.vocabulary import (
    BETWEEN,
    BOTH_WITHIN,
    ELSEWHERE,
    KINDS,
    NOT_THERE_YET,
    OUTCOMES,
    STRENGTHS,
    OutcomeWords,
)


def is_between(advice: Mapping[str, Any]) -> bool:
    """Whether all is answered and yet neither kind is ahead; False where something is still open.

    It is read from the advice itself, so that old advice says it too. What lacks ``unanswered`` is taken as open.
    """
    if advice["outcome"] != Outcome.UNCLEAR:
        return False
    return not any(part.get("unanswered", True) for part in advice.get("parts") or [advice])


def is_nobodys(advice: Mapping[str, Any]) -> bool:
    """Whether the work is to stay, and nobody does it yet: then nothing can be kept.

    Advice by rules that do not ask who does it says nothing of that, and then "keep it" is said in general.
    """
    return advice["outcome"] == Outcome.KEEP and advice.get("done_by") == DoneBy.NOBODY


def is_elsewhere(advice: Mapping[str, Any]) -> bool:
    """The same where another firm does the work."""
    return advice["outcome"] == Outcome.KEEP and advice.get("done_by") == DoneBy.ANOTHER_FIRM


def advice_words(advice: Mapping[str, Any]) -> OutcomeWords:
    """The words for what an advice says of a process or a part: those of its outcome, or nearer ones."""
    if is_between(advice):
        return BETWEEN
    if is_elsewhere(advice):
        return ELSEWHERE
    return NOT_THERE_YET if is_nobodys(advice) else OUTCOMES[Outcome(advice["outcome"])]


def verdict_words(document: dict[str, Any]) -> str:
    """The advice in one sentence."""
    outcome = Outcome(document["outcome"])
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    of_parts = [Outcome(part["outcome"]) for part in document["parts"]]
    leaving = [of_part for of_part in of_parts if of_part not in stays]
    partly = OUTCOMES[outcome].partly
    if partly is not None and len(leaving) < len(of_parts):
        return partly(len(leaving))
    return str(BOTH_WITHIN.get(frozenset(of_parts), advice_words(document).verdict))


def strength_words(advice: dict[str, Any]) -> str:
    """How clear the kind is; empty where the advice is not about a kind, or not about all parts."""
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    if advice["outcome"] in stays or any(part["outcome"] in stays for part in advice.get("parts", ())):
        return ""
    return str(STRENGTHS[Strength(advice["strength"])])


def kind_note(advice: dict[str, Any]) -> str:
    """What would suit it if it left all the same; empty where the verdict says it already."""
    kind, outcome = Kind(advice["kind"]), Outcome(advice["outcome"])
    if outcome not in {Outcome.KEEP, Outcome.UNCLEAR}:
        return ""
    if kind is Kind.UNCLEAR:
        if outcome is not Outcome.KEEP:
            return ""
        if not advice.get("unanswered", True):
            return str(_("If you did hand it over, it could be either kind."))
        return str(_("If you did hand it over, we can't say yet which kind would suit it."))
    words = {"kind": KINDS[kind].sentence, "strength": str(STRENGTHS[Strength(advice["strength"])]).lower()}
    if kind is Kind.BOTH:
        return str(_("If you did hand it over: %(kind)s.", **words))
    return str(_("If you did hand it over: %(kind)s (%(strength)s).", **words))


DisclosedVerdict: TypeAlias = tuple[str, str, str, str]
"""The outcome, the kind, the strength and who does the work, as far as the page of an advice tells of them."""


def verdicts_of(document: dict[str, Any]) -> list[DisclosedVerdict]:
    """What an advice says of the process and of each part; two that are equal read the same."""
    advices = (document, *document["parts"])
    return [
        disclosed_verdict(Outcome(it["outcome"]), Kind(it["kind"]), it["strength"], it.get("done_by")) for it in advices
    ]


def disclosed_verdict(outcome: Outcome, kind: Kind, strength: str, done_by: str | None) -> DisclosedVerdict:
    """What the page of an advice tells; who does the work, where it is to stay."""
    is_shown = kind is not Kind.UNCLEAR and (kind is not Kind.BOTH or outcome is Outcome.BOTH)
    return outcome, kind, strength if is_shown else "", (done_by or "") if outcome is Outcome.KEEP else ""


def quoted_names(parts: Sequence[str]) -> str:
    """Names in a row: "“Keying”, “Posting” and “Advice”"."""
    quoted = [f"“{isolate_text(name)}”" for name in parts]
    if len(quoted) < 2:
        return "".join(quoted)
    return str(_("%(some)s and %(last)s", some=", ".join(quoted[:-1]), last=quoted[-1]))


def names_in_a_row(names: Sequence[str]) -> str:
    """The same without quotation marks, as people are named: "Priya, Ben and Olu"."""
    shown = [isolate_text(name) for name in names]
    if len(shown) < 2:
        return "".join(shown)
    return str(_("%(some)s and %(last)s", some=", ".join(shown[:-1]), last=shown[-1]))


def verdict_lines(advice: Mapping[str, Any]) -> list[str]:
    """The advice on a work item in a sentence, and then that on each of its parts."""
    return [verdict_words(dict(advice)), *(str(advice_words(part).part_verdict) for part in advice["parts"])]
