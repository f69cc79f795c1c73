"""From the name of a process to the advice on it. Every page works without a script; every POST answers with a 303."""

from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from advisor.assessments import presenter as present
from advisor.assessments.advice import NotAsked
from advisor.assessments.blueprint import bp, page_url
from advisor.assessments.context import AssessmentContext, load_context
from advisor.assessments.operations import AnsweredElsewhere
from advisor.assessments.progress import PartContradiction, Progress, QuestionRef, answer_fingerprint
from advisor.assessments.questions.drawing import draw_field
from advisor.assessments.questions.forms import AnswerForm, OnceForm, question_form, settling_form
from advisor.assessments.result.explanation import is_settled
from advisor.assessments.store import store
from advisor.engine.model.questions import Section
from advisor.web.access.security import may_repeat
from advisor.web.forms import ButtonForm, form_page, save_form
from advisor.wording.values import answer_label

QUESTION = "assessments/questions/question.html"


@bp.route("/assessments/<uuid:assessment_id>")
def go_on(assessment_id: UUID) -> ResponseReturnValue:
    """Come back: to the advice, or to where it can be read since no answer left changes it, else to what is open."""
    context = load_context(assessment_id)
    been_here = any(not context.progress.is_open(place) for place in context.progress.route())
    if been_here and _is_settled_early(context) and not present.has_advice(context):
        return redirect(page_url("show_settled" if context.latest is None else "result", assessment_id=assessment_id))
    return redirect(present.standing_url(context, resumed=1 if been_here else None))


def _is_settled_early(context: AssessmentContext) -> bool:
    """Whether questions are open none of which can change the advice; parts are gone through to their end."""
    progress = context.progress
    return progress.next is not None and not progress.in_parts and is_settled(progress)


@bp.page("/questions/<key>", methods=("GET", "POST"))
@bp.page("/parts/<uuid:part_id>/questions/<key>", methods=("GET", "POST"))
@may_repeat("answer")
def answer_question(assessment_id: UUID, key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Ask one question and keep the answer."""
    context = store().load(assessment_id)
    place = context.progress.place(key, part_id)
    if place is None or (place.question.section is Section.SHARPEN and context.latest is None):
        return redirect_unasked(context)
    answers = context.progress.answers_at(place)
    opened = answer_fingerprint(answers, key)
    shown = present.question_page(context, place) | {"resumed": "resumed" in request.args, "notice": unasked_notice()}
    shown["returns"] = shown["returns"] and not _goes_through_again()
    if request.method != "POST":
        field = draw_field(context.edition.rule_set, place.question, answers, "answer", "not_sure", title=True)
        return form_page(QUESTION, None, opened=opened, field=field, **shown)
    form = question_form(place.question, answers, opened)
    if not form.validate_on_submit():
        return form_page(QUESTION, form, **shown)
    if request.form.get("keep") == "saved":
        return redirect(_next_url(context, context.progress, place), 303)
    try:
        return save_form(QUESTION, form, shown, lambda: _record(context, place, form))
    except NotAsked:
        return redirect_unasked(context)
    except AnsweredElsewhere as clash:
        return _conflict_page(context, place, form, clash)


def _record(context: AssessmentContext, place: QuestionRef, form: AnswerForm) -> str:
    sent, goes_on = str(form.opened.data or ""), _goes_through_again()
    progress, contradiction = store().record_answer(context.id, place, form.given, sent, goes_on=goes_on)
    return _next_url(context, progress, place, contradiction)


def _goes_through_again() -> bool:
    """Whether all questions are gone through once more, each with the present answer marked."""
    return "again" in request.args


def _next_url(
    context: AssessmentContext, progress: Progress, place: QuestionRef, contradiction: PartContradiction | None = None
) -> str:
    if contradiction is not None:
        again = place.question.key if _goes_through_again() else None
        return present.contradiction_url(context.id, progress, contradiction, again=again)
    if _goes_through_again() and (following := progress.after(place.question.key, place.part_id)) is not None:
        return present.place_url(context.id, progress, following, again=1)
    if progress.next is None:
        return present.onward_url(context.id, progress, since=present.advice_before(context))
    if context.latest is None and not _goes_on_though_settled() and is_settled(progress):
        return page_url("show_settled", assessment_id=context.id)
    return present.onward_url(context.id, progress, settled=1 if _goes_on_though_settled() else None)


def _goes_on_though_settled() -> bool:
    """Whether the visitor was told that no answer left can change the advice, and goes on all the same."""
    return "settled" in request.args


def redirect_unasked(context: AssessmentContext) -> Response:
    """Lead on from what is not asked at this point; the page there says so (``unasked_notice``)."""
    return _redirect(present.onward_url(context.id, context.progress, skipped=1))


def unasked_notice() -> str:
    """What to say where somebody was led on from a question that is not asked."""
    if "skipped" not in request.args:
        return ""
    return str(_("That question is not asked at this point, so nothing was stored for it. Here is where you are."))


def _redirect(url: str) -> Response:
    return redirect(url, 302 if request.method == "GET" else 303)


def _conflict_page(
    context: AssessmentContext, place: QuestionRef, form: AnswerForm, clash: AnsweredElsewhere
) -> Response:
    shown = present.question_page(context, place)
    return form_page(
        "assessments/questions/conflict.html",
        settling_form(place.question, form.given, clash.fingerprint),
        409,
        question=place.question.text,
        part_name=shown["part_name"],
        process_name=shown["process_name"],
        saved=answer_label(place.question, clash.saved),
        yours=answer_label(place.question, form.given),
        changed_at=clash.changed_at,
        action_url=request.path,
    )


@bp.page("/pull-apart/<key>", methods=("GET", "POST"))
@bp.page("/parts/<uuid:part_id>/pull-apart/<key>", methods=("GET", "POST"))
def contradiction(assessment_id: UUID, key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Tell of two answers that contradict each other; they may both be true."""
    context = store().load(assessment_id)
    found = context.progress.contradiction(key, part_id)
    form = ButtonForm()
    if found is not None and not form.validate_on_submit():
        shown = present.contradiction_page(context, found)
        return form_page("assessments/questions/contradiction.html", form, **shown)
    if (following := context.progress.after(request.args.get("again", ""), part_id)) is not None:
        return _redirect(present.place_url(assessment_id, context.progress, following, again=1))
    return _redirect(present.onward_url(assessment_id, context.progress))


@bp.page("/answers")
def answers(assessment_id: UUID) -> ResponseReturnValue:
    """Show all answers so far."""
    context = store().load(assessment_id)
    early = context.latest is None and _is_settled_early(context)
    settled_url = page_url("show_settled", assessment_id=assessment_id) if early else ""
    shown = present.answers_page(context)
    return form_page("assessments/questions/answers.html", OnceForm(), **shown, settled_url=settled_url)


@bp.page("/settled", methods=("GET", "POST"))
def show_settled(assessment_id: UUID) -> ResponseReturnValue:
    """Say that no answer left can change the advice, which can be read at once."""
    context = store().load(assessment_id)
    form = OnceForm()
    following = context.progress.next
    if following is None or not is_settled(context.progress):
        return _redirect(present.onward_url(assessment_id, context.progress))
    if form.validate_on_submit():
        store().recalculate(assessment_id, early=True)
        return redirect(page_url("result", assessment_id=assessment_id), 303)
    return form_page("assessments/questions/settled.html", form, **present.settled_page(context, following))
