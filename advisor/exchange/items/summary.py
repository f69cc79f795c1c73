"""What was understood of a sheet, as a value that can be shown, and in lines for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from advisor.exchange.file_input import quote
from advisor.exchange.work_items import PROCESS


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """A column by the letter that spreadsheets give it, with its heading as written.

    ``stands_for`` is "process", "part" or the key of a question; "" where the column is left out, and ``why`` says why
    where the heading alone does not.
    """

    letter: str
    heading: str
    stands_for: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet that was read: the row of its header (from 1), its columns, and how many rows below have a name.

    ``name`` is "" for a file of text, which is its own sheet. ``above`` is what stands first above the header.
    """

    name: str
    header_row: int
    columns: tuple[ColumnSummary, ...]
    rows: int
    above: str = ""

    @property
    def left_out(self) -> tuple[ColumnSummary, ...]:
        """The columns that were not read."""
        return tuple(column for column in self.columns if not column.stands_for)


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """An answer that was understood otherwise than by its key: ``written`` so first in ``row``, read as ``answer``."""

    question: str
    written: str
    answer: str
    row: int
    sheet: str = ""


@dataclass
class ReadingSummary:
    """What was understood of a file. ``answers`` and ``notes`` grow while the work items are read.

    ``kind`` is csv, xlsx, xls or ods, ``encoding`` that of a file of text. ``left_out`` are sheets that were not read,
    each with the reason. ``notes`` are whole sentences, each said once.
    """

    file: str
    kind: str
    encoding: str = ""
    sheets: Sequence[SheetSummary] = ()
    left_out: Sequence[tuple[str, str]] = ()
    answers: list[AnswerReading] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows below the headers with anything in them."""
        return sum(sheet.rows for sheet in self.sheets)


_SHOWN = 12
"""Answers, or columns, that a line names."""


def summary_lines(summary: ReadingSummary) -> list[str]:
    """What is worth saying of it, a line each; nothing of what is as everybody expects."""
    lines = [*summary.notes, *layout_lines(summary)]
    answers: dict[tuple[str, str], list[str]] = {}
    for it in summary.answers:
        said = f"as {it.answer}" if it.answer else "as not answered"
        answers.setdefault((it.sheet, it.question), []).append(f"{quote(it.written)} {said}")
    for (_, question), readings in answers.items():
        lines.append(f"In “{question}” is read: {_list_items(list(dict.fromkeys(readings)))}.")
    return [line[:1].upper() + line[1:] for line in lines]


def layout_lines(summary: ReadingSummary, *, is_refused: bool = False) -> list[str]:
    """What is worth saying of its sheets and columns; ``is_refused`` leaves out how much was read."""
    lines = []
    if summary.left_out:
        names: dict[str, list[str]] = {}
        for name, why in summary.left_out:
            names.setdefault(why, []).append(quote(name))
        lines.append(f"Sheets left out: {'; '.join(f'{_list_items(them)} ({why})' for why, them in names.items())}.")
    for sheet in summary.sheets:
        at = f"Sheet {quote(sheet.name)}: " if sheet.name else ""
        if len(summary.sheets) + len(summary.left_out) > 1 and not is_refused:
            lines.append(f"{at}{sheet.rows:,} {'row is' if sheet.rows == 1 else 'rows are'} read.")
        if sheet.above:
            lines.append(
                f"{at}row {sheet.header_row} names the columns; what stands above is left out, {quote(sheet.above)}."
            )
        named = next(column for column in sheet.columns if column.stands_for == PROCESS)
        if named.heading.lower() != PROCESS:
            lines.append(f"{at}column {named.letter} {quote(named.heading)} is read as the process.")
        if sheet.left_out:
            lines.append(f"{at}columns left out: {_list_items([_column_words(column) for column in sheet.left_out])}.")
    return [line[:1].upper() + line[1:] for line in lines]


def _column_words(column: ColumnSummary) -> str:
    heading = f" {quote(column.heading)}" if column.heading else ""
    return f"{column.letter}{heading}" + (f" ({column.why})" if column.why else "")


def _list_items(items: Sequence[str]) -> str:
    more = f" and {len(items) - _SHOWN:,} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
