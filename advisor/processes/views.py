"""What is done with saved advice: the bin, copies, and decisions. Every page works without a script."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_all_own, find_of_requester, find_own, load_context
from advisor.assessments.operations import ChangedElsewhere, TooMany, in_transaction
from advisor.assessments.presenter import onward_url
from advisor.assessments.result.presenter import judged_answers
from advisor.engine.document.text import sort_key
from advisor.extensions import database
from advisor.models import Owner
from advisor.models.idempotency import idempotent
from advisor.models.processes.assessment import find_latest_recommendation, own_binned
from advisor.processes import operations
from advisor.processes import presenter as present
from advisor.processes.forms import AdviceNoteForm, CopyForm, DecisionForm, copy_form, decision_form
from advisor.processes.operations import OwnerDecision
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, save_form
from advisor.wording.vocabulary import DECISIONS

bp = Blueprint("processes", __name__)


# ---- the bin -----------------------------------------------------------------------------------------------------


@bp.get("/processes/bin")
def bin_page() -> ResponseReturnValue:
    """Show what was deleted, and can still be put back."""
    with database().read() as session:
        rows = [present.bin_row(found) for found in session.scalars(own_binned(request_owner()))]
    return _bin_page(ButtonForm(), rows)


@bp.post("/processes/bin/<uuid:assessment_id>/put-back")
def put_back(assessment_id: UUID) -> ResponseReturnValue:
    """Put a process back into the list."""
    form = pressed_or_400()
    owner, who, limit = request_owner(), identity.actor(), current_app.config["ASSESSMENTS_PER_OWNER"]
    try:
        found = in_transaction(
            database(), lambda session: operations.put_back(session, owner, assessment_id, limit, who)
        )
    except TooMany as error:
        add_form_error(form, str(error))
        with database().read() as session:
            return _bin_page(form, [present.bin_row(found) for found in session.scalars(own_binned(owner))])
    if not found:
        abort(404)
    return redirect(url_for(".index", back=assessment_id), 303)


@bp.post("/processes/bin/<uuid:assessment_id>/remove")
def remove_for_good(assessment_id: UUID) -> ResponseReturnValue:
    """Delete a process in the bin with everything that belongs to it."""
    pressed_or_400()
    owner, who = request_owner(), identity.actor()
    if not in_transaction(database(), lambda session: operations.remove_for_good(session, owner, assessment_id, who)):
        abort(404)
    return redirect(url_for(".bin_page", gone=1), 303)


def _bin_page(form: ButtonForm, rows: list[present.BinRow]) -> ResponseReturnValue:
    days = current_app.config["BIN_LIFETIME"].days
    notice = _("It is gone for good, with its answers, advice and notes.") if "gone" in request.args else ""
    return form_page("processes/bin.html", form, rows=rows, days=days, back_url=url_for(".index"), notice=notice)


# ---- a copy ------------------------------------------------------------------------------------------------------


@bp.route("/processes/copy", methods=["GET", "POST"])
def copy() -> ResponseReturnValue:
    """Start a process from the answers of another."""
    owner = request_owner()
    with database().read() as session:
        processes = sorted(
            ((found.id, found.process_name) for found in find_all_own(session, owner)),
            key=lambda pair: sort_key(pair[1]),
        )
    form = copy_form(processes, _uuid(request.args.get("of")))
    page: dict[str, Any] = {"has_any": bool(processes), "back_url": url_for(".index")}
    if not form.validate_on_submit():
        return form_page("processes/copy.html", form, **page)
    return save_form(
        "processes/copy.html",
        form,
        page,
        lambda: in_transaction(database(), lambda session: _copy(session, owner, form)),
    )


def _copy(session: Session, owner: Owner, form: CopyForm) -> str:
    def act() -> str:
        original = find_own(session, owner, _uuid(form.of.data) or abort(404))
        limit = current_app.config["ASSESSMENTS_PER_OWNER"]
        duplicate = operations.copy(session, owner, original, str(form.process_name.data), limit)
        return url_for("assessments.go_on", assessment_id=duplicate.id)

    return idempotent(session, attempt(owner.hash), act)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


# ---- the decision ------------------------------------------------------------------------------------------------


@bp.route("/assessments/<uuid:assessment_id>/decision", methods=["GET", "POST"])
def decide(assessment_id: UUID) -> ResponseReturnValue:
    """Write down what was decided, when, and why."""
    context = load_context(assessment_id)
    saved = OwnerDecision.of(context.assessment)
    form = decision_form(saved)
    page: dict[str, Any] = {
        "process_name": context.progress.process,
        "back_url": present.result_url(assessment_id),
        "clash": None,
    }
    if not form.validate_on_submit():
        return form_page("processes/decision.html", form, **page)
    try:
        return save_form(
            "processes/decision.html",
            form,
            page,
            lambda: in_transaction(database(), lambda session: _decide(session, assessment_id, form)),
        )
    except ChangedElsewhere:
        form.opened.data = saved.fingerprint
        add_form_error(
            form, _("This was changed in another window after you opened it. Both are below; nothing is lost.")
        )
        return form_page("processes/decision.html", form, 409, **page | {"clash": _decision_values(saved)})


def _decide(session: Session, assessment_id: UUID, form: DecisionForm) -> str:
    operations.decide(find_of_requester(session, assessment_id), form.decision, str(form.opened.data or ""))
    return url_for("assessments.go_on", assessment_id=assessment_id)


def _decision_values(saved: OwnerDecision) -> dict[str, Any]:
    words = DECISIONS.get(saved.made, saved.made) if saved.made else _("Not decided yet")
    return {"words": str(words), "on": saved.on, "notes": saved.notes, "look_again_on": saved.look_again_on}


def request_owner() -> Owner:
    """Whose processes this request is about."""
    return identity.owner() or abort(404)


@bp.route("/assessments/<uuid:assessment_id>/looks-wrong", methods=["GET", "POST"])
def looks_wrong(assessment_id: UUID) -> ResponseReturnValue:
    """Take a note to the admins, with the answers only where the owner ticks that."""
    context = load_context(assessment_id)
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress), 302 if request.method == "GET" else 303)
    form = AdviceNoteForm()
    page: dict[str, Any] = {
        "process_name": context.progress.process,
        "answers": judged_answers(context, context.latest),
        "back_url": present.result_url(assessment_id),
    }
    if not form.validate_on_submit():
        return form_page("processes/looks_wrong.html", form, **page)
    return save_form(
        "processes/looks_wrong.html",
        form,
        page,
        lambda: in_transaction(database(), lambda session: _send(session, assessment_id, form)),
    )


@bp.get("/assessments/<uuid:assessment_id>/looks-wrong/thank-you")
def thank_you(assessment_id: UUID) -> ResponseReturnValue:
    """Say that the note has arrived."""
    context = load_context(assessment_id)
    return form_page(
        "processes/thank_you.html",
        AdviceNoteForm(),
        process_name=context.progress.process,
        back_url=present.result_url(assessment_id),
    )


def _send(session: Session, assessment_id: UUID, form: AdviceNoteForm) -> str:
    owner, sender = request_owner(), identity.own_account_id()

    def act() -> str:
        mine = find_of_requester(session, assessment_id)
        latest = find_latest_recommendation(session, owner, mine.id) or abort(404)
        operations.send_note(session, sender, latest, str(form.text.data), with_answers=bool(form.with_answers.data))
        return url_for("processes.thank_you", assessment_id=assessment_id)

    return idempotent(session, attempt(owner.hash), act)
