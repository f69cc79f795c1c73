"""What is done to the accounts of others, by an admin or on the command line. Doing it twice is doing it once."""

from typing import Any, Literal

from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.models import Account
from advisor.models.accounts.account import UNUSABLE, keep_one_admin, own_tokens
from advisor.models.audit import Actor, audit
from advisor.models.base import utc_now


def disable(session: Session, account: Account, who: Actor) -> None:
    """Let nobody sign in to an account; sign-ins and tokens stop counting with the next request. Raises OnlyAdmin."""
    if account.disabled_at is not None:
        return
    keep_one_admin(session, account)
    account.disabled_at = utc_now()
    operations.end_logins(session, account.id)
    operations.end_links(session, account.id)
    audit(session, "account disabled", who=who, what=operations.account_label(account))


def enable(session: Session, account: Account, who: Actor) -> None:
    """Let its owner sign in again."""
    if account.disabled_at is None:
        return
    account.disabled_at = None
    audit(session, "account enabled", who=who, what=operations.account_label(account))


def set_role(session: Session, account: Account, who: Actor, role: Literal["owner", "admin"]) -> None:
    """Make an admin of an owner, or the reverse. Its sign-ins end: the next one has the rights of the new role.

    Raises OnlyAdmin.
    """
    if account.role == role:
        return
    if account.is_admin:
        keep_one_admin(session, account)
    before, account.role = account.role, role
    operations.end_logins(session, account.id)
    old, new = {"role": before}, {"role": role}
    audit(session, "role changed", who=who, what=operations.account_label(account), before=old, after=new)
    operations.notify(session, account, "role changed")


def reset_factor(session: Session, account: Account, who: Actor) -> None:
    """Take a lost second factor away; sign-ins end. An admin has to set up a new one before anything else."""
    if not account.has_factor:
        return
    operations.remove_factor(session, account, who)
    operations.end_logins(session, account.id)


def reset_link(session: Session, account: Account, who: Actor) -> str:
    """Make a link for somebody who cannot get one by mail. Returns its secret."""
    audit(session, "reset link made", who=who, what=operations.account_label(account))
    return operations.new_link(session, account, "reset")


def create_admin(session: Session, email: str, who: Actor) -> tuple[Account, str]:
    """Make an admin, or make one of an account that is there. Returns the secret of a link that sets the password.

    Whoever registered the address need not be whose it is, as no mail may have shown that: only the link lets in.
    """
    made: dict[str, Any] = {"password_hash": UNUSABLE, "role": "admin", "confirmed_at": utc_now()}
    account, is_new = operations.find_or_add(session, email, **made)
    if is_new:
        audit(session, "account created", who=who, what=operations.account_label(account), after={"role": "admin"})
    elif not account.is_admin:
        set_role(session, account, who, "admin")
        _shut_out(session, account, who)
    return account, reset_link(session, account, who)


def _shut_out(session: Session, account: Account, who: Actor) -> None:
    """Let nothing in that was good for the account until now. What it holds stays."""
    account.password_hash, account.totp_pending = UNUSABLE, None
    account.confirmed_at = account.confirmed_at or utc_now()
    if account.has_factor:
        operations.remove_factor(session, account, who)
    for token in session.scalars(own_tokens(account.id)):
        operations.revoke_token(session, account.id, token.id, who)


class NotAdmin(Exception):  # noqa: N818
    """Who acts was an admin when the page was opened, and is none any more."""
