"""Who is asking: nobody known, an owner, or an admin. The cookie holds a random id; the row it names is the truth.

Programs name themselves by a token in the ``Authorization`` header. Under /api/ the cookie counts for nothing, so no
other site can use it there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, request
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from advisor.engine.document.text import LINE_LIMIT, text_fault
from advisor.extensions import database
from advisor.models import Account, AccountOwner, ApiToken, LoginSession, Owner, VisitorOwner
from advisor.models.accounts.account import login_by_token
from advisor.models.accounts.organisation import Member
from advisor.models.audit import Actor
from advisor.models.base import hash_of, utc_now
from advisor.models.database import DatabaseUnavailable
from advisor.models.limits import Limit, count_tries, tries_left
from advisor.web.access import cookies
from advisor.web.access.quotas import note_quota
from advisor.web.errors import reply_too_often
from advisor.web.logs import log

Role = Literal["anonymous", "owner", "admin"]

BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent this request."""

    account_id: UUID | None = None
    email: str = ""
    role: Role = "anonymous"
    login_id: UUID | None = None
    """The sign-in of a person; None for a program with a token."""
    password_at: datetime | None = None
    """When the password was typed last."""
    adopted: tuple[str, ...] = ()
    """The processes that came along from the browser with this sign-in, until a page has said so."""
    lacks_factor: bool = False
    """An admin who has not set up the second factor yet, and may do nothing else before that."""

    @property
    def is_signed_in(self) -> bool:
        """Whether this is an account, of an owner or an admin."""
        return self.account_id is not None

    @property
    def is_admin(self) -> bool:
        """Whether this is an admin who may work: the second factor is set up."""
        return self.role == "admin" and not self.lacks_factor


ANONYMOUS = Identity()

ASKS_NOBODY = frozenset({"static", "health.alive", "health.ready"})
"""Endpoints before which nobody looks up who is asking."""


def init_app(app: Flask) -> None:
    """Look up who is asking before any view runs, and tell the templates as ``who``."""
    app.before_request(_look_up_once)
    app.after_request(_clear_adopted)
    app.context_processor(lambda: {"who": current(), "has_visitor_key": cookies.has_visitor_key()})


def current() -> Identity:
    """Who sent this request; looked up once."""
    if "identity" not in g:
        g.identity = ANONYMOUS  # stays where the look-up fails: an error page must not fail a second time
        g.signed_out = None
        g.identity = _of_token() if request.path.startswith("/api/") else _of_cookie()
    return cast(Identity, g.identity)


def clear_cache() -> None:
    """Look again, because the cookie is another one now."""
    g.pop("identity", None)


def signed_out_account() -> UUID | None:
    """The account whose sign-in this browser still names, though it has ended; None where there is none."""
    current()
    return cast("UUID | None", g.signed_out)


def owner() -> Owner | None:
    """Whose assessments this request may see: those of the organisation in which it works, the account's, or else the
    visitor's; None where nothing is held.
    """
    who = current()
    member = cast("Member | None", g.get("member"))
    if member is not None:
        return member.owner
    if who.account_id is not None:
        return AccountOwner(who.account_id)
    key_hash = None if request.path.startswith("/api/") else cookies.visitor_hash()
    return VisitorOwner(key_hash) if key_hash else None


def ensure_owner() -> Owner:
    """The same, with a new visitor key where there is none. Call it where a form begins, so that two have one owner."""
    return owner() or VisitorOwner(cookies.ensure_visitor_hash())


def own_account_id() -> UUID:
    """The account that is asking; 404 where nobody is signed in."""
    return current().account_id or abort(404)


def own_login_id() -> UUID:
    """The sign-in of the person who is asking; 404 where nobody is signed in, or a program asks."""
    return current().login_id or abort(404)


def own_account(session: Session) -> Account:
    """The account that is asking, to be changed in this session; 404 where nobody is signed in."""
    return session.get(Account, own_account_id()) or abort(404)


def actor() -> Actor:
    """Who is asking, for the audit."""
    who = current()
    return Actor(who.role, who.account_id, client_address())


def client_address() -> str:
    """The network address that this came from. A proxy is believed only where the settings name it."""
    return request.remote_addr or ""


