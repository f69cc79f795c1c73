"""A copy of the database that can be trusted: taken while the server runs, and read back before it counts."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from advisor.models.database import database_url
from advisor.operating import pg_tools
from advisor.operating.errors import OperatorError
from advisor.settings import Settings

_SQLITE = b"SQLite format 3\x00"
VERSION_TABLE = "alembic_version"
_FOREIGN = "SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL %'"
"""Triggers and the like, which would act by themselves once the file is the database; ours has none."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy and what is in it."""

    file: Path
    is_sqlite: bool
    rows: dict[str, int]
    """Number of rows by table."""


def back_up(settings: Settings, out: Path | None = None) -> Backup:
    """Copy the database to ``out``, and verify the copy.

    ``out`` is a file that is not there yet, or a folder; without it the copy goes to the folder of backups. Only its
    owner can read the file. Raises OperatorError.
    """
    url = database_url(settings["DATABASE_URL"])
    is_sqlite = url.get_backend_name() == "sqlite"
    target = _target(settings, out, ".sqlite" if is_sqlite else ".pgdump")
    with _told_in_words(), private_draft(target) as draft:
        if is_sqlite:
            copy_sqlite(Path(url.database or ""), draft)
        else:
            pg_tools.dump(url, draft)
        rows = verify(draft).rows
        _keep(draft, target)
    return Backup(target, is_sqlite, rows)


def verify(file: Path) -> Backup:
    """Read a whole backup, and count what is in it. Raises OperatorError where anything is doubtful."""
    try:
        with file.open("rb") as reader:
            start = reader.read(16)
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from error
    if start == _SQLITE:
        rows = _verify_sqlite(file)
    elif start.startswith(pg_tools.DUMP_STARTS_WITH):
        rows = pg_tools.rows_in_dump(file)
    else:
        raise OperatorError(
            f"{file} is no backup of the advisor: it is neither an SQLite database nor a PostgreSQL dump."
        )
    if rows.get(VERSION_TABLE) != 1:
        raise OperatorError(
            f"{file} is no backup of the advisor, or not a whole one: it does not say which schema it has."
        )
    return Backup(file, start == _SQLITE, rows)


def _target(settings: Settings, out: Path | None, ending: str) -> Path:
    name = f"advisor-{moment()}{ending}"
    if out is None:
        folder = Path(settings["DATA_FOLDER"]) / "backups"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(f"The folder {folder} cannot be made: {error.strerror}.") from error
        return folder / name
    if out.is_dir():
        return out / name
    if out.exists():
        raise OperatorError(f"{out} is there already; a backup never replaces a file.")
    if not out.parent.is_dir():
        raise OperatorError(f"There is no folder {out.parent}.")
    return out


def moment() -> str:
    """A part of a file's name that says when it was made, and that no other file has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


@contextmanager
def private_draft(target: Path) -> Iterator[Path]:
    """An empty file beside ``target`` that only its owner can read, and that is gone when the block ends."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def on_disk(*paths: Path) -> None:
    """Wait until these files and folders are safe from a power cut."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _keep(draft: Path, target: Path) -> None:
    on_disk(draft, target.parent)
    target.hardlink_to(draft)  # unlike a rename, a link never replaces what is there


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OperatorError(f"The backup could not be written: {error.strerror}.") from error


def copy_sqlite(source: Path, draft: Path) -> None:
    """Copy an SQLite database, in use or not, into the empty file ``draft``. Raises OperatorError."""
    if not source.exists():
        raise OperatorError(f"There is no database {source}.")
    try:
        with closing(_open_sqlite(source, "mode=ro")) as live, closing(sqlite3.connect(draft)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE").close()  # one file, whatever journal the live one has
    except sqlite3.Error as error:
        raise OperatorError(f"The database could not be copied: {error}.") from error


def _verify_sqlite(file: Path) -> dict[str, int]:
    try:
        with closing(_open_sqlite(file, "mode=ro&immutable=1")) as connection:
            size = (
                connection.execute("PRAGMA page_size").fetchone()[0]
                * connection.execute("PRAGMA page_count").fetchone()[0]
            )
            if size != file.stat().st_size:
                raise OperatorError(f"{file} is not whole: {file.stat().st_size:,} of {size:,} bytes.")
            if (state := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise OperatorError(f"{file} is damaged: {state}.")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise OperatorError(f"{file} is damaged: some rows refer to nothing.")
            if connection.execute(_FOREIGN).fetchone():
                raise OperatorError(f"{file} is no backup of the advisor: it holds more than tables and their indexes.")
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
            )
            return {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own tables
                for (name,) in tables.fetchall()
            }
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the schema itself may be what is damaged
        raise OperatorError(f"{file} is damaged: {error}.") from error


def _open_sqlite(file: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?{options}", uri=True, timeout=30)
