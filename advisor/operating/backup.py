"""A copy of the database that can be trusted: taken while the server runs, and read back before it counts.

Either database notices a cut or a torn page by itself, and neither notices every changed byte: the SHA-256 of a backup
is in a file beside it, which `sha256sum --check` reads too.
"""

import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from urllib.parse import quote

from advisor.models.database import database_url
from advisor.operating import OperatorError, pg_tools
from advisor.operating.private_files import make_private_folder, private_draft, publish, write_private_file
from advisor.settings import Settings

_SQLITE = b"SQLite format 3\x00"
VERSION_TABLE = "alembic_version"
_FOREIGN = "SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL %'"
"""Triggers and the like, which would act by themselves once the file is the database; ours has none."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was read to its end, and what is in it."""

    file: Path
    is_sqlite: bool
    rows: dict[str, int]
    """Number of rows by table."""
    sha256: str
    """Of the whole file."""
    is_proved: bool
    """Whether this is the checksum that was put beside the file when it was made; if not, there is none beside it."""

    @property
    def name(self) -> str:
        """The name of the file as text, whatever bytes it is made of."""
        return os.fsencode(self.file.name).decode(errors="replace")


def back_up(settings: Settings, out: Path | None = None) -> Backup:
    """Copy the database to ``out``, verify the copy, and put its checksum beside it.

    ``out`` is a file that is not there yet, or a folder; without it the copy goes to the folder of backups. Only its
    owner can read the files. Raises OperatorError, and then neither is there.
    """
    url = database_url(settings["DATABASE_URL"])
    is_sqlite = url.get_backend_name() == "sqlite"
    target = _target(settings, out, ".sqlite" if is_sqlite else ".pgdump")
    with _write_errors(), private_draft(target) as draft:
        if is_sqlite:
            copy_sqlite(Path(url.database or ""), draft)
        else:
            pg_tools.dump(url, draft)
        found = _read(draft)
        _publish_with_checksum(draft, target, found.sha256)
    return replace(found, file=target, is_proved=True)


def verify(file: Path) -> Backup:
    """Read a whole backup, count what is in it, and compare it with the checksum beside it, where there is one.

    Raises OperatorError where anything is doubtful, other than that there is no checksum.
    """
    try:
        if not file.is_file():
            raise OperatorError(f"{file} cannot be read: it is {'no file' if file.exists() else 'not there'}.")
        return _read(file, stored_checksum(file))
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from error


def refuse_changed(backup: Backup) -> None:
    """Raise OperatorError where the file is not any more what it was when it was verified."""
    if sha256_of(backup.file) != backup.sha256:
        raise OperatorError(f"{backup.file} changed while it was read. Nothing was changed. Try again.")


def why_unproved(backup: Backup) -> str:
    """What is to be said of a backup without a checksum."""
    return (
        f"{backup.file} can be read to its end, but there is no {checksum_file(backup.file)} to compare it with, so a "
        "changed byte in it may have gone unnoticed."
    )


def _read(file: Path, expected: str | None = None) -> Backup:
    sha256 = sha256_of(file)
    if expected is not None and sha256 != expected:
        raise OperatorError(
            f"{file} is not what was backed up: its SHA-256 is not the one in {checksum_file(file)}. "
            "Use another copy of the backup."
        )
    with file.open("rb") as reader:
        start = reader.read(16)
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
    return Backup(file, start == _SQLITE, rows, sha256, is_proved=expected is not None)


def _target(settings: Settings, out: Path | None, ending: str) -> Path:
    name = f"advisor-{timestamp_suffix()}{ending}"
    if out is None:
        folder = Path(settings["DATA_FOLDER"]) / "backups"
        try:
            make_private_folder(folder)
        except OSError as error:
            raise OperatorError(f"The folder {folder} cannot be made: {error.strerror}.") from error
        return folder / name
    if out.is_dir():
        return out / name
    for present in (out, checksum_file(out)):
        if present.exists() or present.is_symlink():
            raise OperatorError(f"{present} is there already; a backup never replaces a file.")
    if not out.parent.is_dir():
        raise OperatorError(f"There is no folder {out.parent}.")
    return out


def timestamp_suffix() -> str:
    """A part of a file's name that says when it was made, and that no other file has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def _publish_with_checksum(draft: Path, target: Path, sha256: str) -> None:
    # The checksum comes first: a backup without one would look as if it had been made by an earlier release.
    checksum = write_checksum(target, sha256)
    try:
        publish(draft, target)
    except BaseException:
        checksum.unlink()
        raise


@contextmanager
def _write_errors() -> Iterator[None]:
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
    return sqlite3.connect(f"file:{quote(os.fsencode(file.resolve()))}?{options}", uri=True, timeout=30)


_LINE = re.compile(rb"\\?([0-9a-f]{64}) [ *][^\n]+\n?")
_MOST = 10_000
"""Bytes that are read of such a file, which holds one line."""


def checksum_file(file: Path) -> Path:
    """Where the checksum of a backup is: beside the file itself, whatever link led to it."""
    real = file.resolve()
    return real.with_name(f"{real.name}.sha256")


def sha256_of(file: Path) -> str:
    """The SHA-256 of a whole file. Raises OSError."""
    with file.open("rb") as content:
        return digest(content)


def digest(content: BufferedReader) -> str:
    """The SHA-256 of what is in an open file. Raises OSError."""
    return hashlib.file_digest(content, "sha256").hexdigest()


def write_checksum(file: Path, sha256: str) -> Path:
    """Put the checksum beside ``file``, which need not be there yet. Raises FileExistsError, and any other OSError."""
    checksum = checksum_file(file)
    name = os.fsencode(file.name)
    # As sha256sum does, so that a name cannot end the line.
    safe = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    escape = b"\\" if safe != name else b""
    write_private_file(checksum, escape + sha256.encode() + b"  " + safe + b"\n")
    return checksum


def stored_checksum(file: Path) -> str | None:
    """The checksum beside a backup, None where there is none. Raises OperatorError where it cannot be used.

    The name in it is not compared: a backup and its checksum may be renamed together.
    """
    checksum = checksum_file(file)
    try:
        with checksum.open("rb") as reader:
            line = reader.read(_MOST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OperatorError(f"{checksum} cannot be read: {error.strerror}.") from error
    if (found := _LINE.fullmatch(line)) is None:
        raise OperatorError(
            f"{checksum} does not hold the checksum of one file, so {file.name} cannot be proved by it."
        )
    return found[1].decode()
