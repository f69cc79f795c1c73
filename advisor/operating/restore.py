"""A backup in place of the database: whole, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Error as PostgresqlError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from advisor.models import schema
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database, database_url
from advisor.models.removal import revoke_all
from advisor.models.rule_set_version import Altered, check_unaltered
from advisor.operating import sqlite_files
from advisor.operating.backup import VERSION_TABLE, Backup, back_up, copy_sqlite, refuse_changed, verify, why_unproved
from advisor.operating.errors import OperatorError
from advisor.operating.migrate import first_line, migrate, upgrade
from advisor.operating.pg_tools import TableRows, read_dump
from advisor.settings import Settings

_KINDS: Mapping[bool, str] = {True: "SQLite", False: "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Restored:
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


def restore(settings: Settings, file: Path, *, replace: bool = False, without_checksum: bool = False) -> Restored:
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
    except Altered as error:
        raise OperatorError(f"{file} was not restored. {error} Nothing was changed.") from error
    except OSError as error:
        raise OperatorError(f"{file} could not be restored: {error.strerror}. Nothing was changed.") from error
    except (SQLAlchemyError, PostgresqlError) as error:
        raise OperatorError(f"{file} could not be restored. Nothing was changed.\n{first_line(error)}") from error


def _restore_file(settings: Settings, backup: Backup, *, replace: bool) -> Restored:
    url = database_url(settings["DATABASE_URL"])
    target = Path(url.database or "")
    holds = sqlite_files.holds_anything(target)
    _refuse_to_replace(str(target), is_refused=holds and not replace)
    with sqlite_files.successor(target, keeps=holds) as (draft, kept):
        copy_sqlite(backup.file, draft)
        there = {**settings, "DATABASE_URL": url.set(database=str(draft)).render_as_string()}
        steps = migrate(there, with_backup=False).steps
        database = Database.from_settings(there)
        try:
            with database.write() as session:
                versions, ended = _accept(session, backup, kept)
        finally:
            database.dispose()
    return Restored(backup, versions, steps, kept, ended)


def _restore_dump(settings: Settings, backup: Backup, *, replace: bool) -> Restored:
    # Nobody waits for a page here: no limit for a statement.
    timeout = settings["DATABASE_CONNECT_TIMEOUT"]
    database = Database(settings["DATABASE_URL"], connect_timeout=timeout, statement_timeout=None)
    try:
        with database.engine.begin() as connection:
            kept = _make_room(settings, connection, replace=replace)
            _load(connection, backup.file)
            present, scripts = schema.revision_in(connection), schema.migrations()
            steps = upgrade(connection, scripts, present) if present != schema.expected_revision() else ()
            with Session(connection) as session, session.begin():  # which ends before the transaction does
                versions, ended = _accept(session, backup, kept)
        return Restored(backup, versions, steps, kept, ended)
    finally:
        database.dispose()


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
        for piece in read_dump(file):
            if isinstance(piece, TableRows):
                with cursor.copy(piece.statement) as copy:
                    for line in piece.lines:
                        copy.write(line)
            else:
                cursor.execute(piece, binary=True)  # this protocol takes one statement, whatever the file says


def _accept(session: Session, backup: Backup, kept: Path | None) -> tuple[int, Mapping[str, int]]:
    """Check what was read, end what may have ended since, and record the act.

    Gives the number of published versions, and how much ended. Raises Altered, OperatorError.
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
