"""The page that tells who is affected by the draft: counts, and never more."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.extensions import database
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.trial_notice import trial_notice
from advisor.rule_sets.forms import RunForm
from advisor.rule_sets.impact import run
from advisor.rule_sets.impact.disclosure import FEWEST, DisclosedImpact
from advisor.rule_sets.impact.effect import outcome_matrix
from advisor.rule_sets.impact.run import (
    ImpactRun,
    asked_sentence,
    headline_count,
    minor_sentences,
    small_changes_sentence,
    unchanged_sentence,
)
from advisor.rule_sets.item_urls import item_url, list_url
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write
from advisor.web.access import identity
from advisor.web.forms import add_form_error, form_page
from advisor.wording.items import item_name
from advisor.wording.vocabulary import OUTCOMES

RULES_SHOWN = 12
"""Rules that are in view; the others are behind a click."""

_LEAST_SEEN = 1.5
"""Percent of the bar that even a small move takes, so that it is seen among thousands."""


@dataclass(frozen=True, slots=True)
class DisclosedChange:
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
def impact() -> ResponseReturnValue:
    """Show who is affected, begin to find out, or stop that."""
    workspace = workspace_or_home()
    form = RunForm()
    if form.validate_on_submit():
        if request.form.get("do") == "cancel":
            write(lambda session: run.cancel(session, identity.actor(), form.number))
            return redirect(url_for(".impact"), 303)
        if workspace.trial is not None:
            write(lambda session: run.ask(session, identity.actor()))
            return redirect(url_for(".impact"), 303)
        add_form_error(form, _("Something in the draft blocks that. Fix its problems first."))
    with database().read() as session:
        found = ImpactRun.load(session, workspace.fingerprint)
    return form_page("rule_sets/impact/impact.html", form, **impact_page(workspace, found))


def impact_page(workspace: DraftWorkspace, found: ImpactRun) -> dict[str, Any]:
    """What the page shows: nothing of what is saved but what is disclosed."""
    disclosed, unchanged = found.disclosed, unchanged_sentence(workspace)
    page: dict[str, Any] = {
        "workspace": workspace,
        "run": found,
        "job": found.job,
        "can_run": workspace.trial is not None,
        "trial_notice": trial_notice(workspace),
        "disclosed": disclosed,
        "unchanged": unchanged,
        "fewest": FEWEST,
    }
    if disclosed is not None:
        causes = causes_of(workspace, disclosed)
        stays = bool(unchanged) and found.is_answered and not disclosed.tells_changes
        page |= {"headline": unchanged if stays else headline_count(disclosed), "unchanged": "" if stays else unchanged}
        page |= {"small": small_changes_sentence(disclosed, stays=stays)}
        asked = asked_sentence(disclosed)
        page |= {"minor": [*minor_sentences(disclosed), *([asked] if asked else [])]}
        page |= {"causes": causes[:RULES_SHOWN], "more_causes": causes[RULES_SHOWN:]}
        page |= {"changes": changes_of(disclosed), "table": outcome_matrix(disclosed.moves, at_least)}
    return page


def at_least(count: int) -> str:
    """A count that was rounded down."""
    return str(_("at least %(n)s", n=format_decimal(count)))


def changes_of(disclosed: DisclosedImpact) -> list[DisclosedChange]:
    """The moves, the largest first, and the bar of all that is saved: they stand at its right."""
    moves = sorted(disclosed.moves.items(), key=lambda move: -move[1])
    seen = [max(100 * count / disclosed.size, _LEAST_SEEN) for _, count in moves]
    widths = [100 * width / max(100.0, sum(seen)) for width in seen]
    at = 100 - sum(widths)
    shown = []
    for ((was, is_now), count), width in zip(moves, widths, strict=True):
        length = 100 * count / moves[0][1]
        words = str(OUTCOMES[was].name), str(OUTCOMES[is_now].name)
        shown.append(DisclosedChange(was.value, words[0], is_now.value, words[1], count, at, width, length))
        at += width
    return shown


def causes_of(workspace: DraftWorkspace, disclosed: DisclosedImpact) -> list[Cause]:
    """What made the difference, by how many it did for: rules, and the policy tables."""
    greatest = max([*disclosed.rules.values(), disclosed.policy, 1])
    before, after = ({rule.key: rule for rule in rules.rules} for rules in (workspace.in_force, workspace.rules))
    causes = [
        Cause(
            happened="removed" if key not in after else "changed" if key in before else "added",
            name=key,
            title=item_name(workspace.rules, "rules", key, workspace.in_force),
            url=item_url("rules", key) if key in after else "",
            count=count,
            width=100 * count / greatest,
        )
        for key, count in disclosed.rules.items()
    ]
    if disclosed.policy:
        url = list_url("kind")
        title = _("The rows that turn points into advice")
        causes.append(Cause("changed", _("Policy"), title, url, disclosed.policy, 100 * disclosed.policy / greatest))
    return sorted(causes, key=lambda cause: -cause.count)
