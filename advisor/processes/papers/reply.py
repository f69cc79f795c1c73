"""A paper as a PDF that a browser keeps: counted, named by us, and shown by nobody else."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

from flask import abort, current_app
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from advisor.exchange.pdf.maker import PdfNotMade, make_pdf
from advisor.exchange.pdf.paper import Paper
from advisor.web.access import rate_limits
from advisor.web.logs import log

_NAME_LIMIT = 40
_PUBLIC = ("/claims", "/rules/", "/versions/", "/how-the-sum-works", "/shared/")
"""Pages that whoever has the paper can open, too."""


def pdf_reply(paper: Paper, kind: str, name: str) -> Response:
    """The paper as a file that is called by its kind and by what is left of ``name`` in plain letters."""
    if reply := rate_limits.made_pdf_too_often():
        return reply
    note = _("“[?]” stands for what no font of this installation has: %(characters)s.", characters="{}")
    try:
        made = make_pdf(replace(paper, without_font=note), datetime.now(UTC))
    except PdfNotMade as error:
        log.warning("no PDF", kind=kind, why=str(error))
        abort(
            503,
            description=_("This PDF could not be made just now, or it is too long for one. Print the page instead."),
        )
    response = Response(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(kind, name)}.pdf"'
    return response


def file_name(kind: str, name: str) -> str:
    """Letters, digits and hyphens alone, whatever the name holds."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_NAME_LIMIT].strip("-")
    return f"{kind}-{words}" if words else kind


def paper_link(href: str) -> str:
    """Where a link of a page leads from a paper: to what anybody can open, or nowhere."""
    if href.startswith(("https://", "http://")):
        return href
    return f"{current_app.config['BASE_URL']}{href}" if href.startswith(_PUBLIC) else ""
