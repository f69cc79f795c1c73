"""Tables as files that a spreadsheet opens. Text is written as text: nothing in it is run, and nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.exchange.csv_files import BYTE_ORDER_MARK, write_rows

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
    from advisor.exchange.sheets import workbook

    return workbook.write_workbook(
        [
            workbook.WorkbookSheet(
                table.name,
                [workbook.Head(label, _width(table, column)) for column, label in enumerate(table.head)],
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
