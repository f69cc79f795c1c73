"""Who is affected by a draft: the answers that accounts have saved, read as columns and compared in large batches.

Reading is what takes the time (docs/decisions/0009). It goes step by step, each in a short transaction of its own, so
that nobody who saves an answer waits for it, and it keeps no more than ``TOGETHER`` items in memory.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from sqlalchemy import Select, Text, cast, func, select

from advisor.engine.batch import Column, Table
from advisor.engine.compare import Impact, compare
from advisor.engine.operators import Answer
from advisor.engine.questions import Section
from advisor.engine.rules import RuleSet
from advisor.engine.vocabulary import Outcome
from advisor.models import Assessment, Database, Part
from advisor.models import rule_set_version as versions

TOGETHER = 1 << 18
"""Items that are compared in one go: many, since each comparison prepares the rules anew."""

Row: TypeAlias = Any
"""A part of a saved process: the id of the process as text, its version, its answers and the part's as JSON."""

_SAVED = (Assessment.account_id.is_not(None), Assessment.deleted_at.is_(None))
"""Neither a visitor's, nor in the bin."""


@dataclass(frozen=True)
class Findings:
    """What a draft does to the advice on everything saved. It holds counts, and nothing that belongs to anybody."""

    impact: Impact = field(default_factory=Impact)
    older: int = 0
    """How many are judged by an older version than the one in force."""
    in_force: int = 0
    seconds: float = 0.0
    engine_seconds: float = 0.0
    """How much of the time went into comparing; the rest is reading."""

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        impact = self.impact
        return {
            "size": impact.size,
            "moves": [[before, after, count] for (before, after), count in impact.moves.items()],
            "rules": dict(impact.rules),
            "policy": impact.policy,
            "together": impact.together,
            "older": self.older,
            "in_force": self.in_force,
            "seconds": round(self.seconds, 3),
            "engine_seconds": round(self.engine_seconds, 3),
        }

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> "Findings":
        """The way back."""
        moves = {(Outcome(before), Outcome(after)): count for before, after, count in plain["moves"]}
        impact = Impact(plain["size"], moves, plain["rules"], plain["policy"], plain["together"])
        return cls(impact, plain["older"], plain["in_force"], plain["seconds"], plain["engine_seconds"])


def find_affected(
    database: Database, draft: RuleSet, *, step: int, report: Callable[[int, int], None] = lambda _done, _total: None
) -> Findings:
    """Hold the advice that each saved process gets from its own version against what the draft says.

    ``report`` gets the number of processes read and of all, after every ``step`` of them; it stops the work by
    raising. What is not answered counts as unknown. Raises SpaceTooLarge, DatabaseUnavailable.
    """
    start = perf_counter()
    with database.read() as session:
        total = session.scalar(select(func.count()).select_from(Assessment).where(*_SAVED)) or 0
        in_force = versions.in_force(session).number
    comparison = _Comparison(database, draft, in_force)
    last, done = None, 0
    while rows := _read(database, last, step):
        comparison.add(rows)
        last, done = UUID(rows[-1][0]), done + len(_starts(rows))
        report(done, max(done, total))
    comparison.compare()
    seconds = perf_counter() - start
    return Findings(comparison.impact, comparison.older, in_force, seconds, comparison.seconds)


