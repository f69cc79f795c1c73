"""What is done to accounts. Each function works in the transaction it is given, and records the act in it."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from advisor.accounts.organisations.operations import leave_all
from advisor.models import (
    Account,
    AccountOwner,
    ApiToken,
    LoginSession,
    MailOutbox,
    ResetToken,
)
from advisor.models.accounts.account import account_by_email, keep_one_admin, own_logins, own_tokens, request_letter
from advisor.models.accounts.address import canonical_email, is_address
from advisor.models.accounts.removal import DeletedCounts, delete_all_of
from advisor.models.audit import Actor, audit
from advisor.models.base import hash_of, utc_now
from advisor.models.database import DatabaseUnavailable, is_unique_violation
from advisor.models.limits import room_left
from advisor.web.access import cookies

TOKEN_PREFIX = "oa_"  # noqa: S105 - by which people, and scanners for secrets, know what it is


LinkKind = Literal["reset", "confirm", "address"]


class AddressTaken(Exception):  # noqa: N818
    """Another account has this address."""


class TooManyTokens(Exception):  # noqa: N818
    """The account has as many tokens as one may."""


def account_label(account: Account) -> str:
    """How the audit names an account."""
    return f"account {account.id}"


def lock_account(session: Session, account_id: UUID) -> Account | None:
    """The account as it is now, with its row locked until the end of the transaction.

    Rows that name the account may be added meanwhile: whoever adds one and waits for us would else be waited for.
    """
    mine = select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    return session.scalars(mine.execution_options(populate_existing=True)).first()


def lock_account_if_unchanged(session: Session, account_id: UUID, password_hash: str) -> Account | None:
    """The same while its password is the one that was checked, and it may be signed in to; else None."""
    mine = lock_account(session, account_id)
    if mine is None or mine.password_hash != password_hash:
        return None
    return mine if mine.confirmed_at is not None and mine.disabled_at is None else None


# ---- coming ------------------------------------------------------------------------------------------------------


def register(session: Session, email: str, password_hash: str, from_where: str) -> Account:
    """Make an account that is signed in to at once. Raises AddressTaken."""
    account, _is_new = find_or_add(session, email, password_hash=password_hash, role="owner")
    if account.confirmed_at is not None:
        raise AddressTaken
    account.email, account.password_hash, account.confirmed_at = canonical_email(email), password_hash, utc_now()
    session.flush()
    _record_registration(session, account, from_where)
    return account


def ask_to_confirm(session: Session, email: str, password_hash: str, next_path: str) -> None:
    """Make an account that counts from the moment its address is confirmed; where there is one, only a letter goes."""
    account, _is_new = find_or_add(session, email, password_hash=password_hash, role="owner")
    if account.confirmed_at is None:
        account.email, account.password_hash = canonical_email(email), password_hash
    request_letter(session, canonical_email(email), "registration", next_path)


def find_or_add(session: Session, email: str, **values: Any) -> tuple[Account, bool]:
    """The account of an address, with its row locked, and whether it was made now, with ``values``.

    Where several ask at the same moment, one of them makes it, and the others get what it made.
    """
    for _attempt in range(3):
        found = session.scalars(account_by_email(email).with_for_update()).first()
        if found is not None:
            return found, False
        account = Account(email=canonical_email(email), **values)
        try:
            with _one_account_each(session):
                session.add(account)
        except AddressTaken:
            continue
        return account, True
    raise DatabaseUnavailable("busy")  # it comes and goes all the time


@contextmanager
def _one_account_each(session: Session) -> Iterator[None]:
    """Give an address to an account. Raises AddressTaken where another transaction does the same and is quicker."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise AddressTaken from error


def confirm(session: Session, account: Account, from_where: str) -> None:
    """The address is theirs: from now on they can sign in."""
    account.confirmed_at = utc_now()
    end_links(session, account.id)
    _record_registration(session, account, from_where)


def _record_registration(session: Session, account: Account, from_where: str) -> None:
    audit(session, "account created", who=Actor("owner", account.id, from_where), what=account_label(account))


def sign_in(
    session: Session,
    account: Account,
    *,
    user_agent: str,
    from_where: str,
    at_once: int,
    by: str,
) -> tuple[str, LoginSession]:
    """Open a sign-in, whose secret is returned with it. ``by`` is what proved who it is."""
    token = cookies.new_login_token()
    login = LoginSession(
        token_hash=hash_of(token),
        form_hash=hash_of(cookies.form_secret(token)),
        account_id=account.id,
        user_agent=user_agent[:200],
        adopted=[],
        came_along=[],
    )
    session.add(login)
    session.flush()
    for oldest in session.scalars(own_logins(account.id).offset(at_once)):
        oldest.ended_at = utc_now()
    audit(session, "signed in", who=own_actor(account, from_where), what=account_label(account), after={"by": by})
    return token, login


