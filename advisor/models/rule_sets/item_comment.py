"""What admins write to each other about the items of the draft: threads of comments, kept with the version they led to.

A thread is about an item of the rules, not about a text of the draft: it follows the item through edits, waits where
the item is taken out, and stays where the draft is discarded. Nobody but its author deletes a comment.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Exists, ForeignKey, Select, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.engine.document.diff import Change
from advisor.engine.document.document import NUMBERED, fingerprint_of, items_of, key_of, options_of
from advisor.engine.model.rules import RuleSet
from advisor.models.base import Base, count_changed, utc_now
from advisor.models.plain_select import PlainSelect


class ItemThread(Base):
    """One matter about one item: what was written first, and the answers."""

    __tablename__ = "item_thread"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    collection: Mapped[str] = mapped_column(index=True)
    key: Mapped[str]
    """The key of the item; of a row without one, its fingerprint."""
    title: Mapped[str]
    """What the item said when the first comment was written."""
    version: Mapped[int | None] = mapped_column(ForeignKey("rule_set_version.number"), index=True)
    """The first version that was published after it was begun; None before that."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)


class ItemComment(Base):
    """One comment of a thread."""

    __tablename__ = "item_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("item_thread.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    """Who wrote it."""
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    removed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it was deleted, from when its author can put it back for some days."""


def _shows() -> Exists:
    """Whether a thread has a comment that is not deleted."""
    return (
        select(ItemComment.id).where(ItemComment.thread_id == ItemThread.id, ItemComment.removed_at.is_(None)).exists()
    )


def threads() -> Select[ItemThread]:
    """Every thread in which something stands, the oldest first."""
    return select(ItemThread).where(_shows()).order_by(ItemThread.created_at, ItemThread.id)


def open_threads() -> Select[ItemThread]:
    """Those that nobody settled, of whatever version."""
    return threads().where(ItemThread.settled_at.is_(None))


def present_threads() -> Select[ItemThread]:
    """Those of the draft: begun since the newest version, or still open."""
    return threads().where(ItemThread.version.is_(None) | ItemThread.settled_at.is_(None))


def present_comments() -> Select[UUID]:
    """The comments of the draft that are not deleted."""
    mine = present_threads().with_only_columns(ItemThread.id).order_by(None)
    return select(ItemComment.id).where(ItemComment.removed_at.is_(None), ItemComment.thread_id.in_(mine))


def count_on_item(session: Session, collection: str, key: str) -> int:
    """How many threads there are on an item, of every version; ``key`` as it is stored."""
    count: int = _ON_ITEM.rows_in(session, {"collection": collection, "key": key})[0][0]
    return count


_ON_ITEM = PlainSelect(
    select(func.count()).where(
        ItemThread.collection == bindparam("collection"), ItemThread.key == bindparam("key"), _shows()
    )
)


def stored_key(rules: RuleSet, collection: str, key: str) -> str:
    """By what the threads of an item are found; "" where there is no such row."""
    if collection not in NUMBERED:
        return key
    rows = items_of(rules, collection)
    return fingerprint_of(rows[int(key)]) if int(key) < len(rows) else ""


def present_key(rules: RuleSet, thread: ItemThread) -> str | None:
    """The key, or the number, of the item of a thread in these rules; None where it is not there."""
    if "/" in thread.collection and rules.question(thread.collection.split("/")[1]) is None:
        return None
    for at, item in enumerate(items_of(rules, thread.collection)):
        if (fingerprint_of(item) if thread.collection in NUMBERED else key_of(item)) == thread.key:
            return str(at) if thread.collection in NUMBERED else thread.key
    return None


def follow(session: Session, changes: Iterable[Change]) -> None:
    """Let the threads of rows follow what these say now, and those of an item that one act renamed its new key."""
    pairs: list[tuple[str, str, str]] = []
    gone: dict[str, list[str]] = {}
    come: dict[str, list[str]] = {}
    for change in changes:
        if change.collection in NUMBERED:
            if change.fields:
                pairs.append((change.collection, fingerprint_of(change.old), fingerprint_of(change.new)))
        elif change.new is None:
            gone.setdefault(change.collection, []).append(change.key)
        elif change.old is None:
            come.setdefault(change.collection, []).append(change.key)
    for collection, keys in gone.items():
        if len(keys) == len(come.get(collection, ())) == 1:
            pairs.append((collection, keys[0], come[collection][0]))
    # All are found before any is changed: of two rows that change places in what they say, each keeps its own.
    found = [(list(session.scalars(_threads_on(collection, old))), new) for collection, old, new in pairs]
    for ids, new in found:
        session.execute(update(ItemThread).where(ItemThread.id.in_(ids)).values(key=new))
    for collection, old, new in pairs:
        if collection == "questions":
            of_options = update(ItemThread).where(ItemThread.collection == options_of(old))
            session.execute(of_options.values(collection=options_of(new)))


def _threads_on(collection: str, key: str) -> Select[UUID]:
    return select(ItemThread.id).where(ItemThread.collection == collection, ItemThread.key == key)


def keep_with_version(session: Session, number: int) -> None:
    """Keep what was begun before it with the version that is published now."""
    count_changed(session, update(ItemThread).where(ItemThread.version.is_(None)).values(version=number))
