"""What an advice says in a sentence: where the work goes, how clear that is, and what would suit it otherwise."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.model.vocabulary import Kind, Outcome, Side, Strength
from advisor.wording.vocabulary import BOTH_WITHIN, KINDS, OUTCOMES, STRENGTHS


def verdict_words(document: dict[str, Any]) -> str:
    """The advice in one sentence."""
    outcome = Outcome(document["outcome"])
    stays = {Outcome.KEEP, Outcome.UNCLEAR}
    of_parts = frozenset(Outcome(part["outcome"]) for part in document["parts"])
    if outcome not in stays and of_parts & stays:
        return str(OUTCOMES[outcome].partly)
    return str(BOTH_WITHIN.get(of_parts, OUTCOMES[outcome].verdict))


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
        unknown = _("If you did hand it over, we can't say yet which kind would suit it.")
        return str(unknown) if outcome is Outcome.KEEP else ""
    words = {"kind": KINDS[kind].sentence, "strength": str(STRENGTHS[Strength(advice["strength"])]).lower()}
    if kind is Kind.BOTH:
        return str(_("If you did hand it over: %(kind)s.", **words))
    return str(_("If you did hand it over: %(kind)s (%(strength)s).", **words))


def verdicts_of(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What an advice says of the process and of each part; two that are equal read the same."""
    advices = (document, *document["parts"])
    return [disclosed_verdict(Outcome(it["outcome"]), Kind(it["kind"]), it["strength"]) for it in advices]


def disclosed_verdict(outcome: Outcome, kind: Kind, strength: str) -> tuple[str, str, str]:
    """The outcome, the kind and the strength of one advice, as far as its page tells of them."""
    is_shown = kind is not Kind.UNCLEAR and (kind is not Kind.BOTH or outcome is Outcome.BOTH)
    return outcome, kind, strength if is_shown else ""


# ---- The sentences under the verdict: the strongest reasons, and the strongest one on the other side


_SPEAKING = frozenset(Side) - {Side.BOTH}
"""That there are parts of both kinds speaks for and against nothing."""

_FOR = {Outcome.BPO: {Side.BPO}, Outcome.KPO: {Side.KPO}, Outcome.KEEP: {Side.KEEP}}


def lead_sentences(document: dict[str, Any]) -> list[str]:
    """Say in a few sentences what weighs most, from the reasons of a recommendation document, and which parts stay."""
    outcome = Outcome(document["outcome"])
    if outcome is Outcome.UNCLEAR:
        lead = _lead_of_unclear(document)
    elif outcome is Outcome.BOTH:
        lead = _lead_of_both(document)
    else:
        lead = _lead_of_one(document, outcome)
    return [*lead, *_parts_that_stay(document)]


def _lead_of_one(document: dict[str, Any], outcome: Outcome) -> list[str]:
    strongest = _reasons(document, _FOR[outcome], outcome)[:2]
    lead = [" ".join(_reason_sentence(reason) for reason in strongest)] if strongest else []
    against = _reasons(document, _SPEAKING - _FOR[outcome], outcome)[:1]
    if not against:
        return [*lead, str(_("No rule counts against it."))]
    if outcome is Outcome.KEEP:
        return [*lead, _headed(_("Were it handed over, this would weigh most"), against[0])]
    return [*lead, _headed(_("The strongest reason against it"), against[0])]


def _lead_of_both(document: dict[str, Any]) -> list[str]:
    sides = (
        (_("The routine side"), _reasons(document, {Side.BPO}, Outcome.BPO) or _reasons(document, {Side.BPO})),
        (_("The expert side"), _reasons(document, {Side.KPO}, Outcome.KPO) or _reasons(document, {Side.KPO})),
        (_("The strongest reason to keep it"), _reasons(document, {Side.KEEP})),
    )
    return [_headed(what, reasons[0]) for what, reasons in sides if reasons]


def _lead_of_unclear(document: dict[str, Any]) -> list[str]:
    strongest = _reasons(document, _SPEAKING)[:1]
    if not strongest:
        return [str(_("None of your answers tells one kind of work from another yet."))]
    lead = str(_("What you have answered so far weighs too little to tell one kind of work from another."))
    return [lead, _headed(_("What weighs most so far"), strongest[0])]


def _parts_that_stay(document: dict[str, Any]) -> list[str]:
    """Name every part that is kept, and every one that is not clear."""
    kept, unclear = (
        [part["part"] for part in document["parts"] if part["outcome"] == outcome]
        for outcome in (Outcome.KEEP, Outcome.UNCLEAR)
    )
    sentences = []
    if kept:
        parts = _quoted_names(kept)
        sentences.append(
            ngettext("%(parts)s stays in-house for now.", "%(parts)s stay in-house for now.", len(kept), parts=parts)
        )
    if unclear:
        sentences.append(_("We can't say yet for %(parts)s.", parts=_quoted_names(unclear)))
    return [" ".join(str(sentence) for sentence in sentences)] if sentences else []


def _reasons(
    document: dict[str, Any], sides: Iterable[Side], of_parts: Outcome | None = None
) -> Sequence[dict[str, Any]]:
    """The reasons for these sides, strongest first; with ``of_parts`` only those of parts with that outcome.

    A reason that several parts share is given once, with all of them as its ``parts``; with none where all share it.
    """
    wanted = {part["part"] for part in document["parts"] if part["outcome"] == of_parts} if of_parts else set()
    found: dict[str, dict[str, Any]] = {}
    for reason in document["reasons"]:
        fits = not (of_parts and document["parts"]) or reason["part"] in wanted
        if fits and reason["push"]["side"] in sides:
            entry = found.setdefault(reason["rule"], {"text": reason["text"], "parts": []})
            entry["parts"] += [reason["part"]] if "part" in reason else []
    for entry in found.values():
        if len(entry["parts"]) == len(document["parts"]):
            entry["parts"] = []
    return list(found.values())


def _reason_sentence(reason: dict[str, Any]) -> str:
    """A reason as a sentence of its own."""
    if not reason["parts"]:
        return str(reason["text"])
    return str(_("%(parts)s: %(reason)s", parts=_quoted_names(reason["parts"]), reason=_lower(reason["text"])))


def _headed(what: str, reason: dict[str, Any]) -> str:
    """A reason after a few words that say what it is."""
    words = {"what": what, "reason": _lower(reason["text"]), "parts": _quoted_names(reason["parts"])}
    if reason["parts"]:
        return str(_("%(what)s, in %(parts)s: %(reason)s", **words))
    return str(_("%(what)s: %(reason)s", **words))


def _quoted_names(parts: Sequence[str]) -> str:
    """Names in a row: "“Keying”, “Posting” and “Advice”"."""
    quoted = [f"“{name}”" for name in parts]
    if len(quoted) < 2:
        return "".join(quoted)
    return str(_("%(some)s and %(last)s", some=", ".join(quoted[:-1]), last=quoted[-1]))


def _lower(sentence: str) -> str:
    """Begin a sentence small, to go on after a colon. A word in capitals, such as BPO, stays."""
    first = sentence.split(" ", 1)[0]
    return sentence if len(first) > 1 and first.isupper() else sentence[:1].lower() + sentence[1:]
