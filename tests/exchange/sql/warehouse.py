"""Tables of random cells for queries to read, what the engine makes of them, and databases that run the queries."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa

from advisor.engine.evaluation.batch import (
    KINDS,
    OUTCOMES,
    STRENGTHS,
    AnswerColumn,
    AnswerTable,
    Batch,
    evaluate_many,
)
from advisor.engine.evaluation.evaluate import combine_kinds, combine_outcomes
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers, Question, Scope
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Strength
from advisor.exchange.dmn.logic import Logic

PARTS = 3
"""Rows that there are of a process, at most."""

Column = list[Any]

_BLANK = (None, "", NOT_SURE)
_UNREAD = ("no-such-option", " ", "None", "a;", ";")
_NO_NUMBERS = ("12.5", "1e3", "x", "99999999999999999999", "1 000", "-")


def _cells(question: Question) -> list[tuple[str | None, Answer]]:
    """Cells that a column may have, each with its answer: known, not answered, and, where it says more, unread."""
    unread = [*_UNREAD, *(_NO_NUMBERS if question.type is AnswerType.NUMBER else ())]
    keys = [option.key for option in question.options]
    found: list[tuple[str | None, Answer]]
    match question.type:
        case AnswerType.CHOICE:
            found = [(key, key) for key in keys]
            unread += [keys[0].upper(), f"{keys[0]};{keys[-1]}", f"{keys[0]} "]
        case AnswerType.NUMBER:
            least, most = question.minimum, question.maximum
            assert least is not None
            assert most is not None
            numbers = range(least, most + 1, max((most - least) // 40, 1))
            found = [(str(it), it) for it in numbers]
            found += [
                (f"{numbers[0]}.0", numbers[0]),
                (f"{numbers[-1]:+}", numbers[-1]),
                (f"{numbers[0]:04}", numbers[0]),
            ]
            unread += [str(least - 1), str(most + 1)]
        case AnswerType.CHOICES:
            sets = [(key,) for key in keys] + list(pairwise(keys)) + [(b, a) for a, b in pairwise(keys)] + [tuple(keys)]
            found = [(NONE_OF_THESE, ())]
            for chosen in sets:
                if question.allows(chosen):
                    found.append((";".join(chosen), chosen))
                else:
                    unread.append(";".join(chosen))
            unread += [f"{keys[0]};{keys[0]}", f"{keys[0]};", f"{keys[0]};x", f"{keys[0]};{NONE_OF_THESE}", keys[0][1:]]
    # Nine in ten say something, or the points of few rows would reach far.
    others: list[tuple[str | None, Answer]] = [(cell, None) for cell in (*_BLANK, *unread)]
    return [*found * (9 * len(others) // len(found) + 1), *others]


@dataclass(frozen=True)
class Warehouse:
    """A table of answers: for each question that decides a column of cells, and which of them is in each row."""

    rule_set: RuleSet
    size: int
    cells: dict[str, list[tuple[str | None, Answer]]]
    numbers: dict[str, Any]
    process: Any
    """The number of each row's process."""

    @cached_property
    def arrow(self) -> pa.Table:
        """The table as engines take it."""
        columns = {
            "process": pa.array([f"P{it}" for it in self.process.tolist()]),
            "part": pa.array([str(row) for row in range(self.size)]),
        }
        for key, cells in self.cells.items():
            texts = pa.array([cell for cell, _ in cells], pa.string())
            columns[key] = texts.take(pa.array(self.numbers[key]))
        return pa.table(columns)

    @cached_property
    def batch(self) -> Batch:
        """What the engine says of every row."""
        columns = {
            key: AnswerColumn(tuple(answer for _, answer in cells), self.numbers[key])
            for key, cells in self.cells.items()
        }
        return evaluate_many(self.rule_set, AnswerTable(self.size, columns))

    def answers(self, row: int) -> Answers:
        """The answers of one row."""
        return {key: cells[self.numbers[key][row]][1] for key, cells in self.cells.items()}

    def expected_columns(self) -> dict[str, Column]:
        """The columns that a query must give, by the engine."""
        batch = self.batch
        return {
            "process": [f"P{it}" for it in self.process.tolist()],
            "part": [str(row) for row in range(self.size)],
            "outcome": [str(OUTCOMES[it]) for it in batch.outcomes.tolist()],
            "kind": [str(KINDS[it]) for it in batch.kinds.tolist()],
            "strength": [str(STRENGTHS[it]) for it in batch.strengths.tolist()],
            "bpo": batch.bpo.tolist(),
            "kpo": batch.kpo.tolist(),
            "keep": batch.keep.tolist(),
            "both": batch.both.tolist(),
            "lean": (batch.bpo.astype(int) - batch.kpo).tolist(),
            "evidence": (batch.bpo.astype(int) + batch.kpo).tolist(),
            "unread": self.unread_columns(),
        }

    def combined_columns(self) -> dict[str, Column]:
        """The columns that a query must give with a row for each process."""
        rows = self.expected_columns()
        asked_once = [it.key for it in Logic(self.rule_set).questions if it.scope is Scope.PROCESS]
        found: dict[str, Column] = {name: [] for name in (*rows, "parts", "differ") if name != "part"}
        for process, group in groupby(range(self.size), self.process.__getitem__):
            its = list(group)
            found["process"].append(f"P{process}")
            found["outcome"].append(str(combine_outcomes({Outcome(rows["outcome"][it]) for it in its})))
            found["kind"].append(str(combine_kinds({Kind(rows["kind"][it]) for it in its})))
            found["strength"].append(min((rows["strength"][it] for it in its), key=list(Strength).index))
            for name in ("bpo", "kpo", "keep", "both", "lean", "evidence"):
                found[name].append(sum(rows[name][it] for it in its))
            found["unread"].append(max((rows["unread"][it] for it in its if rows["unread"][it]), default=None))
            found["parts"].append(len(its))
            differ = [key for key in asked_once if len({self.cell(key, it) for it in its}) > 1]
            found["differ"].append(" ".join(differ) or None)
        return found

    def cell(self, key: str, row: int) -> str:
        """What stands there; nothing is as good as an empty text."""
        return self.cells[key][self.numbers[key][row]][0] or ""

    def unread_columns(self) -> list[str | None]:
        """For each row the columns that hold something that is no answer."""
        names: list[list[str]] = [[] for _ in range(self.size)]
        for key, cells in self.cells.items():
            is_unread = np.array([answer is None and cell not in _BLANK for cell, answer in cells])
            for row in np.nonzero(is_unread[self.numbers[key]])[0].tolist():
                names[row].append(key)
        return [" ".join(its) or None for its in names]


