"""A copy of the database takes its place: whatever may have ended since the copy was made, ends.

What only remembers stays. A one-time key is that of a form that was sent before the copy was made, together with what
it did: without the key the form would act again. Counted tries keep somebody waiting, and let nobody in.
"""

from sqlalchemy import CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from advisor.models.account import TOTP_STEP, Account, ApiToken, LoginSession, ResetToken
from advisor.models.base import now
from advisor.models.job import cancel_open
from advisor.models.mail import MailOutbox


def revoke_all(session: Session) -> dict[str, int]:
    """End whatever lets somebody in, but passwords and second factors, and whatever waits to be done.

    Returns how many of each kind ended.
    """
    moment = now()
    codes = _end_codes(session)
    logins = update(LoginSession).where(LoginSession.ended_at.is_(None)).values(ended_at=moment)
    links = update(ResetToken).where(ResetToken.used_at.is_(None)).values(used_at=moment)
    tokens = update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=moment)
    return {
        "sign-ins": _count(session, logins),
        "links that set a password or confirm an address": _count(session, links),
        "recovery codes": codes,
        "API tokens": _count(session, tokens),
        "letters that waited": _count(session, delete(MailOutbox)),
        "jobs that waited or ran": cancel_open(session),
    }


def _end_codes(session: Session) -> int:
    """End the recovery codes, factors that are being set up, and the codes that apps show now."""
    number = sum(len(codes) for codes in session.scalars(select(Account.recovery_codes)))
    ended = update(Account).values(recovery_codes=[], totp_pending=None, row_version=Account.row_version + 1)
    _count(session, ended)
    newest = int(now().timestamp()) // TOTP_STEP
    earlier = or_(Account.totp_last_step.is_(None), Account.totp_last_step < newest)
    used_up = update(Account).where(Account.totp_secret.is_not(None), earlier).values(totp_last_step=newest)
    _count(session, used_up)
    return number


def _count(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
