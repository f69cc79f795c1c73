"""Accounts, what proves that somebody is one (sign-ins, tokens of programs, links), and letters that are to be sent.

A letter is asked for in the act that causes it, and written and sent by a thread. What is stored is what it is about,
never a link that would let somebody in: that is made when it is sent.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Select, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates
from sqlalchemy.orm.attributes import set_committed_value

from advisor.models.accounts.address import canonical_email, is_address
from advisor.models.base import Base, utc_now
from advisor.models.database import Database
from advisor.models.limits import lock
from advisor.models.plain_select import Columns, PlainSelect

TOTP_STEP = 30
"""Seconds that a code of the second factor lasts."""

UNUSABLE = "!"
"""In place of a password's hash while none was chosen: no password fits it."""


class Account(Base):
    """A person who signs in. An admin edits the rules; every other account is an owner of processes alone."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    """The one spelling of the address (``address.parse_address``): it is looked for, shown and written to."""
    email_shown: Mapped[str]
    """The same. The release before this one reads it, and may have stored another one: see ``letter_address``."""
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="owner")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    confirmed_at: Mapped[datetime | None]
    """When it was known that the address is theirs. Before that nobody signs in."""
    totp_secret: Mapped[str | None]
    """Of the second factor, None where there is none."""
    totp_pending: Mapped[str | None]
    """Of a second factor that is being set up, and asked for by nothing yet."""
    totp_last_step: Mapped[int | None]
    """The time step whose code was used last; neither it nor an earlier one is taken again."""
    recovery_codes: Mapped[list[str]] = mapped_column(JSON(), default=list)
    """Hashes of those that are not used up. Replace it: a value changed in place is not noticed."""
    recent_items: Mapped[list[list[str]]] = mapped_column(JSON, server_default="[]")
    """What an admin opened last of the rules, the newest first: see ``rule_sets/search/recent_items.py``."""
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012

    @validates("email")
    def _keep_one_spelling(self, _name: str, address: str) -> str:
        if not is_address(address):
            raise ValueError("An address is stored in its one spelling; use parse_address.")
        self.email_shown = address
        return address

    @property
    def letter_address(self) -> str | None:
        """Where letters to its owner go. None while the address is in doubt: `advisor check` names those accounts."""
        is_sure = is_address(self.email) and canonical_email(self.email_shown) == self.email
        return self.email if is_sure else None

    @property
    def is_admin(self) -> bool:
        """Whether this account may edit the rules."""
        return self.role == "admin"

    @property
    def has_factor(self) -> bool:
        """Whether a code is asked for after the password."""
        return self.totp_secret is not None


class LoginSession(Base):
    """One sign-in. The cookie carries its random id alone; this row says whether it still counts."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(unique=True)
    form_hash: Mapped[str] = mapped_column(index=True)
    """Of the secret that marks this sign-in's forms: it tells whose an old form is (F16)."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    password_at: Mapped[datetime] = mapped_column(default=utc_now)
    """When the password was typed last."""
    user_agent: Mapped[str] = mapped_column(default="")
    adopted: Mapped[list[str]] = mapped_column(JSON(), default=list)
    """The names of the visitor's processes that came along with this sign-in, until a page has said so."""
    came_along: Mapped[list[str]] = mapped_column(JSON(), default=list, server_default="[]")
    """The ids of those processes, so that they can be given back to the browser."""
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class _LoginQuery:
    """A sign-in with its account, which every page of somebody who is signed in asks for."""

    def __init__(self) -> None:
        self.login, self.account = Columns(LoginSession), Columns(Account)
        found = select(*self.login.columns, *self.account.columns).join_from(LoginSession, Account)
        self.select = PlainSelect(found.where(LoginSession.token_hash == bindparam("token_hash")))


_login_query = cache(_LoginQuery)


def login_by_token(database: Database, token_hash: str) -> LoginSession | None:
    """The sign-in of the token of that hash, ended or not, with its account; both belong to no session."""
    query = _login_query()
    rows = query.select.rows(database, {"token_hash": token_hash})
    if not rows:
        return None
    login = query.login.object_of(rows[0][: len(query.login)])
    set_committed_value(login, "account", query.account.object_of(rows[0][len(query.login) :]))
    return login


class ApiToken(Base):
    """What a program of an account signs in with."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    """Its first characters, by which its owner knows it again."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class ResetToken(Base):
    """A link by which one account's password can be set anew, once, within the hour."""

    __tablename__ = "reset_token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    """What it is for: "reset" sets a password, "confirm" ends a registration, "address" changes the e-mail address."""
    address: Mapped[str | None]
    """The address that the account gets, where the link is for that."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


def account_by_email(typed: str) -> Select[Account]:
    """The account of that address."""
    return select(Account).where(Account.email == canonical_email(typed))


def addresses() -> Select[UUID, str]:
    """The address of every account that is confirmed, in no order."""
    return select(Account.id, Account.email).where(Account.confirmed_at.is_not(None))


def own_logins(account_id: UUID) -> Select[LoginSession]:
    """The sign-ins of that account that were not ended, those used last first."""
    return (
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
    )


def own_tokens(account_id: UUID) -> Select[ApiToken]:
    """The tokens of that account that were not revoked, newest first."""
    return (
        select(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )


def waiting_link(account_id: UUID, since: datetime) -> Select[ResetToken]:
    """The link by which another address of that account can still be confirmed, if there is one."""
    return select(ResetToken).where(
        ResetToken.account_id == account_id,
        ResetToken.kind == "address",
        ResetToken.used_at.is_(None),
        ResetToken.created_at > since,
    )


def remaining_codes(codes: Sequence[str], used: str) -> list[str]:
    """Recovery codes but the one that was used."""
    return [code for code in codes if code != used]


class MailOutbox(Base):
    """One letter. It is deleted once it was sent."""

    __tablename__ = "mail_outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    to: Mapped[str]
    kind: Mapped[str]
    """What it is about, such as "reset"; the activity "accounts" has the words."""
    next: Mapped[str] = mapped_column(default="")
    """The page of ours to which its link leads in the end."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Whose it is, where that is known without looking: the letter goes with the account."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=utc_now)


def request_letter(
    session: Session, to: str, kind: str, next_path: str = "", *, account_id: UUID | None = None
) -> None:
    """Ask for a letter, in the transaction of what it tells of."""
    session.add(MailOutbox(to=to, kind=kind, next=next_path, account_id=account_id))


def due_letters(moment: datetime) -> Select[MailOutbox]:
    """Letters that are to be sent now, the oldest first."""
    return (
        select(MailOutbox)
        .where(MailOutbox.sent_at.is_(None), MailOutbox.next_try_at <= moment)
        .order_by(MailOutbox.created_at, MailOutbox.id)
    )


class OnlyAdmin(Exception):  # noqa: N818
    """The account is the only admin who can come in; without it nobody could edit the rules or help anybody."""


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


def keep_one_admin(session: Session, account: Account) -> None:
    """Raise OnlyAdmin where no active admin would be left without the account; nobody else changes that meanwhile."""
    lock_admins(session)
    if is_only_admin(session, account.id):
        raise OnlyAdmin


def is_only_admin(session: Session, account_id: UUID) -> bool:
    """Whether the account is an active admin, and no other one is."""
    return list(session.scalars(active_admins().with_only_columns(Account.id).limit(2))) == [account_id]


def is_active_admin(session: Session, account_id: UUID | None) -> bool:
    """Whether the account is an admin who can come in."""
    return session.scalars(active_admins().where(Account.id == account_id)).first() is not None
