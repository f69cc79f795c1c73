"""What the pages of an account show, and the file with everything that is held."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.models import (
    Account,
    AccountOwner,
    ApiToken,
    Assessment,
    Feedback,
    LoginSession,
    MailOutbox,
    Part,
    Recommendation,
)
from advisor.models.account import own_logins, own_tokens, plain, waiting_link
from advisor.models.assessment import belongs_to
from advisor.models.base import now

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


def account_page(session: Session, account: Account) -> dict[str, Any]:
    """What the first page of the account says."""
    return {
        "email": account.email_shown,
        "waiting": _waiting_address(session, account),
        "since": account.created_at,
        "has_factor": account.has_factor,
        "codes_left": len(account.recovery_codes),
        "tokens": len(session.scalars(own_tokens(account.id)).all()),
    }


def _waiting_address(session: Session, account: Account) -> str:
    """The address that this account gets once a link is opened that was sent, or is about to be; else ""."""
    unsent = select(MailOutbox.to).where(MailOutbox.account_id == account.id, MailOutbox.kind == "new address")
    sent = session.scalars(waiting_link(account.id, now() - current_app.config["RESET_LINK_LIFETIME"])).first()
    return (sent.address if sent else session.scalars(unsent).first()) or ""


def delete_page(session: Session, account: Account) -> dict[str, Any]:
    """What goes with the account."""
    return {
        "email": account.email_shown,
        "processes": _count(session, Assessment, belongs_to(AccountOwner(account.id))),
        "tokens": len(session.scalars(own_tokens(account.id)).all()),
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
        has_expired=token.expires_at <= now(),
    )


def everything(session: Session, account: Account) -> dict[str, Any]:
    """All that is held about an account, but for what proves it (the hashes of passwords, codes and tokens)."""
    mine = select(Assessment).where(belongs_to(AccountOwner(account.id))).order_by(Assessment.created_at)
    notes = select(Feedback).where(Feedback.account_id == account.id).order_by(Feedback.created_at)
    return {
        "product": "Outsourcing Advisor",
        "made_at": now().isoformat(),
        "account": plain(account),
        "sign_ins": [
            {
                "since": login.created_at.isoformat(),
                "last_seen": login.last_seen_at.isoformat(),
                "browser": login.user_agent,
            }
            for login in session.scalars(own_logins(account.id))
        ],
        "tokens": [
            {
                "name": token.name,
                "begins": token.prefix,
                "created": token.created_at.isoformat(),
                "last_used": _time(token.last_used_at),
                "expires": token.expires_at.isoformat(),
            }
            for token in session.scalars(own_tokens(account.id))
        ],
        "notes_to_the_admins": [
            {"sent": note.created_at.isoformat(), "text": note.text, "answers": note.answers, "version": note.version}
            for note in session.scalars(notes)
        ],
        "processes": [_process(session, assessment) for assessment in session.scalars(mine)],
    }


def _process(session: Session, assessment: Assessment) -> dict[str, Any]:
    advice = select(Recommendation).where(Recommendation.assessment_id == assessment.id)
    return {
        "process": assessment.process_name,
        "created": assessment.created_at.isoformat(),
        "last_touched": assessment.touched_at.isoformat(),
        "deleted": _time(assessment.deleted_at),
        "rules_version": assessment.version_number,
        "decision": assessment.decision,
        "decided_on": assessment.decided_on.isoformat() if assessment.decided_on else None,
        "notes": assessment.notes,
        "answers": assessment.answers,
        "answered_at": assessment.answered_at,
        "parts": [_part(part) for part in assessment.parts],
        "advice": [
            {
                "given": given.created_at.isoformat(),
                "rules_version": given.version_number,
                "answers": given.given,
                "result": given.result,
            }
            for given in session.scalars(advice.order_by(Recommendation.sequence))
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"part": part.name, "answers": part.answers, "answered_at": part.answered_at}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _count(session: Session, table: type[Any], condition: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(condition)) or 0
