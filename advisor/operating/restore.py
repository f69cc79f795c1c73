"""A backup in place of the database, an SQLite file or what PostgreSQL holds: whole, or not at all."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg import Error as PostgresqlError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from advisor.models import schema
from advisor.models.accounts.removal import revoke_all
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database, database_url
from advisor.models.rule_sets.rule_set_version import AlteredVersions, check_unaltered
from advisor.operating import OperatorError
from advisor.operating.backup import (
    VERSION_TABLE,
    Backup,
    back_up,
    copy_sqlite,
    digest,
    refuse_changed,
    timestamp_suffix,
    verify,
    why_unproved,
    write_checksum,
)
from advisor.operating.migrate import first_line, migrate, upgrade
from advisor.operating.pg_tools import TableRows, read_dump
from advisor.operating.private_files import make_private_folder, private_draft, sync
from advisor.settings import Settings

_KINDS: Mapping[bool, str] = {True: "SQLite", False: "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What was put in place, and what became of the database that was there."""

    backup: Backup
    versions: int
    """Published rule sets, each with its SHA-256 as published."""
    steps: tuple[str, ...]
    """What brought an older backup to the schema of this release."""
    kept: Path | None
    """The database as it was, None where it held nothing: a file like it, or a backup."""
    ended: Mapping[str, int]
    """How many sign-ins, links, codes and the like ended, by their kind."""


def restore(settings: Settings, file: Path, *, replace: bool = False, without_checksum: bool = False) -> RestoreResult:
    """Verify a backup, and put it in place of the database in one step, with this release's schema.

    A database that holds anything is replaced only where ``replace`` says so, and is kept. A backup without a checksum
    is taken only where ``without_checksum`` says so. Whatever lets somebody in ends (``revoke_all``), since the backup
    cannot know what was ended since. Raises OperatorError, and then nothing was changed.
    """
    backup = verify(file)
    if not (backup.is_proved or without_checksum):
        raise OperatorError(
            f"{why_unproved(backup)} Nothing was changed. Put the checksum beside it, or, where there never was one: "
            "--without-checksum"
        )
    is_sqlite = database_url(settings["DATABASE_URL"]).get_backend_name() == "sqlite"
    if backup.is_sqlite != is_sqlite:
        raise OperatorError(
            f"{file} is a backup of {_KINDS[backup.is_sqlite]}, and DATABASE_URL names a database of "
            f"{_KINDS[is_sqlite]}. Nothing was changed."
        )
    try:
        return (_restore_file if is_sqlite else _restore_dump)(settings, backup, replace=replace)
    except AlteredVersions as error:
        raise OperatorError(f"{file} was not restored. {error} Nothing was changed.") from error
    except OSError as error:
        raise OperatorError(f"{file} could not be restored: {error.strerror}. Nothing was changed.") from error
    except (SQLAlchemyError, PostgresqlError) as error:
        raise OperatorError(f"{file} could not be restored. Nothing was changed.\n{first_line(error)}") from error


def _restore_file(settings: Settings, backup: Backup, *, replace: bool) -> RestoreResult:
    url = database_url(settings["DATABASE_URL"])
    target = Path(url.database or "")
    holds = holds_anything(target)
    _refuse_to_replace(str(target), is_refused=holds and not replace)
    with replacement_file(target, keeps=holds) as (draft, kept):
        copy_sqlite(backup.file, draft)
        there = {**settings, "DATABASE_URL": url.set(database=str(draft)).render_as_string()}
        steps = migrate(there, with_backup=False).steps
        with Database.from_settings(there) as database, database.write() as session:
            versions, ended = _accept(session, backup, kept)
    return RestoreResult(backup, versions, steps, kept, ended)


def _restore_dump(settings: Settings, backup: Backup, *, replace: bool) -> RestoreResult:
    # Nobody waits for a page here: no limit for a statement.
    timeout = settings["DATABASE_CONNECT_TIMEOUT"]
    opened = Database(settings["DATABASE_URL"], connect_timeout=timeout, statement_timeout=None)
    with opened as database, database.engine.begin() as connection:
        kept = _make_room(settings, connection, replace=replace)
        _load(connection, backup.file)
        present, scripts = schema.revision_in(connection), schema.migrations()
        steps = upgrade(connection, scripts, present) if present != schema.expected_revision() else ()
        with Session(connection) as session, session.begin():  # which ends before the transaction does
            versions, ended = _accept(session, backup, kept)
    return RestoreResult(backup, versions, steps, kept, ended)


