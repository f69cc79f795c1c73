"""The rules as admins work on them: what is in force, the one draft, its problems and differences, publishing."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.assessments.questions.forms import question_form
from advisor.engine.document.diff import diff
from advisor.engine.document.numbers import whole_number
from advisor.engine.model.operators import AnswerType
from advisor.extensions import database
from advisor.models import Account, DatabaseUnavailable
from advisor.models import draft as drafts
from advisor.models import rule_set_version as versions
from advisor.models.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable
from advisor.models.idempotency import idempotent
from advisor.models.proof import Unproven
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.proof_status import ProofStatus, new_warnings, proof_status_of
from advisor.rule_sets.checks.views import checking, waiting_sentence
from advisor.rule_sets.forms import MarkedForm, PublishForm
from advisor.rule_sets.impact import run as impact_state
from advisor.rule_sets.impact.run import Affected
from advisor.rule_sets.item_urls import HIGHEST
from advisor.rule_sets.presenter import change_groups, changes_page, problem_lines, tabs
from advisor.rule_sets.tasks import tasks
from advisor.rule_sets.workspace import DraftWorkspace, who, workspace_or_home, write
from advisor.web import identity
from advisor.web.forms import ButtonForm, form_page, pressed_or_400, refuse, unsaved_page
from advisor.web.idempotency import attempt

SHOWN = 10
"""How much of what blocks, and of what does not, is shown where the draft is published; the problems show the rest."""


# ---- what is in force, and the draft -------------------------------------------------------------------------------


@bp.get("/admin/rules")
def home() -> ResponseReturnValue:
    """Show the rules in force, the draft with its tasks, and every version."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        standing = proof_status_of(session, workspace.document) if workspace.has_draft else None
        new = len(new_warnings(session, standing) or ()) if standing is not None else 0
        rows = version_rows(session)
        affected = Affected.load(session, workspace.mark)
    gone = _("There is no draft any more: it was published or discarded.") if "gone" in request.args else ""
    brought = _("The draft is now what the file says. Look at the differences.") if "brought" in request.args else ""
    done = _("Version %(n)s is in force now.", n=workspace.in_force_number) if "published" in request.args else ""
    number = whole_number(request.args.get("already"))
    already = _("Already published as version %(n)s.", n=number) if number in {row["number"] for row in rows} else ""
    before, is_now = workspace.in_force_number - 1, workspace.in_force_number
    return form_page(
        "rule_sets/home.html",
        ButtonForm(),
        did_url=url_for(".compare", old=before, new=is_now, _anchor="does") if done and before else "",
        workspace=workspace,
        tasks=tasks(workspace, affected, standing, new) if standing is not None else [],
        tabs=tabs(workspace, ""),
        versions=rows,
        notice=done or already or brought or gone,
    )


@bp.post("/admin/rules/draft/start")
def start() -> ResponseReturnValue:
    """Start the draft from the version in force; where there is one, go on with it."""
    pressed_or_400()
    write(lambda session: drafts.start(session, identity.actor()))
    return redirect(url_for(".home"), 303)


@bp.route("/admin/rules/draft/discard", methods=["GET", "POST"])
def discard() -> ResponseReturnValue:
    """Throw the draft away, after showing how much that is."""
    workspace = workspace_or_home()
    form = MarkedForm(mark=workspace.mark)
    shown = {"number": len(workspace.changes), "base_number": workspace.base_number}
    if not form.validate_on_submit():
        return form_page("rule_sets/discard.html", form, **shown)

    def act(session: Session) -> str:
        def do() -> str:
            drafts.discard(session, identity.actor(), str(form.mark.data))
            return url_for(".home")

        return idempotent(session, attempt(who()), do)

    try:
        return redirect(write(act), 303)
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    except ChangedDraft:
        refuse(form, _("The draft was changed after you opened this page. Look again before you discard it."))
        form.mark.data = workspace.mark
        return form_page("rule_sets/discard.html", form, 409, **shown)


# ---- preview ------------------------------------------------------------------------------------------


@bp.get("/admin/rules/draft/questions/<key>/preview")
def preview(key: str) -> ResponseReturnValue:
    """Show a question as a visitor sees it."""
    workspace = workspace_or_home()
    question = workspace.rules.question(key) or abort(404)
    form = question_form(question, {}, "", meta={"csrf": False}, formdata=None)
    is_number = question.type is AnswerType.NUMBER
    return render_template(
        "rule_sets/editor/question_preview.html",
        question=question,
        field=form.answer,
        not_sure=form["not_sure"] if is_number else None,
    )


# ---- publishing ----------------------------------------------------------------------------------------------------


@bp.route("/admin/rules/draft/publish", methods=["GET", "POST"])
def publish() -> ResponseReturnValue:
    """Publish the draft with a note; until nothing blocks, say what is missing and keep the note."""
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    form = PublishForm(note=workspace.note, mark=workspace.mark, in_force=str(workspace.in_force_number))
    if not workspace.has_draft:
        return _gone(form)
    if request.form.get("do") == "keep":
        return _keep_note(form)
    standing = _standing(workspace)
    ready = not standing.blocking and not standing.waits
    if form.validate_on_submit() and not _must_confirm(workspace, form) and ready:
        if ask := identity.requires_password_again():
            return ask
        return _publish(workspace, form)
    return _publish_page(workspace, form, 0 if request.method == "GET" or form.errors else 422)


