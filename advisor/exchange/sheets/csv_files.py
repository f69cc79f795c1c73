"""Sheets as CSV: bytes to rows of cells and back, in every usual dialect."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from advisor.exchange.file_input import UnreadableFileError, is_archive

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""

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


def read_rows(data: bytes) -> dict[int, dict[int, str]]:
    """Read cells without blanks around them: rows by number from 1, in each what is not empty by column from 0.

    Raises UnreadableFileError where this is no CSV.
    """
    reader = csv.reader(io.StringIO(text := _decoded(data), newline=""), delimiter=_delimiter(text), strict=True)
    rows: dict[int, dict[int, str]] = {}
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if row := {column: unescape_formula(cell) for column, blank in enumerate(cells) if (cell := blank.strip())}:
                rows[number] = row
    except csv.Error as error:
        why = "A quotation mark is never closed." if "unexpected end" in str(error) else f"This is not CSV: {error}."
        mend = 'Write a quotation mark inside a cell twice: "".'
        raise UnreadableFileError(why, mend, f"row {number + 1}") from None
    return rows


def _decoded(data: bytes) -> str:
    place, mend = "file", "Save the sheet as CSV UTF-8."
    if is_archive(data):
        why = "This is a workbook or an archive, not CSV."
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        why = "This is UTF-16 text."
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            why, place = "The file is not UTF-8 text.", f"line {line}"
        else:
            if not text.lstrip().startswith("<"):
                return text
            why = "This looks like a web page, not CSV."
    raise UnreadableFileError(why, mend, place)


def _delimiter(text: str) -> str:
    """The mark between columns. Keys hold none of the candidates, so the header row tells."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)
