"""From the name of a process to the advice on it. Every page works without a script; every POST answers with a 303."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.assessments import operations
from advisor.assessments import operations as advising
from advisor.assessments import presenter as present
from advisor.assessments.blueprint import bp
from advisor.assessments.context import AssessmentContext, find_mine, load_context
from advisor.assessments.operations import AnsweredElsewhere, NotAsked
from advisor.assessments.progress import Progress, QuestionRef, saved_mark
from advisor.assessments.questions.contradictions import PulledApart, contradiction_shown
from advisor.assessments.questions.forms import AnswerForm, OnceForm, question_form, settling_form
from advisor.assessments.result.explanation import is_settled
from advisor.assessments.result.presenter import result_page, ways_page
from advisor.engine.document.text import whole_number
from advisor.engine.model.questions import Section
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import idempotent
from advisor.web import identity
from advisor.web.forms import ButtonForm, attempt, form_page, unsaved_page
from advisor.web.security import may_repeat
from advisor.wording.values import answer_label

# ---- questions ---------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>")
def go_on(assessment_id: UUID) -> ResponseReturnValue:
    """Come back: to the first question that is open, else to the result."""
    opened = load_context(assessment_id)
    been_here = any(not opened.progress.is_open(place) for place in opened.progress.route())
    return redirect(present.onward_url(assessment_id, opened.progress, resumed=1 if been_here else None))


@bp.route("/assessments/<uuid:assessment_id>/questions/<key>", methods=["GET", "POST"])
@bp.route("/assessments/<uuid:assessment_id>/parts/<uuid:part_id>/questions/<key>", methods=["GET", "POST"])
@may_repeat("answer")
def answer_question(assessment_id: UUID, key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Ask one question and keep the answer."""
    opened = load_context(assessment_id)
    place = opened.progress.place(key, part_id)
    if place is None or (place.question.section is Section.SHARPEN and opened.latest is None):
        return _not_asked(opened)
    answers = opened.progress.answers_at(place)
    form = question_form(place.question, answers, saved_mark(answers, key))
    page = present.question_page(opened, place) | _notices()
    page["returns"] = page["returns"] and not _goes_through_again()
    if not form.validate_on_submit():
        return form_page("assessments/questions/question.html", form, **page)
    if request.form.get("keep") == "saved":
        return redirect(_after(opened, opened.progress, place), 303)
    try:
        progress, apart = operations.in_transaction(
            database(), lambda session: _record(session, assessment_id, place, form)
        )
    except NotAsked:
        return _not_asked(opened)
    except AnsweredElsewhere as clash:
        return _conflict_page(opened, place, form, clash)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/questions/question.html", form, error, **page)
    return redirect(_after(opened, progress, place, apart), 303)


def _record(
    session: Session, assessment_id: UUID, place: QuestionRef, form: AnswerForm
) -> tuple[Progress, PulledApart | None]:
    mine = find_mine(session, assessment_id)
    opened = str(form.opened.data or "")
    return operations.record_answer(
        session,
        mine,
        place.question.key,
        _part_id(place),
        answer=form.given,
        opened=opened,
        goes_on=_goes_through_again(),
    )


def _goes_through_again() -> bool:
    """Whether all questions are gone through once more, each with the present answer marked."""
    return "again" in request.args


def _part_id(place: QuestionRef) -> UUID | None:
    return place.piece.id if place.piece and place.piece.name else None


def _after(opened: AssessmentContext, progress: Progress, place: QuestionRef, apart: PulledApart | None = None) -> str:
    if apart is not None:
        again = place.question.key if _goes_through_again() else None
        return present.apart_url(opened.id, progress, apart, again=again)
    if _goes_through_again() and (following := progress.after(place.question.key, _part_id(place))) is not None:
        return present.place_url(opened.id, progress, following, again=1)
    if progress.next is None:
        return present.onward_url(opened.id, progress, since=opened.latest.sequence if opened.latest else None)
    if opened.latest is None and not _goes_on_though_settled() and is_settled(progress):
        return url_for(".settled", assessment_id=opened.id)
    return present.onward_url(opened.id, progress, settled=1 if _goes_on_though_settled() else None)


def _goes_on_though_settled() -> bool:
    """Whether the visitor was told that no answer left can change the advice, and goes on all the same."""
    return "settled" in request.args


def _not_asked(opened: AssessmentContext) -> Response:
    status = 302 if request.method == "GET" else 303
    return redirect(present.onward_url(opened.id, opened.progress, skipped=1), status)


def _notices() -> dict[str, Any]:
    skipped = _("That question is not asked at this point, so nothing was stored for it. Here is where you are.")
    return {"resumed": "resumed" in request.args, "notice": skipped if "skipped" in request.args else ""}


def _conflict_page(
    opened: AssessmentContext, place: QuestionRef, form: AnswerForm, clash: AnsweredElsewhere
) -> Response:
    page = present.question_page(opened, place)
    return form_page(
        "assessments/questions/conflict.html",
        settling_form(place.question, form.given, clash.mark),
        409,
        question=place.question.text,
        part_name=page["part_name"],
        process_name=page["process_name"],
        saved=answer_label(place.question, clash.saved),
        yours=answer_label(place.question, form.given),
        changed_at=clash.changed_at,
        action_url=request.path,
    )


