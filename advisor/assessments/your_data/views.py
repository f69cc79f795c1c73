"""What is held about a visitor: to be seen, taken away, or deleted."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments import presenter as present
from advisor.assessments.blueprint import bp
from advisor.assessments.context import find_all_own, find_of_requester, load_context
from advisor.assessments.operations import in_transaction, remove
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import Owner
from advisor.models.accounts.removal import delete_all_of
from advisor.models.audit import audit
from advisor.models.processes.assessment import own_latest_recommendations, own_recommendations
from advisor.models.rule_sets import rule_set_version as versions
from advisor.web.access import cookies, identity
from advisor.web.forms import ButtonForm, form_page, pressed_or_400, save_form
from advisor.wording.advice.first_advice import first_advice


@bp.get("/your-data")
def your_data() -> ResponseReturnValue:
    """List what is held. Who has nothing here gets no cookie either."""
    if identity.current().is_signed_in:
        return form_page("assessments/your_data/account.html", None)
    processes = _process_rows(identity.owner())
    return form_page(
        "assessments/your_data/your_data.html",
        ButtonForm() if processes else None,
        processes=processes,
        download_url=url_for(".download"),
        delete_all_url=url_for(".delete_everything"),
        notice=_deleted_notice(request.args.get("deleted")),
    )


@bp.get("/your-processes")
def your_processes() -> ResponseReturnValue:
    """List what was described in this browser; what is in an account has a page of its own."""
    if identity.current().is_signed_in:
        return redirect(link_to("processes"))
    return form_page("assessments/your_data/your_processes.html", None, processes=_process_rows(identity.owner()))


def _process_rows(owner: Owner | None) -> list[present.AssessmentRow]:
    if owner is None:
        return []
    with database().read() as session:
        latest = {advice.assessment_id: advice for advice in session.scalars(own_latest_recommendations(owner))}
        first = {
            key
            for key, advice in latest.items()
            if first_advice(versions.rule_set(session, advice.version_number), advice.given)
        }
        own = find_all_own(session, owner)
        return [present.process_row(mine, latest.get(mine.id), is_first=mine.id in first) for mine in own]


def _deleted_notice(what: str | None) -> str:
    words = {"one": _("Your answers on that process were deleted."), "all": _("Everything was deleted.")}
    return str(words.get(what or "", ""))


@bp.get("/your-data/download")
def download() -> ResponseReturnValue:
    """Give all of it as one JSON file. Who is signed in has more to take away, on the page of the account."""
    if identity.current().is_signed_in:
        return redirect(link_to("account"))
    owner = identity.owner() or abort(404)
    with database().read() as session:
        processes = [
            present.download(
                assessment,
                {
                    question.key: question
                    for question in versions.rule_set(session, assessment.version_number).questions
                },
                list(session.scalars(own_recommendations(owner, assessment.id))),
            )
            for assessment in find_all_own(session, owner)
        ]
    reply = jsonify(product="Outsourcing Advisor", made_at=datetime.now(UTC).isoformat(), processes=processes)
    reply.headers["Content-Disposition"] = 'attachment; filename="your-answers.json"'
    return reply


@bp.post("/your-data/delete")
def delete_everything() -> ResponseReturnValue:
    """Delete all that is held about this visitor, and the key in the cookie."""
    pressed_or_400()
    if identity.current().is_signed_in:  # that asks for the password, and says what goes
        return redirect(link_to("delete_account"), 303)
    owner = identity.owner()
    if owner is not None:
        with database().write() as session:
            audit(session, "answers deleted", who=identity.actor())
            delete_all_of(session, owner)
        cookies.forget_visitor()
    return redirect(url_for(".your_data", deleted="all"), 303)


@bp.route("/assessments/<uuid:assessment_id>/delete", methods=["GET", "POST"])
def delete(assessment_id: UUID) -> ResponseReturnValue:
    """Ask once, then delete the process with everything that belongs to it."""
    context = load_context(assessment_id)
    form = ButtonForm()
    shown: dict[str, Any] = {
        "process_name": context.progress.process,
        "parts": present.part_names(context.assessment),
        "to_bin": context.assessment.is_saved,
        "back_url": present.onward_url(assessment_id, context.progress),
    }
    if not form.validate_on_submit():
        return form_page("assessments/your_data/delete.html", form, **shown)

    def act(session: Session) -> str:
        is_binned = remove(session, find_of_requester(session, assessment_id), identity.actor())
        return link_to("processes", deleted=assessment_id) if is_binned else url_for(".your_data", deleted="one")

    return save_form("assessments/your_data/delete.html", form, shown, lambda: in_transaction(database(), act))
