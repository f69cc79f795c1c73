"""SQL as it was written out for one test, for all others: each has an engine of its own, which would begin with none.

SQLAlchemy keeps what it has compiled by engine and by dialect. Both are made anew for each test, and writing the same
statements out again took a tenth of the processor time of short tests.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

KEPT = 3_000


class _SharedDialect(Dialect):
    """Equal to every other dialect of its class that was made alike and met the same server."""

    compiled: LRUCache[Any, Any]

    def _kind(self) -> tuple[object, ...]:
        version = getattr(self, "server_version_info", None)
        return (type(self), self.paramstyle, version, self.default_schema_name, str(self.identifier_preparer.__class__))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SharedDialect) and self._kind() == other._kind()

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let the engine look among what others have compiled."""
        engine.update_execution_options(compiled_cache=cls.compiled)


class SharedSqlite(_SharedDialect, SQLiteDialect_pysqlite):
    """SQLite's."""

    supports_statement_cache = True
    compiled = LRUCache(KEPT)


class SharedPostgresql(_SharedDialect, PGDialect_psycopg):
    """PostgreSQL's."""

    supports_statement_cache = True
    compiled = LRUCache(KEPT)


def share_compiled_statements() -> None:
    """Let every engine that is made from now on in this process use them."""
    registry.register("sqlite", __name__, SharedSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, SharedPostgresql.__name__)
