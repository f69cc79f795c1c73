"""One database, SQLite or PostgreSQL, and the two ways into it: ``read()`` and ``write()``."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

Reason = Literal["busy", "full", "down"]

WAL_IS_SAFE_FROM = (3, 51, 3)
"""Older SQLite libraries have a rare race between two connections that corrupts a write-ahead log."""


class DatabaseUnavailable(Exception):  # noqa: N818
    """The database did not do what was asked, and nothing was stored: it is busy, full or down."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__({"busy": "database busy", "full": "no space left", "down": "database unreachable"}[reason])


class Unstorable(ValueError):  # noqa: N818
    """A text with a character that one of the databases cannot store: NUL, or half of a pair. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("A text contains characters that cannot be stored.")


class ReadOnlySession(Exception):  # noqa: N818
    """Something tried to write inside ``read()``. That is a mistake in the code."""


class NestedUnitOfWork(Exception):  # noqa: N818
    """A thread began a unit of work inside another one. On SQLite they would wait for each other for ever."""


class BelongsToNothing(Exception):  # noqa: N818
    """What was to be stored belongs to something that was deleted meanwhile; nothing was stored."""


class Database:
    """The database at ``url``. In a ``with`` statement its connections are closed at the end.

    On SQLite a write transaction takes the write lock when it begins, so it never fails half-way because somebody else
    wrote first, and one lock per process lets writers queue instead of poll. Times are in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        busy_timeout: float = 5,
        connect_timeout: int = 5,
        statement_timeout: int | None = 10,
        pool_size: int = 10,
    ) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._busy_timeout = busy_timeout
        self._writing = threading.Lock()
        self._open = threading.local()
        self.plain_reads: list[Callable[[str, float], object]] = []
        """Told of each SELECT that goes past the library, of which its events tell nothing, and of its seconds."""
        if self.is_sqlite:
            arguments: dict[str, Any] = {"timeout": busy_timeout}
        else:
            arguments = _postgresql_arguments(self.url, busy_timeout, connect_timeout, statement_timeout)
        self.engine: Engine = create_engine(
            self.url,
            connect_args=arguments,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=busy_timeout,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,  # answers must not reach a log through the text of an exception
        )
        event.listen(self.engine, "before_cursor_execute", _refuse_unstorable)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", self._refuse_to_create)
            event.listen(self.engine, "connect", self._prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "checkin", _forget_mode)
        self._reading_engine = self.engine.execution_options(advisor_read_only=True, postgresql_readonly=True)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """The database that the settings name, with the limits that they set."""
        return cls(
            settings["DATABASE_URL"],
            busy_timeout=settings["DATABASE_BUSY_TIMEOUT"],
            connect_timeout=settings["DATABASE_CONNECT_TIMEOUT"],
            statement_timeout=settings["DATABASE_STATEMENT_TIMEOUT"],
            pool_size=settings["DATABASE_POOL_SIZE"],
        )

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database, None for PostgreSQL."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads, takes no write lock, and refuses to write. What it loaded stays usable afterwards."""
        with (
            self._unit_of_work("read"),
            _ReadSession(self._reading_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def read_row(self, select: str) -> Sequence[Any] | None:
        """The first row of one plain SELECT, as the driver gives it, without a transaction: for what is read often."""
        try:
            rows = self.read_rows(select, ())
        except sqlite3.Error as error:  # not even what each page asks for is there
            raise DatabaseUnavailable("down") from error
        return rows[0] if rows else None

    def read_rows(self, select: str, values: Any) -> Sequence[Sequence[Any]]:
        """All rows of one SELECT, as the driver gives them, with its parameters as the driver takes them."""
        with self._unit_of_work("read"):
            if self.is_sqlite:
                return self._read_sqlite(select, values)
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return connection.exec_driver_sql(select, values).fetchall()

    def _read_sqlite(self, select: str, values: Any) -> Sequence[Sequence[Any]]:
        # Past the library, which takes six times as long as the driver for it. The driver begins nothing by itself.
        _check_storable(values)
        begun = perf_counter()
        try:
            connection = self.engine.raw_connection()
            try:
                found: list[Sequence[Any]] = connection.driver_connection.execute(select, values).fetchall()  # type: ignore[union-attr]
            finally:
                connection.close()
        except sqlite3.Error as error:
            if reason := _why_sqlite(str(error)):
                raise DatabaseUnavailable(reason) from error
            raise
        for note in self.plain_reads:
            note(select, perf_counter() - begun)
        return found

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is one transaction: stored whole when the block ends, not at all when it raises."""
        with (
            self._unit_of_work("write"),
            self._turn_to_write(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection()  # the transaction begins here, not at its first statement
            yield session

    def describe(self) -> dict[str, str]:
        """Kind and version of the database, and the modes that decide what a crash can lose."""
        with self._reading_engine.connect() as connection:
            if not self.is_sqlite:
                return {"database": f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"}
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            sync = ("OFF", "NORMAL", "FULL", "EXTRA")[connection.exec_driver_sql("PRAGMA synchronous").scalar_one()]
        return {"database": f"SQLite {sqlite3.sqlite_version}", "journal": journal.upper(), "synchronous": sync}

    def dispose(self) -> None:
        """Close every connection; the next use opens new ones. Needed before a process forks."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.dispose()

    @contextmanager
    def _unit_of_work(self, kind: str) -> Iterator[None]:
        outer = getattr(self._open, "kind", None)
        if outer and (kind, outer) != ("read", "read"):
            raise NestedUnitOfWork(f"{kind}() inside {outer}(): finish the one before the other begins.")
        self._open.kind = kind
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if kind == "read" and _tried_to_write(error):
                raise ReadOnlySession("This session reads only; use write().") from error
            if _belongs_to_nothing(error):
                raise BelongsToNothing("what it belongs to was deleted") from error
            if reason := why_unavailable(error):
                raise DatabaseUnavailable(reason) from error
            raise
        finally:
            self._open.kind = outer

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=self._busy_timeout):
            raise DatabaseUnavailable("busy")
        try:
            yield
        finally:
            self._writing.release()

    def _refuse_to_create(self, *_details: object) -> None:
        # SQLite would make a missing file, readable by everybody. Migrating makes it (make_private_file), nothing else.
        if self.file is None or not self.file.exists():
            raise sqlite3.OperationalError("unable to open database file")

    def _prepare_sqlite(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own; _begin_sqlite does
        journal, synchronous = safe_journal(sqlite3.sqlite_version_info)
        for pragma in (
            f"busy_timeout={int(self._busy_timeout * 1000)}",
            "foreign_keys=ON",
            f"journal_mode={journal}",
            f"synchronous={synchronous}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()


class _ReadSession(Session):
    pass


@event.listens_for(_ReadSession, "before_flush")
def _refuse_to_flush(_session: Session, _context: UOWTransaction, _instances: object) -> None:
    raise ReadOnlySession("This session reads only; use write().")


@event.listens_for(_ReadSession, "do_orm_execute")
def _refuse_to_write(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadOnlySession("This session reads only; use write().")


def _refuse_unstorable(
    _connection: Connection, _cursor: object, _statement: str, values: Any, _context: object, _many: object
) -> None:
    _check_storable(values)


def _check_storable(values: Any) -> None:
    """Let both kinds of database refuse what one of them cannot store, before either has looked at it."""
    for row in values if isinstance(values, list) else [values]:
        for value in row.values() if isinstance(row, Mapping) else row or ():
            if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
                raise Unstorable


def _is_unicode(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("advisor_read_only", False)
    # The pragma and BEGIN DEFERRED touch no file and cannot fail, so that they go straight to the driver.
    # query_only holds what the hooks above cannot see, such as plain SQL.
    driver: Any = connection.connection.driver_connection
    if connection.info.get("reads_only") != reads_only:
        driver.execute(f"PRAGMA query_only={'ON' if reads_only else 'OFF'}").close()
        connection.info["reads_only"] = reads_only
    if reads_only:
        driver.execute("BEGIN DEFERRED").close()
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # which may find it busy, full or down


def _forget_mode(connection: Any, _record: object) -> None:
    # After a transaction that read, the library would ask for one that writes, also where the server allows none by
    # itself: some saves would then be stored in a database that was set to read only, and others not.
    if connection is not None and not connection.closed:
        connection.read_only = None


def safe_journal(library: tuple[int, ...]) -> tuple[str, str]:
    """The journal and sync mode that lose nothing with this version of the SQLite library."""
    return ("WAL", "FULL") if library >= WAL_IS_SAFE_FROM else ("DELETE", "EXTRA")


def database_url(text: str) -> URL:
    """Read a database address; every usual spelling of PostgreSQL means the driver that is installed."""
    url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise ValueError(f"DATABASE_URL begins with {url.drivername}://; it must be sqlite:/// or postgresql://")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("DATABASE_URL must name a file: an SQLite database in memory would lose every answer")
    return url


def _postgresql_arguments(url: URL, lock: float, connect: int, statement: int | None) -> dict[str, Any]:
    options = ["-c timezone=UTC"]
    if statement is not None:
        options += [f"-c statement_timeout={statement * 1000}", f"-c lock_timeout={int(lock * 1000)}"]
        options += [f"-c idle_in_transaction_session_timeout={statement * 3000}"]
    asked_for = url.query.get("options", "")
    return {
        "connect_timeout": connect,
        "options": " ".join([*options, asked_for if isinstance(asked_for, str) else " ".join(asked_for)]).strip(),
        "tcp_user_timeout": (statement or 60) * 1000,
    }


def why_unavailable(error: DBAPIError | PoolTimeout) -> Reason | None:
    """Tell a database that is busy, full or down from a mistake in the code (None)."""
    if isinstance(error, PoolTimeout):
        return "busy"
    if error.connection_invalidated:
        return "down"
    if isinstance(error.orig, sqlite3.Error):
        return _why_sqlite(str(error.orig))
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        return "down" if isinstance(error, OperationalError) else None
    if state in {"55P03", "57014", "40P01", "40001", "53300"}:  # lock, time-out, deadlock, serialisation, connections
        return "busy"
    if state.startswith("53"):  # insufficient resources
        return "full"
    # 25006 is a database that only reads: a standby, or one that was set so.
    return "down" if state[:2] in {"08", "57", "58"} or state == "25006" else None


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether another row has a value already that only one may have."""
    original = error.orig
    name = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return name in {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def _belongs_to_nothing(error: DBAPIError | PoolTimeout) -> bool:
    if not isinstance(error, IntegrityError):
        return False
    return "FOREIGN KEY" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "23503"


def _tried_to_write(error: DBAPIError | PoolTimeout) -> bool:
    original = getattr(error, "orig", None)
    return "readonly database" in str(original) or getattr(original, "sqlstate", None) == "25006"


def _why_sqlite(message: str) -> Reason | None:
    if "locked" in message or "busy" in message:
        return "busy"
    if "full" in message:
        return "full"
    down = ("unable to open", "disk I/O", "readonly database", "not a database", "malformed")
    return "down" if any(words in message for words in down) else None


class SaveProbe:
    """Tries a change that is taken back.

    On SQLite there must be ``space`` bytes left on the disk, too: a change that is taken back takes hardly any.
    """

    def __init__(self, database: Database, *, space: int) -> None:
        self._database = database
        self._space = space

    def fault(self) -> Reason | None:
        """Why nothing can be saved; None where something can."""
        file = self._database.file
        try:
            if file is not None and (fault := self._file_fault(file)):
                return fault
            with self._database.write() as session:
                # SQLite begins its journal with it, beside the database; PostgreSQL refuses where it only reads.
                session.execute(text("UPDATE alembic_version SET version_num = version_num"))
                session.rollback()
        except DatabaseUnavailable as error:
            return error.reason
        return None

    def _file_fault(self, file: Path) -> Reason | None:
        # A write-ahead log is written to by a commit alone, so that what the system says is asked for, too.
        try:
            disk = os.statvfs(file.parent)
        except OSError:
            return "down"
        if disk.f_bavail * disk.f_frsize < self._space:
            return "full"
        return None if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK) else "down"
