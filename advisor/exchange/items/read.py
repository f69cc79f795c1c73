"""A sheet that somebody filled in becomes work items, one after the other.

``with open_items(rule_set, file, name) as reading`` opens it; ``for item in reading`` gives the items in the order of
their first rows, without holding a large CSV file as a whole. Then ``reading.problems`` is complete (where there are
any, nothing of what was read is to be used), and so is ``reading.summary``, what was understood.
"""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Self

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import file_format
from advisor.exchange.items.summary import ReadingSummary
from advisor.exchange.work_items import read_sheet


class ItemReading:
    """The work items of one file: iterate once.

    ``problems`` are those found so far, and all of them once the iteration has ended; ``summary.rows`` is known from
    the start. Where the header cannot be understood there are problems before, and no items.
    """

    def __init__(self, summary: ReadingSummary, items: Iterator[WorkItem], problems: list[Problem]) -> None:
        self.summary = summary
        self.problems = problems
        self._items = items

    def __iter__(self) -> Iterator[WorkItem]:
        return self._items

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        pass


def open_items(rule_set: RuleSet, source: BinaryIO | bytes, name: str = "", sheets: Sequence[str] = ()) -> ItemReading:
    """Open a sheet (CSV, TSV, XLSX, XLS or ODS, whatever its content says) and find its header.

    ``source`` is the file itself, open for bytes; one that cannot be read twice, such as a pipe, is first copied to
    disk where it is large. It is left open. ``name`` is what the file is called. ``sheets`` are those of a workbook
    that are wanted; without any, all that are shown and have the header are read.

    Raises UnreadableFileError where it is no file of these kinds, or is broken.
    """
    data = source if isinstance(source, bytes) else source.read()
    found = file_format(data, name, ("xlsx", "ods"))
    items, problems = read_sheet(rule_set, data, found or "csv")
    if sheets and not found:
        problems = [Problem("file", "Only a workbook has sheets that can be named.", "Name none."), *problems]
    return ItemReading(ReadingSummary(name, found or "csv"), iter(items), problems)
