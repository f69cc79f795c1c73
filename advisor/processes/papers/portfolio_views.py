"""The sheet of many processes: what the list shows, or what was ticked in it, on the screen, in print and as PDF."""

from dataclasses import replace
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.exchange.pdf.html import blocks_of
from advisor.exchange.pdf.paper import Paper
from advisor.extensions import database
from advisor.processes.list.presenter import SHEETS
from advisor.processes.list.query import ListQuery, ListRow, page_of
from advisor.processes.papers.portfolio import Portfolio, portfolio, read_numbers
from advisor.processes.papers.reply import paper_link, pdf_reply
from advisor.processes.views import bp, request_owner
from advisor.web.forms import form_page

PORTFOLIO = "processes/papers/_portfolio.html"


@bp.get("/processes/sheet")
def portfolio_sheet() -> ResponseReturnValue:
    """Show the processes that the address asks for on a few sheets of paper."""
    found, query = _portfolio(), ListQuery.read(request.args)
    only: dict[str, Any] = {"only": request.args["only"]} if "only" in request.args else {}
    sheets = () if only else SHEETS
    page: dict[str, Any] = {
        "title": _("Your processes"),
        "page": found,
        "pdf_url": url_for(".portfolio_pdf", **query.address(page=1), **only),
        "share_url": url_for(".new_list_link", **query.address(page=1), **only),
        "sheet_urls": {kind: url_for(".sheet", kind=kind, **query.address(page=1)) for kind in sheets},
        "back_url": url_for(".index", **query.address(page=1)),
    }
    return form_page("processes/papers/portfolio.html", None, **page)


@bp.get("/processes/sheet.pdf")
def portfolio_pdf() -> ResponseReturnValue:
    """Give the same as PDF."""
    found = _portfolio()
    if not found.lines:
        abort(404)
    title = _("Your processes")
    blocks = blocks_of(render_template(PORTFOLIO, page=found, title=title), paper_link)
    return pdf_reply(Paper(title, _("Outsourcing Advisor"), blocks), "processes", "")


def asked_rows() -> tuple[list[ListRow], int]:
    """The processes that the address asks for and the version of the rules in force.

    In the order that was asked of the list or else by number, by which a reader of paper finds the marks of the map.
    """
    query, limit = replace(ListQuery.read(request.args), page=1), current_app.config["ASSESSMENTS_PER_OWNER"]
    is_among = read_numbers(request.args.get("only", ""))
    with database().read() as session:
        # What was ticked may lie beyond the filter that the list has now.
        page = page_of(session, request_owner(), ListQuery(sort=query.sort) if is_among else query, size=limit)
    rows = [row for row in page.rows if is_among is None or is_among(row.number)]
    return rows if request.args.get("sort") else sorted(rows, key=lambda row: row.number), page.version_in_force


def _portfolio() -> Portfolio:
    return portfolio(*asked_rows())
