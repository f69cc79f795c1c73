"""A new version: what people will read about it, the draft published, or an older version brought back."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.engine.document.text import LINE_LIMIT
from advisor.engine.model.errors import Problem
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.base import utc_now
from advisor.models.idempotency import earlier_location, idempotent_save
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable
from advisor.models.rule_sets.item_comment import open_threads
from advisor.models.rule_sets.planned_version import OtherPlan, find_planned, last_sent_back
from advisor.models.rule_sets.proof import Unproven
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.blocking_causes import blocking_causes
from advisor.rule_sets.checks.proof_status import ProofStatus, new_warnings, proof_status_of
from advisor.rule_sets.checks.views import check_report
from advisor.rule_sets.comments.presenter import count_of
from advisor.rule_sets.forms import BringBackForm, PublishForm, VersionNoteForm
from advisor.rule_sets.impact import run
from advisor.rule_sets.impact.run import ImpactRun, publishing_sentence, unchanged_sentence
from advisor.rule_sets.item_urls import HIGHEST
from advisor.rule_sets.presenter import problem_lines
from advisor.rule_sets.unsaved_forms import NOTE, PUBLISHING, FormPlace
from advisor.rule_sets.versions.changes import change_groups, changes_page
from advisor.rule_sets.versions.planning import another_is_planned, must_wait, needs_approval, plan
from advisor.rule_sets.workspace import (
    DraftWorkspace,
    differences_between,
    key_owner,
    load_workspace,
    workspace_or_home,
    write,
    write_once,
)
from advisor.web.access import identity
from advisor.web.forms import add_form_error, attempt, form_page, pressed_or_400, unsaved_page
from advisor.wording.items import with_names

_TYPED = frozenset({"once", "note", "day", "time", "over"})
"""Fields of publishing in which somebody types; the others say what was shown."""

PROBLEMS_SHOWN = 10
"""How much of what blocks, and of what does not, is shown where the draft is published; the problems show the rest."""


@bp.route("/admin/rules/draft/note", methods=["GET", "POST"])
def note() -> ResponseReturnValue:
    """Say what changed and why; keep it with the draft."""
    place = FormPlace(NOTE, title=_("What changed, and why?"))
    if unsaved_forms.is_pressed():
        return unsaved_forms.press(place)
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    typed = unsaved_forms.find_typed(NOTE)
    form = unsaved_forms.open_form(VersionNoteForm, typed, note=workspace.note)
    page: dict[str, Any] = {"workspace": workspace, "number": workspace.in_force_number + 1, "on": utc_now()}
    page |= {"planned_note": _planned_note(workspace)}
    page |= unsaved_forms.offers(place, typed)
    if not form.validate_on_submit():
        return form_page("rule_sets/versions/note.html", form, **page)
    try:
        return redirect(_save_note(str(form.note.data or ""), url_for(".note", _anchor="read")), 303)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/note.html", form, error, **page)


def _planned_note(workspace: DraftWorkspace) -> str:
    """The words with which the draft as it is now is planned; "" where it is not."""
    with database().read() as session:
        found = find_planned(session)
    is_of_draft = found is not None and found.comes_back is None and found.sha256 == workspace.fingerprint
    return found.note if found is not None and is_of_draft else ""


def _save_note(text: str, address: str) -> str:
    """Keep the text with the draft, and give the address to go on to."""

    def save(session: Session) -> tuple[str, str]:
        drafts.save_note(session, identity.actor(), text)
        unsaved_forms.forget_saved(session)
        return address, ""

    return write(lambda session: idempotent_save(session, attempt(key_owner()), lambda _left: save(session)))


# ---- the draft -----------------------------------------------------------------------------------------------------


@bp.route("/admin/rules/draft/publish", methods=["GET", "POST"])
def publish() -> ResponseReturnValue:
    """Publish the draft with a note; until nothing blocks, say what is missing and keep the note."""
    if unsaved_forms.is_pressed():
        fields = {name: values for name, values in request.form.lists() if name in _TYPED}
        return unsaved_forms.press(_publishing(), fields)
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    shown = {"mark": workspace.fingerprint, "in_force": str(workspace.in_force_number)}
    form = unsaved_forms.open_form(PublishForm, unsaved_forms.find_typed(PUBLISHING), note=workspace.note, **shown)
    _fill_in(form)
    if not workspace.has_draft:
        return _answer_gone(form)
    if request.form.get("do") in {"note", "run"}:
        return _keep_note(form)
    status = _proof_status(workspace)
    ready = not status.blocking_problems and not status.waits
    if form.validate_on_submit() and not _must_confirm(workspace, form) and ready:
        return identity.requires_password_again(_act_of(form, workspace)) or _publish(workspace, form)
    return _publish_page(workspace, form, 0 if request.method == "GET" or form.errors else 422)


def _fill_in(form: PublishForm, comes_back: int | None = None) -> None:
    """Show what was asked for before it was sent back; or what was typed before one went to see who is affected."""
    if request.method != "GET" or "typed" in request.args:
        return
    with database().read() as session:
        sent_back = last_sent_back(session)
    if sent_back is not None and sent_back.comes_back == comes_back:
        form.note.data = form.note.data or sent_back.note
        if sent_back.due_at is not None and sent_back.due_at > utc_now():
            form.fill_in(sent_back.due_at)
    for field in (form.day, form.time):
        field.data = request.args.get(field.name, field.data or "")[:LINE_LIMIT]
    form.over.data = "over" in request.args


def _act_of(form: PublishForm, workspace: DraftWorkspace) -> str:
    """What sending the form does, in the words of its button."""
    number = workspace.in_force_number + 1
    if needs_approval():
        return str(_("Ask for approval of version %(n)s", n=number))
    if form.is_planned:
        return str(_("Plan version %(n)s", n=number))
    return str(_("Publish version %(n)s", n=number))


def _publish(workspace: DraftWorkspace, form: PublishForm) -> ResponseReturnValue:
    def act(session: Session) -> str:
        note, opened = str(form.note.data), str(form.mark.data)
        unsaved_forms.forget_saved(session)
        if must_wait(session, form):
            plan(session, form, opened)
            return url_for(".show_plan")
        drafts.publish(session, identity.actor(), note, expected=opened, in_force=form.number_in_force)
        return url_for(".home", published=1)

    try:
        return write_once(act)
    except NoDraft:
        return _answer_gone(form)
    except ChangedDraft:
        add_form_error(
            form, _("The draft was changed after you opened this page. Look at the differences, then publish.")
        )
    except ChangedInForce as changed:
        add_form_error(
            form, _("Version %(n)s came into force after you opened this page. Look again.", n=changed.number)
        )
    except (Unpublishable, Unproven):
        add_form_error(form, _("Something blocks now that did not when you opened this page."))
    except OtherPlan:
        add_form_error(form, another_is_planned())
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/publish.html", form, error, **_publish_context(workspace))
    return _publish_again(form)


def _answer_gone(form: PublishForm) -> Response:
    """Say under which number the draft of the form was published meanwhile; it may have been discarded, too."""
    with database().read() as session:
        number = versions.published_as(session, str(form.mark.data or ""), form.number_in_force)
    return redirect(url_for(".home", already=number) if number else url_for(".home", gone=1), 303)


def _publish_again(form: PublishForm) -> Response:
    """The page as things stand now, with the note that was typed."""
    workspace = load_workspace()
    form.mark.data, form.in_force.data = workspace.fingerprint, str(workspace.in_force_number)
    return _publish_page(workspace, form, 409)


def _publish_page(workspace: DraftWorkspace, form: PublishForm, status: int) -> Response:
    return form_page("rule_sets/versions/publish.html", form, status, **_publish_context(workspace))


def _proof_status(workspace: DraftWorkspace) -> ProofStatus:
    """What is known of the draft; worked out before the transaction that publishes it, which then finds it."""
    with database().read() as session:
        return proof_status_of(session, workspace.document)


def _publish_context(workspace: DraftWorkspace) -> dict[str, Any]:
    status = _proof_status(workspace)
    replaced = differences_between(workspace.base, workspace.in_force) if workspace.is_outdated else ()
    with database().read() as session:
        found = ImpactRun.load(session, workspace.fingerprint)
        new = new_warnings(session, status)
        open_comments = count_of(session, open_threads())
    look_at = status.warning if new is None else new
    causes = blocking_causes(workspace, status.blocking_problems)
    shown = causes.entries[:PROBLEMS_SHOWN]
    nothing = _("Nothing in the draft differs from the version it was made from.")
    return {
        "workspace": workspace,
        "number_blocking": causes.number,
        "blocking_groups": [entry.sentence for entry in shown if not isinstance(entry, Problem)],
        "blocking": problem_lines(
            workspace.rules, (entry for entry in shown if isinstance(entry, Problem)), workspace.base
        ),
        "more_blocking": causes.number - len(shown),
        "warning": problem_lines(workspace.rules, look_at[:PROBLEMS_SHOWN]),
        "warnings": len(status.warning),
        "known": len(status.warning) - len(look_at),
        "waits": status.waits,
        "check": check_report(status),
        "missing": [] if workspace.changes else [{"text": nothing, "url": url_for(".home")}],
        "note_is_old": bool(workspace.note) and workspace.note_fingerprint != workspace.fingerprint,
        "number": len(workspace.differences),
        "needs_approval": needs_approval(),
        "run": found,
        "open_comments": open_comments,
        "impact_sentence": publishing_sentence(found, workspace.in_force_number + 1, unchanged_sentence(workspace)),
        "replaced": change_groups(workspace.base, workspace.in_force, replaced),
        **unsaved_forms.offers(_publishing(), unsaved_forms.find_typed(PUBLISHING)),
    }


def _publishing() -> FormPlace:
    return FormPlace(PUBLISHING, title=_("What changed, and why?"))


def _must_confirm(workspace: DraftWorkspace, form: PublishForm) -> bool:
    if not workspace.is_outdated or form.over.data:
        return False
    form.over.errors = [_("Say that the draft replaces what version %(n)s changed", n=workspace.in_force_number)]
    return True


def _keep_note(form: PublishForm) -> ResponseReturnValue:
    note = form.note
    if not form.validate_on_submit() and note.data:
        return _publish_again(form) if not note.errors else _publish_page(workspace_or_home(), form, 422)

    address = _save_note(str(note.data or ""), url_for(".publish"))
    if request.form.get("do") == "run":
        write(lambda session: run.ask(session, identity.actor()))
        typed = {field.name: field.data for field in (form.day, form.time) if field.data}
        address = url_for(".publish", **typed, over="y" if form.over.data else None)
    return redirect(address, 303)


# ---- an older version ----------------------------------------------------------------------------------------------


@bp.route(f"/admin/rules/versions/<int(max={HIGHEST}):number>/bring-back", methods=["GET", "POST"])
def bring_back(number: int) -> ResponseReturnValue:
    """Publish an older version again, under a new number."""
    with database().read() as session:
        row = versions.version(session, number) or abort(404)
        workspace = DraftWorkspace.load(session)
        rules = versions.rule_set(session, number)
        status = proof_status_of(session, row.unaltered_document)
        led = earlier_location(session, attempt(key_owner()))
        found = ImpactRun.load(session, row.sha256, number)
    form = BringBackForm(in_force=str(workspace.in_force_number))
    _fill_in(form, number)
    changes = changes_page(workspace.in_force, rules, request.args.get("page", ""))
    page: dict[str, Any] = {
        "version": number,
        "workspace": workspace,
        **changes,
        "needs_approval": needs_approval(),
        "blocking": [
            with_names(rules, f"{problem.text} {problem.mend}") for problem in status.blocking_problems[:PROBLEMS_SHOWN]
        ],
        "more_blocking": max(0, len(status.blocking_problems) - PROBLEMS_SHOWN),
        "waits": status.waits,
        "job": check_report(status),
        "run": found,
        "impact_sentence": publishing_sentence(found, workspace.in_force_number + 1),
    }
    if request.form.get("do") in {"run", "look"}:
        return _see_affected(row, form, page)
    is_sent = form.validate_on_submit()
    if is_sent and led is not None:  # what it brought back is in force by now, so that nothing else would differ
        return redirect(led, 303)
    if is_sent and form.number_in_force != workspace.in_force_number:
        return _bring_back_again(form, workspace.in_force_number, page)
    if not is_sent or status.blocking_problems or status.waits or not changes["number"]:
        return form_page("rule_sets/versions/bring_back.html", form, **page)
    return identity.requires_password_again(_act_of(form, workspace)) or _bring_back(number, form, page)


def _see_affected(row: RuleSetVersion, form: BringBackForm, page: dict[str, Any]) -> ResponseReturnValue:
    """Begin to find out who is affected, and show the page with what was typed; or show how far that is."""
    pressed_or_400()
    if request.form.get("do") == "run":
        write(lambda session: run.ask(session, identity.actor(), row))
        with database().read() as session:
            page["run"] = ImpactRun.load(session, row.sha256, row.number)
    return form_page("rule_sets/versions/bring_back.html", form, **page)


def _bring_back(number: int, form: BringBackForm, page: dict[str, Any]) -> ResponseReturnValue:
    def act(session: Session) -> str:
        if must_wait(session, form):
            row = versions.version(session, number) or abort(404)
            plan(session, form, row.sha256, number)
            return url_for(".show_plan")
        drafts.republish(session, identity.actor(), number, str(form.note.data), in_force=form.number_in_force)
        return url_for(".home", published=1)

    try:
        return write_once(act)
    except ChangedInForce as changed:
        return _bring_back_again(form, changed.number, page)
    except (Unproven, OtherPlan) as error:
        blocks = _("Something blocks now that did not when you opened this page.")
        add_form_error(form, another_is_planned() if isinstance(error, OtherPlan) else blocks)
        return form_page("rule_sets/versions/bring_back.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/versions/bring_back.html", form, error, **page)


def _bring_back_again(form: BringBackForm, in_force: int, page: dict[str, Any]) -> ResponseReturnValue:
    """The page as things stand now, with the note that was typed."""
    add_form_error(form, _("Version %(n)s came into force after you opened this page. Look again.", n=in_force))
    form.in_force.data = str(in_force)
    return form_page("rule_sets/versions/bring_back.html", form, 409, **page)
