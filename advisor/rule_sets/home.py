"""The rules as admins work on them: what is in force, the one draft with its tasks, and every version."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import draft as drafts
from advisor.models.draft import ChangedDraft
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.proof_status import new_warnings, proof_status_of
from advisor.rule_sets.forms import DraftForm
from advisor.rule_sets.impact.run import ImpactRun
from advisor.rule_sets.presenter import tabs, version_rows
from advisor.rule_sets.tasks import tasks
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write, write_once
from advisor.web import identity
from advisor.web.forms import ButtonForm, add_form_error, form_page, pressed_or_400


@bp.get("/admin/rules")
def home() -> ResponseReturnValue:
    """Show the rules in force, the draft with its tasks, and every version."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        status = proof_status_of(session, workspace.document) if workspace.has_draft else None
        new = len(new_warnings(session, status) or ()) if status is not None else 0
        rows = version_rows(session)
        run = ImpactRun.load(session, workspace.fingerprint)
    gone = _("There is no draft any more: it was published or discarded.") if "gone" in request.args else ""
    brought = _("The draft is now what the file says. Look at the differences.") if "brought" in request.args else ""
    done = _("Version %(n)s is in force now.", n=workspace.in_force_number) if "published" in request.args else ""
    number = whole_number(request.args.get("already"))
    already = _("Already published as version %(n)s.", n=number) if number in {row["number"] for row in rows} else ""
    before, is_now = workspace.in_force_number - 1, workspace.in_force_number
    return form_page(
        "rule_sets/home.html",
        ButtonForm(),
        effect_url=url_for(".compare", old=before, new=is_now, _anchor="does") if done and before else "",
        workspace=workspace,
        tasks=tasks(workspace, run, status, new) if status is not None else [],
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
    form = DraftForm(mark=workspace.fingerprint)
    page = {"number": len(workspace.changes), "base_number": workspace.base_number}
    if not form.validate_on_submit():
        return form_page("rule_sets/discard.html", form, **page)

    def act(session: Session) -> str:
        drafts.discard(session, identity.actor(), str(form.mark.data))
        return url_for(".home")

    try:
        return write_once(act)
    except ChangedDraft:
        add_form_error(form, _("The draft was changed after you opened this page. Look again before you discard it."))
        form.mark.data = workspace.fingerprint
        return form_page("rule_sets/discard.html", form, 409, **page)
