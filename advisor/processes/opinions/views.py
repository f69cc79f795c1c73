"""Where an owner asks others for a second opinion, holds their answers side by side, and settles."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.advice import NotAsked
from advisor.assessments.context import AssessmentContext, find_of_requester, load_context
from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import Assessment, DatabaseUnavailable, Opinion
from advisor.models.idempotency import earlier_location, idempotent
from advisor.models.processes.assessment import next_sequence
from advisor.models.processes.opinion import own_opinions
from advisor.processes.opinions import operations
from advisor.processes.opinions import presenter as present
from advisor.processes.opinions.comparison import OpinionComparison
from advisor.processes.opinions.forms import InvitationForm, RenewalForm, SettlingForm
from advisor.processes.opinions.operations import TooManyAsked
from advisor.processes.opinions.settled_answers import SettlingChoices, choices_of
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.forms import add_form_error, attempt, form_page, pressed_or_400, save_form, unsaved_page
from advisor.wording.claims import VersionView

NEW, SETTLE = "processes/opinions/new.html", "processes/opinions/settle.html"


@bp.get("/assessments/<uuid:assessment_id>/opinions")
def opinions(assessment_id: UUID) -> ResponseReturnValue:
    """Show who was asked, and everybody's answers side by side."""
    return _opinions_page(load_context(assessment_id))


def _opinions_page(context: AssessmentContext, link: str = "", to: str = "") -> ResponseReturnValue:
    found = _read(context)
    against = whole_number(request.args.get("against"))
    page = present.opinions_page(context, found, against)
    notice = "" if link else present.owner_notice()
    form = RenewalForm(formdata=None)
    return form_page("processes/opinions/opinions.html", form, **page, link=link, link_for=to, notice=notice)


def _read(context: AssessmentContext) -> list[Opinion]:
    with database().read() as session:
        return list(session.scalars(own_opinions(request_owner(), context.id)))


