"""Workbooks from outside, read as values alone: texts and numbers.

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
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast
from uuid import uuid4

from advisor.exchange.file_input import SIZE_LIMIT, UnreadableFileError, escape_invisible
from advisor.exchange.sheets.reader_process import Cell, SheetRequest

ROWS_LIMIT = 5_000
COLUMNS_LIMIT = 100
UNPACKED_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """How much a workbook may hold, and how much reading it may take.

    ``unpacked`` are bytes of everything in the archive together, by however many members, and however well these are
    packed; ``text`` those of all cells. ``seconds`` are of the processor, ``memory`` bytes of the program that reads.
    ``mend`` says what to do with more. ``text_columns`` are those of a file of text, which has no other limit but its
    size.
    """

    size: int
    unpacked: int
    rows: int
    columns: int
    cells: int
    text: int
    seconds: float
    memory: int
    mend: str = ""
    text_columns: int = 1_000_000


UPLOAD = WorkbookLimits(
    SIZE_LIMIT, UNPACKED_LIMIT, ROWS_LIMIT, COLUMNS_LIMIT, 300_000, 10_000_000, 1.5, 80_000_000, text_columns=1_000
)
"""What a server reads. The largest workbooks that people make take a fifth of the time."""

_MORE = "For more, save it as CSV, which is read row by row."
OWN_FILE = WorkbookLimits(
    200_000_000, 2_000_000_000, 1_048_576, 1_024, 30_000_000, 2_000_000_000, 60, 2_000_000_000, _MORE
)
"""What somebody reads on a machine of their own: as many rows as a sheet can have, as far as memory allows."""

_PLAIN_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\\:]{1,200}")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def _inspect_size(data: bytes, limits: WorkbookLimits) -> None:
    if len(data) > limits.size:
        raise UnreadableFileError(f"The file is larger than {limits.size // 1_000_000} MB.", limits.mend)


def _inspect_archive(data: bytes, limits: WorkbookLimits) -> None:
    """Raise UnreadableFileError where an archive is too large, or anything in its list is as in no workbook."""
    with _as_unreadable(), zipfile.ZipFile(io.BytesIO(data)) as file:
        members = file.infolist()
    if sum(member.file_size for member in members) > limits.unpacked:
        raise UnreadableFileError(f"The archive unpacks to more than {limits.unpacked // 1_000_000} MB.", limits.mend)
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


CELL_LIMIT = 32_767
"""Characters in a cell, as spreadsheets have it."""

_PROGRAM = Path(__file__).with_name("reader_process.py")

_PATIENCE = 60
"""Seconds beyond those of the processor until an answer is given up, on a machine that is too busy to give any."""

_KEPT_BY_NONE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[⟦\ufffe\uffff]")
_BARED = re.compile(r"⟦(005F|27E6|FFFE|FFFF)⟧")


@dataclass(frozen=True, slots=True)
class NotAValue:
    """What stands in a cell and is no value, in words: a formula, an error. ``text`` is how it reads, if known."""

    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number that reads otherwise in its cell: 1.1 as "1.10", 0.5 as "50%"."""

    value: int | float
    text: str


Value: TypeAlias = str | int | float | NotAValue
Row: TypeAlias = Mapping[int, Value]
"""Values by column, from 0; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` are those with anything in them, by number from 1."""

    name: str
    rows: Mapping[int, Row]