def _publish(workspace: DraftWorkspace, form: PublishForm) -> ResponseReturnValue:
    def act(session: Session) -> str:
        def do() -> str:
            note, mark, number = str(form.note.data), str(form.mark.data), form.number_in_force
            drafts.publish(session, identity.actor(), note, mark=mark, in_force=number)
            return url_for(".home", published=1)

        return idempotent(session, attempt(who()), do)

    try:
        return redirect(write(act), 303)
    except NoDraft:
        return _gone(form)
    except ChangedDraft:
        refuse(form, _("The draft was changed after you opened this page. Look at the differences, then publish."))
    except ChangedInForce as changed:
        refuse(form, _("Version %(n)s came into force after you opened this page. Look again.", n=changed.number))
    except (Unpublishable, Unproven):
        refuse(form, _("Something blocks now that did not when you opened this page."))
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/publish.html", form, error, **_publish_shown(workspace))
    return _publish_again(form)


def _gone(form: PublishForm) -> Response:
    """Say under which number the draft of the form was published meanwhile; it may have been discarded, too."""
    with database().read() as session:
        number = versions.published_as(session, str(form.mark.data or ""), form.number_in_force)
    return redirect(url_for(".home", already=number) if number else url_for(".home", gone=1), 303)


def _publish_again(form: PublishForm) -> Response:
    """The page as things stand now, with the note that was typed."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
    form.mark.data, form.in_force.data = workspace.mark, str(workspace.in_force_number)
    return _publish_page(workspace, form, 409)


def _publish_page(workspace: DraftWorkspace, form: PublishForm, status: int) -> Response:
    return form_page("rule_sets/versions/publish.html", form, status, **_publish_shown(workspace))


def _standing(workspace: DraftWorkspace) -> ProofStatus:
    """What is known of the draft; worked out before the transaction that publishes it, which then finds it."""
    with database().read() as session:
        return proof_status_of(session, workspace.document)


def _publish_shown(workspace: DraftWorkspace) -> dict[str, Any]:
    standing = _standing(workspace)
    replaced = diff(workspace.base, workspace.in_force) if workspace.is_outdated else ()
    with database().read() as session:
        affected = Affected.load(session, workspace.mark)
        new = new_warnings(session, standing)
    look_at = standing.warning if new is None else new
    missing = (
        []
        if workspace.changes
        else [{"text": _("Nothing in the draft differs from the version it was made from."), "url": url_for(".home")}]
    )
    return {
        "workspace": workspace,
        "blocking": problem_lines(standing.blocking[:SHOWN]),
        "more_blocking": max(0, len(standing.blocking) - SHOWN),
        "warning": problem_lines(look_at[:SHOWN]),
        "warnings": len(standing.warning),
        "known": len(standing.warning) - len(look_at),
        "waits": waiting_sentence(standing),
        "checking": checking(standing.job),
        "missing": missing,
        "number": len(diff(workspace.in_force, workspace.rules)),
        "affected": affected,
        "affected_said": impact_state.for_publishing(affected, workspace.in_force_number + 1),
        "replaced": change_groups(workspace.base, workspace.in_force, replaced, linked=False),
    }


def _must_confirm(workspace: DraftWorkspace, form: PublishForm) -> bool:
    if not workspace.is_outdated or form.over.data:
        return False
    form.over.errors = [_("Say that the draft replaces what version %(n)s changed", n=workspace.in_force_number)]
    return True


def _keep_note(form: PublishForm) -> ResponseReturnValue:
    note = form.note
    if not form.validate_on_submit() and note.data:
        return _publish_again(form) if not note.errors else _publish_page(workspace_or_home(), form, 422)
    try:
        write(lambda session: drafts.keep_note(session, identity.actor(), note.data or ""))
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    return redirect(url_for(".publish"), 303)


# ---- versions ------------------------------------------------------------------------------------------------------


@bp.get(f"/admin/rules/versions/<int(max={HIGHEST}):number>")
def version(number: int) -> ResponseReturnValue:
    """Show one version: when it was live, why it came, and what it changed in the one before."""
    with database().read() as session:
        row = versions.version(session, number) or abort(404)
        rows = version_rows(session)
        rules = versions.rule_set(session, number)
        before = versions.rule_set(session, number - 1) if number > 1 else None
    changes = diff(before, rules) if before is not None else ()
    mine = next(shown for shown in rows if shown["number"] == number)
    shown = changes_page(before or rules, rules, changes, request.args.get("page", ""), linked=False)
    return render_template("rule_sets/versions/version.html", row=row, shown=mine, **shown)


def version_rows(session: Session) -> list[dict[str, Any]]:
    """Every version, newest first, with when it was live. Who published it is named while the account is there."""
    emails = {
        str(account.id): account.email for account in session.scalars(select(Account).where(Account.role == "admin"))
    }
    return [
        {
            "number": one.row.number,
            "note": one.row.note,
            "since": one.since,
            "until": one.until,
            "by": emails.get(one.row.published_by or "", ""),
            "url": url_for("rule_sets.version", number=one.row.number),
        }
        for one in versions.lifetimes(session)
    ]
