"""Lists of processes that owners bring in: what was read of each until it is decided on, then what came of it.

A list for an organisation is seen by all who may change its processes, whoever of them sent it.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, ForeignKey, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, utc_now
from advisor.models.limits import lock
from advisor.models.plain_select import PlainSelect
from advisor.models.processes.assessment import AccountOwner, OrganisationOwner, owner_value

SavedOwner = AccountOwner | OrganisationOwner
"""Whose a list can be."""

IMPORTS_KEPT = 100
"""Lists that were brought in of one account, the newest, that can be taken back."""


class ProcessImport(Base):
    """One list."""

    __tablename__ = "process_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Who sent it."""
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    """Whose it is; None where it is of the account alone."""
    file: Mapped[str] = mapped_column(default="")
    """The name of the file, or of the page where names were ticked; "" where the list was pasted."""
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was read; None once it was brought in, since it is in the processes then."""
    processes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The id of each process that came of it, with its row version at that time. Replace it."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    brought_at: Mapped[datetime | None] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


def own_imports(owner: SavedOwner) -> Select[ProcessImport]:
    """The lists of the owner, the newest first."""
    return select(ProcessImport).where(*_belongs_to(owner)).order_by(ProcessImport.created_at.desc(), ProcessImport.id)


def count_imports(session: Session, owner: SavedOwner) -> int:
    """How many lists the owner brought in that are kept."""
    return int(_count_query(type(owner)).rows_in(session, {"owner": owner_value(owner)})[0][0])  # type: ignore[arg-type]


@cache
def _count_query(kind: type[SavedOwner]) -> PlainSelect:
    mine = bindparam("owner", type_=Uuid())
    whose = (
        (ProcessImport.organisation_id == mine,)
        if kind is OrganisationOwner
        else (ProcessImport.account_id == mine, ProcessImport.organisation_id.is_(None))
    )
    return PlainSelect(select(func.count(ProcessImport.id)).where(*whose, ProcessImport.brought_at.is_not(None)))


def own_import(owner: SavedOwner, import_id: UUID) -> Select[ProcessImport]:
    """That list, if it is the owner's; "not yours" and "not there" cannot be told apart."""
    return own_imports(owner).where(ProcessImport.id == import_id)


def _belongs_to(owner: SavedOwner) -> tuple[ColumnElement[bool], ...]:
    if isinstance(owner, OrganisationOwner):
        return (ProcessImport.organisation_id == owner.organisation_id,)
    return (ProcessImport.account_id == owner.account_id, ProcessImport.organisation_id.is_(None))


def new_import(
    session: Session, owner: SavedOwner, account_id: UUID, file: str, *, previews: int | None = None
) -> ProcessImport:
    """A list that the account brings for the owner, stored with nothing in it.

    Of what was brought in the oldest makes room, and of what is only looked at, where at most so many ``previews`` are
    kept. Until the transaction ends nobody else counts them.
    """
    lock(session, f"imports of {owner.hash}")
    found = list(session.scalars(own_imports(owner)))
    waiting = [it for it in found if it.brought_at is None]
    done = [it for it in found if it.brought_at is not None]
    for old in [*(waiting[max(0, previews - 1) :] if previews is not None else ()), *done[IMPORTS_KEPT - 1 :]]:
        session.delete(old)
    session.flush()
    kept = ProcessImport(account_id=account_id, file=file, processes=[])
    if isinstance(owner, OrganisationOwner):
        kept.organisation_id = owner.organisation_id
    session.add(kept)
    session.flush()
    return kept
