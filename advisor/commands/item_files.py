"""The files of work items that a command reads: opened by what they are, and read one after the other."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self, cast

from advisor.commands.files import STANDARD, name_of, path_of
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError, quote
from advisor.exchange.items.item_reading import ItemReading
from advisor.exchange.items.json_files import JsonReading, is_json
from advisor.exchange.items.parquet_files import MAGIC, as_csv
from advisor.exchange.items.plain_rows import TOGETHER, PlainRows
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import layout_lines, summary_lines

_NO_SHEETS = Problem("file", "Only a workbook has sheets that can be named.", "Leave --sheet out.")


@dataclass(slots=True)
class _OpenFile:
    name: str
    file: BinaryIO
    size: int
    reading: ItemReading | JsonReading


_COMPARED = 100_000
"""Names that are remembered, by their hashes, to be compared with later ones: memory does not grow with files."""

_NAMED = 5


class _NamesTwice:
    """Processes whose name another has, in another file or, in JSON, in the same: which, and in which files."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._twice: dict[str, dict[int, None]] = {}
        self._more = 0

    def add(self, name: str, place: int) -> None:
        """A process of the file in this place."""
        code = hash(name)
        first = self._seen.get(code)
        if first is None:
            if len(self._seen) < _COMPARED:
                self._seen[code] = place
        elif name in self._twice or len(self._twice) < _NAMED:
            self._twice.setdefault(name, {first: None})[place] = None
        else:
            self._more += 1

    def notes(self, files: Sequence[str]) -> Iterator[str]:
        """A line for each name, and what it means."""
        for name, places in self._twice.items():
            named = " and ".join(files[place] for place in places)
            yield f"{quote(name)} is the name of more than one process, in {named}: each is advised on by itself."
        if self._more:
            yield f"So it is with {self._more:,} more."
        if self._twice:
            yield "A sheet with two processes of one name cannot be read again: give each a name of its own."


def _chunks(reading: ItemReading | JsonReading) -> Iterator[Sequence[WorkItem]]:
    if isinstance(reading, ItemReading):
        yield from reading.chunks()
        return
    items = iter(reading)
    while some := list(islice(items, TOGETHER)):
        yield some


class ItemFiles:
    """The work items of all files, some at a time: iterate once. Then ``problems`` and ``notes`` are complete.

    Both name the file where there are several. ``left_out`` tells what was not read of files that have problems.
    ``is_single`` says that all there is is one object of JSON.
    """

    def __init__(self, rule_set: RuleSet, files: Sequence[Path], sheets: Sequence[str]) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.left_out: list[str] = []
        self._several = len(files) > 1
        self._closing = ExitStack()
        self._opened: list[_OpenFile] = []
        self._place = 0
        self._rows = 0
        for path in files:
            try:
                self._opened.append(self._open(rule_set, path, sheets))
            except UnreadableFileError as error:
                self._add_problems(name_of(path), error.problems)
            except OSError as error:
                self._add_problems(
                    name_of(path), [Problem("file", f"It cannot be read: {error.strerror}: {path_of(path)}")]
                )
        self.is_single = not self._several and all(
            isinstance(it.reading, JsonReading) and it.reading.is_single for it in self._opened
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __iter__(self) -> Iterator[Sequence[WorkItem]]:
        names = _NamesTwice()
        for place, opened in enumerate(self._opened):
            self._place, self._rows = place, 0
            # A sheet by itself tells rows of one process, and refuses those that do not fit together.
            is_compared = self._several or isinstance(opened.reading, JsonReading)
            for some in _chunks(opened.reading):
                self._rows += len(some) if isinstance(some, PlainRows) else sum(len(it.parts) or 1 for it in some)
                if is_compared:
                    for name in some.names if isinstance(some, PlainRows) else [it.process for it in some]:
                        names.add(name, place)
                yield some
            self._add_problems(opened.name, opened.reading.problems)
            reading, start = opened.reading, f"{opened.name}: " if self._several else ""
            notes = summary_lines(reading.summary) if isinstance(reading, ItemReading) else reading.notes
            self.notes += [f"{start}{line}" for line in notes]
            if isinstance(reading, ItemReading) and reading.problems:
                self.left_out += [f"{start}{line}" for line in layout_lines(reading.summary, is_refused=True)]
        self.notes += names.notes([opened.name for opened in self._opened])

    @property
    def share_read(self) -> float:
        """How much has been read, from 0.0 to 1.0."""
        opened = self._opened[self._place]
        if isinstance(opened.reading, ItemReading):
            share = min(self._rows / (opened.reading.summary.rows or self._rows or 1), 1.0)
        else:
            share = opened.file.tell() / (opened.size or 1)
        return (self._place + share) / len(self._opened)

    def _add_problems(self, name: str, problems: Sequence[Problem]) -> None:
        named = (replace(it, place=name if it.place == "file" else f"{name}, {it.place}") for it in problems)
        self.problems += named if self._several else problems

    def _open(self, rule_set: RuleSet, path: Path, sheets: Sequence[str]) -> _OpenFile:
        file, name = self._seekable(path), "" if str(path) == STANDARD else path.name
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(len(MAGIC)) == MAGIC:
            file.seek(0)
            file, name = as_csv(file, self._closing), ""
        file.seek(0)
        if is_json(file, name):
            reading: ItemReading | JsonReading = JsonReading(rule_set, file, name)
            if sheets:
                reading.problems.append(_NO_SHEETS)
        else:
            reading = self._closing.enter_context(open_items(rule_set, file, name, sheets))
        return _OpenFile(name_of(path), file, size, reading)

    def _seekable(self, path: Path) -> BinaryIO:
        """The file; what can be read once alone is copied to the disk."""
        if str(path) == STANDARD:
            return self._copy(sys.stdin.buffer)
        file = self._closing.enter_context(path.open("rb"))
        return file if path.is_file() else self._copy(file)

    def _copy(self, source: BinaryIO) -> BinaryIO:
        copy = self._closing.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is closed with the others
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        return cast(BinaryIO, copy)
