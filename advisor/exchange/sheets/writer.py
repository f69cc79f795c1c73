"""Sheets written for people, as workbooks or CSV: a header that stays in sight, widths, lists to choose words from.

Text is written as text: nothing in it is run, and nothing is guessed. All of it shows, on a screen and on paper, in
programs that leave rows as high as the file has them, too.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from advisor.engine.model.errors import Problem, RuleSetError
from advisor.exchange.sheets import page_setup
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK, write_rows
from advisor.exchange.sheets.reader import CELL_LIMIT, COLUMNS_LIMIT, ROWS_LIMIT, escape_for_xml, place_of

Written: TypeAlias = str | int | None

_XLSX_ROWS, _XLSX_COLUMNS = 1_048_576, 16_384
"""What a sheet can hold that no server reads again, its header among it."""

_EXACT_NUMBER = 10**15
"""From here on a spreadsheet rounds whole numbers, so that they are written as text."""

_MESSAGE_LIMIT = 255
_ACCENT, _PAPER, _NOTE, _RULE = "#134e4a", "#ffffff", "#e6efee", "#b8c4c3"


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """A column as it is written.

    ``width`` is in characters, and grows where a cell would be too high. ``words`` are offered, or those of a range;
    ``about`` is shown on choosing a cell, ``above`` stands above the head. ``check`` is a formula about ``{cell}``, and
    ``mend`` is said where it does not hold, or where a word is none of those offered.
    """

    label: str
    width: int = 20
    words: tuple[str, ...] | str = ()
    about: str = ""
    above: str = ""
    check: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet. Columns before ``frozen`` stay in sight. ``is_read``: it holds no more than a
    server reads again.
    """

    name: str
    heads: Sequence[ColumnHead]
    rows: Iterable[Sequence[Written]]
    frozen: int = 1
    is_read: bool = True
    is_hidden: bool = False

    @property
    def first_row(self) -> int:
        """The row of the head, from 0."""
        return 1 if any(head.above for head in self.heads) else 0


@dataclass(frozen=True, slots=True)
class _Styles:
    text: Format
    number: Format
    head: Format
    title: Format
    above: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> "_Styles":
        plain = {"text_wrap": True, "valign": "top"}
        ruled = {**plain, "bottom": 4, "bottom_color": _RULE, "right": 4, "right_color": _RULE}
        head = {"num_format": "@", "bold": True, "bg_color": _ACCENT, "font_color": _PAPER, **plain}
        return cls(
            text=book.add_format({"num_format": "@", **ruled}),
            number=book.add_format({"num_format": "0", "align": "center", **ruled}),
            head=book.add_format(head),
            title=book.add_format({"num_format": "@", "bold": True, **plain}),
            above=book.add_format({"num_format": "@", "italic": True, "bg_color": _NOTE, **plain}),
        )


