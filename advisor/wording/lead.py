"""The first sentences of an advice: what the work is, as its owner describes it, and what weighs most for and against.

Reasons speak of such work in general, and stand in full further down. What opens the page speaks of this work: it names
it, and quotes what was answered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.document.text import isolated
from advisor.engine.model.vocabulary import Kind, Outcome, Side, Strength
from advisor.exchange.recommendation import advised_parts
from advisor.wording.verdict import is_between, is_elsewhere, is_nobodys, quoted_names
from advisor.wording.vocabulary import PLACES, SIDES

AnswerWords = Callable[[str, Any], str]
"""Says an answer with what was asked: "“Some of each” (what comes out of it)"; "" where it is not known any more."""

_QUOTED = 2
"""Answers that are quoted for each side."""

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
        return Lead(_of_parts(document), _against(document, outcome, words))
    if outcome is Outcome.UNCLEAR:
        return Lead(_of_unclear(document, words), "")
    first = {Outcome.KEEP: _of_keep, Outcome.BOTH: _of_both}.get(outcome, _of_kind)
    return Lead(first(document, words), _against(document, outcome, words))


def _of_kind(document: dict[str, Any], words: AnswerWords) -> list[str]:
    kind, strength = Kind(document["kind"]), Strength(document["strength"])
    name = isolated(document["process"])
    if kind is Kind.BPO and strength is Strength.CLEAR:
        first = _("As you describe it, “%(name)s” is routine work, which a provider can run for you.", name=name)
    elif kind is Kind.BPO:
        first = _("As you describe it, “%(name)s” is more routine than expert work.", name=name)
    elif strength is Strength.CLEAR:
        first = _("As you describe it, “%(name)s” is expert work, and a provider can bring the experts.", name=name)
    else:
        first = _("As you describe it, “%(name)s” is more expert than routine work.", name=name)
    side = Side(document["outcome"])
    said = _quoted(_answers(document, {side}), words)
    if not said:
        return [str(first)]
    return [str(first), str(_("What speaks most for %(side)s: %(answers)s.", side=SIDES[side].towards, answers=said))]


def _of_keep(document: dict[str, Any], words: AnswerWords) -> list[str]:
    name = isolated(document["process"])
    if is_nobodys(document):
        first = _(
            "Nobody here does “%(name)s” yet, so there is nothing to keep. The choice is to build it up yourselves or"
            " to find an expert partner, not to hand it over whole.",
            name=name,
        )
    elif is_elsewhere(document):
        first = _("Another firm does “%(name)s” today. What you say of it speaks for your own people.", name=name)
    else:
        first = _("For now, “%(name)s” is better done by your own people than by a provider.", name=name)
    said = _quoted(_answers(document, {Side.KEEP}), words)
    return [str(first), str(_("What says so most: %(answers)s.", answers=said))] if said else [str(first)]


def _of_both(document: dict[str, Any], words: AnswerWords) -> list[str]:
    first = _(
        "As you describe it, “%(name)s” holds routine work and expert work, which go to different kinds of provider.",
        name=isolated(document["process"]),
    )
    routine, expert = (_answers(document, {side}) for side in (Side.BPO, Side.KPO))
    shared = {key: answer for key, answer in routine.items() if expert.get(key, None) == answer}
    if shared:
        return [str(first), str(_("What shows both: %(answers)s.", answers=_quoted(shared, words)))]
    found = [
        str(_("%(what)s: %(answers)s.", what=what, answers=said))
        for what, answers in ((_("Routine"), routine), (_("Expert"), expert))
        if (said := _quoted(answers, words))
    ]
    return [str(first), " ".join(found)] if found else [str(first)]


def _of_unclear(document: dict[str, Any], words: AnswerWords) -> list[str]:
    name = isolated(document["process"])
    if not is_between(document):
        first = _("You have told us too little of “%(name)s” to say which kind of provider suits it.", name=name)
        said = _quoted(_answers(document, (Side.BPO, Side.KPO, Side.KEEP)), words)
        if not said:
            return [str(first), str(_("None of your answers tells one kind of work from another."))]
        return [str(first), str(_("What weighs most so far: %(answers)s.", answers=said))]
    first = _("Your answers do not tell the two kinds of work apart: “%(name)s” could be either.", name=name)
    sides = ((_("For BPO"), Side.BPO), (_("For KPO"), Side.KPO))
    found = [
        str(_("%(what)s: %(answers)s.", what=what, answers=said))
        for what, side in sides
        if (said := _quoted(_answers(document, {side}), words))
    ]
    return [str(first), " ".join(found)] if found else [str(first)]


def _of_parts(document: dict[str, Any]) -> list[str]:
    """Which part goes where, and which one stays: "hand “Paperwork” to a BPO provider, and keep “Prices” in-house"."""
    said = [
        str(words) % {"parts": quoted_names(found)}
        for outcome, words in PLACES.items()
        if (found := [part["part"] for part in document["parts"] if _place(part) is outcome])
    ]
    name = isolated(document["process"])
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


def _against(document: dict[str, Any], outcome: Outcome, words: AnswerWords) -> str:
    """What speaks most against the advice, with its points and where they go; of parts, against what their own says."""
    found: list[tuple[int, str, Any]] = []
    for part in advised_parts(document):
        if part["outcome"] == Outcome.UNCLEAR:
            continue
        own = _FOR.get(Outcome(part["outcome"]), {Side.BPO, Side.KPO})
        for reason in part["reasons"]:
            side = reason["push"]["side"]
            if side not in own and side in SIDES and side != "both":
                found.append((reason["push"]["points"], part.get("part", ""), reason))
    if outcome is Outcome.UNCLEAR or not found:
        return ""
    _points, part_name, reason = max(found, key=lambda one: one[0])
    said = _quoted(reason["because_of"], words, most=len(reason["because_of"]))
    if not said:
        return ""
    side, n = SIDES[reason["push"]["side"]].towards, len(reason["because_of"])
    speaks = {"answers": said, "side": side, "part": isolated(part_name)}
    if part_name:
        return str(
            ngettext(
                "In “%(part)s”, %(answers)s speaks for %(side)s",
                "In “%(part)s”, %(answers)s speak for %(side)s",
                n,
                **speaks,
            )
        )
    return str(ngettext("%(answers)s speaks for %(side)s", "%(answers)s speak for %(side)s", n, **speaks))


def what_weighs_most(part: dict[str, Any], words: AnswerWords) -> str:
    """The one answer that speaks most for what is advised on a part; "" where none does."""
    sides = _FOR.get(Outcome(part["outcome"]), {Side.BPO, Side.KPO})
    return _quoted(_answers(part, sides), words, most=1)


def _answers(document: dict[str, Any], sides: Iterable[Side]) -> dict[str, Any]:
    """The answers behind the reasons for these sides, those with most points first."""
    wanted = set(sides)
    found: dict[str, Any] = {}
    for reason in document["reasons"]:
        if reason["push"]["side"] in wanted:
            for key, answer in reason["because_of"].items():
                found.setdefault(key, answer)
    return found


def _quoted(answers: Mapping[str, Any], words: AnswerWords, most: int = _QUOTED) -> str:
    said = [text for key, answer in answers.items() if (text := words(key, answer))][:most]
    if len(said) < 2:
        return "".join(said)
    return str(_("%(some)s and %(last)s", some=", ".join(said[:-1]), last=said[-1]))
