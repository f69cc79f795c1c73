"""Sheets written for people, as workbooks or CSV: a header that stays in sight, widths, lists to choose words from.

Text is written as text: nothing in it is run, and nothing is guessed.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from advisor.engine.model.errors import Problem, RuleSetError
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK, write_rows
from advisor.exchange.sheets.reader import CELL_LIMIT, COLUMNS_LIMIT, ROWS_LIMIT, escape_for_xml, place_of

Written: TypeAlias = str | int | None

_EXACT_NUMBER = 10**15
"""From here on a spreadsheet rounds whole numbers, so that they are written as text."""

_MESSAGE_LIMIT = 255
_ACCENT, _PAPER = "#134e4a", "#ffffff"


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """A column as it is written. ``width`` is in characters; ``words`` are offered; ``about`` is shown on choosing."""

    label: str
    width: int = 20
    words: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet. Columns before ``frozen`` stay in sight."""

    name: str
    heads: Sequence[ColumnHead]
    rows: Sequence[Sequence[Written]]
    frozen: int = 1


def write_workbook(
    tables: Sequence[WorkbookSheet], about: Sequence[tuple[str, Written]] = (), about_name: str = "About"
) -> bytes:
    """Write sheets, the one that says what they are first. Text is typed as text, so that none is run as a formula.

    Raises RuleSetError where something is larger than a sheet can hold.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format(
            {"num_format": "@", "bold": True, "bg_color": _ACCENT, "font_color": _PAPER, "text_wrap": True}
        )
        title = book.add_format({"num_format": "@", "bold": True, "valign": "top"})
        if about:
            sheet = book.add_worksheet(about_name)
            sheet.set_column(0, 0, 26, title)
            sheet.set_column(1, 1, 90, text)
            for row, (name, value) in enumerate(about):
                _write(sheet, about_name, row, 0, name, title)
                _write(sheet, about_name, row, 1, value, text)
        for table in tables:
            _write_table(book.add_worksheet(table.name), table, head, text)
    return out.getvalue()


def _write_table(sheet: Worksheet, table: WorkbookSheet, head: Format, text: Format) -> None:
    if len(table.heads) > COLUMNS_LIMIT or len(table.rows) >= ROWS_LIMIT:
        most = f"A sheet can have {ROWS_LIMIT:,} rows and {COLUMNS_LIMIT} columns."
        raise RuleSetError([Problem(f"sheet {table.name}", most, "Write it as JSON instead.")])
    sheet.freeze_panes(1, table.frozen)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.heads) - 1)
    for column, it in enumerate(table.heads):
        sheet.set_column(column, column, it.width, text)
        _write(sheet, table.name, 0, column, it.label, head)
        _help(sheet, column, it)
    for number, cells in enumerate(table.rows, start=1):
        for column, value in enumerate(cells):
            _write(sheet, table.name, number, column, value, text)


def _help(sheet: Worksheet, column: int, head: ColumnHead) -> None:
    """Offer the words that fit, or say what does; both for rows that are still to be added as well."""
    validation: dict[str, object] = {}
    if head.about:
        validation = {"input_title": head.label[:32], "input_message": _cut(head.about, _MESSAGE_LIMIT)}
    if head.words:
        validation |= {"validate": "list", "source": list(head.words)}
    elif validation:
        validation["validate"] = "any"
    if validation:
        sheet.data_validation(1, column, ROWS_LIMIT - 1, column, validation)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _write(sheet: Worksheet, name: str, row: int, column: int, value: Written, style: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int) and abs(value) < _EXACT_NUMBER:
        sheet.write_number(row, column, value, style)
        return
    text = escape_for_xml(str(value))
    # A spreadsheet counts in units of UTF-16.
    if len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
        most = f"A cell can hold {CELL_LIMIT:,} characters."
        raise RuleSetError([Problem(place_of(name, row + 1, column), most, "Write it as JSON instead.")])
    sheet.write_string(row, column, text, style)


# ---- Tables that a page offers as a file


_WIDEST = 60
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: the head of each column, then rows of as many cells; None is an empty one."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Written]]


def write_csv(table: Table) -> bytes:
    """Write one table as CSV, with a byte order mark so that a spreadsheet reads it as UTF-8, and formulas guarded."""
    rows = [["" if cell is None else cell for cell in row] for row in (table.head, *table.rows)]
    return (BYTE_ORDER_MARK + write_rows(rows)).encode()


def write_xlsx(tables: Sequence[Table]) -> bytes:
    """Write tables as the sheets of a workbook: text as text, numbers as numbers, the head in sight while scrolling."""
    return write_workbook(
        [
            WorkbookSheet(
                table.name,
                [ColumnHead(label, _width(table, column)) for column, label in enumerate(table.head)],
                table.rows,
                frozen=0,
            )
            for table in tables
        ]
    )


def _width(table: Table, column: int) -> int:
    """As wide as the widest cell, within reason."""
    widest = max(
        len(str(cell)) for cell in (table.head[column], *(row[column] for row in table.rows)) if cell is not None
    )
    return min(max(widest + 2, _NARROWEST), _WIDEST)
