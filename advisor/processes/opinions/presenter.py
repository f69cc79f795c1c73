"""What an owner sees of those who were asked: plain values, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.presenter import standing_url
from advisor.assessments.progress import Progress
from advisor.extensions import database
from advisor.models import Opinion
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.opinions.comparison import OpinionComparison, label
from advisor.processes.opinions.comparison_presenter import comparison_page
from advisor.processes.opinions.guest_presenter import AnsweredCount, answered_count
from advisor.processes.opinions.settled_answers import SettlingChoices
from advisor.processes.opinions.store import as_assessment


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One person who was asked, and how far they are."""

    label: str
    status: str
    count: AnsweredCount | None
    """How many questions are answered; None where they are handed in or settled."""
    asked_at: datetime
    until: datetime
    opened: datetime | None
    has_expired: bool
    is_settled: bool
    renew_url: str
    delete_url: str


def opinions_page(context: AssessmentContext, opinions: Sequence[Opinion], against: int | None) -> dict[str, Any]:
    """Who was asked, and everybody's answers side by side; ``against`` is the column that a phone shows.

    What was settled is shown until somebody is asked anew.
    """
    unsettled = [opinion for opinion in opinions if opinion.settled_at is None]
    shown = unsettled or opinions
    found = OpinionComparison.of(context.edition, context.assessment, shown)
    here: dict[str, Any] = {"assessment_id": context.id}
    return {
        "process_name": context.progress.process,
        "rows": [_invitation_row(context, one, opinions) for one in opinions],
        "compared": comparison_page(found) if found.respondents else None,
        "is_settled": not unsettled and bool(opinions),
        "against": against if against is not None and 1 <= against <= len(found.respondents) else 1,
        "is_answered": context.progress.next is None,
        "new_url": url_for("processes.ask_for_opinion", **here),
        "settle_url": url_for("processes.settle_opinions", **here),
        "here_url": url_for("processes.opinions", **here),
        "history_url": url_for("processes.history", **here),
        "back_url": standing_url(context),
        "has_advice": context.latest is not None,
        "renewed_days": current_app.config["OPINION_DAYS"],
    }


def _invitation_row(context: AssessmentContext, opinion: Opinion, opinions: Sequence[Opinion]) -> InvitationRow:
    here: dict[str, Any] = {"assessment_id": context.id, "opinion_id": opinion.id}
    has_expired = opinion.revoked_at is not None or not opinion.is_open
    waits = opinion.handed_in_at is None
    return InvitationRow(
        label=label(opinion, opinions),
        status=_status(opinion),
        count=_count(opinion) if waits and opinion.has_answers else None,
        asked_at=opinion.created_at,
        until=opinion.expires_at,
        opened=opinion.last_opened_at,
        has_expired=has_expired,
        is_settled=opinion.settled_at is not None,
        renew_url=url_for("processes.renew_opinion", **here),
        delete_url=url_for("processes.delete_opinion", **here),
    )


def _status(opinion: Opinion) -> str:
    if opinion.settled_at is not None:
        return str(_("settled"))
    if opinion.handed_in_at is not None:
        return str(_("handed in"))
    if not opinion.is_open:
        return str(_("ended"))
    if opinion.withdrawn_at is not None:
        return str(_("deleted their answers"))
    return str(_("answering") if opinion.has_answers else _("not begun"))


def _count(opinion: Opinion) -> AnsweredCount:
    with database().read() as session:
        rules = versions.rule_set(session, opinion.version_number)
    return answered_count(Progress.of(rules, as_assessment(opinion)))


def owner_notice() -> str:
    """What to say after an act."""
    words = {
        "made": _(
            "You made that link already, and it was shown that once. If you do not have it, make a new one below."
        ),
        "deleted": _("Deleted: the link leads nowhere any more, and the answers given under it are gone."),
        "closed": _("You have settled already, so there is no link any more. Ask anew instead."),
    }
    return next((str(said) for name, said in words.items() if name in request.args), "")


def invitation_page(context: AssessmentContext) -> dict[str, Any]:
    """What somebody who is asked sees, before they are."""
    progress = context.progress
    route = progress.route()
    return {
        "where": progress.process,
        "part_names": [part.name for part in progress.parts] if progress.in_parts else [],
        "questions": len(route),
        "version": context.edition.number,
        "back_url": url_for("processes.opinions", assessment_id=context.id),
    }


def settling_page(context: AssessmentContext, choices: SettlingChoices) -> dict[str, Any]:
    """What surrounds the choices."""
    return {
        "process_name": context.progress.process,
        "people": [one.label for one in choices.found.respondents],
        "count": len(choices.places),
        "back_url": url_for("processes.opinions", assessment_id=context.id),
    }
