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

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Cell: TypeAlias = str | int | float | bool | list[str]
"""A value as JSON has it; a list is what stands there instead of a value, in words, and how it reads."""

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

_VALUE_AND_TEXT = re.compile(
    rb'<table:table-cell((?:\s+[\w:-]+="[^"]*")*+)\s*>\s*<text:p>([^<]*)</text:p>\s*</table:table-cell>'
)
_TYPED = re.compile(rb'\soffice:value-type="(float|percentage|currency|date|time)"')
_OF_TYPE = re.compile(rb'\soffice:(?:date-|time-)?value="([^"]*)"')
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^<>]*)>")
_FORMAT_ID = re.compile(rb"""\bnumFmtId=["']([0-9]+)["']""")
_FORMAT_CODE = re.compile(rb"""\bformatCode=["']([^"'<>]*)["']""")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_OF_STYLE = re.compile(rb"""<(?:\w+:)?xf\s(?:[^<>]*?\bnumFmtId=["']([0-9]+)["'])?""")
_STYLES_LIMIT = 65_536
_SHOWN_FORMAT = re.compile(r"0+(?:\.0+)?%?")
_STYLE = re.compile(rb"""\ss=["']([0-9]+)["']""")
_KIND = re.compile(rb"""\st=["'](\w+)["']""")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s(?=[^<>]*?\bhidden=[\"'](?:1|true)[\"'])")
_HIDDEN_OPEN_ROW = re.compile(rb'<table:table-row\s(?=[^<>]*?\btable:visibility="(?:collapse|filter)")')


class RefusalError(Exception):
    """A file that is not read: what is wrong with it, and how to mend it."""


@dataclass(frozen=True)
class SheetRequest:
    """What is needed: a ``kind`` of file, with so many rows, columns, cells and bytes of text at most.

    ``seconds`` of the processor and bytes of ``memory`` are what it may take, those of the program itself among them.
    ``corner`` is the cell beyond. ``as_shown``: where a number reads otherwise than its value, say how. ``only`` are
    the sheets to read: all where it is None, those that are not hidden where it is empty; and ``also`` in any case.
    """

    kind: str
    mark: str
    rows: int
    columns: int
    cells: int
    text: int
    seconds: float
    memory: int
    corner: str
    as_shown: bool
    only: list[str] | None
    also: str

    def wants(self, name: str, *, is_hidden: bool) -> bool:
        """Whether a sheet is to be read."""
        return self.only is None or name == self.also or (name in self.only if self.only else not is_hidden)


def main() -> None:
    """Read what comes in, within limits that the system keeps."""
    wanted = SheetRequest(**json.loads(sys.stdin.buffer.readline()))
    resource.setrlimit(resource.RLIMIT_AS, (wanted.memory, wanted.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, wanted.seconds)  # after which the system ends the process
    try:
        data, hidden_rows = sys.stdin.buffer.read(), 0
        if wanted.kind != "xls":
            data, hidden_rows = _archive_of_values(data, wanted)
        sys.stdout.buffer.write(json.dumps({"hidden_rows": hidden_rows}).encode() + b"\n")
        for line in _lines(data, wanted):
            sys.stdout.buffer.write(line + b"\n")
    except RefusalError as refusal:
        sys.stdout.buffer.write(json.dumps({"refusal": refusal.args}).encode())


def _lines(data: bytes, wanted: SheetRequest) -> Iterator[bytes]:
    """The name of each sheet, and after it its rows: their number, and the columns in which something stands."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise RefusalError("The workbook is locked by a password.", "Save it without one.") from None
    except CalamineError:
        what = "file" if wanted.kind == "xls" else "archive"
        raise RefusalError(f"The {what} is not a workbook, or a part of it is broken.", _AGAIN) from None
    about = [it for it in book.sheets_metadata if it.typ == SheetTypeEnum.WorkSheet]
    if len({it.name for it in about}) < len(about):  # the library would read the first of them twice
        raise RefusalError("The workbook has two sheets of one name.", "Give each sheet a name of its own.")
    cells_left, text_left = wanted.cells, wanted.text
    for it in about:
        is_hidden = it.visible != SheetVisibleEnum.Visible
        is_read = wanted.wants(it.name, is_hidden=is_hidden)
        yield json.dumps({"name": it.name, "hidden": is_hidden, "read": is_read}).encode()
        if not is_read:
            continue
        try:
            sheet = book.get_sheet_by_name(it.name)
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
        text = str(value)  # as ISO 8601 has it
        return ["a date or a time", text.removesuffix(" 00:00:00")]
    assert isinstance(value, str | int | float)  # noqa: S101 - of which a boolean is one
    return value


# ---- what the library is given -------------------------------------------------------------------------------------


def _archive_of_values(data: bytes, wanted: SheetRequest) -> tuple[bytes, int]:
    """The archive made anew: of the parts that hold values alone, with what the library does not tell in words.

    And how many of its rows are hidden, which the library reads like others.
    """
    made, hidden_rows = io.BytesIO(), 0
    hidden = _HIDDEN_OPEN_ROW if wanted.kind == "ods" else _HIDDEN_ROW
    try:
        new = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        with zipfile.ZipFile(io.BytesIO(data)) as file, new:
            names = [name for name in file.namelist() if _is_needed(name, wanted.kind)]
            styles = next((name for name in names if name.lower() == "xl/styles.xml"), "")
            formats = _formats(file.read(styles)) if styles and wanted.as_shown else {}
            for name in names:
                part = _plain(file.read(name))
                hidden_rows += sum(1 for _ in hidden.finditer(part))
                if wanted.kind == "ods":
                    new.writestr(name, _open_document(part, wanted))
                else:
                    new.writestr(name, _office_open(part, wanted, formats))
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, LookupError, zlib.error):
        raise RefusalError("The archive is broken, or is none.", _AGAIN) from None
    return made.getvalue(), hidden_rows


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
    if wanted.as_shown:
        part = _VALUE_AND_TEXT.sub(lambda cell: _with_text(cell, wanted.mark.encode()), part)
    part = _WITH_FORMULA.sub(rb'\g<0> office:string-value="' + f'{wanted.mark}a formula"'.encode(), part)
    return part.replace(b"<text:tab/>", b"\t").replace(b"<text:line-break/>", b"\n")


def _with_text(cell: re.Match[bytes], mark: bytes) -> bytes:
    """A cell of an OpenDocument sheet whose text tells more than its value, as the text for both."""
    attributes, shown = cell.groups()
    found = _TYPED.search(attributes)
    if found is None or b"table:formula=" in attributes:
        return cell[0]
    kind, value = found[1], _OF_TYPE.search(attributes)
    if value is None or kind == b"boolean" or value[1] == shown or not shown.strip():
        return cell[0]
    is_date = kind in {b"date", b"time"}
    text = b"#a date or a time||" + shown if is_date else b"#number|" + value[1] + b"|" + shown
    rest = _TYPED.sub(b' office:value-type="string"', _OF_TYPE.sub(b"", attributes))
    return b"<table:table-cell%b><text:p>%b%b</text:p></table:table-cell>" % (rest, mark, text)


def _formats(styles: bytes) -> dict[bytes, str]:
    """How numbers read that stand in cells of a style, by its number, where that may be another than their value."""
    known = {b"1": "0", b"2": "0.00", b"9": "0%", b"10": "0.00%"}
    for attributes in _NUMBER_FORMAT.findall(styles):
        number, code = _FORMAT_ID.search(attributes), _FORMAT_CODE.search(attributes)
        if number and code:
            known[number[1]] = code[1].decode("utf-8", "replace")
    cells = _CELL_STYLES.search(styles)
    of_cells = _FORMAT_OF_STYLE.findall(cells[1])[:_STYLES_LIMIT] if cells else []
    wanted = {number: code for number, code in known.items() if _SHOWN_FORMAT.fullmatch(code)}
    return {b"%d" % index: wanted[number] for index, number in enumerate(of_cells) if number in wanted}


def _as_shown(attributes: bytes, inside: bytes, formats: dict[bytes, str]) -> bytes:
    """The value of a number and how it reads, where that is another; nothing for most."""
    style, kind, value = _STYLE.search(attributes), _KIND.search(attributes), _VALUE.search(inside)
    code = formats.get(style[1]) if style else None
    if code is None or value is None or (kind and kind[1] != b"n"):
        return b""
    try:
        number = float(value[1])
    except ValueError:
        return b""
    if not abs(number) < 1e15:
        return b""
    percent = code.endswith("%")
    whole, _, decimals = code.rstrip("%").partition(".")
    shown = f"{number * 100 if percent else number:0{len(whole) + len(decimals) + bool(decimals)}.{len(decimals)}f}"
    shown += "%" * percent
    return b"" if shown == f"{number:g}" else b"#number|%b|%b" % (value[1], shown.encode())


def _office_open(part: bytes, wanted: SheetRequest, formats: dict[bytes, str]) -> bytes:
    """A part of an Excel workbook. A cell beyond what a sheet may have is told in the corner, by where it stands."""
    far = {letters for letters in set(_COLUMN.findall(part)) if _number(letters) > wanted.columns}
    is_long = any(int(row) > wanted.rows for row in _ROW.findall(part))
    if not (far or is_long or formats or _FORMULA.search(part) or _ERROR.search(part)):
        return part
    pieces, done = [], 0
    for cell in _CELL.finditer(part):
        prefix, attributes, inside = cell.groups()
        at = _REFERENCE.search(attributes)
        place, what = at[0] if at else b"", _untold(attributes, inside or b"", formats)
        if at and (at[1] in far or int(at[2]) > wanted.rows) and (what or _VALUE.search(inside or b"")):
            place, what = f' r="{wanted.corner}"'.encode(), b"@" + at[1] + at[2]
        if what:
            text = b"<%bis><%bt>%b%b</%bt></%bis>" % (prefix, prefix, wanted.mark.encode(), what, prefix, prefix)
            pieces += [part[done : cell.start()], b"<%bc%b>%b</%bc>" % (prefix, place, text, prefix)]
            done = cell.end()
    return b"".join([*pieces, part[done:]])


def _untold(attributes: bytes, inside: bytes, formats: dict[bytes, str]) -> bytes:
    """What the library does not tell of a cell, in words; nothing for most."""
    if _FORMULA.search(inside):
        return b"a formula"
    if _ERROR.search(attributes):
        found = _VALUE.search(inside)
        return b"the error " + (found[1] if found else b"")
    return _as_shown(attributes, inside, formats) if formats else b""


def _number(letters: bytes) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


if __name__ == "__main__":
    main()
