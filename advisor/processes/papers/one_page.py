"""One page for a partner or a board: the advice on one process in short, as its owner sees it in full.

What it says is what the page of the result says; this module only chooses how much of it there is room for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.result.explanation import explain_change
from advisor.assessments.result.presenter import stored_result
from advisor.assessments.result.sidebar import decision_view, newer_notice
from advisor.engine.costs import Figures, estimate
from advisor.models import RecommendationRecord
from advisor.wording.advice.result import Result
from advisor.wording.costs import LINES, break_even_sentence, range_words, saving_sentence

SENTENCES, ENDS = 3, 2
"""Sentences that say why; open answers named that could turn the advice."""

_LINES = 5
"""Lines of notes that stand one below the other."""

AUDIENCE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class OnePageChoices:
    """What its owner wants on it, and whom it is for."""

    with_costs: bool = False
    with_notes: bool = False
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of everything there is room for: a size of letters in points, numbers of items, characters of a text."""

    size: float
    risks: int
    actions: int
    steps: int
    name: int
    text: int
    notes: int
    sources: int
    is_roomy: bool = False
    """Whether there is room for what each risk and step is about."""


ALLOWANCES = (
    Allowance(size=11, risks=6, actions=3, steps=3, name=400, text=4000, notes=4000, sources=99, is_roomy=True),
    Allowance(size=10, risks=6, actions=3, steps=3, name=400, text=4000, notes=4000, sources=99, is_roomy=True),
    Allowance(size=10.5, risks=6, actions=3, steps=3, name=400, text=4000, notes=4000, sources=99),
    Allowance(size=10, risks=6, actions=2, steps=3, name=400, text=1000, notes=1500, sources=99),
    Allowance(size=9.5, risks=6, actions=2, steps=3, name=400, text=600, notes=1000, sources=99),
    Allowance(size=9, risks=4, actions=1, steps=2, name=250, text=400, notes=700, sources=60),
    Allowance(size=8.5, risks=3, actions=1, steps=2, name=250, text=300, notes=500, sources=40),
    Allowance(size=8, risks=3, actions=1, steps=1, name=160, text=220, notes=300, sources=20),
    Allowance(size=8, risks=3, actions=1, steps=1, name=100, text=140, notes=180, sources=0),
    Allowance(size=8, risks=2, actions=1, steps=0, name=60, text=90, notes=90, sources=0),
)
"""From a page with room to one whose every text is long; the last one fits whatever is said."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part and where it goes."""

    name: str
    verdict: str
    strength: str


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk, what happens where there is room to say so, and what to do before signing."""

    title: str
    happens: str
    actions: list[str]


@dataclass(frozen=True, slots=True)
class StepLine:
    """Something to do first, and what it is about where there is room to say so."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CostSummary:
    """What the owner's own figures say."""

    sentences: list[str]
    totals: list[tuple[str, str]]
    left_open: str


@dataclass(frozen=True, slots=True)
class OnePage:
    """All of it, in words.

    ``first_advice`` marks such, "" of any other; ``omitted`` says what there was no room for, "" for nothing.
    """

    process: str
    audience: str
    first_advice: str
    outcome: str
    verdict: str
    strength: str
    why: list[str]
    opposing: tuple[str, str] | None
    parts: list[PartLine]
    risks: list[RiskLine]
    steps: list[StepLine]
    decision: str
    decided: str
    look_again: str
    notes: list[str]
    open_ends: list[str]
    costs: CostSummary | None
    sources: list[tuple[str, str]]
    worked_out: str
    omitted: str
    size: str


def one_page(
    context: AssessmentContext, latest: RecommendationRecord, choices: OnePageChoices
) -> Iterator[tuple[OnePage, Allowance]]:
    """The page with as much as there may be room for, and then with less and less of it."""
    result = stored_result(context, latest)
    decision, ends = decision_view(context), list(_open_ends(context, latest, result))
    costs = _costs(context.assessment.costs) if choices.with_costs else None
    look_again: date | None = context.assessment.look_again_on
    for room in ALLOWANCES:
        yield (
            _page(
                result,
                ends,
                costs,
                choices,
                room,
                {
                    "decision": decision.words if decision and decision.words else str(_("Not decided yet")),
                    "decided": decision.when if decision else "",
                    "notes": _note_lines(decision.notes, room.notes) if decision and choices.with_notes else [],
                    "look_again": format_date(look_again, "d MMMM yyyy") if look_again else "",
                },
            ),
            room,
        )