def browser_name() -> str:
    """What the browser calls itself; "" where that could not be stored. One that is too long is cut."""
    name = request.user_agent.string[:LINE_LIMIT]
    return name if text_fault(name, one_line=True) is None else ""


def requires_password_again(act: str) -> Response | None:
    """None while the password was typed a short time ago; else the page that asks for it, to be given as the reply.

    What was posted travels through that page, and is there afterwards, under a button with the words of the ``act``.
    Usage, as the first lines of a view::

        if ask := requires_password_again(_("Make the token")):
            return ask
    """
    typed = current().password_at
    if typed is not None and utc_now() - typed < current_app.config["PASSWORD_FRESH_FOR"]:
        return None
    return ask_for("password", act)


def ask_for(what: Literal["sign-in", "password"], act: str = "") -> Response:
    """The page that asks who somebody is, or for the password again. The activity "accounts" provides both."""
    page: Callable[[str], Response] = current_app.extensions["ask_for"][what]
    return page(act)


def _look_up_once() -> None:
    if request.endpoint not in ASKS_NOBODY:
        current()


def _of_cookie() -> Identity:
    token = cookies.login_token()
    if token is None:
        return ANONYMOUS
    login = login_by_token(database(), hash_of(token))
    if login is None:
        return ANONYMOUS
    if not is_alive(login):
        g.signed_out = login.account_id
        return ANONYMOUS
    _note_visit(login)
    account = login.account
    return Identity(
        account_id=account.id,
        email=account.email,
        role="admin" if account.is_admin else "owner",
        login_id=login.id,
        password_at=login.password_at,
        adopted=tuple(login.adopted),
        lacks_factor=account.is_admin and not account.has_factor,
    )


def is_alive(login: LoginSession) -> bool:
    """Whether a sign-in still counts: not ended, not idle for too long, and not too old whatever was done with it."""
    if login.ended_at is not None or login.account.disabled_at is not None:
        return False
    kind = "ADMIN" if login.account.is_admin else "OWNER"
    moment = utc_now()
    return bool(
        moment - login.last_seen_at < current_app.config[f"{kind}_IDLE"]
        and moment - login.created_at < current_app.config[f"{kind}_SIGNED_IN_AT_MOST"]
    )


def _note_visit(login: LoginSession) -> None:
    """Push the end for idleness back. A page is shown all the same where that cannot be written just now."""
    if utc_now() - login.last_seen_at < current_app.config["SEEN_AGAIN_AFTER"]:
        return
    try:
        with database().write() as session:
            still = (LoginSession.id == login.id, LoginSession.ended_at.is_(None))
            session.execute(update(LoginSession).where(*still).values(last_seen_at=utc_now()))
    except DatabaseUnavailable:
        return


def _clear_adopted(response: Response) -> Response:
    """The first page after the sign-in names what came along, and the next does not any more."""
    who = cast("Identity | None", g.get("identity"))
    if who is not None and who.adopted and response.status_code == 200 and response.mimetype == "text/html":
        try:
            with database().write() as session:
                session.execute(update(LoginSession).where(LoginSession.id == who.login_id).values(adopted=[]))
        except DatabaseUnavailable:
            log.warning("not noted that a page told of adopted processes")
    return response


def _of_token() -> Identity:
    header = request.headers.get("Authorization", "")
    if not header:
        return ANONYMOUS
    secret = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
    with database().read() as session:
        token = session.scalars(select(ApiToken).where(ApiToken.token_hash == hash_of(secret))).first()
    moment = utc_now()
    if token is None or token.revoked_at or token.expires_at <= moment or token.account.disabled_at:
        abort(401, description=_("This token is not known, was revoked, or has expired."))
    with database().write() as session:
        limit = Limit("api", current_app.config["API_CALLS"], current_app.config["API_WINDOW"])
        wait = count_tries(session, [(limit, str(token.id))])
        note_quota("calls", limit, tries_left(session, limit, str(token.id)))
        if wait is None:
            session.execute(update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=moment))
    if wait is not None:
        abort(reply_too_often(wait.seconds))
    # An admin's programs may do what there is for admins under /api/: nothing there changes a rule or an account.
    role: Role = "admin" if token.account.is_admin and token.account.has_factor else "owner"
    return Identity(account_id=token.account_id, email=token.account.email, role=role)
