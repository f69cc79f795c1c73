"""What an admin typed into the form of an item and did not save: apart from the draft, for whoever typed it alone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Select, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, count_changed, insert_if_absent, utc_now
from advisor.models.idempotency import Attempt, IdempotencyKey
from advisor.models.limits import lock, room_left
from advisor.models.plain_select import PlainSelect

LONGEST = 200_000
"""Characters that the fields of one form may have together."""


class UnsavedForm(Base):
    """One form of one page that was opened; the same page in a second window has a form of its own."""

    __tablename__ = "unsaved_form"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    """Of the account and the one-time key of the form, as it is stored when the form is sent."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    collection: Mapped[str]
    key: Mapped[str]
    """The key of the item, or its number; "" of a new one."""
    title: Mapped[str]
    """What the item was called then; "" of a new one."""
    fields: Mapped[dict[str, Any]]
    """Each field with all of its values. Among them is what the form was opened on, by which changes are merged."""
    typed_at: Mapped[datetime] = mapped_column(index=True)


def unsaved_forms(account_id: UUID) -> Select[UnsavedForm]:
    """Those of an account, what was typed last first."""
    mine = select(UnsavedForm).where(UnsavedForm.account_id == account_id)
    return mine.order_by(UnsavedForm.typed_at.desc(), UnsavedForm.key_hash)


def has_unsaved(session: Session, account_id: UUID) -> bool:
    """Whether an account has any: most have none, and every page of an item asks."""
    return bool(_ANY.rows_in(session, {"account_id": account_id}))


_ANY = PlainSelect(select(UnsavedForm.key_hash).where(UnsavedForm.account_id == bindparam("account_id")).limit(1))


def keep_form(
    session: Session,
    account_id: UUID,
    form: Attempt,
    *,
    collection: str,
    key: str,
    title: str,
    fields: Mapping[str, list[str]],
    most: int,
) -> bool:
    """Keep what stands in a form now in place of what stood in it before.

    False, and nothing is kept, where it is too long, where the account has as many as it may have, and where the form
    was saved meanwhile.
    """
    if len(json.dumps(fields)) > LONGEST:
        return False
    others = unsaved_forms(account_id).where(UnsavedForm.key_hash != form.key_hash)
    # From here on a save of the same form waits, or was done before and left its key.
    room = room_left(session, _subject(account_id), others, most)
    if not room or session.get(IdempotencyKey, form.key_hash) is not None:
        return False
    values = {"title": title, "fields": dict(fields), "typed_at": utc_now()}
    is_of = {"key_hash": form.key_hash, "account_id": account_id, "collection": collection, "key": key}
    session.execute(insert_if_absent(session, UnsavedForm).values(**is_of, **values))
    session.execute(update(UnsavedForm).where(UnsavedForm.key_hash == form.key_hash).values(**values))
    return True


def forget_form(session: Session, account_id: UUID, key_hash: str) -> None:
    """Keep a form no longer: it was saved, or is not wanted."""
    lock(session, _subject(account_id))
    mine = (UnsavedForm.account_id == account_id, UnsavedForm.key_hash == key_hash)
    count_changed(session, delete(UnsavedForm).where(*mine))


def _subject(account_id: UUID) -> str:
    return f"unsaved forms of {account_id}"
