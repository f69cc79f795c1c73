"""What whoever was asked for a second opinion sees: the questions, and nothing of anybody else. No account is needed.

The pages of the questions are those of an assessment, over a store of their own.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.assessments.advice import NotAsked
from advisor.assessments.blueprint import bp as pages
from advisor.assessments.operations import in_transaction
from advisor.assessments.presenter import onward_url
from advisor.assessments.result.presenter import SHOW_ALL, SHOW_SOURCES
from advisor.extensions import database
from advisor.models import Assessment, Opinion
from advisor.models.accounts.organisation import member_for
from advisor.models.limits import Limit, count_tries
from advisor.models.processes.opinion import opinion_by_token
from advisor.processes.opinions import guest_presenter as present
from advisor.processes.opinions import operations
from advisor.processes.opinions.store import ANY, OpinionStore
from advisor.web.access import identity
from advisor.web.access.security import has_a_secret_address
from advisor.web.errors import reply_too_often
from advisor.web.forms import ButtonForm, form_page, pressed_or_400

bp = Blueprint("opinions", __name__, url_prefix="/opinion/<token>")

_OF_QUESTIONS = frozenset({"answer_question", "contradiction"})
"""The pages of an assessment that are shown here as well."""

_ANSWERING = frozenset({f"opinions.{page}" for page in (*_OF_QUESTIONS, "answers", "show_settled", "parts")})
"""The pages that are there while answers can be given."""

ENDED = "processes/sharing/ended.html"


@bp.url_value_preprocessor
def _open(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The address has the secret, and the pages of questions are of an assessment, which has an id."""
    if values is None:
        return
    g.opinion_token = values.pop("token")
    g.assessment_store = OpinionStore(g.opinion_token)
    if endpoint is not None and endpoint.removeprefix("opinions.") in _OF_QUESTIONS:
        values["assessment_id"] = ANY


@bp.url_defaults
def _keep_secret(_endpoint: str, values: dict[str, Any]) -> None:
    """Every address here has the secret of the one that was opened, and no other id."""
    values.pop("assessment_id", None)
    if values.get("part_id") is None:
        values.pop("part_id", None)
    if "opinion_token" in g:
        values.setdefault("token", g.opinion_token)


@bp.before_request
def _check() -> ResponseReturnValue | None:
    """One and the same page where the address leads nowhere; and the first page where nothing can be answered."""
    opinion: Opinion | None = g.assessment_store.opinion
    if opinion is None:
        return form_page(ENDED, None, 404)
    if request.method == "POST":
        limit = Limit("opinion", current_app.config["OPINION_SAVES"], current_app.config["OPINION_WINDOW"])
        with database().write() as session:
            wait = count_tries(session, [(limit, str(opinion.id))])
        if wait is not None:
            return reply_too_often(wait.seconds)
    if request.endpoint in _ANSWERING and not opinion.is_answerable:
        return _first_page()
    if request.method == "GET" and not _is_owner(opinion):
        operations.note_opened(opinion)
    return None


@bp.context_processor
def _guest_values() -> dict[str, Any]:
    """Every page says whose questions these are, and nothing of who else may be signed in here."""
    return {"guest": present.guest(g.assessment_store.opinion)}


def _opinion() -> Opinion:
    opinion: Opinion = g.assessment_store.opinion or abort(404)
    return opinion


def _is_owner(opinion: Opinion) -> bool:
    account_id = identity.current().account_id
    if account_id is None:
        return False
    with database().read() as session:
        assessment = session.get(Assessment, opinion.assessment_id)
    if assessment is not None and assessment.account_id == account_id:
        return True
    return member_for(database(), account_id, opinion.assessment_id) is not None


def _first_page(deleted: str | None = None) -> Response:
    return redirect(url_for(".rename", deleted=deleted), 302 if request.method == "GET" else 303)


@bp.get("", endpoint="rename")  # as the pages of questions call what comes before the first of them
@has_a_secret_address
def welcome() -> ResponseReturnValue:
    """Say who asks, what is kept, and who sees it, before anything is asked; or how it stands."""
    opinion, context = _opinion(), g.assessment_store.load()
    form = ButtonForm() if opinion.has_answers else None  # whoever only looks gets no cookie
    if opinion.handed_in_at is not None or not opinion.is_open:
        return _handed_in_page(form)
    shown = present.welcome_page(opinion, context, onward_url(opinion.id, context.progress))
    return form_page("processes/opinions/welcome.html", form, **shown, notice=present.guest_notice())


def _handed_in_page(form: ButtonForm | None) -> ResponseReturnValue:
    opinion, context = _opinion(), g.assessment_store.load()
    if opinion.handed_in_at is None:  # nothing is left but that it was deleted
        return form_page("processes/opinions/withdrawn.html", None)
    url = partial(url_for, ".rename")
    page = present.handed_in_page(opinion, context, url)
    if request.args.get("show") == SHOW_SOURCES:
        return form_page("processes/sharing/sources.html", None, is_preview=False, **page)
    show_all = request.args.get("show") == SHOW_ALL
    return form_page("processes/opinions/handed_in.html", form, **page, show_all=show_all)


@bp.route("/answers", methods=["GET", "POST"])
@has_a_secret_address
def answers() -> ResponseReturnValue:
    """Show all answers so far, and hand them in where none is open."""
    context, form = g.assessment_store.load(), ButtonForm()
    if not form.validate_on_submit():
        return form_page("processes/opinions/answers.html", form, **present.answers_page(context))
    try:
        _act(operations.hand_in)
    except NotAsked:
        return redirect(url_for(".answers"), 303)
    return _first_page()


@bp.get("/result")
@has_a_secret_address
def result() -> ResponseReturnValue:
    """Where the pages of questions lead after the last one: to the answers, to be handed in."""
    return redirect(url_for(".answers"))


@bp.get("/settled")
@has_a_secret_address
def show_settled() -> ResponseReturnValue:
    """Go on though no answer left could change the advice: whoever asked wants to hear them all."""
    context = g.assessment_store.load()
    return redirect(onward_url(context.id, context.progress, settled=1))


@bp.get("/parts")
@has_a_secret_address
def parts() -> ResponseReturnValue:
    """The parts are the owner's: the first page names them."""
    return _first_page()


@bp.post("/reopen")
@has_a_secret_address
def reopen() -> ResponseReturnValue:
    """Let what was handed in be changed again."""
    pressed_or_400()
    try:
        _act(lambda _session, opinion: operations.reopen(opinion))
    except NotAsked:
        return _first_page()
    return redirect(url_for(".answers"), 303)


@bp.post("/delete")
@has_a_secret_address
def withdraw() -> ResponseReturnValue:
    """Delete all that was answered."""
    pressed_or_400()
    _act(lambda _session, opinion: operations.withdraw(opinion))
    return _first_page(deleted="1")


def _act(act: Callable[[Session, Opinion], None]) -> None:
    """Do something to the opinion of this address, in a transaction of its own."""

    def do(session: Session) -> None:
        opinion = session.scalars(opinion_by_token(g.opinion_token)).first() or abort(404)
        act(session, opinion)

    in_transaction(database(), do)


pages.show_on(bp, _OF_QUESTIONS, has_a_secret_address)