def _page(
    result: Result,
    ends: Sequence[str],
    costs: CostSummary | None,
    choices: OnePageChoices,
    room: Allowance,
    decided: dict[str, Any],
) -> OnePage:
    parts = result.parts if len(result.parts) > 1 else []
    risks = [
        RiskLine(
            _shorten(risk.title, room.text),
            risk.happens if room.is_roomy else "",
            [_shorten(it, room.text) for it in risk.actions[: room.actions]],
        )
        for risk in result.risks[: room.risks]
    ]
    steps = [
        StepLine(_shorten(it.title, room.text), it.text if room.is_roomy else "")
        for it in result.guidance[: room.steps]
    ]
    why = [it for it in (*result.lead, result.handovers, result.kind_note) if it][:SENTENCES]
    opposing = result.strongest_against
    return OnePage(
        process=_shorten(result.process_name, room.name),
        audience=choices.audience,
        first_advice=result.first_advice.words if result.first_advice else "",
        outcome=result.outcome,
        verdict=result.verdict,
        strength=result.strength,
        why=[_shorten(sentence, room.text) for sentence in why],
        opposing=(opposing[0], _shorten(opposing[1], room.text)) if opposing else None,
        parts=[PartLine(_shorten(it.name, room.name), it.verdict, it.strength) for it in parts],
        risks=risks,
        steps=steps,
        open_ends=[_shorten(it, room.text) for it in ends],
        costs=costs,
        sources=_sources(result, room) if room.sources else [],
        worked_out=_worked_out(result),
        omitted=_omission_text(len(result.risks) - len(risks), len(result.guidance) - len(steps)),
        size=f"{room.size:g}".replace(".", "-"),
        **decided,
    )  # fmt: skip


def _sources(result: Result, room: Allowance) -> list[tuple[str, str]]:
    """The documents it rests on, each with the claims that are named."""
    found = ((source.title, [claim.id for claim, _in_full in source.claims]) for source in result.cited)
    return [
        (_shorten(title, room.name), ", ".join(claims[: room.sources]) + (" …" if claims[room.sources :] else ""))
        for title, claims in found
    ]


def _open_ends(context: AssessmentContext, latest: RecommendationRecord, result: Result) -> Iterator[str]:
    """What is not known yet, or not worked out anew."""
    if context.is_stale:
        yield _("You changed an answer, or the parts, after this advice.")
    newer = newer_notice(context)
    if newer and not newer.is_same:
        yield newer.says
    explained = explain_change(context, latest)
    for end in explained.unless[:ENDS] if explained and result.outcome != "unclear" else ():
        part = f" ({end.part})" if end.part else ""
        yield _(
            "Your answer to “%(question)s”%(part)s could turn it to %(what)s.",
            question=end.short,
            part=part,
            what=end.could_be,
        )
    for question in result.unanswered[:SENTENCES]:
        yield f"{question.text} ({question.part})" if question.part else question.text
    if result.not_sure:
        yield ngettext("%(num)d answer was “I'm not sure”.", "%(num)d answers were “I'm not sure”.", result.not_sure)


def _costs(stored: dict[str, Any] | None) -> CostSummary | None:
    figures = Figures.of_plain(stored)
    if not figures.ranges:
        return None
    found = estimate(figures)
    totals = ((_("Now, a year"), found.here), (_("With the provider, a year"), found.there))
    return CostSummary(
        sentences=[it for it in (saving_sentence(found, figures.currency), break_even_sentence(found)) if it],
        totals=[(str(label), range_words(ends, figures.currency)) for label, ends in totals if ends is not None],
        left_open=", ".join(str(LINES[line].label) for line in found.left_open),
    )


def _worked_out(result: Result) -> str:
    days = {"given": result.given_at, "published": result.version.published}
    words = {name: format_date(day, "d MMMM yyyy") for name, day in days.items()}
    return str(
        _(
            "Worked out on %(given)s with version %(number)s of our rules, published on %(published)s.",
            number=result.version.number,
            **words,
        )
    )


def _omission_text(risks: int, steps: int) -> str:
    """What the page of the result has besides."""
    counted = [
        ngettext("%(num)d more risk", "%(num)d more risks", risks) if risks else "",
        ngettext("%(num)d more step to take", "%(num)d more steps to take", steps) if steps else "",
        str(_("every reason")),
    ]
    found = [it for it in counted if it]
    *some, last = found
    what = str(_("%(some)s and %(last)s", some=", ".join(some), last=last)) if some else last
    return str(_("The full advice has %(what)s.", what=what))


def _note_lines(notes: str, most: int) -> list[str]:
    """The lines of the notes; in a row where there are many."""
    lines = [line for line in _shorten(notes, most).splitlines() if line.strip()]
    return lines if len(lines) <= _LINES else [" ".join(lines)]


def _shorten(text: str, most: int) -> str:
    """``text``, or its beginning, to the end of a word where there is one, with the sign that more follows."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    words = head.rsplit(maxsplit=1)[0]
    return f"{words if len(words) > most / 2 else head}…"
