"""Sheets as CSV: bytes to rows of cells and back, in every usual dialect."""

import csv
import io
from collections.abc import Iterable, Sequence

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.incoming import is_archive
from advisor.exchange.sheets.formula import guard, unguard
from advisor.exchange.work_items import read_lines

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


def write_rows(rows: Iterable[Sequence[str | int]]) -> str:
    """Write rows of cells. Text that a spreadsheet would run as a formula is guarded."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [guard(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue()


def read_sheet(rule_set: RuleSet, data: bytes) -> tuple[list[WorkItem], list[Problem]]:
    """Read a filled-in sheet, as ``read_lines`` does."""
    rows, problems = _rows(data)
    if problems:
        return [], problems
    numbered = ((number, [unguard(cell.strip()) for cell in cells]) for number, cells in enumerate(rows, start=1))
    return read_lines(rule_set, numbered)


def _rows(data: bytes) -> tuple[list[list[str]], list[Problem]]:
    """Split the bytes of a file into rows of cells."""
    if is_archive(data):
        return [], [Problem("file", "This is a workbook or an archive, not CSV.", "Save the sheet as CSV UTF-8.")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return [], [Problem("file", "This is UTF-16 text.", "Save the sheet as CSV UTF-8.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem(f"line {line}", "The file is not UTF-8 text.", "Save the sheet as CSV UTF-8.")]
    if text.lstrip().startswith("<"):
        return [], [Problem("file", "This looks like a web page, not CSV.", "Save the sheet as CSV UTF-8.")]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[str]] = []
    try:
        for cells in reader:
            rows.append(cells)  # noqa: PERF402 - the rows read before a fault say where it is
    except csv.Error as error:
        why = "A quotation mark is never closed." if "unexpected end" in str(error) else f"This is not CSV: {error}."
        return [], [Problem(f"row {len(rows) + 1}", why, 'Write a quotation mark inside a cell twice: "".')]
    return rows, []


def _delimiter(text: str) -> str:
    """The mark between columns. Keys hold none of the candidates, so the header row tells."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)
