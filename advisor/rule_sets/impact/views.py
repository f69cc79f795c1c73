"""The page that tells who is affected by the draft: counts, and never more."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.model.rules import Rule
from advisor.extensions import database
from advisor.models.draft import NoDraft
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.field_text import title_of
from advisor.rule_sets.forms import RunForm
from advisor.rule_sets.impact import run
from advisor.rule_sets.impact.disclosure import FEWEST, DisclosedImpact
from advisor.rule_sets.impact.effect import move_matrix
from advisor.rule_sets.impact.run import Affected, headline_count, status_sentence
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write
from advisor.web import identity
from advisor.web.forms import form_page, refuse
from advisor.wording.numbers import percent
from advisor.wording.rule_set_vocabulary import OUTCOMES

RULES_SHOWN = 12
"""Rules that are in view; the others are behind a click."""

_LEAST_SEEN = 1.5
"""Percent of the bar that even a small move takes, so that it is seen among thousands."""


@dataclass(frozen=True, slots=True)
class ImpactMove:
    """So many processes, at least, that get another advice.

    ``left`` and ``width`` say where they stand in the bar of all, in percent, and ``length`` how long their own bar is.
    """

    was: str
    was_words: str
    outcome: str
    words: str
    count: int
    left: float
    width: float
    length: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a difference by itself, and for how many at least. ``width`` is in percent of the greatest."""

    happened: str
    name: str
    title: str
    url: str
    count: int
    width: float


@bp.route("/admin/rules/draft/affected", methods=["GET", "POST"])
def affected() -> ResponseReturnValue:
    """Show who is affected, begin to find out, or stop that."""
    workspace = workspace_or_home()
    form = RunForm()
    if form.validate_on_submit():
        if request.form.get("do") == "cancel":
            write(lambda session: run.cancel(session, identity.actor(), form.number))
            return redirect(url_for(".affected"), 303)
        if workspace.results is not None:
            return _ask()
        refuse(form, _("Something in the draft blocks that. Fix its problems first."))
    with database().read() as session:
        found = Affected.load(session, workspace.mark)
    form.run.data = str(found.number)
    return form_page("rule_sets/impact/impact.html", form, **page_of(workspace, found))


def _ask() -> ResponseReturnValue:
    try:
        write(lambda session: run.ask(session, identity.actor()))
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    return redirect(url_for(".affected"), 303)


def page_of(workspace: DraftWorkspace, found: Affected) -> dict[str, Any]:
    """What the page shows: nothing of what is saved but what is told."""
    told = found.told
    shown: dict[str, Any] = {
        "workspace": workspace,
        "affected": found,
        "can_run": workspace.results is not None,
        "said": status_sentence(found),
        "told": told,
        "fewest": FEWEST,
    }
    if told is not None:
        causes = causes_of(workspace, told)
        shown |= {"headline": headline_count(told), "engine_share": percent(told.engine_share)}
        shown |= {"causes": causes[:RULES_SHOWN], "more_causes": causes[RULES_SHOWN:]}
        shown |= {"moves_shown": moves_of(told), "table": move_matrix(told.moves, at_least)}
    return shown


def at_least(count: int) -> str:
    """A count that was rounded down."""
    return str(_("at least %(n)s", n=format_decimal(count)))


def moves_of(told: DisclosedImpact) -> list[ImpactMove]:
    """The moves, the largest first, and the bar of all that is saved: they stand at its right."""
    moves = sorted(told.moves.items(), key=lambda move: -move[1])
    seen = [max(100 * count / told.size, _LEAST_SEEN) for _, count in moves]
    widths = [100 * width / max(100.0, sum(seen)) for width in seen]
    at = 100 - sum(widths)
    shown = []
    for ((was, is_now), count), width in zip(moves, widths, strict=True):
        length = 100 * count / moves[0][1]
        words_of = str(OUTCOMES[was]), str(OUTCOMES[is_now])
        shown.append(ImpactMove(was.value, words_of[0], is_now.value, words_of[1], count, at, width, length))
        at += width
    return shown


def causes_of(workspace: DraftWorkspace, told: DisclosedImpact) -> list[Cause]:
    """What made the difference, by how many it did for: rules, and the policy tables."""
    greatest = max([*told.rules.values(), told.policy, 1])
    before, after = ({rule.key: rule for rule in rules.rules} for rules in (workspace.in_force, workspace.rules))
    causes = [
        Cause(
            happened="removed" if key not in after else "changed" if key in before else "added",
            name=key,
            title=_title(workspace, after.get(key), before.get(key)),
            url=item_url("rules", key) if key in after else "",
            count=count,
            width=100 * count / greatest,
        )
        for key, count in told.rules.items()
    ]
    if told.policy:
        url = url_for("rule_sets.listing", things="kind")
        title = _("The rows that turn points into advice")
        causes.append(Cause("changed", _("Policy"), title, url, told.policy, 100 * told.policy / greatest))
    return sorted(causes, key=lambda cause: -cause.count)


def _title(workspace: DraftWorkspace, after: Rule | None, before: Rule | None) -> str:
    if after is not None:
        return title_of(workspace.rules, after)
    return title_of(workspace.in_force, before) if before is not None else str(_("A rule of an older version"))
