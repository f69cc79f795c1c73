"""From the name of a process to the advice on it. Every page works without a script; every POST answers with a 303."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor import identity
from advisor.assessments import operations, your_data
from advisor.assessments import presenter as present
from advisor.assessments.forms import (
    AnswerForm,
    ButtonForm,
    NameForm,
    OnceForm,
    PartsForm,
    name_form,
    parts_form,
    question_form,
    settling_form,
)
from advisor.assessments.loading import Opened, find_mine, open_assessment
from advisor.assessments.operations import AnsweredElsewhere, ChangedElsewhere, NotAsked, PulledApart, TooMany
from advisor.assessments.progress import Place, Progress, saved_mark
from advisor.engine.questions import Section
from advisor.extensions import database
from advisor.models import DatabaseUnavailable, Owner
from advisor.models import rule_set_version as versions
from advisor.models.once import new_key, once
from advisor.presenter.answers import answer_label
from advisor.replies import form_page, refuse, unsaved_page
from advisor.security import may_repeat

bp = Blueprint("assessments", __name__)
your_data.add_to(bp)

_EXAMPLES = (_l("paying invoices"), _l("answering support calls"), _l("market research for a new product"))


# ---- the name ----------------------------------------------------------------------------------------------------


@bp.route("/assessments/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Name a process and begin; here, and not before, the browser gets its cookie."""
    owner = identity.ensure_owner()
    with database().read() as session:
        form = name_form(versions.rule_set(session).section(Section.NAME))
    examples = [str(example) for example in _EXAMPLES]
    page: dict[str, Any] = {"is_new": True, "back_url": url_for("pages.start"), "examples": examples}
    if not form.validate_on_submit():
        return form_page("assessments/name.html", form, **page)
    try:
        return redirect(operations.in_one(database(), lambda session: _begin(session, owner, form)), 303)
    except TooMany:
        refuse(form, _("You have as many processes as we keep for one browser. Delete some on “Your data” first."))
        return form_page("assessments/name.html", form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/name.html", form, error, **page)


def _begin(session: Session, owner: Owner, form: NameForm) -> str:
    limit = current_app.config["ASSESSMENTS_PER_OWNER"]

    def create() -> str:
        begun = operations.create(session, owner, str(form.process_name.data), form.given_answers(), limit)
        return url_for(".go_on", assessment_id=begun.id)

    return once(session, form.once.data or new_key(), owner.mark, create)


@bp.route("/assessments/<uuid:assessment_id>/name", methods=["GET", "POST"])
def rename(assessment_id: UUID) -> ResponseReturnValue:
    """Change the name, and the usual process it is closest to."""
    opened = open_assessment(assessment_id)
    questions = opened.progress.rule_set.section(Section.NAME)
    form = name_form(questions, opened.progress.process, opened.progress.answers)
    onward = present.onward_url(assessment_id, opened.progress)
    page: dict[str, Any] = {"is_new": False, "back_url": onward, "examples": []}
    if not form.validate_on_submit():
        return form_page("assessments/name.html", form, **page)
    try:
        operations.in_one(database(), lambda session: _rename(session, assessment_id, form))
    except ChangedElsewhere:
        refuse(form, _changed_sentence(_("The name is now “%(name)s”.", name=opened.progress.process)))
        form.opened.data = form.opened.object_data
        return form_page("assessments/name.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/name.html", form, error, **page)
    return redirect(onward, 303)


def _rename(session: Session, assessment_id: UUID, form: NameForm) -> None:
    mine = find_mine(session, assessment_id)
    asked = [question.key for question in versions.rule_set(session, mine.version_number).section(Section.NAME)]
    name, opened = str(form.process_name.data), str(form.opened.data)
    operations.rename(session, mine, name, form.given_answers(), asked=asked, opened=opened)


def _changed_sentence(now: str) -> str:
    return " ".join(
        [_("This was changed in another window after you opened it."), now, _("Send the form again to use yours.")]
    )


# ---- questions ---------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>")
def go_on(assessment_id: UUID) -> ResponseReturnValue:
    """Come back: to the first question that is open, else to the result."""
    opened = open_assessment(assessment_id)
    been_here = any(not opened.progress.is_open(place) for place in opened.progress.route())
    return redirect(present.onward_url(assessment_id, opened.progress, resumed=1 if been_here else None))


@bp.route("/assessments/<uuid:assessment_id>/questions/<key>", methods=["GET", "POST"])
@bp.route("/assessments/<uuid:assessment_id>/parts/<uuid:part_id>/questions/<key>", methods=["GET", "POST"])
@may_repeat("answer")
def answer_question(assessment_id: UUID, key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Ask one question and keep the answer."""
    opened = open_assessment(assessment_id)
    place = opened.progress.place(key, part_id)
    if place is None:
        return _not_asked(opened)
    answers = opened.progress.answers_at(place)
    form = question_form(place.question, answers, saved_mark(answers, key))
    page = present.question_page(opened, place) | _notices()
    page["returns"] = page["returns"] and not _goes_through_again()
    if not form.validate_on_submit():
        return form_page("assessments/question.html", form, **page)
    if request.form.get("keep") == "saved":
        return redirect(_after(assessment_id, opened.progress, place), 303)
    try:
        progress, apart = operations.in_one(database(), lambda session: _record(session, assessment_id, place, form))
    except NotAsked:
        return _not_asked(opened)
    except AnsweredElsewhere as clash:
        return _conflict_page(opened, place, form, clash)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/question.html", form, error, **page)
    return redirect(_after(assessment_id, progress, place, apart), 303)


def _record(
    session: Session, assessment_id: UUID, place: Place, form: AnswerForm
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


def _part_id(place: Place) -> UUID | None:
    return place.piece.id if place.piece and place.piece.name else None


def _after(assessment_id: UUID, progress: Progress, place: Place, apart: PulledApart | None = None) -> str:
    if apart is not None:
        again = place.question.key if _goes_through_again() else None
        return present.apart_url(assessment_id, progress, apart, again=again)
    if _goes_through_again() and (following := progress.after(place.question.key, _part_id(place))) is not None:
        return present.place_url(assessment_id, progress, following, again=1)
    came_from = "sharpen" if place.question.section is Section.SHARPEN and progress.next is None else None
    return present.onward_url(assessment_id, progress, _anchor=came_from)


def _not_asked(opened: Opened) -> Response:
    status = 302 if request.method == "GET" else 303
    return redirect(present.onward_url(opened.id, opened.progress, skipped=1), status)


def _notices() -> dict[str, Any]:
    skipped = _("That question is not asked at this point, so nothing was stored for it. Here is where you are.")
    return {"resumed": "resumed" in request.args, "notice": skipped if "skipped" in request.args else ""}


def _conflict_page(opened: Opened, place: Place, form: AnswerForm, clash: AnsweredElsewhere) -> Response:
    page = present.question_page(opened, place)
    return form_page(
        "assessments/conflict.html",
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
    opened = open_assessment(assessment_id)
    apart = operations.pulling_apart(opened.progress, key, part_id)
    form = ButtonForm()
    if apart is None or form.validate_on_submit():
        onward = present.onward_url(assessment_id, opened.progress)
        if (following := opened.progress.after(request.args.get("again", ""), part_id)) is not None:
            onward = present.place_url(assessment_id, opened.progress, following, again=1)
        return redirect(onward, 302 if request.method == "GET" else 303)
    return form_page("assessments/pull_apart.html", form, **present.pull_apart_page(opened, apart))


@bp.route("/assessments/<uuid:assessment_id>/answers")
def answers(assessment_id: UUID) -> ResponseReturnValue:
    """Show all answers so far."""
    return form_page("assessments/answers.html", OnceForm(), **present.answers_page(open_assessment(assessment_id)))


# ---- the result --------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/result")
def result(assessment_id: UUID) -> ResponseReturnValue:
    """Show the latest advice as it was given."""
    opened = open_assessment(assessment_id)
    if opened.latest is None:
        return redirect(present.onward_url(assessment_id, opened.progress))
    page = present.result_page(opened, opened.latest)
    return form_page("assessments/result.html", OnceForm(), **page, notice=_notices()["notice"])


@bp.post("/assessments/<uuid:assessment_id>/result")
def recalculate(assessment_id: UUID) -> ResponseReturnValue:
    """Give the advice on the answers as they are now."""
    open_assessment(assessment_id)
    form = OnceForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        operations.in_one(database(), lambda session: _recalculate(session, assessment_id, form))
    except NotAsked:
        return _not_asked(open_assessment(assessment_id))
    return redirect(url_for(".result", assessment_id=assessment_id), 303)


def _recalculate(session: Session, assessment_id: UUID, form: OnceForm) -> None:
    mine = find_mine(session, assessment_id)

    def act() -> str:
        operations.recalculate(session, mine)
        return url_for(".result", assessment_id=assessment_id)

    once(session, form.once.data or new_key(), identity.ensure_owner().mark, act)


# ---- parts -------------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/parts", methods=["GET", "POST"])
def parts(assessment_id: UUID) -> ResponseReturnValue:
    """Break the process into parts, or rename, add and remove parts."""
    opened = open_assessment(assessment_id)
    form = parts_form(present.part_names(opened.assessment), operations.parts_mark(opened.assessment))
    page = present.parts_page(opened) | {"whole_form": ButtonForm()}
    if not form.validate_on_submit():
        return form_page("assessments/parts.html", form, **page)
    try:
        progress = operations.in_one(database(), lambda session: _name_parts(session, assessment_id, form))
    except ChangedElsewhere:
        names = ", ".join(present.part_names(opened.assessment)) or _("one piece")
        refuse(form, _changed_sentence(_("It is now: %(names)s.", names=names)))
        form.opened.data = form.opened.object_data
        return form_page("assessments/parts.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/parts.html", form, error, **page)
    return redirect(present.onward_url(assessment_id, progress), 303)


def _name_parts(session: Session, assessment_id: UUID, form: PartsForm) -> Progress:
    mine = find_mine(session, assessment_id)
    return operations.name_parts(session, mine, form.names(), str(form.opened.data or ""))


@bp.post("/assessments/<uuid:assessment_id>/parts/together")
def put_together(assessment_id: UUID) -> ResponseReturnValue:
    """Make it one piece again."""
    open_assessment(assessment_id)
    if not ButtonForm().validate_on_submit():
        abort(400)

    def act(session: Session) -> Progress:
        return operations.put_together(session, find_mine(session, assessment_id))

    return redirect(present.onward_url(assessment_id, operations.in_one(database(), act)), 303)


# ---- the end -----------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/delete", methods=["GET", "POST"])
def delete(assessment_id: UUID) -> ResponseReturnValue:
    """Ask once, then delete the process with everything that belongs to it."""
    opened = open_assessment(assessment_id)
    form = ButtonForm()
    page: dict[str, Any] = {
        "process_name": opened.progress.process,
        "parts": present.part_names(opened.assessment),
        "to_bin": opened.assessment.account_id is not None,
        "back_url": present.onward_url(assessment_id, opened.progress),
    }
    if not form.validate_on_submit():
        return form_page("assessments/delete.html", form, **page)

    def act(session: Session) -> bool:
        return operations.remove(session, find_mine(session, assessment_id))

    try:
        can_be_put_back = operations.in_one(database(), act)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/delete.html", form, error, **page)
    if can_be_put_back:
        return redirect(url_for("processes.index", deleted=assessment_id), 303)
    return redirect(url_for(".your_data", deleted="one"), 303)