def _make_room(settings: Settings, connection: Connection, *, replace: bool) -> Path | None:
    """Back up what the database holds, keep everybody from changing it meanwhile, and take it away."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
    tables = inspect(connection).get_table_names()
    name = connection.engine.url.render_as_string()
    _refuse_to_replace(name, is_refused=bool(tables) and not replace)
    if not tables:
        return None
    if VERSION_TABLE not in tables:
        raise OperatorError(f"{name} holds tables of something else than the advisor. Nothing was changed.")
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(table) for table in tables)
    connection.exec_driver_sql(f"LOCK TABLE {quoted} IN EXCLUSIVE MODE")  # pg_dump reads all the same
    kept = back_up(settings).file
    connection.exec_driver_sql(f"DROP TABLE {quoted} CASCADE")
    return kept


def _load(connection: Connection, file: Path) -> None:
    driver: Any = connection.connection
    with driver.cursor() as cursor:
        cursor.execute("SET LOCAL client_encoding = 'UTF8'")
        for part in read_dump(file):
            if isinstance(part, TableRows):
                with cursor.copy(part.statement) as copy:
                    for line in part.lines:
                        copy.write(line)
            else:
                cursor.execute(part, binary=True)  # this protocol takes one statement, whatever the file says


def _accept(session: Session, backup: Backup, kept: Path | None) -> tuple[int, Mapping[str, int]]:
    """Check what was read, end what may have ended since, and record the act.

    Gives the number of published versions, and how much ended. Raises AlteredVersions, OperatorError.
    """
    refuse_changed(backup)
    versions = check_unaltered(session)
    ended = revoke_all(session)
    before = {"kept": kept.name} if kept is not None else None
    audit(session, "backup restored", who=OPERATOR, what=f"file {backup.name}", before=before)
    return versions, ended


def _refuse_to_replace(name: str, *, is_refused: bool) -> None:
    if is_refused:
        raise OperatorError(
            f"{name} holds data already. Nothing was changed. With --replace the backup takes its place, and what it "
            "holds now is kept aside."
        )


_JOURNALS = ("-journal", "-wal", "-shm")
_WAIT = 5
"""Seconds for a writer to come to its end."""

_IN_USE = "{} is in use. Nothing was changed. Stop the server, and every `advisor worker`, then try again."


def holds_anything(file: Path) -> bool:
    """Whether there is a table in it; what cannot be read might be of use to somebody."""
    if not file.exists() or not file.stat().st_size:
        return any(journal.exists() for journal in _journals(file))
    try:
        with closing(sqlite3.connect(f"file:{quote(os.fsencode(file.resolve()))}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return True


@contextmanager
def replacement_file(target: Path, *, keeps: bool) -> Iterator[tuple[Path, Path | None]]:
    """An empty private file that becomes the database ``target`` when the block ends, and not where it raises.

    With it comes the name under which the database as it was is kept then, None where nothing is to be. Raises
    OperatorError where somebody uses the database, OSError.
    """
    kept = target.with_name(f"{target.name}.replaced-{timestamp_suffix()}") if keeps else None
    make_private_folder(target.parent)
    for left_behind in target.parent.glob(f".{target.name}." + "[0-9a-f]" * 8 + "*"):
        left_behind.unlink(missing_ok=True)  # by one that was killed
    with private_draft(target) as draft:
        yield draft, kept
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()  # all of it is in one file, then
        sync(draft)
        with _locked_file(target, is_empty=kept is None) as content:
            if kept is not None and content is not None:
                write_checksum(kept, digest(content))
            _replace_file(draft, target, kept)


def _replace_file(draft: Path, target: Path, kept: Path | None) -> None:
    journals = [journal for journal in _journals(target) if journal.exists()]
    if kept is not None:
        for file in [target, *journals]:
            with suppress(FileNotFoundError):
                Path(f"{kept}{file.name.removeprefix(target.name)}").hardlink_to(file)
    for journal in journals:
        journal.unlink(missing_ok=True)  # SQLite would play it back into the new database
    if target.exists():
        draft.replace(target)
    else:
        target.hardlink_to(draft)  # unlike a rename, it never replaces one that was made just now
    sync(target.parent)


@contextmanager
def _locked_file(file: Path, *, is_empty: bool) -> Iterator[BufferedReader | None]:
    """Keep everybody from writing to the database, which has no journal then; one that is damaged nobody writes to.

    Gives what is in the file, None where there is none.
    """
    if not file.exists():
        yield None
        return
    # The file is closed last of all: with the first handle that a process closes it loses its locks, SQLite's too.
    with closing(sqlite3.connect(file, isolation_level=None, timeout=_WAIT)) as connection, file.open("rb") as content:
        try:
            # A write-ahead log cannot be left while it is used.
            connection.execute("PRAGMA journal_mode=DELETE").close()
            connection.execute("BEGIN EXCLUSIVE").close()
            if is_empty and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise OperatorError(_IN_USE.format(file))  # somebody made it meanwhile
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise OperatorError(_IN_USE.format(file)) from error
        yield content


def _journals(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in _JOURNALS]
