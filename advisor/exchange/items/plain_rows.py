"""Rows that need no look at each: every one is a process in one piece, and all that stands in it was met before.

Nearly all rows of long files are so. They are read column by column, several times as quickly as one by one; rows that
are not, and those near them, are read one by one, and mean the same on either way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, overload

import numpy as np

from advisor.engine.document.text import LINE_LIMIT
from advisor.engine.evaluation.batch import AnswerColumn, AnswerTable
from advisor.engine.evaluation.groups import Bools, counted_of_table
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.items.answers import CellValue, NotAnswered
from advisor.exchange.items.rows import ItemSheet

TOGETHER = 2_000
"""Rows that are looked at together."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[ -~]*[!-~])?")
"""A name that is stored as it stands and run by no spreadsheet."""

NumberedRow = tuple[int, Sequence[CellValue]]


class PlainRows(Sequence[WorkItem]):
    """Such rows as work items, which are made when they are asked for.

    ``answers`` are the different answers to each question that has a column, the first of them for none, and
    ``numbers`` which of them each row has.
    """

    def __init__(
        self,
        rule_set: RuleSet,
        names: Sequence[str],
        answers: Mapping[str, Sequence[Answer]],
        numbers: Mapping[str, Sequence[int]],
    ) -> None:
        self._rule_set = rule_set
        self.names, self.answers, self.numbers = names, answers, numbers

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, at: int) -> WorkItem: ...
    @overload
    def __getitem__(self, at: slice) -> list[WorkItem]: ...
    def __getitem__(self, at: int | slice) -> WorkItem | list[WorkItem]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        own = {key: self.answers[key][number] for key, numbers in self.numbers.items() if (number := numbers[at])}
        return WorkItem(self.names[at], own)

    @cached_property
    def counted_answers(self) -> tuple[AnswerTable, dict[str, Bools]]:
        """The answers that count, and which rows are asked each question."""
        columns = {
            key: AnswerColumn(tuple(self.answers[key]), np.array(numbers, np.uint16))
            for key, numbers in self.numbers.items()
        }
        return counted_of_table(self._rule_set.questions, AnswerTable(len(self), columns))

    @property
    def answers_what_is_not_asked(self) -> bool:
        """Whether a row answers a question to which its other answers do not lead."""
        _, asked = self.counted_answers
        follow_ups = (question.key for question in self._rule_set.questions if question.asked_when)
        return any(
            bool((~asked[key] & (np.array(self.numbers[key]) != 0)).any()) for key in follow_ups if key in self.numbers
        )


class PlainReader:
    """Finds such rows in a sheet of text. ``repeated`` are the hashes of names that stand in several rows, in order."""

    def __init__(self, rule_set: RuleSet, sheet: ItemSheet, repeated: Any) -> None:
        self._rule_set = rule_set
        self._sheet = sheet
        self._repeated = repeated
        self._part = [] if sheet.part is None else [sheet.part]
        self._numbers: dict[str, dict[CellValue, int]] = {column.key: {"": 0} for column in sheet.columns}
        self._answers: dict[str, list[Answer]] = {column.key: [None] for column in sheet.columns}

    def plain(self, rows: Sequence[NumberedRow]) -> PlainRows | None:
        """These rows, where all of them are so; else None."""
        sheet = self._sheet
        cells = [cells for _, cells in rows]
        if not sheet.is_text or sheet.news or rows[-1][0] >= sheet.last or set(map(len, cells)) != {sheet.width}:
            return None
        columns = list(zip(*cells, strict=True))
        names = columns[sheet.process]
        if any(any(columns[index]) for index in [*sheet.nameless, *self._part]) or not self._are_plain(names):
            return None
        found = {}
        for column in sheet.columns:
            known = self._numbers[column.key]
            try:
                found[column.key] = list(map(known.__getitem__, columns[column.index]))
            except KeyError:
                if not self._learn(column.key, column.known, columns[column.index]):
                    return None
                found[column.key] = list(map(known.__getitem__, columns[column.index]))
        plain = PlainRows(self._rule_set, names, self._answers, found)
        return None if plain.answers_what_is_not_asked else plain

    def _are_plain(self, names: Sequence[CellValue]) -> bool:
        texts = [name for name in names if isinstance(name, str)]
        return (
            len(texts) == len(names)
            and max(map(len, texts)) <= LINE_LIMIT
            and all(map(_PLAIN_NAME.fullmatch, texts))
            and self._sheet.header.headings[self._sheet.process] not in texts
            and not self._any_repeated(texts)
        )

    def _any_repeated(self, names: Sequence[str]) -> bool:
        repeated = self._repeated
        if not len(repeated):
            return False
        hashes = np.fromiter(map(hash, names), np.int64, len(names))
        places = np.minimum(np.searchsorted(repeated, hashes), len(repeated) - 1)
        return bool((repeated[places] == hashes).any())

    def _learn(self, key: str, known: Mapping[CellValue, Answer | NotAnswered], cells: Sequence[CellValue]) -> bool:
        """Give numbers to what was read one by one before; whether that was all of it, and not too much."""
        numbers, answers = self._numbers[key], self._answers[key]
        for cell in set(cells) - numbers.keys():
            if cell not in known or len(answers) >= np.iinfo(np.uint16).max:
                return False
            answer = known[cell]
            if isinstance(answer, NotAnswered):
                numbers[cell] = 0
            else:
                numbers[cell] = len(answers)
                answers.append(answer)
        return True


def some_at_a_time(rows: Iterator[NumberedRow]) -> Iterator[list[NumberedRow]]:
    """Rows in lists; what cannot be read ends them behind the rows before it."""
    while True:
        some: list[NumberedRow] = []
        fault: UnreadableFileError | None = None
        try:
            for row in islice(rows, TOGETHER):
                some.append(row)  # noqa: PERF402 - those before a fault are wanted
        except UnreadableFileError as error:
            fault = error
        if some:
            yield some
        if fault is not None:
            raise fault
        if len(some) < TOGETHER:
            return
