"""Sheets as CSV: a file to rows of cells, in every usual dialect, and back."""

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.sheets.text_encoding import find_encoding, text_lines

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""

DELIMITERS = (",", ";", "\t", "|")
"""Marks between columns that are looked for."""

_SEPARATOR_LINE = re.compile(r"sep=(.|\t)", re.IGNORECASE)
_RISKY = re.compile(r"'*[=+\-@\t\r\n]")


def escape_formula(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; ``unescape_formula`` takes exactly that one away."""
    return f"'{text}" if _RISKY.match(text) else text


def unescape_formula(text: str) -> str:
    """Take away the apostrophe that ``escape_formula`` put there; other text stays as it is."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def write_rows(rows: Iterable[Sequence[str | int]]) -> str:
    """Write rows of cells. Text that a spreadsheet would run as a formula is guarded."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue()


class TextTable:
    """A file of text as rows of cells, read as often as wanted and never held as a whole.

    Raises UnreadableFileError where this is no text for people, or in an encoding that is not known for sure.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.encoding = find_encoding(file)
        self.named_delimiter = self._first_line_names()

    def _first_line_names(self) -> str:
        """The delimiter where the first line says "sep=;", as spreadsheets write it; else ""."""
        lines = text_lines(self._file, self.encoding)
        found = _SEPARATOR_LINE.fullmatch(lines.readline(20).strip('\r\n" '))
        lines.detach()
        return found[1] if found else ""

    def rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Every row by its number from 1, blank ones too, as a spreadsheet counts them.

        Raises UnreadableFileError where this is no CSV.
        """
        try:
            with self._lines() as lines:
                yield from enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1)
        except csv.Error as error:
            is_open = "unexpected end" in str(error)
            why = "A quotation mark is never closed." if is_open else f"This is not CSV: {error}."
            mend = 'Write a quotation mark inside a cell twice: "".'
            raise UnreadableFileError(why, mend, f"row {self._sound_rows(delimiter) + 1}") from None

    def cells(self, delimiter: str, column: int) -> Iterator[tuple[int, str]]:
        """One column of the rows, by their numbers: quicker where no cell of the file stands in quotation marks."""
        if self.encoding.has_quotes:
            yield from ((number, row[column] if column < len(row) else "") for number, row in self.rows(delimiter))
            return
        with self._lines() as lines:
            for number, line in enumerate(lines, start=1):
                cells = line.split(delimiter, column + 1)
                yield number, cells[column].rstrip("\r\n") if column < len(cells) else ""

    def _sound_rows(self, delimiter: str) -> int:
        """How many rows there are before one that is no CSV."""
        number = 0
        with self._lines() as lines, contextlib.suppress(csv.Error):
            for _ in csv.reader(lines, delimiter=delimiter, strict=True):
                number += 1
        return number

    @contextlib.contextmanager
    def _lines(self) -> Iterator[Iterable[str]]:
        lines = text_lines(self._file, self.encoding)
        if self.named_delimiter:
            lines.readline()
        try:
            yield lines
        finally:
            lines.detach()
