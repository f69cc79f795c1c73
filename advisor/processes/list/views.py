"""What an owner does with processes that are ticked in the list: compare several, or go on with one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_own
from advisor.assessments.result.sidebar import later_advice
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import Owner
from advisor.models.assessment import own_binned, own_recommendations
from advisor.models.share_link import open_links
from advisor.processes import presenter as present
from advisor.processes.bring_in.presenter import import_notice
from advisor.processes.comparison import Process, compare
from advisor.processes.forms import ChosenForm
from advisor.processes.list.presenter import list_page
from advisor.processes.list.query import ListQuery, page_of
from advisor.processes.list.sheet import processes_sheet
from advisor.processes.views import bp
from advisor.web import identity, spaces
from advisor.web.forms import ButtonForm, form_page
from advisor.web.security import may_repeat
from advisor.wording.claims import VersionView

LEAST, MOST = 2, 4
"""Processes that can be compared at a time."""

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_WITH_ONE = {
    "rename": "assessments.rename",
    "parts": "assessments.parts",
    "decide": "processes.decide",
    "delete": "assessments.delete",
}


@bp.get("/processes")
def index() -> ResponseReturnValue:
    """List one's own processes; the address says which of them, and in which order."""
    return _list(ChosenForm(formdata=None), [])


@bp.post("/processes/chosen")
@may_repeat("of")
def act_on_chosen() -> ResponseReturnValue:
    """Go where the button leads with what is ticked, or say how many must be."""
    form = ChosenForm()
    if not form.validate_on_submit():
        abort(400)
    ids = _ids(form.of.data or [])
    do = request.form.get("do", "compare")
    _check_own(ids)
    if do == "compare":
        return _refused(form, ids) or redirect(url_for(".compare_processes", of=ids, **_query().address()), 303)
    if do == "move":
        return _move(form, ids)
    if do != "copy" and do not in _WITH_ONE:
        abort(400)
    if len(ids) != 1:
        return _list(form, ids, _("Tick one process for that. %(n)d are ticked.", n=len(ids)))
    if do == "copy":
        return redirect(url_for(".copy", of=ids[0]), 303)
    return redirect(url_for(_WITH_ONE[do], assessment_id=ids[0]), 303)


@bp.get("/processes/compare")
@may_repeat("of")
def compare_processes() -> ResponseReturnValue:
    """Show two to four of one's own processes side by side."""
    owner, ids = _owner(), _ids(request.args.getlist("of"))
    with database().read() as session:
        processes = [_process(session, owner, key) for key in ids]
    form = ChosenForm(formdata=None)
    if refused := _refused(form, ids):
        return refused
    return form_page("processes/list/side_by_side.html", ButtonForm(), **_page(processes))


def _move(form: ChosenForm, ids: Sequence[UUID]) -> ResponseReturnValue:
    if not ids:
        return _list(form, ids, _("Tick the processes that you want to move."))
    member = spaces.current()
    if member is None:
        return redirect(link_to("move", of=ids), 303)
    return redirect(link_to("move_out", organisation_id=member.organisation_id, of=ids), 303)


def _refused(form: ChosenForm, ids: Sequence[UUID]) -> ResponseReturnValue | None:
    if LEAST <= len(ids) <= MOST:
        return None
    words = {"least": LEAST, "most": MOST, "n": len(ids)}
    sentence = _("Tick %(least)d to %(most)d processes to compare. %(n)d are ticked.", **words)
    return _list(form, ids, sentence)


def _list(form: ChosenForm, ids: Sequence[UUID], fault: str = "") -> ResponseReturnValue:
    owner, query = _owner(), _query()
    if fault:
        form.of.errors = [fault]
    with database().read() as session:
        page = list_page(page_of(session, owner, query), query)
        links = [str(link.assessment_id) for link in session.scalars(open_links(owner))]
        binned = {str(found.id): found for found in session.scalars(own_binned(owner))}
        brought = import_notice(session, owner, request.args.get("brought", ""))
    undo = binned.get(request.args.get("deleted", ""))
    back = next((row for row in page["rows"] if row.key == request.args.get("back")), None)
    page |= {
        "undo": present.bin_row(undo) if undo else None,
        "back": back,
        "brought": brought,
        "back_links": links.count(request.args.get("back", "")),
        "binned": len(binned),
        "ticked": {str(key) for key in ids},
        "least": LEAST,
        "most": MOST,
        "today": datetime.now(UTC),
    }
    return form_page("processes/list/list.html", form, **page)


def _process(session: Session, owner: Owner, key: UUID) -> Process:
    mine = find_own(session, owner, key)
    latest = session.scalars(own_recommendations(owner, key).limit(1)).first()
    edition = VersionView.of(session, mine.version_number)
    advised_by = VersionView.of(session, latest.version_number) if latest else edition
    later = later_advice(session, owner, {key: mine.decided_on if mine.decision else None})
    return Process.of(mine, latest, edition, advised_by, later.get(key))


def _page(processes: list[Process]) -> dict[str, Any]:
    ids = [process.assessment.id for process in processes]
    only = request.args.get("only") == "differences"
    pair = _pair(len(ids))
    address: dict[str, Any] = {"of": ids, **_query().address()}
    here = url_for(".compare_processes", **address)
    return {
        "columns": [
            {
                "name": process.assessment.process_name,
                "url": url_for("assessments.go_on", assessment_id=process.assessment.id),
                "out_url": url_for(".compare_processes", **address | {"of": [key for key in ids if key != ids[place]]}),
                "in_pair": place in pair,
            }
            for place, process in enumerate(processes)
        ],
        "groups": compare(processes, only_differences=only),
        "only_differences": only,
        "toggle_url": here if only else url_for(".compare_processes", **address, only="differences"),
        "pair": pair,
        "kept": [("of", str(key)) for key in ids] + list(_query().address().items()),
        "back_url": url_for(".index", **_query().address()),
    }


def _pair(total: int) -> tuple[int, int]:
    """The two columns that a phone shows: those the address names by their places, else the first two."""
    named = [request.args.get(name, "") for name in ("one", "other")]
    places = [place for text in named if (place := whole_number(text, most=total - 1)) is not None]
    return (places[0], places[1]) if len(set(places)) == 2 else (0, 1)


def _check_own(ids: Sequence[UUID]) -> None:
    owner = _owner()
    with database().read() as session:
        for key in ids:
            find_own(session, owner, key)


def _ids(sent: Sequence[str]) -> list[UUID]:
    """What was ticked, each once; 404 for what cannot be a process."""
    try:
        return list(dict.fromkeys(UUID(text) for text in sent))
    except ValueError:
        abort(404)


def _query() -> ListQuery:
    return ListQuery.read(request.args)


def _owner() -> Owner:
    return identity.owner() or abort(404)


@bp.get("/processes/your-processes.<any(xlsx, csv):kind>")
def sheet(kind: str) -> ResponseReturnValue:
    """Give the processes that the address asks for, in the order of the list, as one file."""
    owner, query = identity.owner() or abort(404), ListQuery.read(request.args)
    with database().read() as session:
        page = page_of(session, owner, query, size=current_app.config["ASSESSMENTS_PER_OWNER"])
        found = processes_sheet(session, owner, page)
    reply = Response(found.as_csv() if kind == "csv" else found.as_xlsx())
    reply.content_type = _TYPES[kind]
    reply.headers["Content-Disposition"] = f'attachment; filename="your-processes.{kind}"'
    return reply