def read_sheets(data: bytes, kind: str) -> list[Sheet]:
    """Read every sheet of a file of ``kind`` xlsx or ods that was sent to a server.

    Raises UnreadableFileError where it is none, is broken, or is too much.
    """
    with open_workbook(data, kind, UPLOAD) as book:
        return [Sheet(sheet.name, cast("dict[int, Row]", dict(book.rows(sheet)))) for sheet in book.sheets]


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet of an open workbook: whether people see it, whether it was read, and where its rows begin."""

    name: str
    is_hidden: bool
    is_read: bool
    at: int


class OpenWorkbook:
    """An open workbook; its rows lie on disk as what the program said that read it."""

    def __init__(self, answer: BinaryIO, request: SheetRequest) -> None:
        self._answer = answer
        self._request = request
        self.hidden_rows = 0
        """Rows that are hidden or filtered out in any of the sheets; they are read as well."""
        self.sheets = list(self._find_sheets())
        if not self.sheets:
            raise UnreadableFileError("The archive is not a workbook: it has no sheet.")

    def __enter__(self) -> "OpenWorkbook":
        return self

    def __exit__(self, *_: object) -> None:
        self._answer.close()

    def _find_sheets(self) -> Iterator[SheetEntry]:
        self._answer.seek(0)
        at = 0
        for line in self._answer:
            at += len(line)
            if line.startswith(b"{"):
                found = json.loads(line)
                if "refusal" in found:
                    raise UnreadableFileError(*found["refusal"])
                if "hidden_rows" in found:
                    self.hidden_rows = found["hidden_rows"]
                else:
                    yield SheetEntry(found["name"], found["hidden"], found["read"], at)

    def rows(self, sheet: SheetEntry) -> Iterator[tuple[int, dict[int, Value | ShownNumber]]]:
        """The rows with anything in them, by number from 1, as often as wanted.

        Raises UnreadableFileError for what no sheet may have.
        """
        at = sheet.at
        while True:
            self._answer.seek(at)  # others may have read elsewhere since
            lines = self._answer.readlines(1_000_000)
            for line in lines:
                if not line.startswith(b"["):
                    return
                number, cells = json.loads(line)
                yield number + 1, dict(self._values(sheet.name, number, cells))
            if not lines:
                return
            at += sum(map(len, lines))

    def _values(
        self, sheet: str, row: int, cells: Iterable[tuple[int, Cell]]
    ) -> Iterator[tuple[int, Value | ShownNumber]]:
        request = self._request
        for column, cell in cells:
            text = cell if isinstance(cell, str) else ""
            if row >= request.rows or column >= request.columns:
                mark = f"{request.mark}@"
                at = text.removeprefix(mark) if text.startswith(mark) else f"{column_letters(column)}{row + 1}"
                most = f"A sheet may have {request.rows:,} rows and {request.columns:,} columns."
                raise UnreadableFileError(most, "Take away what is beyond.", _place(sheet, at))
            if len(text) > CELL_LIMIT and not text.startswith(request.mark):
                most = f"A cell holds at most {CELL_LIMIT:,} characters."
                raise UnreadableFileError(most, "Make the text shorter.", place_of(sheet, row + 1, column))
            yield column, _value(cell, request)


def open_workbook(
    data: bytes,
    kind: str,
    limits: WorkbookLimits,
    *,
    as_shown: bool = False,
    only: Sequence[str] | None = None,
    also: str = "",
) -> OpenWorkbook:
    """Open a file of ``kind`` xlsx, ods or xls; close it again.

    ``as_shown``: dates, truths and numbers come with the text that stands in the cell, where that is another than the
    value. ``only`` are the sheets to read, by name; with none named, those that are not hidden; with None, all. The
    sheet ``also`` is read in any case.

    Raises UnreadableFileError where it is none, is broken, is locked, or is too much.
    """
    _inspect_size(data, limits)
    if kind == "xls":
        if _LOCKED in data or _OLD_LOCKED.search(data):
            raise UnreadableFileError("The workbook is locked by a password.", "Save it without one.")
    else:
        _inspect_archive(data, limits)
    mark = uuid4().hex  # that nobody who fills in a sheet can know
    corner = f"{column_letters(limits.columns)}{limits.rows + 1}"
    read = {name: getattr(limits, name) for name in ("rows", "columns", "cells", "text", "seconds", "memory")}
    names = None if only is None else list(only)
    request = SheetRequest(kind=kind, mark=mark, corner=corner, as_shown=as_shown, only=names, also=also, **read)
    answer = tempfile.TemporaryFile()  # noqa: SIM115 - the workbook closes it
    try:
        _run(request, data, answer, limits.mend)
        return OpenWorkbook(answer, request)
    except BaseException:
        answer.close()
        raise


_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which an Excel workbook lies that has a password."""

_OLD_LOCKED = re.compile(rb"\x09\x08\x10\0\0\x06\x05\0.{12}(?:\x86\0\0\0)?\x2f\0", re.DOTALL)
"""How the records of an older workbook begin that has a password; the library overlooks the weakest kind."""


def _run(request: SheetRequest, data: bytes, answer: BinaryIO, mend: str) -> None:
    """Let the program say what it reads."""
    sent = json.dumps(asdict(request)).encode() + b"\n" + data
    command = [sys.executable, "-I", str(_PROGRAM)]
    patience = _PATIENCE + request.seconds
    try:
        subprocess.run(command, input=sent, stdout=answer, stderr=subprocess.DEVNULL, check=True, timeout=patience)
    except subprocess.SubprocessError as error:
        text = "The workbook is broken, or takes more time or memory to read than a workbook of rows and columns does."
        raise UnreadableFileError(text, f"Take away what is not needed, and save it again. {mend}".rstrip()) from error


def _value(cell: Cell, request: SheetRequest) -> Value | ShownNumber:
    match cell:
        case [what, text]:
            return NotAValue(what, text if request.as_shown else "")
        case bool():
            return NotAValue("TRUE or FALSE", ("FALSE", "TRUE")[cell] if request.as_shown else "")
        case str():
            return _marked_value(cell.removeprefix(request.mark)) if cell.startswith(request.mark) else _unescape(cell)
        case int() | float():
            if not math.isfinite(cell):
                return NotAValue("a number that is too large")
            return int(cell) if cell == int(cell) and abs(cell) < 2**53 else cell
    raise AssertionError(cell)


def _marked_value(text: str) -> Value | ShownNumber:
    """What the program put in place of a cell: words for it, or its value and how that reads."""
    if not text.startswith("#"):
        return NotAValue(text)
    kind, value, shown = text[1:].split("|", 2)
    if kind == "number":
        number = float(value)
        return ShownNumber(int(number) if number.is_integer() and abs(number) < 2**53 else number, shown)
    return NotAValue(kind, shown)


def place_of(sheet: str, row: int, column: int) -> str:
    """Name a cell as people do. Rows count from 1, columns from 0."""
    return _place(sheet, f"{column_letters(column)}{row}")


def _place(sheet: str, cell: str) -> str:
    return f"sheet {escape_invisible(sheet[:60])}, cell {cell}"


def column_letters(column: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def escape_for_xml(text: str) -> str:
    """Text as every spreadsheet keeps it: what XML cannot hold, or what looks like its escape of it, by its number."""
    return _KEPT_BY_NONE.sub(lambda found: f"⟦{ord(found[0]):04X}⟧", text)


def _unescape(text: str) -> str:
    """The way back of ``escape_for_xml``."""
    return _BARED.sub(lambda found: chr(int(found[1], 16)), text) if "⟦" in text else text
