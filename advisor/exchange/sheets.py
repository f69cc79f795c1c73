"""Tables as files that a spreadsheet opens. Text is written as text: nothing in it is run, and nothing is guessed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.exchange.csv import BYTE_ORDER_MARK, write_rows

Cell = str | int | None

_WIDEST = 60
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: the head of each column, then rows of as many cells; None is an empty one."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_csv(table: Table) -> bytes:
    """Write one table as CSV, with a byte order mark so that a spreadsheet reads it as UTF-8, and formulas guarded."""
    rows = [["" if cell is None else cell for cell in row] for row in (table.head, *table.rows)]
    return (BYTE_ORDER_MARK + write_rows(rows)).encode()


def write_xlsx(tables: Sequence[Table]) -> bytes:
    """Write tables as the sheets of a workbook: text as text, numbers as numbers, the head in sight while scrolling."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(table.head):
                cells = [name, *(row[column] for row in table.rows)]
                widest = max(len(str(cell)) for cell in cells if cell is not None)
                sheet.set_column(column, column, min(max(widest + 2, _NARROWEST), _WIDEST), plain)
                sheet.write_string(0, column, name, bold)
            for number, row in enumerate(table.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(number, column, cell, plain)
                    elif cell:
                        sheet.write_string(number, column, cell, plain)
    return out.getvalue()
