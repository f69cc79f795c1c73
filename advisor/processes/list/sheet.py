"""Your processes as a spreadsheet: the same rows as the list, all pages of it, in the same order."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from advisor.exchange.sheets.writer import Table, write_csv, write_xlsx
from advisor.extensions import database
from advisor.models import process_list
from advisor.processes.blueprint import bp
from advisor.processes.list.presenter import process_row
from advisor.processes.list.query import ListQuery, ListRow, Page, page_of
from advisor.web import identity

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/processes/your-processes.<any(xlsx, csv):kind>")
def sheet(kind: str) -> ResponseReturnValue:
    """Give the processes that the address asks for, in the order of the list, as one file."""
    owner, wish = identity.owner() or abort(404), ListQuery.read(request.args)
    with database().read() as session:
        page = page_of(session, owner, wish, size=current_app.config["ASSESSMENTS_PER_OWNER"])
        notes = process_list.notes(session, owner)
    table = _table(page, {str(key): text for key, text in notes.items()})
    reply = Response(write_csv(table) if kind == "csv" else write_xlsx([table, _about(page)]))
    reply.content_type = _TYPES[kind]
    reply.headers["Content-Disposition"] = f'attachment; filename="your-processes.{kind}"'
    return reply


def _table(page: Page, notes: dict[str, str]) -> Table:
    head = (
        _("Number"), _("Process"), _("Parts"), _("Advice"), _("How clear"), _("BPO points"), _("KPO points"),
        _("Keep points"), _("Rules version"), _("With the rules in force"), _("Decision"), _("Decided on"),
        _("Older than the advice"), _("Notes"),
        _("Begun"), _("Last used"),
    )  # fmt: skip
    return Table(_("Your processes"), head, [_cells(row, notes) for row in page.rows])


def _cells(row: ListRow, notes: dict[str, str]) -> tuple[str | int | None, ...]:
    line, words = row.line, process_row(row)
    return (
        row.number,
        line.name,
        words.parts,
        words.advice,
        words.strength,
        line.bpo,
        line.kpo,
        line.keep,
        line.version,
        words.standing,
        words.decision,
        line.decided_on.isoformat() if line.decided_on else "",
        words.decided_before,
        notes.get(words.key, ""),
        line.created_at.date().isoformat(),
        line.touched_at.date().isoformat(),
    )


def _about(page: Page) -> Table:
    """What the file is, and how to read it."""
    today = format_date(datetime.now(UTC), "d MMMM yyyy")
    rows = (
        (_("What this is"), _("The processes in your account at Outsourcing Advisor.")),
        (_("Made on"), today),
        (_("Processes"), _("%(n)d of %(all)d, as the list showed them", n=page.found, all=page.held)),
        (_("Rules in force"), _("Version %(n)d", n=page.version_in_force)),
        (_("Rules version"), _("The version of the rules that judges this process. Advice never changes by itself.")),
        (
            _("With the rules in force"),
            _("“would differ”: newer rules give other advice; “asks again”: they need an answer first; "
              "empty: nothing to tell, or you chose to keep your advice."),
        ),
        (_("Points"), _("What the reasons add up to, all parts of a process together.")),
        (_("How clear"), _("Clear, Slight lean or Balanced; empty beside “keep” and “we can't say yet”.")),
        (
            _("Older than the advice"),
            _("Where you decided before the advice was given or changed: on which day that was."),
        ),
        (_("Dates"), _("Year, month, day.")),
        (_("BPO"), _("Business process outsourcing: a provider runs routine work for you.")),
        (_("KPO"), _("Knowledge process outsourcing: a provider brings experts.")),
    )  # fmt: skip
    return Table(_("About"), (_("About this file"), ""), rows)
