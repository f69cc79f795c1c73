"""What people will read about the next version: written with the draft, and shown as they will see it."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from advisor.models import DatabaseUnavailable
from advisor.models import draft as drafts
from advisor.models.base import now
from advisor.models.draft import NoDraft
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.forms import VersionNoteForm
from advisor.rule_sets.workspace import workspace_or_home, write
from advisor.web import identity
from advisor.web.forms import form_page, unsaved_page


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
