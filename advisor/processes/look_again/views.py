"""The pages of the days to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.extensions import database
from advisor.models import Assessment
from advisor.models.processes.assessment import own_assessments
from advisor.processes import operations
from advisor.processes.forms import today
from advisor.processes.look_again.calendar_file import CalendarEntry, calendar_file
from advisor.processes.look_again.forms import LookAgainForm, look_again_form
from advisor.processes.presenter import result_url
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.access.security import may_repeat
from advisor.web.forms import ButtonForm, add_form_error, form_page, save_form

_TEMPLATE = "processes/look_again/set.html"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A process with its day, and whether that has come."""

    name: str
    number: int | None
    day: date
    is_due: bool
    url: str
    change_url: str
    calendar_url: str


@bp.get("/processes/look-again")
def look_again() -> ResponseReturnValue:
    """List the processes that have a day, those that are due first."""
    with database().read() as session:
        rows = [_row(found) for found in _with_day(session)]
    return form_page(
        "processes/look_again/days.html",
        ButtonForm(),
        due=[row for row in rows if row.is_due],
        to_come=[row for row in rows if not row.is_due],
        set_url=url_for(".set_look_again"),
        calendar_url=url_for(".look_again_calendar"),
        back_url=url_for(".index"),
        notice=_("Saved.") if "saved" in request.args else "",
    )


@bp.route("/processes/look-again/set", methods=["GET", "POST"])
@may_repeat("of")
def set_look_again() -> ResponseReturnValue:
    """Set the day of the processes that are named, or of all."""
    sent = request.values.getlist("of")
    with database().read() as session:
        chosen = _chosen_processes(session, sent)
        names = [found.process_name for found in chosen]
        days = {found.look_again_on for found in chosen}
        opened = operations.days_fingerprint(chosen)
        wishes = operations.wishes_letter(session, identity.own_account_id(), chosen)
        back_url = result_url(chosen[0].id) if len(sent) == 1 else url_for(".look_again")
        ids = [str(found.id) for found in chosen]
    is_sent = "opened" in request.form  # the ticks of the list name processes, and answer nothing
    form = look_again_form(ids, days, opened, by_mail=wishes, is_sent=is_sent)
    if not current_app.config["MAIL_URL"]:
        del form.by_mail
    page: dict[str, Any] = {"names": names, "is_all": not sent, "days": days, "back_url": back_url}
    if not is_sent or not form.validate_on_submit():
        return form_page(_TEMPLATE, form, **page)
    try:
        return save_form(
            _TEMPLATE, form, page, lambda: in_transaction(database(), lambda session: _save(session, form, back_url))
        )
    except ChangedElsewhere:
        form.opened.data = opened
        add_form_error(form, _("A day was changed in another window after you opened this. Save to use yours"))
        return form_page(_TEMPLATE, form, 409, **page)


def _save(session: Session, form: LookAgainForm, back_url: str) -> str:
    chosen = _chosen_processes(session, form.of.data or [])
    operations.look_again(chosen, form.chosen_day, str(form.opened.data or ""))
    if "by_mail" in form:
        operations.wish_letter(session, identity.own_account_id(), chosen, is_wished=bool(form.by_mail.data))
    return back_url if len(chosen) == 1 else url_for(".look_again", saved=1)


@bp.get("/processes/look-again.ics")
@may_repeat("of")
def look_again_calendar() -> ResponseReturnValue:
    """Give the days of the processes that are named, or of all, as a calendar file."""
    with database().read() as session:
        named = _chosen_processes(session, request.args.getlist("of"))
        entries = [_entry(found) for found in named if found.look_again_on is not None]
    reply = Response(calendar_file(entries))
    reply.content_type = "text/calendar; charset=utf-8"
    reply.headers["Content-Disposition"] = 'attachment; filename="look-again.ics"'
    return reply


def _row(found: Assessment) -> DayRow:
    assert found.look_again_on is not None  # noqa: S101 - the query asks for those that have one
    return DayRow(
        name=found.process_name,
        number=found.number,
        day=found.look_again_on,
        is_due=found.look_again_on <= today(),
        url=url_for("assessments.go_on", assessment_id=found.id),
        change_url=url_for(".set_look_again", of=found.id),
        calendar_url=url_for(".look_again_calendar", of=found.id),
    )


def _entry(found: Assessment) -> CalendarEntry:
    assert found.look_again_on is not None  # noqa: S101 - its caller asks
    base = current_app.config["BASE_URL"]
    return CalendarEntry(
        uid=f"{found.id}@{urlsplit(base).hostname}",
        sequence=found.row_version,
        changed=found.touched_at,
        day=found.look_again_on,
        process=found.process_name,
        url=base + url_for("assessments.go_on", assessment_id=found.id),
    )


def _with_day(session: Session) -> Sequence[Assessment]:
    dated = own_assessments(request_owner()).where(Assessment.look_again_on.is_not(None)).order_by(None)
    return session.scalars(dated.order_by(Assessment.look_again_on, Assessment.number)).all()


def _chosen_processes(session: Session, sent: Sequence[str]) -> list[Assessment]:
    """The processes that are named, each once, or all where none is; 404 for what is not one's own."""
    own = own_assessments(request_owner())
    if not sent:
        return list(session.scalars(own))
    try:
        named = {UUID(text) for text in sent}
    except ValueError:
        abort(404)
    found = list(session.scalars(own.where(Assessment.id.in_(named))))
    return found if len(found) == len(named) else abort(404)
