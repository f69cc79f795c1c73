"""A version that does not come into force at once: planned for a time, waiting for another admin, or both."""

from contextlib import suppress
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from advisor.engine.document.text import is_blank
from advisor.extensions import database
from advisor.models import Account, PlannedVersion
from advisor.models.base import utc_now
from advisor.models.rule_sets import planned_version as plans
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable
from advisor.models.rule_sets.item_comment import open_threads
from advisor.models.rule_sets.planned_version import ApprovalMissing, OtherPlan, OwnPlan, find_planned
from advisor.models.rule_sets.proof import Unproven
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.comments.presenter import count_of
from advisor.rule_sets.forms import PlanForm, PublishForm
from advisor.rule_sets.impact import run
from advisor.rule_sets.impact.run import ImpactRun, publishing_sentence, unchanged_sentence
from advisor.rule_sets.workspace import DraftWorkspace, write
from advisor.web.access import identity
from advisor.web.forms import add_form_error, form_page, pressed_or_400

_FAILURES = {
    "draft changed": _l("The draft was changed after this was planned, so it did not come into force."),
    "no draft": _l("The draft was published or discarded after this was planned, so nothing came into force."),
    "other version": _l("Another version came into force after this was planned, so it did not."),
    "blocked": _l("Something in it blocked publishing when its time had come."),
}


def needs_approval() -> bool:
    """Whether another admin has to approve what one wants to publish."""
    return bool(current_app.config["TWO_ADMINS"])


def must_wait(session: Session, form: PublishForm) -> bool:
    """Whether it cannot be published at once. Raises OtherPlan where something is planned already."""
    if find_planned(session) is not None:
        raise OtherPlan
    return form.is_planned or needs_approval()


def plan(session: Session, form: PublishForm, fingerprint: str, comes_back: int | None = None) -> None:
    """Plan what the form says: the draft of that fingerprint, or the version that comes back."""
    plans.plan(
        session,
        identity.actor(),
        str(form.note.data),
        expected=fingerprint,
        in_force=form.number_in_force,
        due_at=form.due_at,
        needs_approval=needs_approval(),
        comes_back=comes_back,
    )


def another_is_planned() -> str:
    """Why nothing else can be published."""
    return str(_("A version is planned already. Cancel that plan first."))


@bp.route("/admin/rules/planned", methods=["GET", "POST"])
def show_plan() -> ResponseReturnValue:
    """Show what is planned; let another admin approve it or send it back, anybody cancel it or publish it now."""
    with database().read() as session:
        found = find_planned(session)
        page = _page(session, found) if found is not None else {}
    if found is None:
        return redirect(url_for(".home"), 302 if request.method == "GET" else 303)
    form = PlanForm(mark=found.mark)
    act = request.form.get("do", "")
    if act in {"run", "look"}:
        return _see_affected(found, page)
    if request.method == "POST" and act not in {"approve", "publish", "send-back", "cancel"}:
        abort(400)
    if form.validate_on_submit():
        if act in {"approve", "publish"}:
            n = page["number"]
            words = _("Approve version %(n)s", n=n) if act == "approve" else _("Publish version %(n)s now", n=n)
            return identity.requires_password_again(words) or _go_on(form, act, page)
        if act == "send-back" and is_blank(form.why.data or ""):
            form.why.errors = [_("Say what has to be changed first")]
        else:
            return _take_back(form, str(form.why.data) if act == "send-back" else "", page)
    return form_page("rule_sets/versions/planned.html", form, 0 if request.method == "GET" else 422, **page)


def _see_affected(found: PlannedVersion, page: dict[str, Any]) -> ResponseReturnValue:
    """Begin to find out who is affected by what is planned, unless it is under way, and come back to the plan."""
    pressed_or_400()
    if request.form.get("do") == "run" and page["is_as_planned"]:

        def ask(session: Session) -> None:
            row = versions.version(session, found.comes_back) if found.comes_back is not None else None
            with suppress(NoDraft):  # it ended a moment ago, and the plan with it
                run.ask(session, identity.actor(), row)

        write(ask)
    return redirect(url_for(".show_plan"), 303)