@bp.route("/assessments/<uuid:assessment_id>/pull-apart/<key>", methods=["GET", "POST"])
@bp.route("/assessments/<uuid:assessment_id>/parts/<uuid:part_id>/pull-apart/<key>", methods=["GET", "POST"])
def pull_apart(assessment_id: UUID, key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Tell of two answers that pull apart; they may both be true."""
    opened = load_context(assessment_id)
    apart = contradiction_shown(opened.progress, key, part_id)
    form = ButtonForm()
    if apart is None or form.validate_on_submit():
        onward = present.onward_url(assessment_id, opened.progress)
        if (following := opened.progress.after(request.args.get("again", ""), part_id)) is not None:
            onward = present.place_url(assessment_id, opened.progress, following, again=1)
        return redirect(onward, 302 if request.method == "GET" else 303)
    return form_page("assessments/questions/contradiction.html", form, **present.pull_apart_page(opened, apart))


@bp.route("/assessments/<uuid:assessment_id>/answers")
def answers(assessment_id: UUID) -> ResponseReturnValue:
    """Show all answers so far."""
    return form_page(
        "assessments/questions/answers.html", OnceForm(), **present.answers_page(load_context(assessment_id))
    )


@bp.route("/assessments/<uuid:assessment_id>/settled", methods=["GET", "POST"])
def settled(assessment_id: UUID) -> ResponseReturnValue:
    """Say that no answer left can change the advice, which can be read at once."""
    opened = load_context(assessment_id)
    form = OnceForm()
    following = opened.progress.next
    if following is None or not is_settled(opened.progress):
        return redirect(present.onward_url(assessment_id, opened.progress), 302 if request.method == "GET" else 303)
    if form.validate_on_submit():
        operations.in_transaction(database(), lambda session: _recalculate(session, assessment_id, early=True))
        return redirect(url_for(".result", assessment_id=assessment_id), 303)
    return form_page("assessments/questions/settled.html", form, **present.settled_page(opened, following))


# ---- the result --------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/result")
def result(assessment_id: UUID) -> ResponseReturnValue:
    """Show the latest advice as it was given."""
    opened = load_context(assessment_id, _since())
    if opened.latest is None:
        return redirect(present.onward_url(assessment_id, opened.progress))
    page = result_page(opened, opened.latest, _copied())
    return form_page("assessments/result/result.html", OnceForm(), **page, notice=_notices()["notice"])


@bp.route("/assessments/<uuid:assessment_id>/other-ways")
def other_ways(assessment_id: UUID) -> ResponseReturnValue:
    """List the ways to each other advice."""
    opened = load_context(assessment_id)
    if opened.latest is None:
        return redirect(present.onward_url(assessment_id, opened.progress))
    return render_template("assessments/result/other_ways.html", **ways_page(opened, opened.latest))


def _since() -> int | None:
    """The place in the history that the address names, if it can be one."""
    return whole_number(request.args.get("since"))


def _copied() -> UUID | None:
    """The process of which this one was just saved as a copy, as the address names it."""
    try:
        return UUID(request.args["copy_of"])
    except (KeyError, ValueError):
        return None


@bp.post("/assessments/<uuid:assessment_id>/result")
def recalculate(assessment_id: UUID) -> ResponseReturnValue:
    """Give the advice on the answers as they are now."""
    load_context(assessment_id)
    form = OnceForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        operations.in_transaction(database(), lambda session: _recalculate(session, assessment_id))
    except NotAsked:
        return _not_asked(load_context(assessment_id))
    return redirect(url_for(".result", assessment_id=assessment_id), 303)


def _recalculate(session: Session, assessment_id: UUID, *, early: bool = False) -> None:
    mine = find_mine(session, assessment_id)

    def act() -> str:
        advising.recalculate(session, mine, early=early)
        return url_for(".result", assessment_id=assessment_id)

    idempotent(session, attempt(identity.ensure_owner().mark), act)


# ---- the end -----------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/delete", methods=["GET", "POST"])
def delete(assessment_id: UUID) -> ResponseReturnValue:
    """Ask once, then delete the process with everything that belongs to it."""
    opened = load_context(assessment_id)
    form = ButtonForm()
    page: dict[str, Any] = {
        "process_name": opened.progress.process,
        "parts": present.part_names(opened.assessment),
        "to_bin": opened.assessment.account_id is not None,
        "back_url": present.onward_url(assessment_id, opened.progress),
    }
    if not form.validate_on_submit():
        return form_page("assessments/your_data/delete.html", form, **page)

    def act(session: Session) -> bool:
        return operations.remove(session, find_mine(session, assessment_id), identity.actor())

    try:
        can_be_put_back = operations.in_transaction(database(), act)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/your_data/delete.html", form, error, **page)
    if can_be_put_back:
        return redirect(link_to("processes", deleted=assessment_id), 303)
    return redirect(url_for(".your_data", deleted="one"), 303)
