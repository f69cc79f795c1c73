"""The first sentences of an advice: what the work is, as its owner describes it, and what weighs most for and against.

Reasons speak of such work in general, and stand in full further down. What opens the page speaks of this work: it names
it, and takes up what its rules say of it, or, where they say nothing, the answers that they looked at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.text import isolate_text
from advisor.engine.model.vocabulary import DoneBy, Kind, Outcome, Side, Strength
from advisor.exchange.recommendation import advised_parts
from advisor.wording.advice.verdict import is_between, is_elsewhere, is_nobodys, quoted_names
from advisor.wording.vocabulary import PLACES, SIDES

AnswerWords = Callable[[str, Any], str]
"""Says an answer with what was asked: "“Some of each” (what comes out of it)"; "" where it is not known any more."""

_STATEMENTS = 2
"""Statements for each side."""

_FOR = {Outcome.BPO: {Side.BPO}, Outcome.KPO: {Side.KPO}, Outcome.KEEP: {Side.KEEP}}


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentences that open an advice, and what speaks most against it; "" where nothing does."""

    sentences: list[str]
    against: str


def lead_of(document: dict[str, Any], words: AnswerWords) -> Lead:
    """Say of a recommendation document what its answers say of the work."""
    outcome = Outcome(document["outcome"])
    if len(document["parts"]) > 1:
        return Lead(_of_parts(document), _strongest_against(document, outcome, words))
    if outcome is Outcome.UNCLEAR:
        return Lead(_of_unclear(document, words), "")
    first = {Outcome.KEEP: _of_keep, Outcome.BOTH: _of_both}.get(outcome, _of_kind)
    return Lead(first(document, words), _strongest_against(document, outcome, words))


def _of_kind(document: dict[str, Any], words: AnswerWords) -> list[str]:
    kind, is_clear = Kind(document["kind"]), document["strength"] == Strength.CLEAR
    if kind is Kind.BPO:
        first = _("routine work") if is_clear else _("more routine than expert work")
        last = _("A provider can run such work for you.")
    else:
        first = _("expert work") if is_clear else _("more expert than routine work")
        last = _("A provider can bring the experts for it.")
    if document.get("done_by") == DoneBy.ANOTHER_FIRM:
        last = _("Another firm does it already.")
    said = _first_statements(document, _FOR[Outcome(document["outcome"])], words)
    name = isolate_text(document["process"])
    if not said:
        return [str(_("As you describe it, “%(name)s” is %(what)s.", name=name, what=first)), str(last)]
    return [
        str(_("As you describe it, “%(name)s” is %(what)s: %(said)s.", name=name, what=first, said=said)),
        str(last),
    ]


def _of_keep(document: dict[str, Any], words: AnswerWords) -> list[str]:
    name, said = isolate_text(document["process"]), _first_statements(document, {Side.KEEP}, words)
    if is_nobodys(document):
        first = _(
            "Nobody here does “%(name)s” yet, so there is nothing to keep. The choice is to build it up yourselves or"
            " to find an expert partner, not to hand it over whole.",
            name=name,
        )
        return [str(first), *([str(_("What weighs most: %(said)s.", said=said))] if said else [])]
    if is_elsewhere(document):
        first = _("Another firm does “%(name)s” today, yet it belongs with your own people", name=name)
    else:
        first = _("For now, “%(name)s” is better done by your own people than by a provider", name=name)
    return [str(_("%(first)s: %(said)s.", first=first, said=said) if said else f"{first}.")]


def _of_both(document: dict[str, Any], words: AnswerWords) -> list[str]:
    """Which part of the work is for which kind of provider, or at least what says that there are such parts."""
    first = _(
        "As you describe it, “%(name)s” holds routine work and expert work", name=isolate_text(document["process"])
    )
    split = _split_reasons(document)
    routine, expert = (_statements(split, {side}, words) for side in (Side.BPO, Side.KPO))
    own = [[it for it in found if it not in other] for found, other in ((routine, expert), (expert, routine))]
    if all(own):
        whose = zip((_("Routine work, for BPO"), _("Expert work, for KPO")), own, strict=True)
        return [f"{first}.", *(str(_("%(what)s: %(said)s.", what=it, said=_row_of(said))) for it, said in whose)]
    first = _("%(first)s, which go to different kinds of provider", first=first)
    shared = [statement for statement in routine if statement in expert]
    if said := _first_statements(document, {Side.BOTH}, words) or _row_of(shared):
        return [str(_("%(first)s: %(said)s.", first=first, said=said))]
    return [f"{first}.", *_of_sides(document, words)]


def _split_reasons(document: dict[str, Any]) -> dict[str, Any]:
    """The advice with those reasons alone that rest on answers which say that there are parts; all, if none does."""
    apart = [reason["because_of"] for reason in document["reasons"] if reason["push"]["side"] == Side.BOTH]
    found = [reason for reason in document["reasons"] if reason["because_of"] in apart]
    return {**document, "reasons": found or document["reasons"]}


