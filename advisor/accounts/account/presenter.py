"""What the pages of an account show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.accounts.this_browser import adoption
from advisor.models import (
    Account,
    AccountOwner,
    ApiToken,
    Assessment,
    Feedback,
    LoginSession,
    MailOutbox,
    Membership,
    VisitorOwner,
)
from advisor.models.accounts.account import is_only_admin, own_tokens, waiting_link
from advisor.models.accounts.address import domain_in_letters
from advisor.models.accounts.organisation import sole_ownerships
from advisor.models.base import utc_now
from advisor.models.processes.assessment import belongs_to, own_assessments
from advisor.models.processes.share_link import all_open_links

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One sign-in."""

    id: UUID
    browser: str
    since: datetime
    seen: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token."""

    id: UUID
    name: str
    prefix: str
    since: datetime
    used: datetime | None
    ends: datetime
    has_expired: bool


def account_page(
    session: Session, account: Account, login_id: UUID, visitor_owner: VisitorOwner | None
) -> dict[str, Any]:
    """What the first page of the account says."""
    login = session.get(LoginSession, login_id)
    came = adoption.adopted_assessments(login) if login else None
    here = [rows for rows in (came, own_assessments(visitor_owner) if visitor_owner else None) if rows is not None]
    return {
        "email": account.email,
        "domain": domain_in_letters(account.email),
        "waiting": _waiting_address(session, account),
        "since": account.created_at,
        "has_factor": account.has_factor,
        "codes_left": len(account.recovery_codes),
        "tokens": len(session.scalars(own_tokens(account.id)).all()),
        "links": len(session.scalars(all_open_links(AccountOwner(account.id))).all()),
        "organisations": _count(session, Membership, Membership.account_id == account.id),
        "has_movable": any(session.scalars(rows.limit(1)).first() for rows in here),
    }


def _waiting_address(session: Session, account: Account) -> str:
    """The address that this account gets once a link is opened that was sent, or is about to be; else ""."""
    unsent = select(MailOutbox.to).where(MailOutbox.account_id == account.id, MailOutbox.kind == "new address")
    sent = session.scalars(waiting_link(account.id, utc_now() - current_app.config["RESET_LINK_LIFETIME"])).first()
    return (sent.address if sent else session.scalars(unsent).first()) or ""


def delete_page(session: Session, account: Account) -> dict[str, Any]:
    """What goes with the account, and what must be handed over first."""
    owned = session.execute(sole_ownerships(account.id)).all()
    return {
        "email": account.email,
        "is_only_admin": is_only_admin(session, account.id),
        "processes": _count(session, Assessment, belongs_to(AccountOwner(account.id))),
        "to_hand_over": [(key, name) for key, name, others in owned if others],
        "organisations": [name for _key, name, others in owned if not others],
        "memberships": _count(session, Membership, Membership.account_id == account.id),
        "tokens": len(session.scalars(own_tokens(account.id)).all()),
        "links": len(session.scalars(all_open_links(AccountOwner(account.id))).all()),
        "notes": _count(session, Feedback, Feedback.account_id == account.id),
    }


def login_row(login: LoginSession, *, is_this: bool) -> LoginRow:
    """One sign-in, by the browser as people know it."""
    return LoginRow(login.id, browser_words(login.user_agent), login.created_at, login.last_seen_at, is_this)


def browser_words(user_agent: str) -> str:
    """A browser and its system in a few words."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("A browser we do not know"))


def token_row(token: ApiToken) -> TokenRow:
    """One token, which is known by its name and its first characters."""
    return TokenRow(
        id=token.id,
        name=token.name,
        prefix=token.prefix,
        since=token.created_at,
        used=token.last_used_at,
        ends=token.expires_at,
        has_expired=token.expires_at <= utc_now(),
    )


def _count(session: Session, table: type[Any], condition: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(condition)) or 0
