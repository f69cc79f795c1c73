"""Bring a list in: a file or names, a preview of what was understood, and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.assessments.operations import in_transaction
from advisor.assessments.progress import fingerprint
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import write_template
from advisor.extensions import database
from advisor.models import DatabaseUnavailable, ProcessImport
from advisor.models.idempotency import idempotent
from advisor.models.processes.assessment import own_assessments
from advisor.models.processes.process_import import SavedOwner, own_import
from advisor.models.processes.process_list import present_names
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.bring_in import operations
from advisor.processes.bring_in.forms import ListForm, SelectionForm
from advisor.processes.bring_in.presenter import import_rows, preview_page
from advisor.processes.bring_in.read_list import PROBLEMS_SHOWN, TooLong, UnusableList, read_file, read_pasted
from advisor.processes.bring_in.selection import (
    Candidate,
    SameName,
    Selection,
    candidates_of,
    first_selection,
    same_names,
)
from advisor.processes.views import bp
from advisor.web.access import identity, rate_limits
from advisor.web.access.security import may_repeat, may_send_many_fields, takes_a_file
from advisor.web.forms import ButtonForm, Refusal, add_form_error, attempt, form_page, pressed_or_400, unsaved_page

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"


@bp.route("/processes/bring-in", methods=["GET", "POST"])
@takes_a_file
def bring_in() -> ResponseReturnValue:
    """Take a file or names, and lead to what was read of it; where nothing can be made of it, say all that is wrong."""
    owner = identity.owner()
    if not isinstance(owner, SavedOwner):
        if request.method == "POST":
            pressed_or_400()
        return form_page("processes/bring_in/needs_account.html", None, 200 if request.method == "GET" else 403)
    form = ListForm()
    if not form.validate_on_submit():
        return _list_page(form, owner)
    if reply := rate_limits.uploaded_too_often():
        return reply
    name, data = form.sent_file()
    if not form.is_usable(data):
        return _list_page(form, owner)
    with database().read() as session:
        number = versions.in_force(session).number
        rule_set = versions.rule_set(session, number)
    most = current_app.config["ASSESSMENTS_PER_OWNER"]
    try:
        if form.file.data:
            preview = read_file(rule_set, data, name, most)
        else:
            preview = read_pasted(rule_set, str(form.names.data), most)
    except TooLong as error:
        field = form.file if form.file.data else form.names
        words = {"found": error.found, "most": most}
        field.errors = [
            _(
                "The list has %(found)d rows. At most %(most)d processes are brought in at a time, and no more are"
                " kept. Leave rows out, and send it again; nothing was stored",
                **words,
            )
        ]
        return _list_page(form, owner)
    except UnusableList as error:
        field = form.file if form.file.data else form.names
        field.errors = [_("Nothing could be read as a process. What is wrong stands below; nothing was stored")]
        return _list_page(form, owner, error.problems)
    try:
        return redirect(in_transaction(database(), lambda session: _keep(session, owner, name, preview)), 303)
    except DatabaseUnavailable as error:
        return unsaved_page("processes/bring_in/bring_in.html", form, error, **_about_list(owner))


def _keep(session: Session, owner: SavedOwner, name: str, preview: dict[str, Any]) -> str:
    def act() -> str:
        most = current_app.config["PREVIEWS_PER_ACCOUNT"]
        return url_for(
            ".look_at_list",
            import_id=operations.keep_preview(session, owner, identity.own_account_id(), name, preview, most),
        )

    return idempotent(session, attempt(owner.hash), act)


def _list_page(form: ListForm, owner: SavedOwner, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    return form_page("processes/bring_in/bring_in.html", form, **_about_list(owner, problems))


def _about_list(owner: SavedOwner, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    most = current_app.config["ASSESSMENTS_PER_OWNER"]
    with database().read() as session:
        rows = import_rows(session, owner)
        room = _room(session, owner)
    return {
        "problems": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
        "waiting": [row for row in rows if row.waits],
        "brought": [row for row in rows if not row.waits],
        "room": room,
        "most": most,
        "accepted": ACCEPTED,
        "template_url": url_for(".list_template"),
        "back_url": url_for(".index"),
    }


@bp.get("/processes/bring-in/template.xlsx")
def list_template() -> ResponseReturnValue:
    """Give a workbook to fill in, with a column for each question of the rules in force."""
    if reply := rate_limits.transferred_too_often():
        return reply
    with database().read() as session:
        version = versions.in_force(session)
        rule_set = versions.rule_set(session, version.number)
    about = [("Rules", _("Version %(n)s", n=version.number))]
    reply = Response(write_template(rule_set, about))
    reply.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    reply.headers["Content-Disposition"] = 'attachment; filename="processes-to-fill-in.xlsx"'
    return reply


# ---- the preview


@dataclass(frozen=True, slots=True)
class _OpenList:
    """A list that waits to be decided on, under the rules in force."""

    found: ProcessImport
    rule_set: RuleSet
    candidates: Sequence[Candidate]
    names: Sequence[SameName]
    present: dict[str, UUID]
    room: int

    @property
    def known_fingerprint(self) -> str:
        """The fingerprint of the names that are in the owner's list already."""
        return fingerprint(sorted({it.key for it in self.candidates} & self.present.keys()))


