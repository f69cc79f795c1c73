"""What is deleted, and when: at once when a visitor asks for it, else by itself when nobody touches it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, Delete, delete
from sqlalchemy.orm import Session

from advisor.models.assessment import Assessment
from advisor.models.base import now
from advisor.models.once import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows went."""

    assessments: int
    one_time_keys: int


def delete_all_of(session: Session, owner: str) -> Removed:
    """Delete everything that is held about a visitor."""
    return Removed(
        assessments=_count(session, delete(Assessment).where(Assessment.visitor_key_hash == owner)),
        one_time_keys=_count(session, delete(IdempotencyKey).where(IdempotencyKey.owner_hash == owner)),
    )


def purge(session: Session, *, assessments_after: timedelta, keys_after: timedelta) -> Removed:
    """Delete visitors' assessments that nobody touched for that long, and one-time keys of that age."""
    untouched = (Assessment.visitor_key_hash.is_not(None), Assessment.touched_at < now() - assessments_after)
    return Removed(
        assessments=_count(session, delete(Assessment).where(*untouched)),
        one_time_keys=_count(session, delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - keys_after)),
    )


def _count(session: Session, statement: Delete) -> int:
    # Parts and advice go with their assessment by the database's own cascade.
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
