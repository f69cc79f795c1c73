"""The links of an owner, what they show before one is made, and the page to which they lead."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import AssessmentContext, context_of, find_of_requester, load_context
from advisor.assessments.presenter import onward_url
from advisor.assessments.result.presenter import SHOW_ALL, SHOW_SOURCES
from advisor.engine.evaluation.brief import LEAVES
from advisor.extensions import database
from advisor.models import Assessment, DatabaseUnavailable, ShareLink
from advisor.models.accounts.organisation import member_of
from advisor.models.idempotency import idempotent
from advisor.models.processes.share_link import link_by_token
from advisor.processes.brief.opened_brief import as_paper, open_brief
from advisor.processes.forms import NewLinkForm
from advisor.processes.presenter import result_url
from advisor.processes.sharing import operations
from advisor.processes.sharing.operations import LinkTerms, TooManyLinks
from advisor.processes.sharing.presenter import link_rows, list_link_rows, shared_report
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.access.security import has_a_secret_address
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, unsaved_page

LEFT_OUT = "left-out"
"""What the address says of the name of the process where the link does not tell it."""


@bp.get("/processes/links")
def links() -> ResponseReturnValue:
    """List every link of the owner, to whichever process."""
    with database().read() as session:
        rows, lists = link_rows(session, request_owner()), list_link_rows(session, request_owner())
    page: dict[str, Any] = {"rows": rows, "lists": lists, "link": "", "notice": _changed_notice() or made_notice()}
    return form_page("processes/sharing/all_links.html", ButtonForm(), **page)


@bp.get("/assessments/<uuid:assessment_id>/share")
def share(assessment_id: UUID) -> ResponseReturnValue:
    """List the links to one process, and lead to another one."""
    context = load_context(assessment_id)
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress))
    return links_page(context)


@bp.route("/assessments/<uuid:assessment_id>/share/new", methods=["GET", "POST"])
def new_link(assessment_id: UUID) -> ResponseReturnValue:
    """Show what a link would show, word for word; then make it."""
    context = load_context(assessment_id)
    if context.latest is None:
        return redirect(onward_url(assessment_id, context.progress), 302 if request.method == "GET" else 303)
    with_name = request.args.get("name") != LEFT_OUT
    here = partial(url_for, ".new_link", assessment_id=assessment_id)
    url = here if with_name else partial(here, name=LEFT_OUT)
    form = NewLinkForm()
    page = shared_report(context, context.latest, None, url, with_name=with_name)
    if request.method == "GET" and request.args.get("show") == SHOW_SOURCES:
        return render_template("processes/sharing/sources.html", is_preview=True, **page)
    page |= {
        "show_all": request.args.get("show") == SHOW_ALL,
        "is_stale": context.is_stale,
        "result_url": result_url(assessment_id),
        "form_url": url(),
        "name_url": partial(here, name=LEFT_OUT)() if with_name else here(),
        "back_url": url_for(".share", assessment_id=assessment_id),
    }
    if not form.validate_on_submit():
        return form_page("processes/sharing/new_link.html", form, **page)
    terms = LinkTerms(form.days_chosen, with_name, str(form.note.data or ""))
    owner, most = request_owner(), current_app.config["LINKS_PER_ACCOUNT"]

    def make(session: Session, mine: Assessment) -> str:
        return operations.make_link(session, owner, mine, terms, most, identity.actor())

    return answer_new_link(context, form, "processes/sharing/new_link.html", page, make)


def make_once(assessment_id: UUID, make: Callable[[Session, Assessment], str]) -> str:
    """The secret of a link that ``make`` makes; "" where this form made it before, since a link is shown once."""
    made: list[str] = []
    owner = request_owner()

    def act() -> str:
        made.append(make(session, find_of_requester(session, assessment_id)))
        return url_for(".share", assessment_id=assessment_id, made=1)

    with database().write() as session:
        idempotent(session, attempt(owner.hash), act)
    return made[0] if made else ""


def answer_new_link(
    context: AssessmentContext,
    form: NewLinkForm,
    template: str,
    page: dict[str, Any],
    make: Callable[[Session, Assessment], str],
) -> ResponseReturnValue:
    """Make the link of a valid form, and show it; or show the form again with why it was not made."""
    try:
        token = make_once(context.id, make)
    except TooManyLinks:
        most = current_app.config["LINKS_PER_ACCOUNT"]
        add_form_error(form, _("You have %(most)d links, which is as many as one may. Revoke one first", most=most))
        return form_page(template, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page)
    if not token:
        return redirect(url_for(".share", assessment_id=context.id, made=1), 303)
    return links_page(context, current_app.config["BASE_URL"] + url_for(".show_shared", token=token))


def links_page(context: AssessmentContext, link: str = "") -> ResponseReturnValue:
    """The links to one process, and ``link``, the address that was just made and is shown this once."""
    with database().read() as session:
        rows = link_rows(session, request_owner(), context.id)
    page: dict[str, Any] = {
        "process_name": context.progress.process,
        "rows": rows,
        "link": link,
        "new_url": url_for(".new_link", assessment_id=context.id),
        "brief_url": _brief_url(context),
        "all_url": url_for(".links"),
        "back_url": result_url(context.id),
        "notice": "" if link else _changed_notice() or made_notice(),
    }
    return form_page("processes/sharing/links.html", ButtonForm(formdata=None), **page)


def _brief_url(context: AssessmentContext) -> str:
    goes_out = context.latest is not None and context.latest.result["outcome"] in LEAVES
    return url_for(".new_brief_link", assessment_id=context.id) if goes_out else ""


def _changed_notice() -> str:
    words = _("The link is revoked: from now on it leads nowhere. This cannot be undone; make another link instead.")
    moved = _("The link shows the newest version of the brief from now on.")
    return str(words if "revoked" in request.args else moved if "moved" in request.args else "")


def made_notice() -> str:
    """What to say where a form made its link before; "" where none did."""
    words = _(
        "You made that link already, and it was shown that once. If you do not have it, revoke it below and make "
        "another."
    )
    return str(words) if "made" in request.args else ""


@bp.post("/processes/links/<uuid:link_id>/revoke")
def revoke_link(link_id: UUID) -> ResponseReturnValue:
    """End a link at once."""
    pressed_or_400()
    with database().write() as session:
        link = operations.revoke_link(session, request_owner(), link_id, identity.actor()) or abort(404)
    if request.args.get("back") == "all" or link.assessment_id is None:
        return redirect(url_for(".links", revoked=1), 303)
    return redirect(url_for(".share", assessment_id=link.assessment_id, revoked=1), 303)


@bp.post("/processes/links/<uuid:link_id>/newest")
def show_newest_brief(link_id: UUID) -> ResponseReturnValue:
    """Let a link to a brief show its newest version."""
    pressed_or_400()
    with database().write() as session:
        link = operations.show_newest_brief(session, request_owner(), link_id, identity.actor()) or abort(404)
    if request.args.get("back") == "all":
        return redirect(url_for(".links", moved=1), 303)
    return redirect(url_for(".share", assessment_id=link.assessment_id, moved=1), 303)


@bp.get("/shared/<token>")
@has_a_secret_address
def show_shared(token: str) -> ResponseReturnValue:
    """Show a result or a brief to whoever has its link; one and the same page where it leads nowhere."""
    with database().read() as session:
        link = session.scalars(link_by_token(token)).first()
    context = context_of(link.owner, link.assessment_id) if link and link.assessment_id else None
    if link is None or context is None or context.latest is None:
        return form_page("processes/sharing/ended.html", None, 404)
    if request.method == "GET" and not is_own(link):
        operations.note_opened(link)
    if link.kind == "brief":
        opened = open_brief(context, context.latest, link.owner, link.brief_number)
        page: dict[str, Any] = {"paper": as_paper(opened, context.latest), "until": link.expires_at}
        return form_page("processes/sharing/shared_brief.html", None, **page)
    url = partial(url_for, ".show_shared", token=token)
    page = shared_report(context, context.latest, link.expires_at, url, with_name=link.with_name)
    if request.args.get("show") == SHOW_SOURCES:
        return render_template("processes/sharing/sources.html", is_preview=False, **page)
    return form_page("processes/sharing/shared.html", None, show_all=request.args.get("show") == SHOW_ALL, **page)


def is_own(link: ShareLink) -> bool:
    """Whether whoever opens it could open the process itself: then it is no visit of somebody else."""
    account_id = identity.current().account_id
    if link.organisation_id is None or account_id is None:
        return account_id is not None and account_id == link.account_id
    with database().read() as session:
        return member_of(session, account_id, link.organisation_id) is not None