def _open(session: Session, owner: SavedOwner, found: ProcessImport) -> _OpenList:
    assert found.preview is not None  # noqa: S101 - whoever asks has looked
    rule_set = versions.rule_set(session, versions.in_force(session).number)
    candidates = candidates_of(found.preview)
    present = present_names(session, owner)
    return _OpenList(found, rule_set, candidates, same_names(rule_set, candidates), present, _room(session, owner))


def _room(session: Session, owner: SavedOwner) -> int:
    """How many more processes fit, as a page tells it; whoever stores some counts again."""
    rows = own_assessments(owner).order_by(None).subquery()
    return int(
        current_app.config["ASSESSMENTS_PER_OWNER"] - (session.scalar(select(func.count()).select_from(rows)) or 0)
    )


@bp.route("/processes/bring-in/<uuid:import_id>", methods=["GET", "POST"])
@may_repeat("take")
@may_send_many_fields
def look_at_list(import_id: UUID) -> ResponseReturnValue:
    """Show what was read of a list, and bring in what of it is wanted."""
    owner = _owner()
    form = SelectionForm()
    is_sent = form.validate_on_submit()
    with database().read() as session:
        found = session.scalars(own_import(owner, import_id)).first() or abort(404)
        if found.preview is None:
            return redirect(url_for(".index", brought=import_id), 303 if is_sent else 302)
        opened = _open(session, owner, found)
    if not is_sent:
        selection = first_selection(opened.candidates, opened.present)
        form.groups.data = True
        return _preview(form, opened, selection)
    selection = form.selection()
    if request.form.get("do") in {"update", "answers"}:
        return _preview(form, opened, selection)
    if not _is_decided(form, opened, selection):
        with database().read() as session:  # another window may have brought it in while its names were looked up
            mine = session.scalars(own_import(owner, import_id)).first()
            came_in = mine is not None and mine.preview is None
        return redirect(url_for(".index", brought=import_id), 303) if came_in else _preview(form, opened, selection)
    try:
        in_transaction(database(), lambda session: _bring_in(session, owner, import_id, form, selection))
    except Refusal as refused:
        add_form_error(form, str(refused))
        return _preview(form, opened, selection)
    except DatabaseUnavailable as error:
        return unsaved_page(
            "processes/bring_in/preview.html", form, error, **_page_values(opened, selection, is_asked=True)
        )
    return redirect(url_for(".index", brought=import_id), 303)


