"""The accounts of others, for admins: who there is, and help for who cannot come in. No page of it shows a process."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.mail import link_minutes, link_url
from advisor.accounts.people import account_admin
from advisor.accounts.people.account_admin import NotAdmin
from advisor.engine.document.text import LINE_LIMIT, search_key, sort_key
from advisor.extensions import database
from advisor.models import Account
from advisor.models.accounts.account import OnlyAdmin, addresses, is_active_admin, lock_admins
from advisor.models.accounts.address import letters_beyond_ascii
from advisor.models.audit import Actor
from advisor.web.access import identity, rights
from advisor.web.forms import ButtonForm, form_page, pressed_or_400
from advisor.web.paging import paginate

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
def people() -> ResponseReturnValue:
    """List the accounts, a page at a time, or those whose address contains some letters."""
    wanted = request.args.get("search", "").strip()[:LINE_LIMIT]

    def url(number: int) -> str:
        return url_for("people.people", search=wanted or None, page=number)

    with database().read() as session:
        found = _find_accounts(session, wanted)
        page = paginate(found, request.args.get("page", ""), current_app.config["PAGE_SIZE"], url)
        shown = select(Account).where(Account.id.in_(page.items))
        accounts = {account.id: account for account in session.scalars(shown)}
    rows = [accounts[key] for key in page.items]
    return form_page("accounts/people/people.html", None, rows=rows, page=page, search=wanted)


def _find_accounts(session: Session, wanted: str) -> list[UUID]:
    """The accounts whose address contains ``wanted``, as people sort.

    Databases differ in how they compare and sort letters, so the addresses alone are looked through here: a hundred
    thousand take about a second, and a page of rows is read afterwards.
    """
    key = search_key(wanted)
    found = [row for row in session.execute(addresses()) if not key or key in search_key(row.email)]
    return [row.id for row in sorted(found, key=lambda row: sort_key(row.email))]


@bp.get("/<uuid:account_id>")
def person(account_id: UUID) -> ResponseReturnValue:
    """Show one account, and what can be done for it."""
    return _person_page(account_id)


def _person_page(account_id: UUID, new_link: str = "") -> ResponseReturnValue:
    with database().read() as session:
        found = session.get(Account, account_id) or abort(404)
    return form_page(
        "accounts/people/person.html",
        ButtonForm(formdata=None),
        person=found,
        letters=letters_beyond_ascii(found.email),
        is_self=found.id == identity.current().account_id,
        is_proved=bool(current_app.config["MAIL_URL"]),
        new_link=new_link,
        minutes=link_minutes(current_app.config),
        notice=_("Done.") if request.args.get("done") else "",
    )


def _act(account_id: UUID, name: str, act: Callable[[Session, Account, Actor], object]) -> ResponseReturnValue:
    """Do something of that name to the account of somebody else, after the password was typed again."""
    if ask := identity.requires_password_again(name):
        return ask
    pressed_or_400()
    if account_id == identity.current().account_id:
        rights.refuse(_("This page is for the accounts of others. Your own is under “Your account”."))
    try:
        with database().write() as session:
            _still_admin(session)
            act(session, operations.lock_account(session, account_id) or abort(404), identity.actor())
    except NotAdmin:
        rights.refuse(_("You are not an admin any more: another admin changed that just now. Nothing was done."))
    except OnlyAdmin:
        abort(409, description=_("This is the only admin who can sign in. Make somebody else an admin first."))
    return redirect(url_for(".person", account_id=account_id, done=1), 303)


def _still_admin(session: Session) -> None:
    """Of two admins who take each other's rights away at once, the second has none any more. Raises NotAdmin."""
    lock_admins(session)
    if not is_active_admin(session, identity.current().account_id):
        raise NotAdmin


@bp.post("/<uuid:account_id>/disable")
def disable(account_id: UUID) -> ResponseReturnValue:
    """Let nobody sign in to it."""
    return _act(account_id, _("Disable the account"), account_admin.disable)


@bp.post("/<uuid:account_id>/enable")
def enable(account_id: UUID) -> ResponseReturnValue:
    """Let its owner sign in again."""
    return _act(account_id, _("Let them sign in again"), account_admin.enable)


@bp.post("/<uuid:account_id>/make-admin")
def make_admin(account_id: UUID) -> ResponseReturnValue:
    """Let its owner edit the rules."""
    return _act(account_id, _("Make them an admin"), partial(account_admin.set_role, role="admin"))


@bp.post("/<uuid:account_id>/make-owner")
def make_owner(account_id: UUID) -> ResponseReturnValue:
    """Take the rights of an admin away."""
    return _act(account_id, _("Take the rights of an admin away"), partial(account_admin.set_role, role="owner"))


@bp.post("/<uuid:account_id>/reset-factor")
def reset_factor(account_id: UUID) -> ResponseReturnValue:
    """Help somebody whose second factor is lost."""
    return _act(account_id, _("Take the second factor away"), account_admin.reset_factor)


@bp.post("/<uuid:account_id>/reset-link")
def reset_link(account_id: UUID) -> ResponseReturnValue:
    """Make a link by which the password can be set; it is shown once."""
    tokens: list[str] = []
    reply = _act(account_id, _("Make a link"), lambda *about: tokens.append(account_admin.reset_link(*about)))
    if not tokens:
        return reply
    return _person_page(account_id, link_url(current_app.config["BASE_URL"], "/set-password", tokens[0]))
