"""A program that reads one spreadsheet from outside, in little memory and little time.

The library that reads spreadsheets asks for as much memory as a file names, which ends the whole process where there is
none, and a crafted file makes it loop without end. So ``advisor.exchange.sheets.reader`` runs it here: a list of
what it needs and an archive come in, and JSON goes out, the sheets of the archive or what is wrong with it in words.
Nothing of this package is imported, so that it starts quickly.

The library tells values alone: a formula as what it gave when the file was saved, an error as an empty cell. In place
of these it is therefore given a text that begins with ``mark``.
"""

import datetime
import io
import json
import re
import resource
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

SECONDS = 1.5
"""Processor time; the largest workbooks that people make take a fifth of it."""

MEMORY_LIMIT = 80_000_000
"""Bytes, those of the program itself among them."""

CELLS_LIMIT = 300_000
TEXT_LIMIT = 10_000_000
"""Bytes of all cells together: more than a file holds in which no text stands again and again."""

Cell: TypeAlias = str | int | float | bool | None
"""A value as JSON has it; null is a date or a time."""

_AGAIN = "Save the workbook again, and send that."
_BESIDE = ("customxml/", "docprops/", "content.xml")
_OPEN_DOCUMENT = ("mimetype", "META-INF/manifest.xml", "content.xml")
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
_CELL = re.compile(rb"<((?:\w+:)?)c((?:\s[^<>]*?)?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,3})[0-9]""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br=["']([0-9]{1,7})["']""")
_ERROR = re.compile(rb"""\st=["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>([^<]{1,20})")
_WITH_FORMULA = re.compile(rb'<table:(?:covered-)?table-cell(?=(?:\s+[\w:-]+="[^"]*")*?\s+table:formula=)')


class RefusalError(Exception):
    """A file that is not read: what is wrong with it, and how to mend it."""


@dataclass(frozen=True)
class SheetRequest:
    """What is needed: a ``kind`` of file, with so many rows and columns at most. ``corner`` is the cell beyond."""

    kind: str
    mark: str
    rows: int
    columns: int
    corner: str


def main() -> None:
    """Read what comes in, within limits that the system keeps."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # after which the system ends the process
    wanted = SheetRequest(**json.loads(sys.stdin.buffer.readline()))
    try:
        for line in _lines(_marked(sys.stdin.buffer.read(), wanted)):
            sys.stdout.buffer.write(line + b"\n")
    except RefusalError as refusal:
        sys.stdout.buffer.write(json.dumps({"refusal": refusal.args}).encode())


def _lines(data: bytes) -> Iterator[bytes]:
    """The name of each sheet, and after it its rows: their number, and the columns in which something stands."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        raise RefusalError("The archive is not a workbook, or a part of it is broken.", _AGAIN) from None
    names = [about.name for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    if len(set(names)) < len(names):  # the library would read the first of them twice
        raise RefusalError("The workbook has two sheets of one name.", "Give each sheet a name of its own.")
    cells_left, text_left = CELLS_LIMIT, TEXT_LIMIT
    for name in names:
        yield json.dumps(name).encode()
        try:
            sheet = book.get_sheet_by_name(name)
        except CalamineError:
            raise RefusalError("A part of the workbook is broken.", _AGAIN) from None
        for number, cells in _rows(sheet):
            line = json.dumps([number, cells], ensure_ascii=False).encode()
            cells_left, text_left = cells_left - len(cells), text_left - len(line)
            if min(cells_left, text_left) < 0:
                raise RefusalError("The workbook holds more than a workbook of rows and columns does.", "")
            yield line


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[tuple[int, Cell]]]]:
    if sheet.start is None:
        return
    for number, values in enumerate(sheet.iter_rows()):  # from the first row, but only from the first column in use
        cells = [(column, _cell(value)) for column, value in enumerate(values, sheet.start[1]) if value != ""]
        if cells:
            yield number, cells


def _cell(value: object) -> Cell:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return None
    assert isinstance(value, str | int | float)  # noqa: S101 - of which a boolean is one
    return value


# ---- what the library is given -------------------------------------------------------------------------------------


def _marked(data: bytes, wanted: SheetRequest) -> bytes:
    """The archive made anew: of the parts that hold values alone, with what the library does not tell in words."""
    made = io.BytesIO()
    try:
        new = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        with zipfile.ZipFile(io.BytesIO(data)) as file, new:
            for name in file.namelist():
                if _is_needed(name, wanted.kind):
                    part = _plain(file.read(name))
                    new.writestr(
                        name, _open_document(part, wanted) if wanted.kind == "ods" else _office_open(part, wanted)
                    )
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, LookupError, zlib.error):
        raise RefusalError("The archive is broken, or is none.", _AGAIN) from None
    return made.getvalue()


def _is_needed(name: str, kind: str) -> bool:
    if kind == "ods":
        return name in _OPEN_DOCUMENT
    return name.endswith((".xml", ".rels")) and not name.lower().startswith(_BESIDE)


def _plain(part: bytes) -> bytes:
    """Let pass what is UTF-8 and declares nothing."""
    if b"\0" in part[:4] or part[:2] in {b"\xff\xfe", b"\xfe\xff"} or _DECLARED.match(part):
        raise RefusalError("A part of the workbook is not UTF-8.", _AGAIN)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise RefusalError("The workbook declares document types or entities, which none does.", "")
    return part


def _open_document(part: bytes, wanted: SheetRequest) -> bytes:
    """A part of an OpenDocument sheet: of two values of a cell the first counts, and some blanks are elements."""
    if b"<manifest:encryption-data" in part:
        raise RefusalError("The archive is locked by a password.", "Save it without one.")
    part = _WITH_FORMULA.sub(rb'\g<0> office:string-value="' + f'{wanted.mark}a formula"'.encode(), part)
    return part.replace(b"<text:tab/>", b"\t").replace(b"<text:line-break/>", b"\n")


def _office_open(part: bytes, wanted: SheetRequest) -> bytes:
    """A part of an Excel workbook. A cell beyond what a sheet may have is told in the corner, by where it stands."""
    far = {letters for letters in set(_COLUMN.findall(part)) if _number(letters) > wanted.columns}
    is_long = any(int(row) > wanted.rows for row in _ROW.findall(part))
    if not (far or is_long or _FORMULA.search(part) or _ERROR.search(part)):
        return part
    pieces, done = [], 0
    for cell in _CELL.finditer(part):
        prefix, attributes, inside = cell.groups()
        at = _REFERENCE.search(attributes)
        place, what = at[0] if at else b"", _untold(attributes, inside or b"")
        if at and (at[1] in far or int(at[2]) > wanted.rows) and (what or _VALUE.search(inside or b"")):
            place, what = f' r="{wanted.corner}"'.encode(), b"@" + at[1] + at[2]
        if what:
            text = b"<%bis><%bt>%b%b</%bt></%bis>" % (prefix, prefix, wanted.mark.encode(), what, prefix, prefix)
            pieces += [part[done : cell.start()], b"<%bc%b>%b</%bc>" % (prefix, place, text, prefix)]
            done = cell.end()
    return b"".join([*pieces, part[done:]])


def _untold(attributes: bytes, inside: bytes) -> bytes:
    """What the library does not tell of a cell, in words; nothing for most."""
    if _FORMULA.search(inside):
        return b"a formula"
    if _ERROR.search(attributes):
        found = _VALUE.search(inside)
        return b"the error " + (found[1] if found else b"")
    return b""


def _number(letters: bytes) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


if __name__ == "__main__":
    main()