class _Comparison:
    """Collects items by the version that judges them, and compares them with the draft when there are enough."""

    def __init__(self, database: Database, draft: RuleSet, in_force: int) -> None:
        self._database = database
        self._draft = draft
        self._in_force = in_force
        self._piles: dict[int, _Pile] = {}
        self.impact = Impact()
        self.older = 0
        self.seconds = 0.0

    def add(self, rows: Sequence[Row]) -> None:
        """Put each row onto the pile of its version."""
        for number in {row[1] for row in rows}:
            mine = [row for row in rows if row[1] == number]
            if number not in self._piles:
                self._piles[number] = self._new_pile(number)
            processes = self._piles[number].add(mine)
            self.older += processes if number < self._in_force else 0
        if sum(pile.size for pile in self._piles.values()) >= TOGETHER:
            self.compare()

    def compare(self) -> None:
        """Compare what has been collected, and begin anew."""
        start = perf_counter()
        for pile in self._piles.values():
            if pile.size:
                self.impact += compare(pile.rules, self._draft, *pile.take())
        self.seconds += perf_counter() - start

    def _new_pile(self, number: int) -> "_Pile":
        with self._database.read() as session:
            rules = versions.rule_set(session, number)
        questions = [*rules.questions, *self._draft.questions]
        return _Pile(rules, dict.fromkeys(q.key for q in questions if q.section is not Section.NAME))


class _Pile:
    """Items that one version judges, as columns of numbers: a byte or two for each answer."""

    def __init__(self, rules: RuleSet, keys: Iterable[str]) -> None:
        self.rules = rules
        self._keys = list(keys)
        self._empty()

    def add(self, rows: Sequence[Row]) -> int:
        """Add the items of whole processes; gives how many processes they are."""
        starts = _starts(rows)
        self._starts.append(np.array(starts, np.int64) + self.size)
        whole, own = _parsed(row[2] for row in rows), _parsed(row[3] or "{}" for row in rows)
        items = [{**answers, **more} for answers, more in zip(whole, own, strict=True)]
        for key, column in self._columns.items():
            column.add([item.get(key) for item in items])
        self.size += len(items)
        return len(starts)

    def take(self) -> tuple[Table, Any]:
        """Everything as a table, with the first item of each process; the pile is empty afterwards."""
        columns = {key: column.made() for key, column in self._columns.items()}
        taken = Table(self.size, columns), np.concatenate(self._starts)
        self._empty()
        return taken

    def _empty(self) -> None:
        self.size = 0
        self._starts: list[Any] = []
        self._columns = {key: _Answers() for key in self._keys}


class _Answers:
    """The answers to one question, each different one kept once."""

    def __init__(self) -> None:
        self._numbers = _Numbers({None: 0})
        self._given: list[Any] = []

    def add(self, answers: list[Any]) -> None:
        number = self._numbers.__getitem__
        try:
            numbers = list(map(number, answers))
        except TypeError:  # several choices, which JSON has as a list
            numbers = [number(tuple(answer) if isinstance(answer, list) else answer) for answer in answers]
        self._given.append(np.array(numbers, np.min_scalar_type(len(self._numbers))))

    def made(self) -> Column:
        return Column(tuple(self._numbers), np.concatenate(self._given))


class _Numbers(dict[Answer, int]):
    """Gives each new answer the next number."""

    def __missing__(self, answer: Answer) -> int:
        number = self[answer] = len(self)
        return number


def _read(database: Database, last: UUID | None, step: int) -> Sequence[Row]:
    """The next ``step`` processes after ``last``, with all of their parts."""
    with database.read() as session:
        return session.execute(_saved(last, step)).all()


def _saved(last: UUID | None, step: int) -> Select[Any]:
    beyond = (Assessment.id > last,) if last else ()
    chosen = (
        select(Assessment.id, Assessment.version_number, Assessment.answers)
        .where(*_SAVED, *beyond)
        .order_by(Assessment.id)
        .limit(step)
        .subquery()
    )
    # As text: that is quicker than a value for each, and the answers of many are parsed in one go.
    columns = (cast(chosen.c.id, Text), chosen.c.version_number, cast(chosen.c.answers, Text), cast(Part.answers, Text))
    return select(*columns).outerjoin(Part, Part.assessment_id == chosen.c.id).order_by(chosen.c.id)


def _starts(rows: Sequence[Row]) -> list[int]:
    """The position of the first item of each process."""
    return [0, *(at for at, (one, next_one) in enumerate(pairwise(rows), start=1) if one[0] != next_one[0])]


def _parsed(texts: Iterable[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(f"[{','.join(texts)}]")
    return found
