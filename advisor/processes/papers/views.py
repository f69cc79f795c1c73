"""What is taken along: one page of an advice on the screen, in print and as PDF, and the whole advice as PDF."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext, load_context
from advisor.assessments.presenter import onward_url
from advisor.assessments.result.presenter import judged_answers, report_urls, stored_result
from advisor.assessments.result.sidebar import decision_view
from advisor.engine.document.text import is_blank, normalize_line
from advisor.exchange.pdf.html import blocks_of
from advisor.exchange.pdf.paper import Paper
from advisor.models import RecommendationRecord
from advisor.processes.papers.fit import fits_one_sheet
from advisor.processes.papers.one_page import AUDIENCE_LIMIT, OnePage, OnePageChoices, one_page
from advisor.processes.papers.reply import paper_link, pdf_reply
from advisor.processes.presenter import result_url
from advisor.processes.views import bp
from advisor.web.forms import form_page

_ONE_PAGE = "processes/papers/_one_page.html"


@bp.get("/assessments/<uuid:assessment_id>/one-page")
def one_page_sheet(assessment_id: UUID) -> ResponseReturnValue:
    """Show an advice on one page, with what its owner ticks."""
    context = load_context(assessment_id)
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress))
    choices = _choices()
    page: dict[str, Any] = {
        "page": _fit(context, context.latest, choices),
        "choices": choices,
        "audience_limit": AUDIENCE_LIMIT,
        "has_costs": bool(context.assessment.costs),
        "has_notes": bool(context.assessment.notes),
        "pdf_url": url_for(".one_page_pdf", assessment_id=assessment_id, **_address(choices)),
        "back_url": result_url(assessment_id),
    }
    return form_page("processes/papers/one_page.html", None, **page)


@bp.get("/assessments/<uuid:assessment_id>/one-page.pdf")
def one_page_pdf(assessment_id: UUID) -> ResponseReturnValue:
    """Give the same as PDF."""
    context = load_context(assessment_id)
    page = _fit(context, context.latest or abort(404), _choices())
    blocks = blocks_of(render_template(_ONE_PAGE, page=page), paper_link)
    title = _("%(process)s: %(verdict)s", process=page.process, verdict=page.verdict)
    return pdf_reply(Paper(title, _("Outsourcing Advisor"), blocks, one_sheet=True), "one-page", page.process)


@bp.get("/assessments/<uuid:assessment_id>/result.pdf")
def result_pdf(assessment_id: UUID) -> ResponseReturnValue:
    """Give a whole advice as PDF, with its reasons, its sources, and what its owner decided."""
    context = load_context(assessment_id)
    latest = context.latest or abort(404)
    result = stored_result(context, latest)
    page = render_template(
        "processes/papers/_result.html",
        result=result,
        answers=judged_answers(context, latest),
        urls=report_urls(lambda **_show: ""),
        decision=decision_view(context),
        is_stale=context.is_stale,
    )
    title = _("%(process)s: %(verdict)s", process=result.process_name, verdict=result.verdict)
    foot = _("Outsourcing Advisor, rules version %(number)s", number=result.version.number)
    return pdf_reply(Paper(title, foot, blocks_of(page, paper_link)), "advice", result.process_name)


def _fit(context: AssessmentContext, latest: RecommendationRecord, choices: OnePageChoices) -> OnePage:
    """The fullest page that fits one sheet of paper."""
    page = None
    for page, room in one_page(context, latest, choices):
        if fits_one_sheet(blocks_of(render_template(_ONE_PAGE, page=page), paper_link), room.size):
            break
    return page or abort(404)


def _choices() -> OnePageChoices:
    """What the address asks for. What makes no sense is as if it were not said."""
    audience = normalize_line(" ".join(request.args.get("for", "").split()))[:AUDIENCE_LIMIT]
    return OnePageChoices(
        with_costs=request.args.get("costs") == "yes",
        with_notes=request.args.get("notes") == "yes",
        audience="" if is_blank(audience) else audience,
    )


def _address(choices: OnePageChoices) -> dict[str, Any]:
    ticked = {"costs": choices.with_costs, "notes": choices.with_notes}
    return {name: "yes" for name, is_on in ticked.items() if is_on} | (
        {"for": choices.audience} if choices.audience else {}
    )