def refuse_sign_in(session: Session, account: Account | None, from_where: str, why: str) -> None:
    """Record that somebody could not sign in."""
    audit(
        session,
        "sign-in refused",
        who=Actor("anonymous", None, from_where),
        what=account_label(account) if account else "",
        why=why,
    )


def sign_out(session: Session, token: str, from_where: str) -> None:
    """End the sign-in that a cookie names, if it has not ended."""
    named = (LoginSession.token_hash == hash_of(token), LoginSession.ended_at.is_(None))
    login = session.scalars(select(LoginSession).where(*named).with_for_update(of=LoginSession)).first()
    if login is not None:
        login.ended_at = utc_now()
        audit(session, "signed out", who=own_actor(login.account, from_where), what=account_label(login.account))


def own_actor(account: Account, from_where: str) -> Actor:
    """Who acts on the own account, for the record."""
    return Actor("admin" if account.is_admin else "owner", account.id, from_where)


# ---- staying -----------------------------------------------------------------------------------------------------


def end_logins(session: Session, account_id: UUID, but: UUID | None = None) -> int:
    """End every sign-in of an account, except one. Returns how many ended."""
    ended = 0
    for login in session.scalars(own_logins(account_id).with_for_update(of=LoginSession)):
        if login.id != but:
            login.ended_at = utc_now()
            ended += 1
    return ended


def end_login(session: Session, account_id: UUID, login_id: UUID, who: Actor) -> bool:
    """End one sign-in of an account, if it has not ended; False where the account never had it."""
    mine = (LoginSession.account_id == account_id, LoginSession.id == login_id)
    found = session.scalars(select(LoginSession).where(*mine).with_for_update(of=LoginSession)).first()
    if found is not None and found.ended_at is None:
        found.ended_at = utc_now()
        audit(session, "sign-in ended", who=who, what=f"sign-in {found.id}")
    return found is not None


def end_links(session: Session, account_id: UUID) -> None:
    """End every link that was sent to set the password or to confirm an address, and those about to be sent."""
    _end_sent_links(session, account_id)
    unsent = (MailOutbox.account_id == account_id, MailOutbox.kind == "new address")
    session.execute(delete(MailOutbox).where(*unsent))


def _end_sent_links(session: Session, account_id: UUID) -> None:
    mine = (ResetToken.account_id == account_id, ResetToken.used_at.is_(None))
    session.execute(update(ResetToken).where(*mine).values(used_at=utc_now()))


def notify(session: Session, account: Account, kind: str) -> None:
    """Send a letter to the owner of an account that tells of a change."""
    if account.letter_address is not None:
        request_letter(session, account.letter_address, kind, account_id=account.id)


def renew_login(session: Session, login_id: UUID) -> str:
    """Give a sign-in a new id: what was copied of the old cookie is worth nothing any more."""
    token = cookies.new_login_token()
    login = session.get_one(LoginSession, login_id)
    login.token_hash, login.form_hash = hash_of(token), hash_of(cookies.form_secret(token))
    login.password_at = utc_now()
    return token


def change_password(session: Session, account: Account, password_hash: str, *, who: Actor, login_id: UUID) -> str:
    """Set another password, and end every other sign-in. Returns the new id of this one."""
    account.password_hash = password_hash
    end_links(session, account.id)
    end_logins(session, account.id, but=login_id)
    audit(session, "password changed", who=who, what=account_label(account))
    notify(session, account, "password changed")
    return renew_login(session, login_id)


def ask_to_change_email(session: Session, account: Account, email: str, *, who: Actor) -> None:
    """Send a link to the new address, by which it becomes that of the account; the old one is told at once."""
    end_links(session, account.id)
    request_letter(session, canonical_email(email), "new address", account_id=account.id)
    notify(session, account, "address change asked")
    audit(session, "address change asked", who=who, what=account_label(account))


def change_email(session: Session, account: Account, email: str, *, who: Actor) -> None:
    """Set another address; the old one is told. Raises AddressTaken."""
    other = session.scalars(account_by_email(email).with_for_update()).first()
    if other is not None and other.id != account.id:
        if other.confirmed_at is not None:
            raise AddressTaken
        session.delete(other)
        session.flush()
    notify(session, account, "address changed")
    with _one_account_each(session):
        account.email = canonical_email(email)
    end_links(session, account.id)
    audit(session, "address changed", who=who, what=account_label(account))


