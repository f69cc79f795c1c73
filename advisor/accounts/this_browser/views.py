"""What is in this browser and in no account, and what came along when somebody signed in: each can still be moved."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.moves import NoRoom
from advisor.accounts.sign_in import form_preservation
from advisor.accounts.sign_in.views import bp, home_url
from advisor.accounts.this_browser import adoption
from advisor.extensions import database
from advisor.models import DatabaseUnavailable, LoginSession, VisitorOwner
from advisor.models.processes.assessment import own_assessments
from advisor.web.access import cookies, identity
from advisor.web.forms import ButtonForm, add_form_error, form_page, pressed_or_400, unsaved_page

TEMPLATE = "accounts/this_browser/this_browser.html"


@bp.route("/account/this-browser", methods=["GET", "POST"], endpoint="this_browser")
def page() -> ResponseReturnValue:
    """Show both; add what is here to the account, or give back what came along."""
    if request.method == "GET":
        return form_page(
            TEMPLATE, ButtonForm(), notice=adoption.left_behind_sentence(request.args.get("left")), **_page()
        )
    form = pressed_or_400()
    act = {"add": _add, "give-back": _give_back}.get(request.form.get("do", "")) or abort(400)
    try:
        with database().write() as session:
            act(session, _login(session))
    except NoRoom:
        add_form_error(form, adoption.no_room_words())
        return form_page(TEMPLATE, form, **_page())
    except DatabaseUnavailable as error:
        return unsaved_page(TEMPLATE, form, error, **_page())
    if act is _add:
        cookies.forget_visitor()
    return redirect(url_for(".this_browser"), 303)


def _login(session: Session) -> LoginSession:
    operations.lock_account(session, identity.own_account_id()) or abort(404)
    return session.get(LoginSession, identity.own_login_id()) or abort(404)


def _add(session: Session, login: LoginSession) -> None:
    if (owner := adoption.browser_owner()) is not None:
        adoption.adopt(session, login, owner, identity.actor())


def _give_back(session: Session, login: LoginSession) -> None:
    adoption.give_back(session, login, VisitorOwner(cookies.ensure_visitor_hash()), identity.actor())


def _page() -> dict[str, Any]:
    owner = adoption.browser_owner()
    with database().read() as session:
        login = session.get(LoginSession, identity.own_login_id()) or abort(404)
        came = list(session.scalars(adoption.adopted_assessments(login)))
        left = list(session.scalars(own_assessments(owner))) if owner else []
    return {
        "in_browser": [found.process_name for found in left],
        "came_along": [found.process_name for found in came],
        "onward_url": _onward([found.id for found in left]),
    }


def _onward(left: list[UUID]) -> str:
    """Where the person was going, unless that is the page of a process that is not in the account."""
    path = form_preservation.local_path(request.args.get("next"))
    return home_url() if path is None or any(str(one) in path for one in left) else path
