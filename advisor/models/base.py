"""What every table shares: names of constraints, and types that mean the same on both databases."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CursorResult, DateTime, Delete, Dialect, MetaData, Text, TypeDecorator, Update, Uuid
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone, and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored; use datetime.now(UTC).")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all tables."""

    # Constraints need names from the first migration on: SQLite cannot drop one that has none.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # JSON stays text on PostgreSQL too: what was stored comes back in the order in which it was stored.
    type_annotation_map = {str: Text(), datetime: UtcDateTime(), dict[str, Any]: JSON(), UUID: Uuid()}  # noqa: RUF012


class Unchangeable(Exception):  # noqa: N818
    """Something that was published or given is about to be changed. That is a mistake in the code."""


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def hash_of(secret: str) -> str:
    """The form in which a random secret is stored: who reads the database cannot use what it finds there."""
    return hashlib.sha256(secret.encode()).hexdigest()


def insert_if_absent(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that does nothing, and returns nothing, where another transaction was first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def count_changed(session: Session, statement: Update | Delete) -> int:
    """Carry out a statement, past what the session has loaded; give how many rows it changed or deleted."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
