"""Bring an older version back: publish a copy of it under a new number."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.diff import diff
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models import draft as drafts
from advisor.models import rule_set_version as versions
from advisor.models.base import now
from advisor.models.draft import ChangedInForce, NoDraft
from advisor.models.idempotency import idempotent, led_to
from advisor.models.proof import Unproven
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.proof_status import proof_status_of
from advisor.rule_sets.checks.views import checking, waiting_sentence
from advisor.rule_sets.forms import BringBackForm, VersionNoteForm
from advisor.rule_sets.item_urls import HIGHEST
from advisor.rule_sets.presenter import changes_page
from advisor.rule_sets.workspace import DraftWorkspace, who, workspace_or_home, write
from advisor.web import identity
from advisor.web.forms import form_page, refuse, unsaved_page
from advisor.web.idempotency import attempt


@bp.route("/admin/rules/draft/note", methods=["GET", "POST"])
def note() -> ResponseReturnValue:
    """Say what changed and why; keep it with the draft."""
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    form = VersionNoteForm(note=workspace.note)
    page: dict[str, Any] = {"workspace": workspace, "number": workspace.in_force_number + 1, "on": now()}
    if not form.validate_on_submit():
        return form_page("rule_sets/versions/note.html", form, **page)
    try:
        write(lambda session: drafts.keep_note(session, identity.actor(), form.note.data or ""))
    except NoDraft:
        return redirect(url_for("rule_sets.home", gone=1), 303)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/note.html", form, error, **page)
    return redirect(url_for("rule_sets.note", _anchor="read"), 303)


@bp.route(f"/admin/rules/versions/<int(max={HIGHEST}):number>/bring-back", methods=["GET", "POST"])
def bring_back(number: int) -> ResponseReturnValue:
    """Publish an older version again, under a new number."""
    with database().read() as session:
        row = versions.version(session, number) or abort(404)
        document = row.unaltered_document
        workspace = DraftWorkspace.load(session)
        rules = versions.rule_set(session, number)
        standing = proof_status_of(session, document)
        led = led_to(session, attempt(who()))
    form = BringBackForm(in_force=str(workspace.in_force_number))
    changes = diff(workspace.in_force, rules)
    shown: dict[str, Any] = {
        "version": number,
        "workspace": workspace,
        **changes_page(workspace.in_force, rules, changes, request.args.get("page", ""), linked=False),
        "blocking": [f"{problem.text} {problem.mend}" for problem in standing.blocking],
        "waits": waiting_sentence(standing),
        "checking": checking(standing.job),
    }
    is_sent = form.validate_on_submit()
    if is_sent and led is not None:  # what it brought back is in force by now, so that nothing else would differ
        return redirect(led, 303)
    if is_sent and form.number_in_force != workspace.in_force_number:
        return _look_again(form, workspace.in_force_number, shown)
    if not is_sent or standing.blocking or standing.waits or not changes:
        return form_page("rule_sets/versions/bring_back.html", form, **shown)
    if ask := identity.requires_password_again():
        return ask

    def act(session: Session) -> str:
        def do() -> str:
            note = str(form.note.data)
            drafts.bring_back(session, identity.actor(), number, note, in_force=form.number_in_force)
            return url_for("rule_sets.home", published=1)

        return idempotent(session, attempt(who()), do)

    try:
        return redirect(write(act), 303)
    except ChangedInForce as changed:
        return _look_again(form, changed.number, shown)
    except Unproven:
        refuse(form, _("Something blocks now that did not when you opened this page."))
        return form_page("rule_sets/versions/bring_back.html", form, 409, **shown)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/bring_back.html", form, error, **shown)


def _look_again(form: BringBackForm, in_force: int, shown: dict[str, Any]) -> ResponseReturnValue:
    """Show the page as things stand now, with the note that was typed."""
    refuse(form, _("Version %(n)s came into force after you opened this page. Look again.", n=in_force))
    form.in_force.data = str(in_force)
    return form_page("rule_sets/versions/bring_back.html", form, 409, **shown)