def warehouse(rule_set: RuleSet, size: int, seed: int = 1) -> Warehouse:
    """Random cells for every question that decides; more of them say something than not."""
    chance = np.random.default_rng(seed)
    cells = {question.key: _cells(question) for question in Logic(rule_set).questions}
    numbers = {key: chance.integers(0, len(its), size) for key, its in cells.items()}
    process = np.repeat(np.arange(size), chance.integers(1, PARTS + 1, size))[:size]
    return Warehouse(rule_set, size, cells, numbers, process)


def in_duckdb(query: str, table: pa.Table) -> dict[str, Column]:
    """What DuckDB gives for a query over the table ``answers``."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("answers", table)
        return _by_part(connection.sql(query).to_arrow_table())


def in_datafusion(query: str, table: pa.Table) -> dict[str, Column]:
    """What DataFusion gives for it."""
    from datafusion import SessionContext

    context = SessionContext()
    context.from_arrow(table, "answers")
    return _by_part(context.sql(query).to_arrow_table())


def in_postgresql(query: str, table: pa.Table, url: str) -> dict[str, Column]:
    """What PostgreSQL gives for it. The table is there for this connection alone."""
    columns = ", ".join(f'"{name}" text' for name in table.column_names)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE answers ({columns})".encode())
        with cursor.copy("COPY answers FROM STDIN") as copy:
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                copy.write_row(row)
        cursor.execute(query.encode())
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    return _sort_columns(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _by_part(table: pa.Table) -> dict[str, Column]:
    return _sort_columns({name: table[name].to_pylist() for name in table.column_names})


def _sort_columns(columns: dict[str, Column]) -> dict[str, Column]:
    """The same in the order of the parts, or of the processes where there are none: engines keep no order."""
    by = columns.get("part") or [name[1:] for name in columns["process"]]
    order = sorted(range(len(by)), key=lambda row: int(by[row]))
    return {name: [column[row] for row in order] for name, column in columns.items()}


def first_difference(found: dict[str, Column], expected: dict[str, Column]) -> str:
    """Where the first row differs, in words; "" where none does."""
    if list(found) != list(expected):
        return f"columns {list(found)}, expected {list(expected)}"
    for name, column in expected.items():
        if found[name] != column:
            row = next(it for it, pair in enumerate(zip(found[name], column, strict=True)) if pair[0] != pair[1])
            here = {it: found[it][row] for it in found}
            return f"{name} of row {row}: {found[name][row]!r}, expected {column[row]!r}; {here}"
    return ""
