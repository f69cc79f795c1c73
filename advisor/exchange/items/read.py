"""A sheet that somebody filled in becomes work items, one after the other.

``with open_items(rule_set, file, name) as reading`` opens it; ``for item in reading`` gives the items in the order of
their first rows, without holding a large CSV file as a whole. Then ``reading.problems`` is complete (where there are
any, nothing of what was read is to be used), and so is ``reading.summary``, what was understood.
"""

import io
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import PurePath
from typing import BinaryIO, cast

from advisor.engine.document.text import match_key
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import file_format, quote, refuse_other_kinds
from advisor.exchange.items.item_reading import ItemReading
from advisor.exchange.items.sheets import find_in_text, find_in_workbook
from advisor.exchange.items.summary import ReadingSummary
from advisor.exchange.sheets.csv_files import TextTable
from advisor.exchange.sheets.reader import (
    OWN_FILE,
    OpenWorkbook,
    WorkbookLimits,
    open_workbook,
)
from advisor.exchange.work_items import KEYS_SHEET

_IN_MEMORY = 8_000_000
_HEAD = 65_536
_WORKBOOKS = ("xlsx", "ods", "xls")


def open_items(
    rule_set: RuleSet,
    source: BinaryIO | bytes,
    name: str = "",
    sheets: Sequence[str] = (),
    limits: WorkbookLimits = OWN_FILE,
) -> ItemReading:
    """Open a sheet (CSV, TSV, XLSX, XLS or ODS, whatever its content says) and find its header.

    ``source`` is the file itself, open for bytes; one that cannot be read twice, such as a pipe, is first copied to
    disk where it is large. It is left open. ``name`` is what the file is called. ``sheets`` are those of a workbook
    that are wanted; without any, all that are shown and have the header are read. ``limits`` are those of workbooks,
    and the columns of text.

    Raises UnreadableFileError where it is no file of these kinds, or is broken.
    """
    with ExitStack() as closing:
        file = _seekable(source, closing)
        head = _head_of(file)
        refuse_other_kinds(head)
        kind = file_format(head, "", _WORKBOOKS) or file_format(head, name, _WORKBOOKS) or "csv"
        summary = ReadingSummary(name, kind)
        named = PurePath(name).suffix.lower().removeprefix(".")
        fits = {"csv", "tsv", "txt", ""} if kind == "csv" else {kind, "xlsm" if kind == "xlsx" else kind, ""}
        if named not in fits and named in {"csv", "tsv", "txt", *_WORKBOOKS}:
            summary.notes.append(f"The name of the file ends in .{named}, but the file is {kind.upper()}.")
        if kind == "csv":
            table = TextTable(file)
            found = find_in_text(rule_set, table, limits.text_columns)
            summary.encoding = table.encoding.words
            if table.encoding.words != "UTF-8":
                shown = f", as {quote(table.encoding.shown)} shows" if table.encoding.shown else ""
                summary.notes.append(f"The file is {table.encoding.words} text{shown}.")
            if sheets:
                found.problems.append(Problem("file", "Only a workbook has sheets that can be named.", "Name none."))
        else:
            data = file.read()
            book = closing.enter_context(open_workbook(data, kind, limits, as_shown=True, only=sheets, also=KEYS_SHEET))
            if (exact := _as_written(sheets, book)) != list(sheets):
                book = closing.enter_context(
                    open_workbook(data, kind, limits, as_shown=True, only=exact, also=KEYS_SHEET)
                )
            found = find_in_workbook(rule_set, book, exact)
            if kind == "xls":
                summary.notes.append(
                    "In an older workbook (.xls) formulas are read as what they gave when it was saved."
                )
            if book.hidden_rows:
                summary.notes.append(f"Rows that the workbook hides ({book.hidden_rows:,}) are read as well.")
        reading = ItemReading(rule_set, found, summary)
        reading.closes(closing.pop_all())
        return reading


def _as_written(names: Sequence[str], book: OpenWorkbook) -> list[str]:
    """The names of sheets as the workbook has them, in whatever capitals they were given."""
    known = [sheet.name for sheet in book.sheets]
    alike = {match_key(name): name for name in reversed(known)}
    return [name if name in known else alike.get(match_key(name), name) for name in names]


def _seekable(source: BinaryIO | bytes, closing: ExitStack) -> BinaryIO:
    """The file, from its beginning, so that it can be read again."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if source.seekable():
        source.seek(0)
        return source
    copy = closing.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
    shutil.copyfileobj(source, copy)
    copy.seek(0)
    return cast(BinaryIO, copy)


def _head_of(file: BinaryIO) -> bytes:
    head = file.read(_HEAD)
    if not head.strip():
        head += file.read()
    file.seek(0)
    return head
