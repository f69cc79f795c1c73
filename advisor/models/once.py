"""A form that is sent twice acts once: its one-time key is stored in the same transaction as what it did."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, hash_of, now


class IdempotencyKey(Base):
    """The key of a form that was sent, and where its first sending led."""

    __tablename__ = "idempotency_key"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    owner_hash: Mapped[str] = mapped_column(index=True)
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def new_key() -> str:
    """A key for the hidden field of one form on one page."""
    return secrets.token_urlsafe(16)


def once(session: Session, key: str, owner: str, act: Callable[[], str]) -> str:
    """Do ``act`` the first time that ``key`` comes from ``owner``, and return where it led; a repeat only gets that.

    Two sendings at the same moment are no different: the second waits for the first. Where ``act`` raises, nothing is
    stored and the key can be used again.
    """
    key_hash = hash_of(f"{owner} {key}")
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    claim = insert(IdempotencyKey).values(key_hash=key_hash, owner_hash=owner, location="", created_at=now())
    # Where the key is there already nothing is inserted, and nothing returned.
    if session.scalar(claim.on_conflict_do_nothing().returning(IdempotencyKey.key_hash)) is None:
        return session.scalars(select(IdempotencyKey.location).where(IdempotencyKey.key_hash == key_hash)).one()
    location = act()
    session.execute(update(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash).values(location=location))
    return location
