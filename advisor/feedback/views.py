"""The notes, as a list and one by one. They name no assessment, and nobody."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, SelectField
from wtforms.validators import ValidationError

from advisor.engine.model.vocabulary import Outcome
from advisor.extensions import database
from advisor.feedback import operations
from advisor.feedback import presenter as present
from advisor.feedback.operations import HasCase
from advisor.links import link_to
from advisor.models.audit import audit
from advisor.models.feedback import NOTE_DONE, NOTE_OPEN, Feedback, notes_to_read
from advisor.models.idempotency import idempotent, new_key
from advisor.web.access import identity
from advisor.web.forms import add_form_error, attempt, form_page
from advisor.web.paging import paginate
from advisor.wording.claims import VersionView
from advisor.wording.vocabulary import OUTCOMES


class SettleForm(FlaskForm):
    """Mark a note as settled ("yes"), or as open again."""

    done = HiddenField()


def _outcomes() -> list[tuple[str, str]]:
    return [("", str(_("Choose one"))), *((outcome.value, str(OUTCOMES[outcome].name)) for outcome in Outcome)]


class CaseForm(FlaskForm):
    """Make a note a test case: its answers, and what the rules should say to them."""

    outcome = SelectField(_l("What should the advice be?"), choices=_outcomes)
    once = HiddenField(default=new_key)

    def validate_outcome(self, field: Field) -> None:
        """Ask for an outcome where none is chosen."""
        if not field.data:
            raise ValidationError(_("Choose what the advice should be"))


bp = Blueprint("feedback", __name__)

PAGE_SIZE = 100


@bp.get("/admin/feedback")
def notes() -> ResponseReturnValue:
    """List what is open, or (``?show=done``) what is settled; newest first."""
    status = NOTE_DONE if request.args.get("show") == NOTE_DONE else NOTE_OPEN
    with database().read() as session:
        counted = select(Feedback.status, func.count()).group_by(Feedback.status)
        counts = {row[0]: row[1] for row in session.execute(counted)}
        page = paginate(range(counts.get(status, 0)), request.args.get("page", ""), PAGE_SIZE, _page_url(status))
        found = notes_to_read(status).offset(page.first - 1).limit(PAGE_SIZE)
        rows = [present.note_row(note) for note in session.scalars(found)]
    return form_page(
        "feedback/notes.html",
        SettleForm(),
        rows=rows,
        shows_done=status == NOTE_DONE,
        open_count=counts.get(NOTE_OPEN, 0),
        done_count=counts.get(NOTE_DONE, 0),
        open_url=url_for(".notes"),
        done_url=url_for(".notes", show=NOTE_DONE),
        page=page.links,
    )


def _page_url(status: str) -> Callable[[int], str]:
    return lambda number: url_for(".notes", show=status, page=number)


@bp.get("/admin/feedback/<uuid:note_id>")
def note(note_id: UUID) -> ResponseReturnValue:
    """Show one note with the reasons and answers that came with it."""
    with database().read() as session:
        found = session.get(Feedback, note_id) or abort(404)
        edition = VersionView.of(session, found.version)
        page = present.note_view(found, edition)
    return _note_page(page, CaseForm())


@bp.post("/admin/feedback/<uuid:note_id>/case")
def make_case(note_id: UUID) -> ResponseReturnValue:
    """Make a note a test case of the draft, and go on there."""
    form = CaseForm()
    with database().read() as session:
        found = session.get(Feedback, note_id)
        if found is None or found.answers is None:
            abort(404)
        page = present.note_view(found, VersionView.of(session, found.version))
    if not form.validate_on_submit():
        return _note_page(page, form)
    try:
        with database().write() as session:
            return redirect(idempotent(session, attempt(_key_owner()), lambda: _make_case(session, note_id, form)), 303)
    except HasCase:
        add_form_error(form, _("This note had become a test case before you sent that. Look there at what it expects."))
    with database().read() as session:
        found = session.get(Feedback, note_id) or abort(404)
        page = present.note_view(found, VersionView.of(session, found.version))
    return _note_page(page, form, 409)


def _make_case(session: Session, note_id: UUID, form: CaseForm) -> str:
    # Locked: of two admins at the same moment one makes the case, and the other is told.
    sent = session.get(Feedback, note_id, with_for_update=True) or abort(404)
    key = operations.make_case(session, identity.actor(), sent, Outcome(form.outcome.data))
    return link_to("item", collection="cases", key=key)


def _key_owner() -> str:
    """The owner of one-time keys who is asking."""
    owner = identity.owner()
    return owner.hash if owner is not None else ""


def _note_page(page: present.NoteView, form: CaseForm, status: int = 0) -> ResponseReturnValue:
    return form_page("feedback/note.html", form, status, note=page, back_url=url_for(".notes"))


@bp.post("/admin/feedback/<uuid:note_id>/settle")
def settle(note_id: UUID) -> ResponseReturnValue:
    """Mark a note as settled, or as open again."""
    form = SettleForm()
    if not form.validate_on_submit():
        abort(400)
    with database().write() as session:
        found = session.get(Feedback, note_id) or abort(404)
        status = NOTE_DONE if form.done.data == "yes" else NOTE_OPEN
        if found.status != status:
            before, found.status = found.status, status
            audit(session, "note settled", who=identity.actor(), what=f"note {note_id}", before=before, after=status)
    return redirect(url_for(".notes"), 303)