def _page(session: Session, found: PlannedVersion) -> dict[str, Any]:
    workspace = DraftWorkspace.load(session)
    emails = {
        key: account.email
        for key in (found.asked_by, found.approved_by)
        if key and (account := session.get(Account, key))
    }
    is_draft = found.comes_back is None
    changed = _change_since(workspace, found)
    affected = ImpactRun.load(session, found.sha256, found.comes_back)
    return {
        "plan": found,
        "number": found.number,
        "asked_by": emails.get(found.asked_by, "") if found.asked_by else "",
        "approved_by": emails.get(found.approved_by, "") if found.approved_by else "",
        "is_mine": found.asked_by == identity.current().account_id,
        "is_approved_by_me": found.approved_by is not None and found.approved_by == identity.current().account_id,
        "is_late": found.due_at <= utc_now(),
        "is_as_planned": not changed,
        "changed": changed,
        "failure": _FAILURES[found.failure] if found.failure else "",
        "impact_sentence": publishing_sentence(
            affected, found.number, unchanged_sentence(workspace) if is_draft else ""
        ),
        "impact_url": url_for(".impact") if is_draft else "",
        "run": affected,
        "open_comments": count_of(session, open_threads()) if is_draft else 0,
        "differences_url": _differences_url(found),
    }


def _change_since(workspace: DraftWorkspace, found: PlannedVersion) -> str:
    """What changed since, so that what is there now is not what was planned; "" where it is."""
    if found.in_force != workspace.in_force_number:
        return str(_("Version %(n)s came into force since this was planned.", n=workspace.in_force_number))
    if found.comes_back is not None or found.sha256 == workspace.fingerprint:
        return ""
    if not workspace.has_draft:
        return str(_("The draft was discarded since this was planned."))
    if workspace.updated_by:
        return str(_("The draft was changed since by %(who)s.", who=workspace.updated_by))
    return str(_("The draft was changed since."))


def _differences_url(found: PlannedVersion) -> str:
    if found.comes_back is None:
        return url_for(".differences")
    return url_for(".compare", old=found.in_force, new=found.comes_back)


def _go_on(form: PlanForm, act: str, page: dict[str, Any]) -> ResponseReturnValue:
    """Approve the plan, or publish it before its day."""
    go_on = plans.approve if act == "approve" else plans.publish_now
    try:
        published = write(lambda session: go_on(session, identity.actor(), str(form.mark.data)))
    except OtherPlan:
        return redirect(url_for(".show_plan"), 303)
    except OwnPlan:
        add_form_error(form, _("Another admin has to approve what you want to publish."))
    except ApprovalMissing:
        add_form_error(form, _("Another admin has to approve it first."))
    except (ChangedDraft, NoDraft, ChangedInForce, Unpublishable, Unproven):
        add_form_error(form, _("It is not what it was when it was planned. Send it back, or cancel the plan."))
    else:
        by_me = 1 if act == "approve" else None
        if published is None:
            return redirect(url_for(".show_plan", approved=by_me), 303)
        return redirect(url_for(".home", published=1, approved=by_me), 303)
    return form_page("rule_sets/versions/planned.html", form, 409, **page)


def _take_back(form: PlanForm, why: str, page: dict[str, Any]) -> ResponseReturnValue:
    try:
        write(lambda session: plans.cancel(session, identity.actor(), str(form.mark.data), why))
    except OtherPlan:
        add_form_error(form, _("This plan was changed after you opened this page. Look again."))
        form.mark.data = page["plan"].mark
        return form_page("rule_sets/versions/planned.html", form, 409, **page)
    return redirect(url_for(".home", back=1) if why else url_for(".home", unplanned=1), 303)
