"""What the frame of every page of the workshop shows beside the page: the draft in the making, and what is planned."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.extensions import database
from advisor.models import Account, DatabaseUnavailable, Draft, RuleSetVersion
from advisor.models.plain_select import PlainSelect
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.planned_version import PlannedVersion, find_planned
from advisor.rule_sets.blueprint import bp
from advisor.web.access import identity

_OF_DRAFT = frozenset(
    {"rule_sets.home", "rule_sets.search", "rule_sets.comments", "rule_sets.thread", "rule_sets.own_comment"}
)
"""Pages of the draft whose address does not say so."""


@dataclass(frozen=True, slots=True)
class DraftInTheMaking:
    """Which version the draft is to become, and who changed it last; ``updated_by`` is "" where nobody is known."""

    number: int
    updated_at: datetime
    updated_by: str


@bp.before_request
def _look_up() -> None:
    # Before the view, which may draw its page within a transaction of its own.
    with suppress(DatabaseUnavailable), database().read() as session:
        in_the_making, has_plan = _draft_and_plan(session)
        g.planned_version = plan = find_planned(session) if has_plan else None
        draft = find_draft(session) if plan is not None and plan.comes_back is None else None
        g.plan_asked_by = _asked_by(session, plan)
        # What is planned is the draft as it was then.
        g.planned_is_stale = plan is not None and draft is not None and draft.fingerprint != plan.sha256
        g.is_draft_planned = draft is not None
        g.draft_changed_by = _changed_by(session, draft) if draft is not None and g.planned_is_stale else ""
        g.draft_in_the_making = in_the_making if _is_of_draft() else None


@bp.context_processor
def _with_frame() -> dict[str, Any]:
    """Everybody in the workshop sees what is planned, and on the pages of the draft which version is in the making."""
    return {
        "planned_version": g.get("planned_version"),
        "planned_is_stale": g.get("planned_is_stale"),
        "is_draft_planned": g.get("is_draft_planned"),
        "draft_changed_by": g.get("draft_changed_by"),
        "plan_asked_by": g.get("plan_asked_by"),
        "draft_in_the_making": g.get("draft_in_the_making"),
    }


def _asked_by(session: Session, plan: PlannedVersion | None) -> str:
    """The address of whoever asks this admin for approval; "" where that is nobody else, or nobody known."""
    if plan is None or plan.approved_at is not None or plan.asked_by in {None, identity.current().account_id}:
        return ""
    account = session.get(Account, plan.asked_by)
    return account.email if account is not None else ""


def _changed_by(session: Session, draft: Draft) -> str:
    """Who changed the draft last: "You", or an address; "Somebody" where nobody is known."""
    if draft.updated_by is not None and draft.updated_by == identity.current().account_id:
        return str(_("You"))
    account = session.get(Account, draft.updated_by) if draft.updated_by else None
    return account.email if account is not None else str(_("Somebody"))


def _is_of_draft() -> bool:
    return request.path.startswith("/admin/rules/draft") or request.endpoint in _OF_DRAFT


def _draft_and_plan(session: Session) -> tuple[DraftInTheMaking | None, bool]:
    """The draft that is in the making, and whether anything is planned."""
    latest, has_plan, updated_at, email = _FRAME.rows_in(session, {})[0]
    in_the_making = DraftInTheMaking(latest + 1, updated_at, email or "") if updated_at is not None else None
    return in_the_making, bool(has_plan)


_FRAME = PlainSelect(
    select(
        select(func.max(RuleSetVersion.number)).scalar_subquery(),
        select(func.count()).select_from(PlannedVersion).scalar_subquery(),
        select(Draft.updated_at).scalar_subquery(),
        select(Account.email).join(Draft, Draft.updated_by == Account.id).scalar_subquery(),
    )
)
