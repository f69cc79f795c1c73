"""The page that tells who is affected by the draft: counts, and never more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor import identity
from advisor.engine.rules import Rule
from advisor.engine.vocabulary import Outcome
from advisor.extensions import database
from advisor.models.draft import NoDraft
from advisor.replies import form_page, refuse
from advisor.rule_sets import impact_run, words
from advisor.rule_sets.desk import Desk, desk_or_home, write
from advisor.rule_sets.forms import RunForm
from advisor.rule_sets.impact import Findings
from advisor.rule_sets.impact_state import Affected, said, short
from advisor.rule_sets.moves import matrix
from advisor.rule_sets.places import thing_url
from advisor.rule_sets.saying import title_of
from advisor.rule_sets.telling import FEWEST, few_hidden, small_counts

_Moves = Mapping[tuple[Outcome, Outcome], int]
"""How many go from one advice to another."""

RULES_SHOWN = 12
"""Rules that are in view; the others are behind a click."""

_LEAST_SEEN = 1.5
"""Percent of its bar that even one process takes, so that it is seen among thousands."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many processes that get another advice: which one, and where it stands in the bar, in percent."""

    outcome: str
    label: str
    count: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What becomes of the processes that have one advice now; the longest bar is 100 percent wide."""

    outcome: str
    label: str
    total: int
    stay: int
    width: float
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a difference by itself, and for how many. ``width`` is in percent of the greatest."""

    happened: str
    name: str
    title: str
    url: str
    count: int
    width: float


def add_to(bp: Blueprint) -> None:
    """Add the page to the activity."""
    bp.add_url_rule("/admin/rules/draft/affected", view_func=affected, methods=["GET", "POST"])


def affected() -> ResponseReturnValue:
    """Show who is affected, begin to find out, or stop that."""
    desk = desk_or_home()
    form = RunForm()
    if form.validate_on_submit():
        if request.form.get("do") == "cancel":
            write(lambda session: impact_run.cancel(session, identity.actor(), form.number))
            return redirect(url_for(".affected"), 303)
        if desk.results is not None:
            return _ask()
        refuse(form, _("Something in the draft blocks that. Fix its problems first."))
    with database().read() as session:
        found = Affected.load(session, desk.mark)
    form.run.data = str(found.number)
    return form_page("rule_sets/impact.html", form, **page_of(desk, found))


def _ask() -> ResponseReturnValue:
    try:
        write(lambda session: impact_run.ask(session, identity.actor()))
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    return redirect(url_for(".affected"), 303)


def page_of(desk: Desk, found: Affected) -> dict[str, Any]:
    """What the page shows."""
    shown: dict[str, Any] = {
        "desk": desk,
        "affected": found,
        "can_run": desk.results is not None,
        "said": said(found),
        "found": found.findings,
    }
    if found.findings is not None:
        causes = causes_of(desk, found.findings)
        bars = bars_of(found.findings.impact.moves)
        shown |= {"bars": bars, "causes": causes[:RULES_SHOWN], "more_causes": causes[RULES_SHOWN:]}
        shown["table"] = matrix(found.findings.impact.moves, few_hidden, least=FEWEST)
        shown |= {"headline": short(found.findings), "told": few_hidden, "counts_note": small_counts()}
    return shown


def bars_of(moves: _Moves) -> list[Bar]:
    """A bar for each advice that somebody has now. What stays is at its left; each move is wide enough to be seen.

    Counts that are not told are drawn as the least that is, so that no picture gives them away.
    """
    drawn = {move: max(count, FEWEST) for move, count in moves.items() if count}
    totals = _by_advice_now(drawn)
    longest = max(totals.values(), default=0)
    told = _by_advice_now(moves)
    return [_bar(was, told[was], 100 * totals[was] / longest, moves, drawn) for was in Outcome if totals[was]]


def _by_advice_now(moves: _Moves) -> dict[Outcome, int]:
    return {was: sum(count for (before, _), count in moves.items() if before is was) for was in Outcome}


def _bar(was: Outcome, total: int, width: float, moves: _Moves, drawn: _Moves) -> Bar:
    width = max(width, 4.0)
    all_drawn = sum(count for (before, _), count in drawn.items() if before is was)
    leaving = [(now, moves[was, now]) for now in Outcome if now is not was and moves.get((was, now))]
    widths = [max(width * drawn[was, now] / all_drawn, _LEAST_SEEN) for now, _ in leaving]
    at = width - sum(widths)
    shown = []
    for (now, count), wide in zip(leaving, widths, strict=True):
        shown.append(Move(now.value, str(words.OUTCOMES[now]), count, at, wide))
        at += wide
    return Bar(was.value, str(words.OUTCOMES[was]), total, moves.get((was, was), 0), width, shown)


def causes_of(desk: Desk, findings: Findings) -> list[Cause]:
    """What made the difference, by how many it did for: rules, and the policy tables."""
    impact = findings.impact
    greatest = max([*impact.rules.values(), impact.policy, FEWEST])
    before, after = ({rule.key: rule for rule in rules.rules} for rules in (desk.in_force, desk.rules))
    causes = [
        Cause(
            happened="removed" if key not in after else "changed" if key in before else "added",
            name=key,
            title=_title(desk, after.get(key), before.get(key)),
            url=thing_url("rules", key) if key in after else "",
            count=count,
            width=100 * max(count, FEWEST) / greatest,
        )
        for key, count in impact.rules.items()
    ]
    if impact.policy:
        url = url_for("rule_sets.listing", things="kind")
        width = 100 * max(impact.policy, FEWEST) / greatest
        title = _("The rows that turn points into advice")
        causes.append(Cause("changed", _("Policy"), title, url, impact.policy, width))
    return sorted(causes, key=lambda cause: -cause.count)


def _title(desk: Desk, after: Rule | None, before: Rule | None) -> str:
    if after is not None:
        return title_of(desk.rules, after)
    return title_of(desk.in_force, before) if before is not None else str(_("A rule of an older version"))
