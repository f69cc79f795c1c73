"""The list of an owner's processes, as a page and as a file, and some of them side by side."""

from collections.abc import Collection, Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_own
from advisor.assessments.result.sidebar import later_advice
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import Owner
from advisor.models.processes.assessment import count_binned, find_latest_recommendation, own_binned
from advisor.models.processes.share_link import open_links
from advisor.processes import presenter as present
from advisor.processes.bring_in.presenter import count_brought, import_notice
from advisor.processes.comparison import Process, compare
from advisor.processes.list.acts import fingerprint_of_ids
from advisor.processes.list.forms import ChosenForm
from advisor.processes.list.notices import list_notice
from advisor.processes.list.presenter import list_page
from advisor.processes.list.query import ListQuery, page_of
from advisor.processes.list.sheet import processes_sheet
from advisor.processes.views import bp, request_owner
from advisor.web.access.security import may_repeat
from advisor.web.forms import ButtonForm, form_page
from advisor.wording.claims import VersionView

LEAST, MOST = 2, 4
"""Processes that can be compared at a time."""

_TELLS_OF_BIN = frozenset({"deleted", "did", "missing"})
"""The parts of an address by which the list names what is in the bin."""

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/processes")
def index() -> ResponseReturnValue:
    """List one's own processes; the address says which of them, and in which order."""
    return list_reply(ChosenForm(formdata=None), [])


@bp.get("/processes/compare")
@may_repeat("of")
def compare_processes() -> ResponseReturnValue:
    """Show two to four of one's own processes side by side."""
    owner, ids = request_owner(), read_ids(request.args.getlist("of"))
    with database().read() as session:
        processes = [_process(session, owner, key) for key in ids]
    if refusal := compare_refusal(len(ids)):
        return list_reply(ChosenForm(formdata=None), ids, refusal)
    return form_page("processes/list/side_by_side.html", ButtonForm(), **_page(processes))


def compare_refusal(count: int) -> str:
    """Say why so many processes cannot be compared; "" where they can be."""
    if LEAST <= count <= MOST:
        return ""
    return str(_("Tick %(least)d to %(most)d processes to compare. %(n)d are ticked.", least=LEAST, most=MOST, n=count))


def list_reply(form: ChosenForm, ids: Collection[UUID], fault: str = "", status: int = 0) -> ResponseReturnValue:
    """Show the list with these processes ticked and, where there is a ``fault``, with that on top."""
    owner, query = request_owner(), _query()
    if fault:
        form.of.errors = [fault]
    tick = request.args.get("tick", "")
    is_all = tick == "all" or bool(form.elsewhere.data)
    with database().read() as session:
        found = page_of(session, owner, query)
        links = [str(it.assessment_id) for it in session.scalars(open_links(owner))] if "back" in request.args else []
        binned = list(session.scalars(own_binned(owner))) if _TELLS_OF_BIN & request.args.keys() else []
        in_bin = len(binned) or count_binned(session, owner)
        brought = import_notice(session, owner, request.args.get("brought", ""))
        lists = count_brought(session, owner)
    shown = {row.line.id for row in found.rows}
    elsewhere = [row.line.id for row in found.every if row.line.id not in shown] if is_all else []
    form.elsewhere.data = fingerprint_of_ids(elsewhere) if elsewhere else ""
    page = list_page(found, query)
    undo = next((one for one in binned if str(one.id) == request.args.get("deleted")), None)
    back = next((row for row in page["rows"] if row.key == request.args.get("back")), None)
    page |= {
        "undo": present.bin_row(undo) if undo else None,
        "did": list_notice(request.args, binned, found.groups),
        "back": back,
        "brought": brought,
        "lists": lists,
        "back_links": links.count(request.args.get("back", "")),
        "binned": in_bin,
        "ticked": {row.key for row in page["rows"]} if tick in {"page", "all"} else {str(key) for key in ids},
        "ticked_elsewhere": len(elsewhere),
        "least": LEAST,
        "most": MOST,
        "today": datetime.now(UTC),
    }
    return form_page("processes/list/list.html", form, status, **page)


def _process(session: Session, owner: Owner, key: UUID) -> Process:
    mine = find_own(session, owner, key)
    latest = find_latest_recommendation(session, owner, key)
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


def read_ids(sent: Sequence[str]) -> list[UUID]:
    """What was ticked, each once; 404 for what cannot be a process."""
    try:
        return list(dict.fromkeys(UUID(text) for text in sent))
    except ValueError:
        abort(404)


def _query() -> ListQuery:
    return ListQuery.read(request.args)


@bp.get("/processes/your-processes.<any(xlsx, csv):kind>")
def sheet(kind: str) -> ResponseReturnValue:
    """Give the processes that the address asks for, in the order of the list, as one file."""
    return sheet_reply(kind, _query())


def sheet_reply(kind: str, query: ListQuery, only: Container[UUID] | None = None) -> Response:
    """The file: of all that is asked for, or ``only`` of these in that order."""
    owner, limit = request_owner(), current_app.config["ASSESSMENTS_PER_OWNER"]
    asked = query if only is None else ListQuery(sort=query.sort)
    with database().read() as session:
        page = page_of(session, owner, replace(asked, page=1), size=limit)
        if only is not None:
            rows = [row for row in page.rows if row.line.id in only]
            page = replace(page, rows=rows, found=len(rows))
        found = processes_sheet(session, owner, page)
    reply = Response(found.as_csv() if kind == "csv" else found.as_xlsx())
    reply.content_type = _TYPES[kind]
    reply.headers["Content-Disposition"] = f'attachment; filename="your-processes.{kind}"'
    return reply
