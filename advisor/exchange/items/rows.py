"""Rows of a sheet of work items, each read on its own: whose it is, what it answers, and what is wrong with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from advisor.engine.document.text import LINE_LIMIT, normalize_line, text_fault
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question
from advisor.exchange.file_input import escape_invisible, quote
from advisor.exchange.items.answers import NOT_ANSWERED, AnswerWords, CellValue, NotAnswered, UnfitAnswerError
from advisor.exchange.items.header import HeaderReading
from advisor.exchange.sheets.csv_files import unescape_formula
from advisor.exchange.sheets.reader import NotAValue, ShownNumber
from advisor.exchange.work_items import PART, PROCESS

_CACHE_LIMIT = 20_000
"""Different cells of one column whose meaning is remembered."""

CellNews: TypeAlias = tuple[str, str, Answer | NotAnswered]
"""The key of a question, a cell that was understood otherwise than by key, and what it says."""

_BREAK = re.compile(r"[ \t]*[\r\n\x0b\x0c\x85\u2028\u2029]+[ \t]*|\t+")


class RowSource(Protocol):
    """A sheet whose rows can be read as often as wanted, by number from 1; blank ones may be left out."""

    def rows(self) -> Iterator[tuple[int, Sequence[CellValue]]]:
        """The rows from the top."""

    def cells(self, column: int) -> Iterator[tuple[int, CellValue]]:
        """What stands in one column, from the top."""


class QuestionColumn:
    """What the cells of a column say. ``known`` has it by what stands in them, so that nothing is read twice.

    What was understood otherwise than by key is put into ``news``, with the key of the question.
    """

    def __init__(
        self, question: Question, index: int, news: "list[CellNews]", grouping: str = "", *, is_in_words: bool = False
    ) -> None:
        self.key = question.key
        self.index = index
        self.known: dict[CellValue, Answer | NotAnswered] = {"": NOT_ANSWERED}
        self._words = AnswerWords(question, grouping, is_in_words=is_in_words)
        self._news = news

    def read(self, cell: CellValue) -> Answer | NotAnswered:
        """What a cell says. Raises UnfitAnswerError."""
        if cell in self.known:
            return self.known[cell]
        answer, in_words = self._words.read(cell)
        if len(self.known) < _CACHE_LIMIT:
            self.known[cell] = answer
            if in_words:
                self._news.append((self.key, cell_text(cell).strip(), answer))
        return answer


@dataclass
class ItemSheet:
    """A sheet that holds work items, with its header and the columns that are read.

    ``why`` says of some columns why they are left out. ``news`` are cells that were understood otherwise than by key,
    until somebody takes them out to tell them. ``last`` is the number of the last row with a name, ``filled`` how many
    such rows there are, ``passed`` those of them that turned out to be no work items.
    """

    name: str
    source: RowSource
    header: HeaderReading
    columns: Sequence[QuestionColumn]
    is_text: bool
    news: list[CellNews]
    why: dict[int, str] = field(default_factory=dict)
    last: int = 0
    filled: int = 0
    passed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        stands_for = self.header.stands_for
        self.width = len(stands_for)
        self.process = stands_for.index(PROCESS)
        self.part = stands_for.index(PART) if PART in stands_for else None
        self.nameless = {index for index, heading in enumerate(self.header.headings) if not heading}
        self.known = [(column.index, column.key, column.known) for column in self.columns]
        self.at = {column.key: column.index for column in self.columns} | {PROCESS: self.process}
        if self.part is not None:
            self.at[PART] = self.part

    def rows(self) -> Iterator[tuple[int, Sequence[CellValue]]]:
        """The rows below the header with anything in them, each at least as wide as the header."""
        first, also, width, is_text = self.header.row + 1, self.header.also, self.width, self.is_text
        for number, cells in self.source.rows():
            if number < first or number in also or (is_text and not any(cells)):
                continue
            yield number, cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]

    def names(self) -> Iterator[tuple[int, str]]:
        """The name in each row below the header that has one."""
        first, also, is_text = self.header.row + 1, self.header.also, self.is_text
        for number, cell in self.source.cells(self.process):
            if number >= first and number not in also and (name := read_name(cell, is_text=is_text)):
                yield number, name

    def row_words(self, number: int) -> str:
        """A row as a problem names it."""
        return f"sheet {escape_invisible(self.name[:60])}, row {number}" if self.name else f"row {number}"


class SheetRow:
    """One row: its process and part, and its answers by question; ``problems`` are those of its own cells."""

    __slots__ = ("answers", "cells", "number", "part", "problems", "process", "sheet")

    def __init__(self, sheet: ItemSheet, number: int, cells: Sequence[CellValue], process: str) -> None:
        self.sheet = sheet
        self.number = number
        self.cells = cells
        self.process = process
        self.part = ""
        self.answers: dict[str, Answer]
        self.problems: list[Problem] = []

    def problem(self, key: str, text: str, mend: str = "") -> None:
        """Note what is wrong in the column that stands for ``key``."""
        index = self.sheet.at[key]
        heading = self.sheet.header.headings[index]
        named = heading if heading == key else quote(heading)
        shown = cell_text(self.cells[index]).strip()
        value = f", value {quote(shown)}" if shown else ""
        self.problems.append(Problem(f"{self.place_name}, column {named}{value}", text, mend))

    @property
    def place_name(self) -> str:
        """The row as a problem names it."""
        return self.sheet.row_words(self.number)


def read_name(cell: CellValue, *, is_text: bool) -> str:
    """The name that a cell holds, as it reads there, in the form in which names are stored; "" where it shows nothing.

    A line break in it is read as a blank. ``is_text``: what guards it in CSV, so that it is no formula, is taken away.
    """
    if isinstance(cell, str) and cell.isascii() and cell.isprintable() and cell[:1].isalnum() and cell[-1:] != " ":
        return cell
    text = cell_text(cell).strip()
    text = unescape_formula(text) if is_text else text
    return normalize_line(_BREAK.sub(" ", normalize_line(text)))


def read_row(sheet: ItemSheet, number: int, cells: Sequence[CellValue]) -> SheetRow:
    """Read one row of a sheet."""
    cell = cells[sheet.process]
    name = read_name(cell, is_text=sheet.is_text)
    row = SheetRow(sheet, number, cells, name)
    try:
        row.answers = {  # what is not NOT_ANSWERED is an answer: that is the only value of its type
            key: answer  # type: ignore[misc]
            for index, key, known in sheet.known
            if (answer := known[cells[index]]) is not NOT_ANSWERED
        }
    except KeyError:
        _read_cells(row)
    if sheet.part is not None and cells[sheet.part]:
        row.part = read_name(cells[sheet.part], is_text=sheet.is_text)
        _check_name(row, PART, row.part)
    if name is not cell or len(name) > LINE_LIMIT or not name.isprintable():
        _check_name(row, PROCESS, name)
    if sheet.is_text and len(cells) > sheet.width:
        mend = "Put quotation marks around a cell that holds the mark between columns."
        row.problems += [
            Problem(f"{row.place_name}, value {quote(cell)}", "This cell stands in a column without a name.", mend)
            for cell in map(cell_text, cells[sheet.width :])
            if cell.strip()
        ]
    return row


def _read_cells(row: SheetRow) -> None:
    """Read a row in which something stands that was not met before, and find every cell that is no answer."""
    row.answers = {}
    for column in row.sheet.columns:
        try:
            answer = column.read(row.cells[column.index])
        except UnfitAnswerError as error:
            row.problem(column.key, error.text, error.mend)
        else:
            if not isinstance(answer, NotAnswered):
                row.answers[column.key] = answer


def _check_name(row: SheetRow, key: str, name: str) -> None:
    cell = row.cells[row.sheet.at[key]]
    if isinstance(cell, NotAValue) and not cell.text:
        row.problem(key, f"Here stands {cell.what}.", "Put the value itself there.")
    elif (len(name) > LINE_LIMIT or not name.isprintable()) and (fault := text_fault(name, LINE_LIMIT, one_line=True)):
        row.problem(key, f"The name {fault}.")


def cell_text(cell: CellValue) -> str:
    """How a cell reads."""
    return cell.text if isinstance(cell, NotAValue | ShownNumber) else str(cell)
