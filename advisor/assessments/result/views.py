"""The advice: read, worked out anew, and the ways to other advice."""

from uuid import UUID

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.assessments.advice import NotAsked
from advisor.assessments.blueprint import bp, page_url
from advisor.assessments.operations import ChangedElsewhere
from advisor.assessments.presenter import onward_url
from advisor.assessments.questions.forms import OnceForm
from advisor.assessments.questions.views import redirect_unasked, unasked_notice
from advisor.assessments.result.presenter import SHOW_ALL, SHOW_SOURCES, other_ways_page, result_page, stored_result
from advisor.assessments.store import store
from advisor.engine.document.text import whole_number
from advisor.web.forms import form_page, pressed_or_400
from advisor.wording.advice.result import Result


@bp.page("/result")
def result(assessment_id: UUID) -> ResponseReturnValue:
    """Show the latest advice as it was given."""
    context = store().load(assessment_id, whole_number(request.args.get("since")))
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress))
    if request.args.get("show") == SHOW_SOURCES:
        return sources_page(stored_result(context, context.latest), page_url("result", assessment_id=assessment_id))
    shown = result_page(context, context.latest, _copied_process())
    return form_page(
        "assessments/result/result.html",
        OnceForm(),
        **shown,
        show_all=request.args.get("show") == SHOW_ALL,
        notice=unasked_notice() or _undone_notice(),
    )


def sources_page(result: Result, back_url: str) -> str:
    """Show what an advice rests on."""
    return render_template("assessments/result/sources.html", result=result, back_url=back_url)


def _copied_process() -> UUID | None:
    """The process of which this one was just saved as a copy, as the address names it."""
    try:
        return UUID(request.args["copy_of"])
    except (KeyError, ValueError):
        return None


@bp.page("/result", methods=("POST",))
def recalculate(assessment_id: UUID) -> ResponseReturnValue:
    """Give the advice on the answers as they are now."""
    store().load(assessment_id)
    if not OnceForm().validate_on_submit():
        abort(400)
    try:
        store().recalculate(assessment_id)
    except NotAsked:
        return redirect_unasked(store().load(assessment_id))
    return redirect(page_url("result", assessment_id=assessment_id), 303)


@bp.page("/undo", methods=("POST",))
def undo(assessment_id: UUID) -> ResponseReturnValue:
    """Put the answers and the parts back as they were before the act of which the page of the advice told."""
    store().load(assessment_id)
    pressed_or_400()
    before = whole_number(request.form.get("before")) or abort(400)
    try:
        store().undo(assessment_id, before, request.form.get("opened", ""))
    except (NotAsked, ChangedElsewhere):
        return redirect(page_url("result", assessment_id=assessment_id, undone="no"), 303)
    return redirect(page_url("result", assessment_id=assessment_id, undone="yes"), 303)


def _undone_notice() -> str:
    """What to say where somebody wanted to undo the latest act; "" where nobody did."""
    words = {
        "yes": _("Undone: the answers are as they were before, and so is the advice."),
        "no": _("Nothing was undone: something was changed in another window meanwhile. This is how it stands now."),
    }
    return str(words.get(request.args.get("undone", ""), ""))


@bp.page("/other-ways")
def other_ways(assessment_id: UUID) -> ResponseReturnValue:
    """List the ways to each other advice."""
    context = store().load(assessment_id)
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress))
    return render_template("assessments/result/other_ways.html", **other_ways_page(context, context.latest))
