"""The file of an SQLite database: whether it holds anything, and how another one takes its place in one step."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from urllib.parse import quote

from advisor.operating.backup import moment
from advisor.operating.checksum import digest, write_checksum
from advisor.operating.errors import OperatorError
from advisor.private_files import make_private_folder, private_draft, sync

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
def successor(target: Path, *, keeps: bool) -> Iterator[tuple[Path, Path | None]]:
    """An empty private file that becomes the database ``target`` when the block ends, and not where it raises.

    With it comes the name under which the database as it was is kept then, None where nothing is to be. Raises
    OperatorError where somebody uses the database, OSError.
    """
    kept = target.with_name(f"{target.name}.replaced-{moment()}") if keeps else None
    make_private_folder(target.parent)
    for left_behind in target.parent.glob(f".{target.name}." + "[0-9a-f]" * 8 + "*"):
        left_behind.unlink(missing_ok=True)  # by one that was killed
    with private_draft(target) as draft:
        yield draft, kept
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()  # all of it is in one file, then
        sync(draft)
        with _held(target, is_empty=kept is None) as content:
            if kept is not None and content is not None:
                write_checksum(kept, digest(content))
            _take_place(draft, target, kept)


def _take_place(draft: Path, target: Path, kept: Path | None) -> None:
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
def _held(file: Path, *, is_empty: bool) -> Iterator[BufferedReader | None]:
    """Keep everybody from writing to the database, which has no journal then; one that is damaged nobody writes to.

    Gives what is in the file, None where there is none.
    """
    if not file.exists():
        yield None
        return
    # The file is closed last of all: with the first handle that a process closes it loses its locks, SQLite's too.
    with closing(sqlite3.connect(file, isolation_level=None, timeout=_WAIT)) as connection, file.open("rb") as content:
        try:
            connection.execute(
                "PRAGMA journal_mode=DELETE"
            ).close()  # a write-ahead log cannot be left while it is used
            connection.execute("BEGIN EXCLUSIVE").close()
            if is_empty and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise OperatorError(_IN_USE.format(file))  # somebody made it meanwhile
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise OperatorError(_IN_USE.format(file)) from error
        yield content


def _journals(file: Path) -> list[Path]:
    return [file.with_name(file.name + ending) for ending in _JOURNALS]