def _of_unclear(document: dict[str, Any], words: AnswerWords) -> list[str]:
    name = isolate_text(document["process"])
    if is_between(document):
        first = _("Your answers do not tell the two kinds of work apart: “%(name)s” could be either.", name=name)
        return [str(first), *_of_sides(document, words)]
    first = _("You have told us too little of “%(name)s” to say which kind of provider suits it.", name=name)
    said = _first_statements(document, (Side.BPO, Side.KPO, Side.KEEP), words)
    if not said:
        return [str(first), str(_("None of your answers tells one kind of work from another."))]
    return [str(first), str(_("What we know so far: %(said)s.", said=said))]


def _of_sides(document: dict[str, Any], words: AnswerWords) -> list[str]:
    """What speaks for each kind."""
    sides = ((_("Routine"), Side.BPO), (_("Expert"), Side.KPO))
    found = [
        str(_("%(what)s: %(said)s.", what=what, said=said))
        for what, side in sides
        if (said := _first_statements(document, {side}, words))
    ]
    return [" ".join(found)] if found else []


def _of_parts(document: dict[str, Any]) -> list[str]:
    """Which part goes where, and which one stays: "hand “Paperwork” to a BPO provider, and keep “Prices” in-house"."""
    said = [
        str(words) % {"parts": quoted_names(found)}
        for outcome, words in PLACES.items()
        if (found := [part["part"] for part in document["parts"] if _place(part) is outcome])
    ]
    name = isolate_text(document["process"])
    sentences = [str(_("For “%(name)s”: %(what)s.", name=name, what=_in_a_row(said)))] if said else []
    new = [part["part"] for part in document["parts"] if _is_new(part)]
    if new:
        sentences.append(
            str(
                _(
                    "Nobody here does %(parts)s yet: build it up yourselves, or find an expert partner.",
                    parts=quoted_names(new),
                )
            )
        )
    either, open_ = (
        [part["part"] for part in document["parts"] if part["outcome"] == Outcome.UNCLEAR and is_between(part) is one]
        for one in (True, False)
    )
    if either:
        sentences.append(str(_("%(parts)s could be either, BPO or KPO.", parts=quoted_names(either))))
    if open_:
        sentences.append(str(_("We can't say yet for %(parts)s.", parts=quoted_names(open_))))
    return sentences


def _is_new(part: dict[str, Any]) -> bool:
    return part["outcome"] == Outcome.KEEP and is_nobodys(part)


def _place(part: dict[str, Any]) -> Outcome | None:
    return None if _is_new(part) else Outcome(part["outcome"])


def _in_a_row(said: list[str]) -> str:
    if len(said) < 2:
        return "".join(said)
    return str(_("%(some)s, and %(last)s", some=", ".join(said[:-1]), last=said[-1]))


def _strongest_against(document: dict[str, Any], outcome: Outcome, words: AnswerWords) -> str:
    """What speaks most against the advice, and where it speaks for; of parts, against what their own says."""
    found: list[tuple[int, bool, str, Side, str]] = []
    for part in advised_parts(document):
        if part["outcome"] == Outcome.UNCLEAR:
            continue
        own = _FOR.get(Outcome(part["outcome"]), {Side.BPO, Side.KPO}) | {Side.BOTH}
        said = set(_statements(part, own, words))
        for reason in part["reasons"]:
            side = Side(reason["push"]["side"])
            if side not in own and (statement := _statement(reason, words)):
                # What was said for it cannot be said against it as well: then the reason says why it counts there.
                is_shared = statement in said
                statement = str(reason["text"]).rstrip(".") if is_shared else statement
                found.append((reason["push"]["points"], not is_shared, part.get("part", ""), side, statement))
    if outcome is Outcome.UNCLEAR or not found:
        return ""
    *_weight, part_name, side, statement = max(found, key=lambda one: one[:2])
    against = _("For %(side)s: %(said)s", side=SIDES[side].towards, said=statement)
    if part_name:
        against = _(
            "For %(side)s, of “%(part)s”: %(said)s",
            part=isolate_text(part_name),
            side=SIDES[side].towards,
            said=statement,
        )
    return str(against)


def what_weighs_most(part: dict[str, Any], words: AnswerWords) -> str:
    """The one statement that speaks most for what is advised on a part; "" where none does."""
    sides = _FOR.get(Outcome(part["outcome"]), {Side.BPO, Side.KPO})
    return next(iter(_statements(part, sides, words)), "")


def _first_statements(document: dict[str, Any], sides: Iterable[str], words: AnswerWords) -> str:
    """The first statements for these sides, in a row; "" where there are none."""
    return _row_of(_statements(document, sides, words))


def _row_of(statements: list[str]) -> str:
    """The first of them, in a row."""
    return _in_a_row(statements[:_STATEMENTS])


def _statements(document: dict[str, Any], sides: Iterable[str], words: AnswerWords) -> list[str]:
    """What the reasons for these sides say of the work, those with most points first, each once."""
    wanted = set(sides)
    found = [_statement(reason, words) for reason in document["reasons"] if reason["push"]["side"] in wanted]
    return list(dict.fromkeys(filter(None, found)))


def _statement(reason: dict[str, Any], words: AnswerWords) -> str:
    """What a reason says of the work: in the words of its rule, or the answers that it looked at."""
    if says := reason.get("says"):
        return str(says)
    return _in_a_row([text for key, answer in reason["because_of"].items() if (text := words(key, answer))])
