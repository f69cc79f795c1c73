"""Which admin has which item of the draft open just now, as far as their browsers tell."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.accounts.account import Account
from advisor.models.base import Base, insert_if_absent, utc_now
from advisor.models.plain_select import PlainSelect

GONE_AFTER = timedelta(seconds=90)
"""So long after a browser told of it last, a page counts as closed; it tells every thirty seconds."""

_NOT_AGAIN_BEFORE = timedelta(seconds=20)
"""What a browser tells sooner, from a second window, is not written."""


class OpenItem(Base):
    """One item that one admin has open, in however many windows."""

    __tablename__ = "open_item"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    collection: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    """The key of the item; of a row without one, its fingerprint."""
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


def is_noted(session: Session, account_id: UUID, collection: str, key: str) -> bool:
    """Whether it was noted a moment ago that this account has this item open."""
    row = session.get(OpenItem, (account_id, collection, key))
    return row is not None and utc_now() - row.seen_at < _NOT_AGAIN_BEFORE


def note_open(session: Session, account_id: UUID, collection: str, key: str) -> None:
    """Note that this account has this item open; after a while in which it had not, from now on."""
    at = utc_now()
    mine = {"account_id": account_id, "collection": collection, "key": key}
    session.execute(insert_if_absent(session, OpenItem).values(**mine, opened_at=at, seen_at=at))
    row = update(OpenItem).filter_by(**mine)
    session.execute(row.where(OpenItem.seen_at < at - GONE_AFTER).values(opened_at=at))
    session.execute(row.values(seen_at=at))


def has_open(session: Session, account_id: UUID, collection: str, key: str = "") -> bool:
    """Whether it is noted that this account has this item open; without a key, any of the list."""
    mine = select(OpenItem.key).where(*_note_conditions(account_id, collection, key)).limit(1)
    return session.scalar(mine) is not None


def note_left(session: Session, account_id: UUID, collection: str, key: str = "") -> None:
    """Note that this account left this item; without a key, all of the list. A second window tells that it did not."""
    session.execute(delete(OpenItem).where(*_note_conditions(account_id, collection, key)))


def _note_conditions(account_id: UUID, collection: str, key: str) -> list[ColumnElement[bool]]:
    of_list = [OpenItem.account_id == account_id, OpenItem.collection == collection]
    return [*of_list, OpenItem.key == key] if key else of_list


def others_with(session: Session, account_id: UUID, collection: str, key: str) -> list[tuple[str, datetime]]:
    """The addresses of all others who have the item open, each with since when."""
    place = {"collection": collection, "key": key, "account_id": account_id, "since": utc_now() - GONE_AFTER}
    return [(email, opened_at) for email, opened_at in _OTHERS.rows_in(session, place)]


_OTHERS = PlainSelect(
    select(Account.email, OpenItem.opened_at)
    .join(OpenItem, OpenItem.account_id == Account.id)
    .where(
        OpenItem.collection == bindparam("collection"),
        OpenItem.key == bindparam("key"),
        OpenItem.seen_at > bindparam("since"),
        OpenItem.account_id != bindparam("account_id"),
    )
    .order_by(OpenItem.opened_at)
)
