"""Organisations: several people who see and edit the same processes, and who of them did what.

A process of an organisation belongs to none of its people. Whoever leaves takes nothing along, and nothing of what they
did is lost; who did it is told while they are a member.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    ForeignKey,
    Select,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, UOWTransaction, aliased, mapped_column, validates

from advisor.engine.document.text import normalize_line
from advisor.models.accounts.account import Account
from advisor.models.base import Base, hash_of, utc_now
from advisor.models.database import Database
from advisor.models.limits import lock
from advisor.models.plain_select import PlainSelect
from advisor.models.processes.assessment import Assessment, OrganisationOwner, Part, RecommendationRecord

MemberRole = Literal["owner", "editor", "reader"]
"""Owners look after the people as well, editors change processes, readers see them."""

MEMBER_ROLES: tuple[MemberRole, ...] = ("owner", "editor", "reader")


class Organisation(Base):
    """Several people who work on the same processes."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    @validates("name")
    def _in_stored_form(self, _column: str, name: str) -> str:
        return normalize_line(name)


class Membership(Base):
    """What one account may do in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Invitation(Base):
    """One link by which one person becomes a member. Whoever has it may; so it is stored as a hash alone."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Who invites. It leads nowhere once that is no owner of the organisation any more."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    whom: Mapped[str] = mapped_column(default="")
    """Whom it is for, in the words of who invites; the address, where a letter brings it."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ProcessAct(Base):
    """Something that a person did to a process of an organisation. Several of one kind within an hour are one."""

    __tablename__ = "process_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    """Who did it; None once that account is deleted."""
    kind: Mapped[str]
    """What was done, see ``KINDS``; or the name of a table in which something was stored for the process."""
    sequence: Mapped[int | None]
    """Of the advice that was given by it."""
    at: Mapped[datetime] = mapped_column(default=utc_now)


@dataclass(frozen=True, slots=True)
class Member:
    """One account in an organisation, and what it may do there."""

    organisation_id: UUID
    name: str
    """Of the organisation."""
    role: MemberRole

    @property
    def owner(self) -> OrganisationOwner:
        """Whose the processes are."""
        return OrganisationOwner(self.organisation_id)

    @property
    def may_edit(self) -> bool:
        """Whether they may change processes."""
        return self.role != "reader"


def lock_organisation(session: Session, organisation_id: UUID) -> None:
    """Let nobody else change who is a member, and as what, until the transaction ends."""
    lock(session, f"organisation {organisation_id}")


def memberships(account_id: UUID) -> Select[UUID, str, str]:
    """The id and name of each organisation of that account, with its role there; by name."""
    return (
        select(Organisation.id, Organisation.name, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == account_id)
        .order_by(Organisation.name, Organisation.id)
    )


def memberships_of(database: Database, account_id: UUID) -> list[Member]:
    """What that account is in each of its organisations, by name."""
    return [Member(*row) for row in _OF_ACCOUNT.rows(database, {"account": account_id})]


_OF_ACCOUNT = PlainSelect(
    select(Organisation.id, Organisation.name, Membership.role)
    .join(Membership, Membership.organisation_id == Organisation.id)
    .where(Membership.account_id == bindparam("account", type_=Uuid()))
    .order_by(Organisation.name, Organisation.id)
)


def member_of(session: Session, account_id: UUID, organisation_id: UUID) -> Member | None:
    """What that account is in that organisation; None for "not a member" and for "no such organisation"."""
    return _member(session, memberships(account_id).where(Organisation.id == organisation_id))


def member_for(database: Database, account_id: UUID, assessment_id: UUID) -> Member | None:
    """What that account is in the organisation to which that process belongs; None where it is no member, or none."""
    found = _OF_PROCESS.rows(database, {"account": account_id, "assessment": assessment_id})
    return Member(*found[0]) if found else None


_OF_PROCESS = PlainSelect(
    select(Organisation.id, Organisation.name, Membership.role)
    .join(Membership, Membership.organisation_id == Organisation.id)
    .join(Assessment, Assessment.organisation_id == Organisation.id)
    .where(Membership.account_id == bindparam("account", type_=Uuid()))
    .where(Assessment.id == bindparam("assessment", type_=Uuid()))
)


def _member(session: Session, found: Select[UUID, str, str]) -> Member | None:
    row = session.execute(found).first()
    return Member(row[0], row[1], cast(MemberRole, row[2])) if row else None


def members_of(organisation_id: UUID) -> Select[Membership, str]:
    """Everybody in that organisation with the address of the account, who came first first."""
    return (
        select(Membership, Account.email)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Membership.created_at, Membership.id)
    )


def owners_of(organisation_id: UUID) -> Select[Membership]:
    """Those of them who look after the people."""
    return select(Membership).where(Membership.organisation_id == organisation_id, Membership.role == "owner")


def open_invitations(organisation_id: UUID) -> Select[Invitation]:
    """The invitations to that organisation that lead somewhere now, the newest first."""
    open_now = _open_now().where(Invitation.organisation_id == organisation_id)
    return open_now.order_by(Invitation.created_at.desc(), Invitation.id)


def invitation_by_token(token: str) -> Select[Invitation]:
    """The invitation of that secret, if it leads somewhere now.

    It does not where it has expired, was revoked or accepted, or who invites is no owner any more. None of these can be
    told from a secret that never was.
    """
    return _open_now().where(Invitation.token_hash == hash_of(token))


def invitation_by_id(invitation_id: UUID) -> Select[Invitation]:
    """The invitation of that id, if it leads somewhere now."""
    return _open_now().where(Invitation.id == invitation_id)


def _open_now() -> Select[Invitation]:
    return (
        select(Invitation)
        .join(
            Membership,
            (Membership.organisation_id == Invitation.organisation_id)
            & (Membership.account_id == Invitation.account_id),
        )
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Membership.role == "owner",
            Account.disabled_at.is_(None),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > utc_now(),
        )
    )


def sole_ownerships(account_id: UUID) -> Select[UUID, str, int]:
    """The organisations whose only owner is that account: id, name, and how many others are members."""
    owners = select(Membership.organisation_id).where(Membership.role == "owner").group_by(Membership.organisation_id)
    alone = owners.having(func.count() == 1)
    other = aliased(Membership)
    others = select(func.count(other.id)).where(
        other.organisation_id == Organisation.id, other.account_id != account_id
    )
    return (
        select(Organisation.id, Organisation.name, others.scalar_subquery())
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == account_id, Membership.role == "owner", Organisation.id.in_(alone))
        .order_by(Organisation.name, Organisation.id)
    )


def acts_on(assessment_id: UUID) -> Select[ProcessAct, str]:
    """What was done to that process, the latest first, with the address of who did it while they are a member."""
    return (
        select(ProcessAct, Account.email)
        .join(Assessment, Assessment.id == ProcessAct.assessment_id)
        .outerjoin(
            Membership,
            (Membership.organisation_id == Assessment.organisation_id)
            & (Membership.account_id == ProcessAct.account_id),
        )
        .outerjoin(Account, Account.id == Membership.account_id)
        .where(ProcessAct.assessment_id == assessment_id)
        .order_by(ProcessAct.id.desc())
    )


# ---- Notes each act on a process of an organisation, whoever's code does it


acting_member: ContextVar[UUID | None] = ContextVar("acting_member", default=None)
"""The account whose request this thread answers, where that works in an organisation."""

KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("renamed", ("process_name",)),
    ("answered", ("answers", "parts")),
    ("decided", ("decision", "decided_on", "notes")),
    ("costs", ("costs",)),
    ("grouped", ("groups",)),
    ("look again", ("look_again_on",)),
    ("newer rules", ("version_number",)),
    ("older rules kept", ("kept_version",)),
)
"""What changed where one of these columns did."""

_ONE_ACT = timedelta(hours=1)
_ACTS = cast(Table, ProcessAct.__table__)


@event.listens_for(Session, "after_flush")
def _note_acts(session: Session, _context: UOWTransaction) -> None:
    # After it, so that what the act was done to is stored; what was changed is still known.
    account_id = acting_member.get()
    if account_id is not None:
        for assessment_id, kind, sequence in dict.fromkeys(_acts(session)):
            note_act(session, account_id, assessment_id, kind, sequence)


def note_act(session: Session, account_id: UUID, assessment_id: UUID, kind: str, sequence: int | None = None) -> None:
    """Note that a member did this to a process of an organisation."""
    moment = utc_now()
    latest = select(ProcessAct.id, ProcessAct.account_id, ProcessAct.kind, ProcessAct.at, ProcessAct.sequence)
    latest = latest.where(ProcessAct.assessment_id == assessment_id).order_by(ProcessAct.id.desc()).limit(1)
    last = session.execute(latest).first()
    is_same = last is not None and (last.account_id, last.kind, last.sequence) == (account_id, kind, sequence)
    if last is not None and is_same and last.at > moment - _ONE_ACT:
        session.execute(update(_ACTS).where(_ACTS.c.id == last.id).values(at=moment))
        return
    values = {"assessment_id": assessment_id, "account_id": account_id, "kind": kind, "sequence": sequence}
    session.execute(insert(_ACTS).values(**values, at=moment))


def _acts(session: Session) -> Iterator[tuple[UUID, str, int | None]]:
    for row in chain(session.new, session.dirty):
        if isinstance(row, Assessment):
            if row.organisation_id is not None:
                yield from ((row.id, kind, None) for kind in _kinds(row, is_new=row in session.new))
        elif isinstance(row, Part):
            whole = row.assessment
            is_theirs = whole is not None and whole.organisation_id is not None and whole not in session.new
            if is_theirs and any(_has_changed(row, name) for name in ("answers", "name")):
                yield whole.id, "answered", None
        elif (found := _of_organisation(session, row)) is not None:
            is_advice = isinstance(row, RecommendationRecord)
            yield found, "advised" if is_advice else row.__tablename__, row.sequence if is_advice else None


def _kinds(assessment: Assessment, *, is_new: bool) -> Iterator[str]:
    if is_new:
        yield "begun"
        return
    if _has_changed(assessment, "deleted_at"):
        yield "put back" if assessment.deleted_at is None else "binned"
    yield from (kind for kind, columns in KINDS if any(_has_changed(assessment, column) for column in columns))


def _has_changed(row: Base, column: str) -> bool:
    return bool(inspect(row).attrs[column].history.has_changes())


def _of_organisation(session: Session, row: Any) -> UUID | None:
    """The process for which a row of another table is stored, where it is one of an organisation."""
    assessment_id = getattr(row, "assessment_id", None)
    if assessment_id is None or not session.is_modified(row):
        return None
    assessment = session.get(Assessment, assessment_id)
    return assessment.id if assessment is not None and assessment.organisation_id is not None else None
