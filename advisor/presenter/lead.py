"""The sentences under the verdict: the strongest reasons, and the strongest one on the other side."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from advisor.engine.vocabulary import Outcome, Side

_FOR = {Outcome.BPO: {Side.BPO}, Outcome.KPO: {Side.KPO}, Outcome.KEEP: {Side.KEEP}}


def lead_sentences(document: dict[str, Any]) -> list[str]:
    """Say in a few sentences what weighs most, from the reasons of a recommendation document."""
    outcome = Outcome(document["outcome"])
    if outcome is Outcome.UNCLEAR:
        return _lead_of_unclear(document)
    if outcome is Outcome.BOTH:
        return _lead_of_both(document)
    strongest = _reasons(document, _FOR[outcome], outcome)[:2]
    lead = [" ".join(_said(reason) for reason in strongest)] if strongest else []
    against = _reasons(document, set(Side) - _FOR[outcome], outcome)[:1]
    if not against:
        return [*lead, str(_("No rule counts against it."))]
    if outcome is Outcome.KEEP:
        return [*lead, _introduced(_("Were it handed over, this would weigh most"), against[0])]
    return [*lead, _introduced(_("The strongest reason against it"), against[0])]


def _lead_of_both(document: dict[str, Any]) -> list[str]:
    sides = (
        (_("The routine side"), _reasons(document, {Side.BPO}, Outcome.BPO) or _reasons(document, {Side.BPO})),
        (_("The expert side"), _reasons(document, {Side.KPO}, Outcome.KPO) or _reasons(document, {Side.KPO})),
        (_("The strongest reason to keep it"), _reasons(document, {Side.KEEP})),
    )
    return [_introduced(what, reasons[0]) for what, reasons in sides if reasons]


def _lead_of_unclear(document: dict[str, Any]) -> list[str]:
    strongest = _reasons(document, set(Side))[:1]
    if not strongest:
        return [str(_("None of your answers tells one kind of work from another yet."))]
    lead = str(_("What you have answered so far weighs too little to tell one kind of work from another."))
    return [lead, _introduced(_("What weighs most so far"), strongest[0])]


def _reasons(
    document: dict[str, Any], sides: Iterable[Side], of_parts: Outcome | None = None
) -> Sequence[dict[str, Any]]:
    """The reasons for these sides, strongest first; with ``of_parts`` only those of parts with that outcome."""
    wanted = {part["part"] for part in document["parts"] if part["outcome"] == of_parts} if of_parts else set()
    found: dict[str, dict[str, Any]] = {}
    for reason in document["reasons"]:
        fits = not (of_parts and document["parts"]) or reason["part"] in wanted
        if fits and reason["push"]["side"] in sides:
            found.setdefault(reason["rule"], reason)  # a reason that several parts share is said once
    return list(found.values())


def _said(reason: dict[str, Any]) -> str:
    """A reason as a sentence of its own."""
    if "part" not in reason:
        return str(reason["text"])
    return str(_("“%(part)s”: %(reason)s", part=reason["part"], reason=_lower(reason["text"])))


def _introduced(what: str, reason: dict[str, Any]) -> str:
    """A reason after a few words that say what it is."""
    words = {"what": what, "reason": _lower(reason["text"]), "part": reason.get("part")}
    if "part" in reason:
        return str(_("%(what)s, in “%(part)s”: %(reason)s", **words))
    return str(_("%(what)s: %(reason)s", **words))


def _lower(sentence: str) -> str:
    """Begin a sentence small, to go on after a colon. A word in capitals, such as BPO, stays."""
    first = sentence.split(" ", 1)[0]
    return sentence if len(first) > 1 and first.isupper() else sentence[:1].lower() + sentence[1:]