def write_workbook(
    tables: Sequence[WorkbookSheet],
    about: Sequence[tuple[str, Written]] = (),
    about_name: str = "About",
    *,
    mend: str = "Write it as JSON instead.",
    opens_at: str = "",
) -> bytes:
    """Write sheets, the one that says what they are first. Text is typed as text, so that none is run as a formula.

    ``opens_at`` names the sheet that is in sight first. Raises RuleSetError, with ``mend``, where something is larger
    than a sheet can hold.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(out, options) as book:
            styles = _Styles.of(book)
            if about:
                _write_about(book.add_worksheet(about_name), about, styles)
            for table in tables:
                sheet = book.add_worksheet(table.name)
                _write_table(sheet, table, styles)
                if table.name == opens_at:
                    sheet.activate()
    except _TooLarge as error:
        raise RuleSetError([Problem(error.place, error.text, mend)]) from None
    return out.getvalue()


class _TooLarge(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, place: str, text: str) -> None:
        super().__init__(place, text)
        self.place, self.text = place, text


def _write_about(sheet: Worksheet, about: Sequence[tuple[str, Written]], styles: _Styles) -> None:
    widths = (26, 90)
    for column, (width, style) in enumerate(zip(widths, (styles.title, styles.text), strict=True)):
        sheet.set_column(column, column, width, style)
    for row, (name, value) in enumerate(about):
        _write(sheet, row, 0, name, styles.title)
        _write(sheet, row, 1, value, styles.text)
        page_setup.set_height(sheet, row, (name, value), widths)
    page_setup.set_up(sheet, widths, heads=None, frozen=0)


def _write_table(sheet: Worksheet, table: WorkbookSheet, styles: _Styles) -> None:
    rows, first = list(table.rows), table.first_row
    most_rows, most_columns = (ROWS_LIMIT, COLUMNS_LIMIT) if table.is_read else (_XLSX_ROWS, _XLSX_COLUMNS)
    if len(table.heads) > most_columns or len(rows) + first >= most_rows:
        raise _TooLarge(f"sheet {table.name}", f"A sheet can have {most_rows:,} rows and {most_columns:,} columns.")
    widths = [page_setup.wide_enough(it.width, (row[at] for row in rows)) for at, it in enumerate(table.heads)]
    for column, it in enumerate(table.heads):
        is_number = bool(it.check) or any(isinstance(row[column], int) for row in rows)
        sheet.set_column(column, column, widths[column], styles.number if is_number else styles.text)
        if first:
            _write(sheet, 0, column, it.above or " ", styles.above)
        _write(sheet, first, column, it.label, styles.head)
        _help(sheet, first + 1, column, it)
    if first:
        page_setup.set_height(sheet, 0, [it.above for it in table.heads], widths)
    page_setup.set_height(sheet, first, [it.label for it in table.heads], widths, is_bold=True)
    write = partial(_write, sheet)
    for number, cells in enumerate(rows, start=first + 1):
        for column, value in enumerate(cells):
            write(number, column, value, styles.number if isinstance(value, int) else styles.text)
        page_setup.set_height(sheet, number, cells, widths)
    sheet.freeze_panes(first + 1, table.frozen)
    sheet.autofilter(first, 0, first + max(len(rows), 1), len(table.heads) - 1)
    page_setup.set_up(sheet, widths, heads=first, frozen=table.frozen)
    if table.is_hidden:
        sheet.hide()


def _help(sheet: Worksheet, row: int, column: int, head: ColumnHead) -> None:
    """Offer the words that fit, or say what does; both for rows that are still to be added as well.

    What does not fit is asked about and not refused: more is understood than is offered.
    """
    validation: dict[str, object] = {}
    if head.about:
        validation = {"input_title": _cut(head.label, 32), "input_message": _cut(head.about, _MESSAGE_LIMIT)}
    if head.words:
        validation |= {"validate": "list", "source": head.words if isinstance(head.words, str) else list(head.words)}
    elif head.check:
        validation |= {"validate": "custom", "value": head.check.format(cell=xl_rowcol_to_cell(row, column))}
    elif validation:
        validation["validate"] = "any"
    if head.mend:
        validation |= {"error_type": "warning", "error_title": _cut(head.label, 32), "error_message": head.mend}
    if validation:
        sheet.data_validation(row, column, _XLSX_ROWS - 1, column, validation)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _write(sheet: Worksheet, row: int, column: int, value: Written, style: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int) and abs(value) < _EXACT_NUMBER:
        sheet.write_number(row, column, value, style)
        return
    text = escape_for_xml(str(value))
    # A spreadsheet counts in units of UTF-16, of which no character takes more than two.
    if len(text) > CELL_LIMIT // 2 and len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
        raise _TooLarge(place_of(sheet.name, row + 1, column), f"A cell can hold {CELL_LIMIT:,} characters.")
    sheet.write_string(row, column, text, style)


# ---- Tables that a page offers as a file


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


def write_xlsx(tables: Sequence[Table], more: Sequence[WorkbookSheet] = ()) -> bytes:
    """Write tables as the sheets of a workbook: text as text, numbers as numbers, the head in sight while scrolling."""
    return write_workbook(
        [
            *(
                WorkbookSheet(
                    table.name,
                    [
                        ColumnHead(label, page_setup.fitting_width(label, (row[column] for row in table.rows)))
                        for column, label in enumerate(table.head)
                    ],
                    table.rows,
                    frozen=0,
                    is_read=False,
                )
                for table in tables
            ),
            *more,
        ]
    )
