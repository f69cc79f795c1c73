"""How many there may be of something, and how often it may be tried: exact, whoever does the same at that moment.

On SQLite a transaction that writes is alone anyway. On PostgreSQL two transactions each count what the other has not
committed yet, so that of twenty at a limit all twenty would pass: a lock lets one at a time count and write.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Select, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, hash_of, utc_now


def lock(session: Session, *subjects: str) -> None:
    """Wait until no other transaction holds one of ``subjects``, and hold them until this one ends.

    Name all that an act needs in one call: taken in one order, two acts never wait for each other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for subject in sorted(set(subjects)):
        number = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def room_left(session: Session, subject: str, rows: Select[Any], most: int) -> int:
    """How many more of ``rows`` fit where there may be ``most``; until the transaction ends nobody else counts them.

    Every limit on how many there may be of something asks here, just before it writes. ``subject`` says of whom, and
    of what: "tokens of 0f2c…".
    """
    lock(session, subject)
    present = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    return max(0, most - present)


class RateLimit(Base):
    """One try."""

    __tablename__ = "rate_limit"
    __table_args__ = (Index(None, "bucket", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    key_hash: Mapped[str]
    """Whose tries are counted: an account, an address, a token."""
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries within any stretch of time of that length."""

    bucket: str
    tries: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """It was too often. The next try counts after so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TriesLeft:
    """So many tries are left, and after so many seconds there are more again."""

    tries: int
    seconds: int


def count_tries(session: Session, wanted: Sequence[tuple[Limit, str]]) -> Wait | None:
    """Count a try under several limits, or under none of them where one is reached.

    What is refused is not counted: who goes on trying does not prolong the wait. Commit before the work that is
    limited begins, or a failure of it would take the count back.
    """
    moment = utc_now()
    keyed = sorted(((limit, hash_of(key)) for limit, key in wanted), key=lambda pair: (pair[0].bucket, pair[1]))
    lock(session, *(f"{limit.bucket} {key_hash}" for limit, key_hash in keyed))
    waits = [wait for limit, key_hash in keyed if (wait := _wait(session, limit, key_hash, moment))]
    if waits:
        return max(waits, key=lambda wait: wait.seconds)
    for limit, key_hash in keyed:
        mine = (RateLimit.bucket == limit.bucket, RateLimit.key_hash == key_hash)
        session.execute(delete(RateLimit).where(*mine, RateLimit.at <= moment - limit.window))
        session.add(RateLimit(bucket=limit.bucket, key_hash=key_hash, at=moment))
    session.flush()
    return None


def tries_left(session: Session, limit: Limit, key: str) -> TriesLeft:
    """How often ``key`` may still try."""
    moment = utc_now()
    counted = select(func.count(), func.min(RateLimit.at)).where(
        RateLimit.bucket == limit.bucket,
        RateLimit.key_hash == hash_of(key),
        RateLimit.at > moment - limit.window,
    )
    tries, oldest = session.execute(counted).one()
    leaves = limit.window if oldest is None else oldest + limit.window - moment
    return TriesLeft(max(0, limit.tries - tries), max(1, math.ceil(leaves.total_seconds())))


def forget_tries(session: Session, before: datetime) -> None:
    """Delete tries that no limit counts any more."""
    session.execute(delete(RateLimit).where(RateLimit.at < before))


def _wait(session: Session, limit: Limit, key_hash: str, moment: datetime) -> Wait | None:
    counted = (
        RateLimit.bucket == limit.bucket,
        RateLimit.key_hash == key_hash,
        RateLimit.at > moment - limit.window,
    )
    if (session.scalar(select(func.count()).select_from(RateLimit).where(*counted)) or 0) < limit.tries:
        return None
    # One more fits when the try that is that many places back leaves the window.
    place = select(RateLimit.at).where(*counted).order_by(RateLimit.at.desc()).offset(limit.tries - 1).limit(1)
    leaves = session.scalars(place).one() + limit.window
    return Wait(max(1, math.ceil((leaves - moment).total_seconds())))
