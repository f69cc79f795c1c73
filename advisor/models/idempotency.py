"""What is sent twice acts once: the key it came under is stored in the same transaction as what it did (F9).

A key stands for one form on one page, or for one call of a program; a fingerprint says what was sent under it. The same
content again is a repeat: it changes nothing, and leads where the first sending led. Other content under the same key
is an attempt of its own where it comes from a form, and is refused where it comes from a program.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, hash_of, insert_if_absent, utc_now


class IdempotencyKey(Base):
    """What was sent under a key, and where it led."""

    __tablename__ = "idempotency_key"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    """Of the owner and the key; where other content came under that key before, the fingerprint follows."""
    owner_hash: Mapped[str] = mapped_column(index=True)
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    """When it arrived, before it waited for its turn to write."""
    fingerprint: Mapped[str | None]
    """None in rows of a release that kept none: whatever comes under their key is a repeat."""
    etag: Mapped[str | None] = mapped_column("mark")
    """Of what it left behind, where what is sent says on what it is based."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a form or of a call."""

    owner: str
    key: str
    fingerprint: str
    arrived_at: datetime

    @property
    def key_hash(self) -> str:
        """The form in which the key is stored; it means nothing to another owner."""
        return hash_of(f"{self.owner} {self.key}")


class KeyReused(Exception):  # noqa: N818
    """The key came with other content before."""


def new_key() -> str:
    """A key for the hidden field of one form on one page."""
    return secrets.token_urlsafe(16)


def idempotent(session: Session, attempt: Attempt, act: Callable[[], str]) -> str:
    """Do ``act`` the first time that this content comes under its key, and give where it led; a repeat only gets that.

    Two sendings at the same moment are no different: the second waits for the first. Where ``act`` raises, nothing is
    stored and the key can be used again.
    """
    row, is_new = _row_of(session, attempt)
    if is_new:
        row.location = act()
    return row.location


def idempotent_save(session: Session, attempt: Attempt, save: Callable[[str], tuple[str, str]]) -> str:
    """The same for what takes the place of something else, which one form may do several times, each time otherwise.

    ``save`` gets the etag of what the latest other content under the key left behind, "" where there is none or where
    it arrived after this one; it gives where it leads, and the etag of what it leaves behind. What is sent again after
    other content is no repeat any more: something else has taken its place.
    """
    row, is_new = _row_of(session, attempt)
    other = _latest_other(session, attempt)
    if is_new or (other is not None and other.created_at > row.created_at):
        before = other.etag if other is not None and other.created_at < attempt.arrived_at else None
        row.location, row.etag = save(before or "")
        row.created_at = attempt.arrived_at
    return row.location


def idempotent_call(session: Session, attempt: Attempt, act: Callable[[], str]) -> str:
    """The same as ``idempotent`` for a program, which is told where its key came with other content: KeyReused."""
    row, is_new = _row(session, attempt.key_hash, attempt)
    if row.fingerprint not in {None, attempt.fingerprint}:
        raise KeyReused
    if is_new:
        row.location = act()
    return row.location


def earlier_location(session: Session, attempt: Attempt) -> str | None:
    """Where this content led when it came under its key before; None where it did not."""
    hashes = (attempt.key_hash, f"{attempt.key_hash} {attempt.fingerprint}")
    rows = session.scalars(select(IdempotencyKey).where(IdempotencyKey.key_hash.in_(hashes)))
    return next((row.location for row in rows if row.fingerprint in {None, attempt.fingerprint}), None)


def _row_of(session: Session, attempt: Attempt) -> tuple[IdempotencyKey, bool]:
    """The row of this content under its key, and whether it was made just now."""
    row, is_new = _row(session, attempt.key_hash, attempt)
    if row.fingerprint in {None, attempt.fingerprint}:
        return row, is_new
    return _row(session, f"{attempt.key_hash} {attempt.fingerprint}", attempt)


def _row(session: Session, key_hash: str, attempt: Attempt) -> tuple[IdempotencyKey, bool]:
    claim = insert_if_absent(session, IdempotencyKey).values(
        key_hash=key_hash,
        owner_hash=attempt.owner,
        location="",
        created_at=attempt.arrived_at,
        fingerprint=attempt.fingerprint,
    )
    # Where the key is there already nothing is inserted, and nothing returned.
    is_new = session.scalar(claim.returning(IdempotencyKey.key_hash)) is not None
    # Locked, so that all that comes under one key waits for its turn.
    return session.get_one(IdempotencyKey, key_hash, with_for_update=True), is_new


def _latest_other(session: Session, attempt: Attempt) -> IdempotencyKey | None:
    """The latest other content that came under the key and was acted on."""
    others = select(IdempotencyKey).where(
        IdempotencyKey.owner_hash == attempt.owner,
        IdempotencyKey.key_hash.startswith(attempt.key_hash),
        IdempotencyKey.fingerprint != attempt.fingerprint,
    )
    return session.scalars(others.order_by(IdempotencyKey.created_at.desc()).limit(1)).first()
