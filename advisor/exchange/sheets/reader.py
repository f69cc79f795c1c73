"""Spreadsheets from outside, read as values alone: texts and numbers.

A program of its own reads them, so that none takes more of the server than a little time and memory.
What is no value in a cell, such as a formula, is never worked out, and is told as such.
"""

import io
import json
import math
import re
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from advisor.exchange.file_input import SIZE_LIMIT, UnreadableFileError, escape_invisible
from advisor.exchange.sheets.csv_files import read_rows
from advisor.exchange.sheets.reader_process import Cell, SheetRequest

UNPACKED_LIMIT = 20_000_000
"""Bytes of everything in the archive together, unpacked: by however many members, and however well these are packed."""

_PLAIN_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\\:]{1,200}")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def inspect_archive(data: bytes) -> None:
    """Raise UnreadableFileError where an archive is too large, or anything in its list is as in no workbook."""
    if len(data) > SIZE_LIMIT:
        raise UnreadableFileError(f"The file is larger than {SIZE_LIMIT // 1_000_000} MB.")
    with _as_unreadable(), zipfile.ZipFile(io.BytesIO(data)) as file:
        members = file.infolist()
    if sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise UnreadableFileError(f"The archive unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB.")
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names):
        raise UnreadableFileError("The archive has two members of one name.")
    for member in members:
        _inspect(member)


def _inspect(member: zipfile.ZipInfo) -> None:
    # The name as stored: zipfile cuts it at a null and may turn backslashes round.
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if is_link or not all(map(_PLAIN_NAME.fullmatch, (member.filename, member.orig_filename))):
        raise UnreadableFileError("The archive has a member whose name no workbook has.")
    if member.flag_bits & 1:
        raise UnreadableFileError("The archive is locked by a password.", "Save it without one.")
    if member.compress_type not in _METHODS:
        raise UnreadableFileError("The archive is packed in a way that no workbook is.")


@contextmanager
def _as_unreadable() -> Iterator[None]:
    """Whatever a broken archive makes the reader raise is one thing to its sender."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError) as error:
        raise UnreadableFileError(
            "The archive is broken, or is none.", "Save the workbook again, and send that."
        ) from error


ROWS_LIMIT = 5_000
COLUMNS_LIMIT = 100
CELL_LIMIT = 32_767
"""Characters in a cell, as spreadsheets have it."""

_PROGRAM = Path(__file__).with_name("reader_process.py")

_PATIENCE = 60
"""Seconds until an answer is given up, on a machine that is too busy to give any."""

_KEPT_BY_NONE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[⟦\ufffe\uffff]")
_BARED = re.compile(r"⟦(005F|27E6|FFFE|FFFF)⟧")


@dataclass(frozen=True, slots=True)
class NotAValue:
    """What stands in a cell and is no value, in words: a formula, an error."""

    what: str


Value: TypeAlias = str | int | float | NotAValue
Row: TypeAlias = Mapping[int, Value]
"""Values by column, from 0; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` are those with anything in them, by number from 1."""

    name: str
    rows: Mapping[int, Row]


def read_sheets(data: bytes, kind: str) -> list[Sheet]:
    """Read every sheet of a file of ``kind`` xlsx or ods, or the one that a file of ``kind`` csv is.

    Raises UnreadableFileError where it is none, is broken, or is too much.
    """
    return [Sheet("", read_rows(data))] if kind == "csv" else _read_workbook(data, kind)


def _read_workbook(data: bytes, kind: str) -> list[Sheet]:
    inspect_archive(data)
    mark = uuid4().hex  # that nobody who fills in a sheet can know
    corner = f"{_letters(COLUMNS_LIMIT)}{ROWS_LIMIT + 1}"
    sheets: dict[str, dict[int, Row]] = {}
    for line in _answer(SheetRequest(kind, mark, ROWS_LIMIT, COLUMNS_LIMIT, corner), data).splitlines():
        match json.loads(line):
            case str() as name:
                rows = sheets.setdefault(name, {})
            case [number, cells]:
                rows[number + 1] = dict(_values(name, number, cells, mark))
            case refused:
                raise UnreadableFileError(*refused["refusal"])
    if not sheets:
        raise UnreadableFileError("The archive is not a workbook: it has no sheet.")
    return [Sheet(name, rows) for name, rows in sheets.items()]


def _answer(wanted: SheetRequest, data: bytes) -> bytes:
    """What the program says that reads the file."""
    sent = json.dumps(asdict(wanted)).encode() + b"\n" + data
    command = [sys.executable, "-I", str(_PROGRAM)]
    try:
        return subprocess.run(command, input=sent, capture_output=True, check=True, timeout=_PATIENCE).stdout
    except subprocess.SubprocessError as error:
        text = "The workbook is broken, or takes more time or memory to read than a workbook of rows and columns does."
        raise UnreadableFileError(text, "Take away what is not needed, and save it again.") from error


def _values(sheet: str, row: int, cells: Iterable[tuple[int, Cell]], mark: str) -> Iterator[tuple[int, Value]]:
    """What stands in a row, by column. Raises UnreadableFileError for what no sheet may have."""
    for column, cell in cells:
        text = cell if isinstance(cell, str) else ""
        if row >= ROWS_LIMIT or column >= COLUMNS_LIMIT:
            at = text.removeprefix(f"{mark}@") if text.startswith(f"{mark}@") else f"{_letters(column)}{row + 1}"
            most = f"A sheet may have {ROWS_LIMIT:,} rows and {COLUMNS_LIMIT} columns."
            raise UnreadableFileError(most, "Take away what is beyond.", _place(sheet, at))
        if len(text) > CELL_LIMIT:
            most = f"A cell holds at most {CELL_LIMIT:,} characters."
            raise UnreadableFileError(most, "Make the text shorter.", place_of(sheet, row + 1, column))
        yield column, _value(cell, mark)


def _value(cell: Cell, mark: str) -> Value:
    match cell:
        case None:
            return NotAValue("a date or a time")
        case bool():
            return NotAValue("TRUE or FALSE")
        case str():
            return NotAValue(cell.removeprefix(mark)) if cell.startswith(mark) else _unbared(cell)
    if not math.isfinite(cell):
        return NotAValue("a number that is too large")
    return int(cell) if cell == int(cell) and abs(cell) < 2**53 else cell


def place_of(sheet: str, row: int, column: int) -> str:
    """Name a cell as people do. Rows count from 1, columns from 0."""
    return _place(sheet, f"{_letters(column)}{row}")


def _place(sheet: str, cell: str) -> str:
    return f"sheet {escape_invisible(sheet[:60])}, cell {cell}"


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def escape_for_xml(text: str) -> str:
    """Text as every spreadsheet keeps it: what XML cannot hold, or what looks like its escape of it, by its number."""
    return _KEPT_BY_NONE.sub(lambda found: f"⟦{ord(found[0]):04X}⟧", text)


def _unbared(text: str) -> str:
    """The way back of ``escape_for_xml``."""
    return _BARED.sub(lambda found: chr(int(found[1], 16)), text) if "⟦" in text else text