def _is_decided(form: SelectionForm, opened: _OpenList, selection: Selection) -> bool:
    """Whether all that is asked was answered, and the page told of all there is; else the form says what is not."""
    if form.known.data != opened.known_fingerprint:
        add_form_error(form, _("Some of these names came into your list after this page was opened. Look again."))
    if undecided := selection.undecided_names(opened.names):
        named = ", ".join(f"“{name.rows[0].process}”" for name in undecided[:5])
        more = _(" and %(n)d more", n=len(undecided) - 5) if len(undecided) > 5 else ""
        add_form_error(
            form, _("Say what to do with several rows of one name: %(names)s%(more)s", names=named, more=more)
        )
    number = len(selection.chosen_candidates(opened.candidates, opened.names, with_groups=True))
    if not number and not undecided:
        add_form_error(form, _("Tick at least one process to bring in"))
    if number > opened.room:
        most = current_app.config["ASSESSMENTS_PER_OWNER"]
        add_form_error(form, operations.no_room_words(opened.room, number, most))
    return not form.errors


def _bring_in(session: Session, owner: SavedOwner, import_id: UUID, form: SelectionForm, selection: Selection) -> None:
    found = operations.find_import(session, owner, import_id) or abort(404)
    if found.preview is None:
        return
    opened = _open(session, owner, found)
    chosen = selection.chosen_candidates(opened.candidates, opened.names, with_groups=bool(form.groups.data))
    operations.bring_in(session, owner, found, chosen, current_app.config["ASSESSMENTS_PER_OWNER"], identity.actor())


def _preview(form: SelectionForm, opened: _OpenList, selection: Selection) -> ResponseReturnValue:
    shown = _page_values(opened, selection, is_asked=bool(form.errors))
    form.known.data = opened.known_fingerprint
    return form_page("processes/bring_in/preview.html", form, **shown)


def _page_values(opened: _OpenList, selection: Selection, *, is_asked: bool) -> dict[str, Any]:
    page = preview_page(
        opened.rule_set,
        opened.found,
        opened.candidates,
        opened.names,
        selection,
        opened.present,
        is_asked=is_asked,
        is_full=request.form.get("do") == "answers",
    )
    number = len(selection.chosen_candidates(opened.candidates, opened.names, with_groups=True))
    return page | {
        "number": number,
        "undecided": len(selection.undecided_names(opened.names)),
        "room": opened.room,
        "over": max(0, number - opened.room),
        "button": ButtonForm(formdata=None),
    }


@bp.post("/processes/bring-in/<uuid:import_id>/discard")
def discard_list(import_id: UUID) -> ResponseReturnValue:
    """Forget what was read of a list that was not brought in."""

    def act(session: Session, _owner: SavedOwner, found: ProcessImport) -> None:
        if found.brought_at is None:
            session.delete(found)

    _with_list(import_id, act, is_needed=False)
    return redirect(url_for(".bring_in", discarded=1), 303)


@bp.post("/processes/bring-in/<uuid:import_id>/undo")
def undo_list(import_id: UUID) -> ResponseReturnValue:
    """Put into the bin what came of a list and was not changed since."""
    _with_list(import_id, lambda session, owner, found: operations.undo(session, owner, found, identity.actor()))
    return redirect(url_for(".index", brought=import_id), 303)


@bp.post("/processes/bring-in/<uuid:import_id>/redo")
def redo_list(import_id: UUID) -> ResponseReturnValue:
    """Put back what was undone with a list."""
    limit = current_app.config["ASSESSMENTS_PER_OWNER"]
    try:
        _with_list(
            import_id, lambda session, owner, found: operations.redo(session, owner, found, limit, identity.actor())
        )
    except Refusal as refused:
        form = ListForm(formdata=None)
        add_form_error(form, str(refused))
        return form_page("processes/bring_in/bring_in.html", form, 422, **_about_list(_owner()))
    return redirect(url_for(".index", brought=import_id), 303)


def _with_list(
    import_id: UUID, act: Callable[[Session, SavedOwner, ProcessImport], None], *, is_needed: bool = True
) -> None:
    pressed_or_400()
    owner = _owner()

    def with_session(session: Session) -> None:
        found = operations.find_import(session, owner, import_id)
        if found is not None:
            act(session, owner, found)
        elif is_needed:
            abort(404)

    in_transaction(database(), with_session)


def _owner() -> SavedOwner:
    owner = identity.owner()
    return owner if isinstance(owner, SavedOwner) else abort(404)
