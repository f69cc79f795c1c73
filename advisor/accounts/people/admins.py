"""The admins: there is always one who can come in, whatever is done at once."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from advisor.models import Account
from advisor.models.account import UNUSABLE
from advisor.models.limits import lock


class OnlyAdmin(Exception):  # noqa: N818
    """The account is the only admin who can come in; without it nobody could edit the rules or help anybody."""


class NotAdmin(Exception):  # noqa: N818
    """Who acts was an admin when the page was opened, and is none any more."""


def active_admins() -> Select[Account]:
    """The admins who can come in by themselves: not disabled, the address confirmed, a password chosen.

    One without a second factor counts: it is set up at the next sign-in, with nobody's help.
    """
    return select(Account).where(
        Account.role == "admin",
        Account.disabled_at.is_(None),
        Account.confirmed_at.is_not(None),
        Account.password_hash != UNUSABLE,
    )


def lock_admins(session: Session) -> None:
    """Let nobody else change who is an admin until the transaction ends. Call it before an account is locked."""
    lock(session, "admins")


def keep_one(session: Session, account: Account) -> None:
    """Raise OnlyAdmin where no active admin would be left without the account; nobody else changes that meanwhile."""
    lock_admins(session)
    if is_only(session, account.id):
        raise OnlyAdmin


def is_only(session: Session, account_id: UUID) -> bool:
    """Whether the account is an active admin, and no other one is."""
    return list(session.scalars(active_admins().with_only_columns(Account.id).limit(2))) == [account_id]


def is_active(session: Session, account_id: UUID | None) -> bool:
    """Whether the account is an admin who can come in."""
    return session.scalars(active_admins().where(Account.id == account_id)).first() is not None