def new_link(session: Session, account: Account, kind: LinkKind, address: str | None = None) -> str:
    """Make a link's secret; every earlier link of the account ends. ``address`` is the new one that it confirms."""
    # Of two links made at once, and of one made while the password changes, one is left.
    lock_account(session, account.id)
    _end_sent_links(session, account.id)
    token = secrets.token_urlsafe(32)
    session.add(ResetToken(token_hash=hash_of(token), account_id=account.id, kind=kind, address=address))
    return token


def find_link(session: Session, token: str, kind: LinkKind, lifetime: timedelta) -> ResetToken | None:
    """The link of that secret, while it can be used."""
    found = session.get(ResetToken, hash_of(token))
    if found is None or found.kind != kind or found.used_at is not None or found.account.disabled_at is not None:
        return None
    if found.address is not None and not is_address(canonical_email(found.address)):  # of an earlier release
        return None
    return found if found.created_at > utc_now() - lifetime else None


def reset_password(session: Session, account: Account, password_hash: str, from_where: str) -> None:
    """Set the password through a link. Every sign-in ends; the second factor stays."""
    account.password_hash = password_hash
    account.confirmed_at = account.confirmed_at or utc_now()
    end_links(session, account.id)
    end_logins(session, account.id)
    audit(session, "password reset", who=own_actor(account, from_where), what=account_label(account))
    notify(session, account, "password changed")


def create_token(session: Session, account_id: UUID, name: str, lifetime: timedelta, most: int, who: Actor) -> str:
    """Make a token for a program. It is returned once; only its hash is stored. Raises TooManyTokens."""
    if not room_left(session, f"tokens of {account_id}", own_tokens(account_id), most):
        raise TooManyTokens
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        account_id=account_id,
        name=name,
        prefix=token[:8],
        token_hash=hash_of(token),
        expires_at=utc_now() + lifetime,
    )
    session.add(made)
    session.flush()
    audit(session, "token created", who=who, what=f"token {made.id}")
    return token


def revoke_token(session: Session, account_id: UUID, token_id: UUID, who: Actor) -> bool:
    """End a token of an account, from the next request on, if it has not ended; False where the account has none."""
    mine = (ApiToken.account_id == account_id, ApiToken.id == token_id)
    token = session.scalars(select(ApiToken).where(*mine).with_for_update(of=ApiToken)).first()
    if token is not None and token.revoked_at is None:
        token.revoked_at = utc_now()
        audit(session, "token revoked", who=who, what=f"token {token.id}")
    return token is not None


# ---- the second factor -------------------------------------------------------------------------------------------


def set_factor(session: Session, account: Account, secret: str, step: int, codes: Sequence[str], who: Actor) -> None:
    """Ask for a code from now on. Other sign-ins, which knew none, end."""
    account.totp_secret, account.totp_pending, account.totp_last_step = secret, None, step
    account.recovery_codes = list(codes)
    audit(session, "second factor set", who=who, what=account_label(account))
    notify(session, account, "factor set")


def set_recovery_codes(session: Session, account: Account, codes: Sequence[str], who: Actor) -> None:
    """Replace the recovery codes; the old ones are worth nothing any more."""
    account.recovery_codes = list(codes)
    audit(session, "recovery codes renewed", who=who, what=account_label(account))


def remove_factor(session: Session, account: Account, who: Actor) -> None:
    """Ask for no code any more."""
    account.totp_secret = account.totp_pending = account.totp_last_step = None
    account.recovery_codes = []
    audit(session, "second factor removed", who=who, what=account_label(account))
    notify(session, account, "factor removed")


# ---- leaving -----------------------------------------------------------------------------------------------------


def delete_account(session: Session, account: Account, who: Actor) -> DeletedCounts:
    """Delete everything that is held about an account, at once. The audit keeps what was done, and no name.

    Raises OnlyAdmin, and LastOwner where others are in an organisation that nobody else looks after.
    """
    keep_one_admin(session, account)
    leave_all(session, account, who)
    audit(session, "account deleted", who=who, what=account_label(account))
    removed = delete_all_of(session, AccountOwner(account.id))
    for letter in session.scalars(select(MailOutbox).where(MailOutbox.account_id.is_(None))):
        if canonical_email(letter.to) == account.email:  # asked for by somebody who was not signed in
            session.delete(letter)
    session.delete(account)
    return removed
