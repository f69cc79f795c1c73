"""An owner tells the admins that an advice looks wrong."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.assessments.context import find_mine, load_context
from advisor.assessments.operations import in_transaction
from advisor.assessments.presenter import onward_url
from advisor.assessments.result.presenter import answers_given
from advisor.extensions import database
from advisor.models import AccountOwner
from advisor.models.assessment import own_recommendations
from advisor.models.idempotency import idempotent
from advisor.processes import operations
from advisor.processes import presenter as present
from advisor.processes.blueprint import bp
from advisor.processes.forms import AdviceNoteForm
from advisor.web import identity
from advisor.web.forms import attempt, form_page, save_form


@bp.route("/assessments/<uuid:assessment_id>/looks-wrong", methods=["GET", "POST"])
def looks_wrong(assessment_id: UUID) -> ResponseReturnValue:
    """Take a note to the admins, with the answers only where the owner ticks that."""
    opened = load_context(assessment_id)
    if opened.latest is None:
        return redirect(onward_url(assessment_id, opened.progress), 302 if request.method == "GET" else 303)
    form = AdviceNoteForm()
    page: dict[str, Any] = {
        "process_name": opened.progress.process,
        "answers": answers_given(opened, opened.latest),
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
    opened = load_context(assessment_id)
    return form_page(
        "processes/thank_you.html",
        AdviceNoteForm(),
        process_name=opened.progress.process,
        back_url=present.result_url(assessment_id),
    )


def _send(session: Session, assessment_id: UUID, form: AdviceNoteForm) -> str:
    owner = identity.owner()
    if not isinstance(owner, AccountOwner):
        abort(404)

    def act() -> str:
        mine = find_mine(session, assessment_id)
        latest = session.scalars(own_recommendations(owner, mine.id).limit(1)).first() or abort(404)
        operations.send_note(session, owner, latest, str(form.text.data), with_answers=bool(form.with_answers.data))
        return url_for("processes.thank_you", assessment_id=assessment_id)

    return idempotent(session, attempt(owner.mark), act)