@bp.route("/assessments/<uuid:assessment_id>/opinions/new", methods=["GET", "POST"])
def ask_for_opinion(assessment_id: UUID) -> ResponseReturnValue:
    """Show what somebody who is asked sees; then make their link."""
    context = load_context(assessment_id)
    form = InvitationForm(data={"process_name": context.progress.process})
    page = present.invitation_page(context)
    if not form.validate_on_submit():
        return form_page(NEW, form, **page)
    try:
        token = _invite(assessment_id, form)
    except TooManyAsked:
        most = current_app.config["OPINIONS_PER_PROCESS"]
        sentence = _("%(most)d people are asked, which is as many as may be. Delete one of them first", most=most)
        add_form_error(form, sentence)
        return form_page(NEW, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(NEW, form, error, **page)
    return _shown_once(context, token, form.terms.name)


def _shown_once(context: AssessmentContext, token: str, to: str) -> ResponseReturnValue:
    """Show a new link; where it was made before by the same form, say so: a link is shown once."""
    if not token:
        return redirect(url_for(".opinions", assessment_id=context.id, made=1), 303)
    return _opinions_page(context, current_app.config["BASE_URL"] + url_for("opinions.rename", token=token), to)


def _invite(assessment_id: UUID, form: InvitationForm) -> str:
    made: list[str] = []
    most = current_app.config["OPINIONS_PER_PROCESS"]

    def act(session: Session) -> None:
        made.clear()

        def add_once() -> str:
            mine = find_of_requester(session, assessment_id)
            made.append(operations.invite(session, mine, form.terms, most, identity.actor()))
            return url_for(".opinions", assessment_id=assessment_id, made=1)

        idempotent(session, attempt(request_owner().hash), add_once)

    in_transaction(database(), act)
    return made[0] if made else ""


@bp.post("/assessments/<uuid:assessment_id>/opinions/<uuid:opinion_id>/renew")
def renew_opinion(assessment_id: UUID, opinion_id: UUID) -> ResponseReturnValue:
    """Make a new link in place of the one that somebody had."""
    if not RenewalForm().validate_on_submit():
        abort(400)
    made: list[str] = []

    def act(session: Session) -> str:
        made.clear()
        opinion = _own(session, assessment_id, opinion_id)

        def add_once() -> str:
            made.append(operations.renew(session, opinion, current_app.config["OPINION_DAYS"], identity.actor()))
            return ""

        idempotent(session, attempt(request_owner().hash), add_once)
        return opinion.name

    try:
        name = in_transaction(database(), act)
    except NotAsked:
        return redirect(url_for(".opinions", assessment_id=assessment_id, closed=1), 303)
    return _shown_once(load_context(assessment_id), made[0] if made else "", name)


@bp.post("/assessments/<uuid:assessment_id>/opinions/<uuid:opinion_id>/delete")
def delete_opinion(assessment_id: UUID, opinion_id: UUID) -> ResponseReturnValue:
    """Delete an invitation with what was answered under it."""
    pressed_or_400()

    def act(session: Session) -> None:
        operations.remove(session, _own(session, assessment_id, opinion_id), identity.actor())

    in_transaction(database(), act)
    return redirect(url_for(".opinions", assessment_id=assessment_id, deleted=1), 303)


def _own(session: Session, assessment_id: UUID, opinion_id: UUID) -> Opinion:
    mine = own_opinions(request_owner(), assessment_id).where(Opinion.id == opinion_id)
    return session.scalars(mine).first() or abort(404)


# ---- settling


@bp.route("/assessments/<uuid:assessment_id>/opinions/settle", methods=["GET", "POST"])
def settle_opinions(assessment_id: UUID) -> ResponseReturnValue:
    """Choose whose answer counts where people differ, save these answers, and give the advice on them."""
    context = load_context(assessment_id)
    choices = choices_of(context, _read(context))
    if choices is None:
        return redirect(_led_before() or url_for(".opinions", assessment_id=assessment_id), 303)
    form = choices.form()
    page: dict[str, Any] = present.settling_page(context, choices)
    is_valid = form.validate_on_submit()
    if form.is_submitted() and form.opened.data != choices.found.fingerprint and not _led_before():
        return _look_again_page(choices, form, page)
    if not is_valid:
        return form_page(SETTLE, form, **page)
    try:
        return save_form(SETTLE, form, page, lambda: in_transaction(database(), partial(_settle, assessment_id, form)))
    except ChangedElsewhere:
        return _look_again_page(choices, form, page)


def _look_again_page(choices: SettlingChoices, form: SettlingForm, page: dict[str, Any]) -> ResponseReturnValue:
    """Show where people differ now, with what was chosen as far as it still can be."""
    for field in form:
        field.errors = []
    form.opened.data = choices.found.fingerprint
    sentence = _("Answers were changed after you opened this page. It shows them as they are now: look again.")
    add_form_error(form, sentence)
    return form_page(SETTLE, form, 409, **page)


def _led_before() -> str | None:
    """Where this form led when it settled all that there was to settle; None where it is another one."""
    if request.method == "GET":
        return None
    with database().read() as session:
        return earlier_location(session, attempt(request_owner().hash))


def _settle(assessment_id: UUID, form: SettlingForm, session: Session) -> str:
    mine = find_of_requester(session, assessment_id)
    since = next_sequence(session, mine) - 1

    def add_once() -> str:
        found = list(session.scalars(own_opinions(request_owner(), assessment_id)))
        choices = SettlingChoices.of(_comparison(session, mine, found))
        if choices is None or choices.found.fingerprint != form.opened.data:
            raise ChangedElsewhere
        chosen = choices.settled_answers(form)
        operations.settle(session, mine, choices.opinions, chosen, identity.actor())
        return url_for("assessments.result", assessment_id=assessment_id, since=since or None)

    return idempotent(session, attempt(request_owner().hash), add_once)


def _comparison(session: Session, mine: Assessment, found: list[Opinion]) -> OpinionComparison:
    unsettled = [opinion for opinion in found if opinion.settled_at is None]
    return OpinionComparison.of(VersionView.of(session, mine.version_number), mine, unsettled)
