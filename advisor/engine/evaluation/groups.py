"""Groups of conditions held against many sets of answers at once: which of them hold, with no loop per item."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from advisor.engine.evaluation.batch import AnswerColumn, AnswerTable, table_of
from advisor.engine.model.caching import Memo
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Condition, Question
from advisor.engine.model.vocabulary import State

Bools: TypeAlias = Any
"""An array of truth values."""

_KEPT = 4096
"""Answers to one question of which it is remembered what they let hold: more are all different, such as numbers."""


class ConditionGroups:
    """Groups of conditions. A group holds where all of its conditions do, as ``all_hold`` says."""

    def __init__(self, groups: Iterable[Sequence[Condition]]) -> None:
        tests: dict[str, list[tuple[int, Condition]]] = {}
        self.size = 0
        for place, group in enumerate(groups):
            self.size = place + 1
            for condition in group:
                tests.setdefault(condition.question, []).append((place, condition))
        self._bytes = -(-max(self.size, 1) // 64) * 8
        self._left = {key: Memo(partial(self._leave, own), _KEPT) for key, own in tests.items()}

    def groups_held(self, table: AnswerTable) -> Bools:
        """A row for each item, a column for each group: whether it holds."""
        words = np.full((table.size, self._bytes // 8), ~np.uint64(0))
        for key, left in self._left.items():
            column = table.columns.get(key)
            if column is None:
                words &= np.frombuffer(left[None], np.uint64)
            else:
                of_answers = np.frombuffer(b"".join(map(left.__getitem__, column.answers)), np.uint64)
                words &= of_answers.reshape(-1, words.shape[1])[column.numbers]
        return np.unpackbits(words.view(np.uint8), axis=1, count=self.size, bitorder="little").view(bool)

    def _leave(self, tests: Sequence[tuple[int, Condition]], answer: Answer) -> bytes:
        """A bit for each group that this answer to one question leaves possible."""
        left = ~0
        for place, condition in tests:
            if condition.state({condition.question: answer}) is not State.MATCHED:
                left &= ~(1 << place)
        return (left & ((1 << self._bytes * 8) - 1)).to_bytes(self._bytes, "little")


def counted_answers(questions: Sequence[Question], items: Iterable[Answers]) -> tuple[AnswerTable, dict[str, Bools]]:
    """The answers that count, and for each question which items are asked it, as ``asked_questions`` says of each."""
    return counted_of_table(questions, table_of(items))


def counted_of_table(questions: Sequence[Question], given: AnswerTable) -> tuple[AnswerTable, dict[str, Bools]]:
    """The same of answers that are columns already; the first of the different answers in each must be None."""
    counted: dict[str, AnswerColumn] = {}
    asked: dict[str, Bools] = {}
    for question in questions:
        if question.asked_when:
            table = AnswerTable(given.size, counted)
            asked[question.key] = ConditionGroups([question.asked_when]).groups_held(table)[:, 0]
        else:
            asked[question.key] = np.ones(given.size, bool)
        column = given.columns.get(question.key)
        if column is not None:
            answers = tuple(answer if question.allows(answer) else None for answer in column.answers)
            allowed = np.array([answer is not None for answer in answers])
            # The first of the different answers is None: not known.
            numbers = column.numbers * (asked[question.key] & allowed[column.numbers])
            counted[question.key] = AnswerColumn(answers, numbers)
    return AnswerTable(given.size, counted), asked


def with_answers(table: AnswerTable, key: str, answers: Mapping[int, Answer]) -> AnswerTable:
    """The table with other answers to one question for the items at some places."""
    if not answers:
        return table
    column = table.columns.get(key, AnswerColumn((None,), np.zeros(table.size, np.uint8)))
    known = [*column.answers, *dict.fromkeys(answers.values())]  # one may stand there twice
    places = {answer: place for place, answer in enumerate(known)}
    numbers = column.numbers.astype(np.int64)
    numbers[list(answers)] = [places[answer] for answer in answers.values()]
    return AnswerTable(table.size, {**table.columns, key: AnswerColumn(tuple(known), numbers)})
