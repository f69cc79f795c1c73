"""Workbooks from outside, read as values alone: texts and numbers.

The ready-made readers build every style and every shared text before the first cell, which a small hostile file turns
into half a minute and most of a gigabyte. This one streams the few members that hold values through defusedxml, which
refuses document types and entities, and stops at the first thing that is too much.
"""

import math
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from advisor.exchange.archive import Archive, opened
from advisor.exchange.incoming import UnreadableFileError
from advisor.exchange.members import ELEMENTS_LIMIT, Member
from advisor.exchange.shown import shown, visible

ROWS_LIMIT = 5_000
COLUMNS_LIMIT = 100
SHEETS_LIMIT = 40
CELL_LIMIT = 32_767
"""Characters in a cell, as spreadsheets have it."""

_RELATIONS_LIMIT = 1_000
_OFFICE = "officeDocument"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_KEPT_BY_NONE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[⟦\ufffe\uffff]")
_BARED = re.compile(r"⟦(005F|27E6|FFFE|FFFF)⟧")


@dataclass(frozen=True, slots=True)
class Unfit:
    """What stands in a cell and is no value, in words: a formula, an error."""

    what: str


Value: TypeAlias = str | int | float | Unfit
Row: TypeAlias = Mapping[int, Value]
"""Values by column, from 0; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` are those with anything in them, by number from 1."""

    name: str
    rows: Mapping[int, Row]


def read_workbook(data: bytes) -> list[Sheet]:
    """Read every sheet of a workbook. Raises UnreadableFileError where it is none, is broken, or is too much."""
    with opened(data) as archive:
        reader = _Reader(archive)
        workbook = next(iter(reader.targets("", _OFFICE).values()), "")
        if workbook not in archive.names:
            raise UnreadableFileError("The archive is not an Excel workbook (.xlsx).")
        found = reader.targets(workbook, "worksheet")
        listed = _Listed()
        reader.read(workbook, listed)
        texts = _Texts()
        for member in reader.targets(workbook, "sharedStrings").values():
            reader.read(member, texts)
        return [
            Sheet(name, reader.rows(found[identifier], name, texts.texts))
            for name, identifier in listed.sheets
            if identifier in found
        ]


def place_of(sheet: str, row: int, column: int) -> str:
    """Name a cell as people do. Rows count from 1, columns from 0."""
    return f"sheet {visible(sheet[:60])}, cell {_letters(column)}{row}"


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


class _Reader:
    """Reads members, and counts what they hold."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._elements = ELEMENTS_LIMIT

    def read(self, name: str, member: Member) -> None:
        self._elements = member.read(self._archive.pieces(name), self._elements)

    def targets(self, member: str, wanted: str) -> dict[str, str]:
        """The members that ``member`` (the archive itself: "") names as being of a type, by their identifier."""
        folder, own = posixpath.split(member)
        name = posixpath.join(folder, "_rels", f"{own}.rels")
        if name not in self._archive.names:
            return {}
        handler = _Relations()
        self.read(name, handler)
        return {
            identifier: posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            for identifier, kind, target in handler.found
            if kind.rpartition("/")[2] == wanted
        }

    def rows(self, member: str, sheet: str, texts: list[str]) -> Mapping[int, Row]:
        """The rows of the sheet that a member holds."""
        if member not in self._archive.names:
            raise UnreadableFileError(f"The sheet {shown(sheet)} is missing in the workbook.")
        handler = _Rows(sheet, texts)
        self.read(member, handler)
        return handler.rows


class _Relations(Member):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append((attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", "")))
            if len(self.found) > _RELATIONS_LIMIT:
                raise UnreadableFileError("The workbook has more parts than a workbook has.")


class _Listed(Member):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "sheet":
            return
        identifiers = (value for key, value in attributes.items() if key.rpartition(":")[2] == "id")
        self.sheets.append((_unescaped(attributes.get("name", "")), next(identifiers, "")))
        if len(self.sheets) > SHEETS_LIMIT:
            raise UnreadableFileError(f"The workbook has more than {SHEETS_LIMIT} sheets.")


class _Text(Member):
    """Collects the text of ``t`` elements; readings of Asian texts, which stand beside them, are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._length = 0
        self._open = self._in_reading = False

    def began(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - others look at them
        if name == "rPh":
            self._in_reading = True
        elif name == "t":
            self._open = not self._in_reading

    def ended(self, name: str) -> None:
        if name == "rPh":
            self._in_reading = False
        elif name == "t":
            self._open = False

    def said(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            if self._length > CELL_LIMIT * 7:  # a character may be written as an escape of seven
                raise UnreadableFileError(f"A cell holds more than {CELL_LIMIT:,} characters.")
            self._pieces.append(text)

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return _unbared(_unescaped(text))


class _Texts(_Text):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def ended(self, name: str) -> None:
        super().ended(name)
        if name == "si":
            self.texts.append(self.taken())


@dataclass(slots=True)
class _Cell:
    column: int
    type: str
    has_formula: bool = False


@dataclass
class _Place:
    """Where the next row and cell stand that do not say so."""

    row: int = 0
    column: int = -1
    cells: dict[int, Value] = field(default_factory=dict)


class _Rows(_Text):
    def __init__(self, sheet: str, texts: list[str]) -> None:
        super().__init__()
        self.rows: dict[int, Row] = {}
        self._sheet = sheet
        self._texts = texts
        self._at = _Place()
        self._cell: _Cell | None = None

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._at.column = _column(found[1]) if found else self._at.column + 1
            self._cell = _Cell(self._at.column, attributes.get("t", "n"))
        elif name in {"v", "t"}:
            self._open = not self._in_reading
        elif name == "f" and self._cell:
            self._cell.has_formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._at = _Place(int(number) if number.isascii() and number.isdecimal() else self._at.row + 1)
        else:
            super().began(name, attributes)

    def ended(self, name: str) -> None:
        if name == "v":
            self._open = False
        elif name == "c" and self._cell:
            self._keep(self._cell, self.taken())
            self._cell = None
        elif name == "row" and self._at.cells:
            self.rows[self._at.row] = self._at.cells
        else:
            super().ended(name)

    def _keep(self, cell: _Cell, text: str) -> None:
        value = Unfit("a formula") if cell.has_formula else _value(cell.type, text, self._texts)
        if value == "":
            return
        if cell.column >= COLUMNS_LIMIT or not 1 <= self._at.row <= ROWS_LIMIT:
            most = f"A sheet may have {ROWS_LIMIT:,} rows and {COLUMNS_LIMIT} columns."
            place = place_of(self._sheet, self._at.row, cell.column)
            raise UnreadableFileError(most, "Take away what is beyond.", place)
        self._at.cells[cell.column] = value


def _value(kind: str, text: str, texts: list[str]) -> Value:
    match kind:
        case "s":
            return texts[int(text)] if text else ""
        case "inlineStr" | "str" | "d":
            return text
        case "b":
            return Unfit("TRUE or FALSE")
        case "e":
            return Unfit(f"the error {text[:20]}")
    if not text.strip():
        return ""
    number = float(text)
    if not math.isfinite(number):
        return Unfit("a number that is too large")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as their number: _x000D_ is a carriage return."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def bare(text: str) -> str:
    """Text as every spreadsheet keeps it: what XML cannot hold, or what looks like its escape of it, by its number."""
    return _KEPT_BY_NONE.sub(lambda found: f"⟦{ord(found[0]):04X}⟧", text)


def _unbared(text: str) -> str:
    """The way back of ``bare``."""
    return _BARED.sub(_character, text) if "⟦" in text else text
