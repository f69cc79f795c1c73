"""Rows become work items, one after the other: which belong together, which are left out, and what is told of it."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Self

from advisor.engine.document.text import normalize_line
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError, quote
from advisor.exchange.items.answers import CellValue, NotAnswered
from advisor.exchange.items.assembly import ItemAssembly
from advisor.exchange.items.header import HeadingWords, fold
from advisor.exchange.items.plain_rows import TOGETHER, PlainReader, PlainRows, some_at_a_time
from advisor.exchange.items.rows import ItemSheet, SheetRow, cell_text, read_name, read_row
from advisor.exchange.items.sheets import FoundSheets
from advisor.exchange.items.summary import AnswerReading, ReadingSummary, SheetSummary
from advisor.exchange.sheets.reader import (
    NotAValue,
)
from advisor.exchange.work_items import PART, PROCESS, answer_text

PROBLEMS_LIMIT = 5_000
"""Problems after which no further row is read."""

_TOTALS = frozenset({"total", "totals", "grandtotal", "sum", "subtotal"})
_MANY = 100_000
_NAMED = 5


class _TooManyProblemsError(Exception):
    """Reading ends here: there are more problems than anybody mends at once."""


class _Rows:
    """Rows of which something is told: the first by name, and how many more there are."""

    def __init__(self) -> None:
        self._first: dict[str, None] = {}
        self._more = 0

    def add(self, row: str) -> None:
        if row not in self._first:
            if len(self._first) < _NAMED:
                self._first[row] = None
            else:
                self._more += 1

    def __str__(self) -> str:
        named = ", ".join(self._first) + (f" and {self._more:,} more" if self._more else "")
        return named[:1].upper() + named[1:]

    @property
    def are(self) -> str:
        """The verb for them."""
        return "is" if len(self._first) == 1 else "are"


class ItemReading:
    """The work items of one file: iterate once.

    ``problems`` are those found so far, and all of them once the iteration has ended; ``summary.rows`` is known from
    the start. Where the header cannot be understood there are problems before, and no items.
    """

    def __init__(self, rule_set: RuleSet, found: FoundSheets, summary: ReadingSummary) -> None:
        self.summary = summary
        self._closing = ExitStack()
        self._sheets = found.sheets if not found.problems else []
        self._found: list[tuple[int, int, Problem]] = [(-1, 0, problem) for problem in found.problems]
        self._words = HeadingWords(rule_set)
        self._assembly = ItemAssembly(rule_set)
        self._notes: dict[str, _Rows] = {}
        self._omitted: dict[str, _Rows] = {}
        self._rule_set = rule_set
        self._scattered, self._repeated = self._look_through()
        self._in_blocks = False
        summary.left_out = found.left_out
        summary.notes.extend(found.notes)
        self._describe_sheets()
        self._entries = self._read()

    def __iter__(self) -> Iterator[WorkItem]:
        return (item for _, item in self._entries if item is not None)

    def chunks(self) -> Iterator[Sequence[WorkItem]]:
        """The work items, some at a time, and read many at once where they are plain. Iterate over this alone."""
        self._in_blocks = True
        waiting: list[WorkItem] = []
        for rows, item in self._entries:
            if isinstance(rows, PlainRows) or len(waiting) >= TOGETHER:
                if waiting:
                    yield waiting
                waiting = []
            if isinstance(rows, PlainRows):
                yield rows
            elif item is not None:
                waiting.append(item)
        if waiting:
            yield waiting

    def entries(self) -> Iterator[tuple[Sequence[SheetRow], WorkItem | None]]:
        """The same with the rows that each was read from; those of which none can be made, for the problems that stand
        with them, come with None. Iterate over this or over the reading, not both.
        """
        return ((rows, item) for rows, item in self._entries if not isinstance(rows, PlainRows))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def closes(self, files: ExitStack) -> None:
        """Leave it to the reading to close these in the end."""
        self._closing.push(files)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the rows."""
        return [problem for *_, problem in sorted(self._found, key=lambda it: it[:2])]

    def _look_through(self) -> tuple[frozenset[int], Any]:
        """Count the rows, once through the file, and find the processes whose rows stand apart, and all that have
        several, by their hashes.
        """
        hashes = array("q")
        for sheet in self._sheets:
            name, before = "", len(hashes)
            for number, name in sheet.names():
                sheet.last = number
                hashes.append(hash(name))
            sheet.filled = len(hashes) - before
            if fold(name) in _TOTALS:  # which every sheet may have at its end
                hashes.pop()
        return _scattered_hashes(hashes), _repeated_hashes(hashes)

    # ---- rows, rows that belong together, work items

    def _read(self) -> Iterator[tuple[Sequence[SheetRow] | PlainRows, WorkItem | None]]:
        if self._found:
            return
        is_empty = True
        try:
            for rows in self._groups():
                if isinstance(rows, PlainRows):
                    is_empty = False
                    yield rows, None
                    continue
                item = self._assembly.item(rows)
                is_empty = is_empty and item is None
                yield rows, item
                if item is None:
                    self._refuse(rows)
        except _TooManyProblemsError:
            pass
        except UnreadableFileError as error:  # a row that nothing was sought in before
            self._found += [(len(self._sheets), 0, problem) for problem in error.problems]
        if is_empty and not self._found:
            self._found.append((0, 0, Problem("file", "There is no row below the header.", "Give each process a row.")))
        self._tell()

    def _groups(self) -> Iterator[list[SheetRow] | PlainRows]:
        """The rows of each process, in the order of their first rows."""
        scattered, apart = self._scattered, self._rows_apart()
        group: list[SheetRow] = []
        for row in self._rows():
            if isinstance(row, PlainRows):
                if group:
                    yield group
                    group = []
                yield row
                continue
            name = row.process
            if group and group[0].process == name:
                group.append(row)
                continue
            if group:
                yield group
                group = []
            if not scattered or hash(name) not in scattered:
                group = [row]
            elif name in apart:
                others = (
                    read_row(*found) for found in apart.pop(name) if found[1] != row.number or found[0] != row.sheet
                )
                yield [row, *(other for other in others if not self._is_passed_over(other))]
        if group:
            yield group

    def _rows(self) -> Iterator[SheetRow | PlainRows]:
        """The rows that have the name of a process."""
        for sheet in self._sheets:
            reader = PlainReader(self._rule_set, sheet, self._repeated) if self._in_blocks and sheet.is_text else None
            if reader is None:
                yield from self._one_by_one(sheet, sheet.rows())
                continue
            for some in some_at_a_time(sheet.rows()):
                plain = reader.plain(some)
                if plain is not None:
                    yield plain
                else:
                    yield from self._one_by_one(sheet, some)

    def _one_by_one(self, sheet: ItemSheet, rows: Iterable[tuple[int, Sequence[CellValue]]]) -> Iterator[SheetRow]:
        at, heading = sheet.process, sheet.header.headings[sheet.process]
        for number, cells in rows:
            row = read_row(sheet, number, cells)
            name = row.process
            if sheet.news or sheet.nameless or name is not cells[at] or len(cells) > sheet.width:
                self._note(row)
            if (not name or row.problems or number == sheet.last or name == heading) and self._is_passed_over(row):
                continue
            if name:
                yield row
            else:
                self._refuse_nameless(row)

    def _rows_apart(self) -> dict[str, list[tuple[ItemSheet, int, Sequence[CellValue]]]]:
        """The rows of processes that have some further down, each once more."""
        found: dict[str, list[tuple[ItemSheet, int, Sequence[CellValue]]]] = {}
        for sheet in self._sheets if self._scattered else ():
            for number, cells in sheet.rows():
                name = read_name(cells[sheet.process], is_text=sheet.is_text)
                if hash(name) in self._scattered:
                    found.setdefault(name, []).append((sheet, number, cells))
        return found

    def _refuse(self, rows: Sequence[SheetRow]) -> None:
        for row in rows:
            self._found += [(self._sheets.index(row.sheet), row.number, problem) for problem in row.problems]
        if len(self._found) > PROBLEMS_LIMIT:
            last = self._found[-1]
            text = "From here on nothing was read: mend what is named above first."
            self._found.append((last[0] + 1, 0, Problem(rows[-1].place_name, text)))
            raise _TooManyProblemsError

    def _refuse_nameless(self, row: SheetRow) -> None:
        if row.part:
            mend = "Write the name of the process in every row of its parts."
            row.problem(PART, "A part stands here without its process.", mend)
        elif row.problems:
            pass  # that says why
        elif not cell_text(row.cells[row.sheet.process]).strip():
            row.problem(PROCESS, "This row names no process.", "Write its name here, or take the row away.")
        else:
            row.problem(PROCESS, "Nothing of this name can be seen.", "Write a name.")
        self._refuse([row])

    def _is_passed_over(self, row: SheetRow) -> bool:
        """Whether a row is none of work items: it says nothing, names the columns again, or sums up."""
        sheet = row.sheet
        texts = list(map(cell_text, row.cells))
        if not row.process and not row.part and not row.answers and not row.problems:
            if any(map(normalize_line, texts)):
                self._leave_out("nothing stands there in the columns that are read", row)
            return True
        if self._words.is_repeated(sheet.header, texts):
            self._leave_out("the columns are named there once more", row)
            return True
        chosen = any(isinstance(answer, str | tuple) for answer in row.answers.values())
        if row.number == sheet.last and fold(row.process) in _TOTALS and not row.part and not chosen:
            self._leave_out("a sum stands there", row, f" ({quote(row.process)})")
            return True
        return False

    # ---- what was understood

    def _leave_out(self, why: str, row: SheetRow, named: str = "") -> None:
        if row.process:
            row.sheet.passed.add(row.number)
        self._omitted.setdefault(why, _Rows()).add(f"{row.place_name}{named}")

    def _say(self, why: str, where: str) -> None:
        self._notes.setdefault(why, _Rows()).add(where)

    def _note(self, row: SheetRow) -> None:
        """Keep what is worth telling of a row."""
        sheet = row.sheet
        for key, written, answer in sheet.news:
            said = "" if isinstance(answer, NotAnswered) else answer_text(answer)
            self.summary.answers.append(AnswerReading(key, written, said, row.number, sheet.name))
        sheet.news.clear()
        beyond = range(sheet.width, len(row.cells)) if not sheet.is_text else ()
        for index in [*sheet.nameless, *beyond]:
            if index not in sheet.why and cell_text(row.cells[index]).strip():
                sheet.why[index] = "it has no heading"
                sheet.nameless.discard(index)
        for key, name in ((PROCESS, row.process), (PART, row.part)):
            cell = row.cells[sheet.at[key]] if key in sheet.at else ""
            if isinstance(cell, NotAValue) and cell.text:
                self._say(f"{cell.what} stands there as a name, and is taken as it reads", row.place_name)
            elif isinstance(cell, str) and "\n" in cell.strip() and name:
                self._say("a line break in a name is read as a blank", row.place_name)

    def _describe_sheets(self) -> None:
        self.summary.sheets = [
            SheetSummary(
                sheet.name,
                sheet.header.row,
                sheet.header.columns(sheet.why),
                sheet.filled - len(sheet.passed),
                sheet.header.above,
            )
            for sheet in self._sheets
        ]

    def _tell(self) -> None:
        """Make the summary complete."""
        self._describe_sheets()
        for why, rows in self._omitted.items():
            self.summary.notes.append(f"{rows} {rows.are} left out: {why}.")
        for why, rows in self._notes.items():
            self.summary.notes.append(f"{rows}: {why}.")
        for key, (count, where) in self._assembly.unasked.items():
            more = f" and {count - 1:,} more" if count > 1 else ""
            self.summary.notes.append(
                f"“{key}” is answered in {where}{more}, where the other answers do not lead to it: that does not count."
            )


def _repeated_hashes(hashes: "array[int]") -> Any:
    """The numbers that stand in several places, one behind the other or not, in order."""
    import numpy as np

    values = np.sort(np.array(hashes, np.int64))
    return np.unique(values[1:][values[1:] == values[:-1]])


def _scattered_hashes(hashes: "array[int]") -> frozenset[int]:
    """The numbers that stand in several places, with others between."""
    if len(hashes) < _MANY:
        heads = [it for before, it in zip([None, *hashes], hashes, strict=False) if it != before]
        return frozenset(it for it, count in Counter(heads).items() if count > 1)
    import numpy as np

    values = np.frombuffer(hashes, dtype=np.int64)
    first = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    heads_of_runs = np.sort(values[first])
    return frozenset(heads_of_runs[1:][heads_of_runs[1:] == heads_of_runs[:-1]].tolist())
