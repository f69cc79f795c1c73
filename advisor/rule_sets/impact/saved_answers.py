"""What accounts and organisations have saved as tables of answers: packed where they are, from the JSON where not.

Only what an account or an organisation owns counts, each process as it was left last; nothing of a visitor, and nothing
in the bin.

To find who is affected by a draft, all of it is compared. Reading is what takes the time, so it reads the packed
answers, and the JSON only of what is not packed (docs/decisions/0009). It goes step by step, each in a short
transaction of its own, so that nobody who saves an answer waits for it, and it keeps no more than ``TOGETHER``
processes in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from time import perf_counter
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from sqlalchemy import Text, and_, bindparam, cast, false, func, select, update
from sqlalchemy.orm import Session

from advisor.engine.evaluation.batch import AnswerTable, Ints, table_of, unpack
from advisor.engine.evaluation.compare import Impact, compare
from advisor.engine.evaluation.packed_answers import layout_of
from advisor.engine.model.rules import RuleSet, decides_alike
from advisor.models import Assessment, Database, DatabaseUnavailable, Part
from advisor.models.plain_select import PlainSelect
from advisor.models.processes.assessment import merge_answers, pack
from advisor.models.rule_sets import rule_set_version as versions

LOOKED_AT = 5_000
"""Processes that are looked at within a page view; where more are saved, a page shows an estimate."""

FROM_JSON = 1_000
"""Of which so many at most are not packed, as after an upgrade: reading these takes thirty times as long."""

SavedRow: TypeAlias = Any
"""A saved process: its id as text, its version, its packed answers, and whether those are up to date."""

PartAnswers: TypeAlias = list[tuple[Any, Any]]
"""For each part of a process the answers of the whole and its own."""

AnswerTables: TypeAlias = tuple[AnswerTable, Ints]
"""Every part as a row of a table, and the first row of each process."""

_IN_USE = Assessment.deleted_at.is_not(None) == false()
"""Not in the bin. SQLite must not see that the index on the column would do: it would read everything, to sort it.
PostgreSQL must see what it says: of any other expression it believes that it holds for a few, which it would sort, too.
"""

SAVED = (func.coalesce(Assessment.account_id, Assessment.organisation_id).is_not(None), _IN_USE)


class AnswerBatch:
    """What is saved under one version: packed, and what cannot be packed as it is."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.packed: list[bytes] = []
        self.loose: list[list[dict[str, Any]]] = []

    def add_loose(self, parts: PartAnswers) -> None:
        """Put a process onto it as it stands in the JSON."""
        self.loose.append([merge_answers(answers, own) for answers, own in parts])

    def take(self) -> Iterator[AnswerTables]:
        """All of it as tables, one for each way in which it is kept; nothing is on the batch afterwards."""
        packed, self.packed = self.packed, []
        loose, self.loose = self.loose, []
        if packed:
            sizes = np.fromiter(map(len, packed), np.int64, len(packed)) // layout_of(self.rules).width
            yield unpack(self.rules, b"".join(packed)), _starts(sizes)
        if loose:
            sizes = np.fromiter(map(len, loose), np.int64, len(loose))
            yield table_of(item for items in loose for item in items), _starts(sizes)


@dataclass(frozen=True, slots=True)
class SavedSample:
    """Saved processes as tables of answers: all of them, or some drawn by chance, always the same ones.

    ``size`` of about ``of`` are in it; ``of`` is exact where all are.
    """

    tables: tuple[AnswerTables, ...]
    size: int
    of: int

    @property
    def is_all(self) -> bool:
        """Whether nothing is saved that is not in it."""
        return self.size == self.of


def sample(session: Session) -> SavedSample:
    """The first of what is saved by ids, which are random; how many there are in all is told by how far these reach."""
    rows = read(session, None, LOOKED_AT + 1)
    too_many = [at for at, row in enumerate(rows) if not row[3]][FROM_JSON:]
    end = min([LOOKED_AT, *too_many[:1]])
    rows, beyond = rows[:end], rows[end:]
    batches: dict[int, AnswerBatch] = {}
    for number in {row[1] for row in rows}:
        batches[number] = AnswerBatch(versions.rule_set(session, number))
        batches[number].packed = [packed for _, version, packed, is_fresh in rows if version == number and is_fresh]
    stale = {UUID(key): version for key, version, _, is_fresh in rows if not is_fresh}
    for key, _row_version, parts in read_json(session, stale) if stale else ():
        batches[stale[key]].add_loose(parts)
    tables = tuple(table for batch in batches.values() for table in batch.take())
    return SavedSample(tables, len(rows), _estimate(len(rows), beyond[0][0]) if beyond else len(rows))


SavedState: TypeAlias = tuple[Any, ...]
"""What is another thing as soon as anything is that ``sample`` reads."""

_FIRST = (
    select(Assessment.row_version, Assessment.version_number, Assessment.touched_at, Assessment.packed_for)
    .where(*SAVED)
    .order_by(Assessment.id)
    .limit(LOOKED_AT + 1)
    .subquery()
)
_STATE = PlainSelect(
    select(
        func.count(),
        func.sum(_FIRST.c.row_version),
        func.sum(_FIRST.c.version_number),
        func.max(_FIRST.c.touched_at),
        func.count(_FIRST.c.packed_for),
        func.sum(_FIRST.c.packed_for),
    ).select_from(_FIRST)
)


def saved_state(session: Session) -> SavedState:
    """How what is looked at stands now, without its answers: each write counts a row version up, or packs."""
    return tuple(_STATE.rows_in(session, {})[0])


def read(session: Session, last: UUID | None, step: int) -> Sequence[SavedRow]:
    """The next ``step`` processes after ``last``, by their ids."""
    beyond = (Assessment.id > last,) if last else ()
    is_fresh = and_(Assessment.packed.is_not(None), func.coalesce(Assessment.packed_for, 0) == Assessment.row_version)
    chosen = (
        select(cast(Assessment.id, Text), Assessment.version_number, Assessment.packed, is_fresh)
        .where(*SAVED, *beyond)
        .order_by(Assessment.id)
        .limit(step)
    )
    return session.connection().execute(chosen).all()  # the session would look at each row as at an object


def read_json(session: Session, keys: Iterable[UUID]) -> Iterator[tuple[UUID, int, PartAnswers]]:
    """Of each process its row version, and its answers."""
    chosen = select(Assessment.id, Assessment.row_version, Assessment.answers, Part.answers)
    chosen = chosen.outerjoin(Part, Part.assessment_id == Assessment.id).where(Assessment.id.in_(list(keys)))
    rows = session.execute(chosen.order_by(Assessment.id)).all()
    for (key, row_version), parts in groupby(rows, key=lambda row: (row[0], row[1])):
        yield key, row_version, [(answers or {}, own or {}) for _, _, answers, own in parts]


def _starts(sizes: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes)[:-1]))


def _estimate(below: int, key: str) -> int:
    """How many there are in all where so many lie below this random id, to two figures; more than ``below``."""
    share = int(UUID(key).hex[:12], 16) / 16**12
    about = round(below / share)
    return max(round(about, 2 - len(str(about))), below + 1)


TOGETHER = 1 << 17
"""Processes that are compared in one go: many, since each comparison prepares the rules anew."""

_LOOSE = 16
"""How many packed processes take as much memory as one that cannot be packed."""


@dataclass(frozen=True)
class ExactImpact:
    """What a draft does to the advice on everything saved, exactly; ``disclose`` says what of that may be told."""

    impact: Impact = field(default_factory=Impact)
    older: int = 0
    """How many are judged by an older version than the one in force."""
    in_force: int = 0
    decides_alike: bool = False
    """Whether every version that judges any of them decides as the draft does, so that nothing can turn."""
    seconds: float = 0.0
    engine_seconds: float = 0.0
    """How much of the time went into comparing; the rest is reading."""

    @property
    def engine_share(self) -> float:
        """The share of the rules in the time that it took, from 0.0 to 1.0."""
        return self.engine_seconds / self.seconds if self.seconds else 0.0


def find_affected(
    database: Database, draft: RuleSet, *, step: int, report: Callable[[int, int], None] = lambda _done, _total: None
) -> ExactImpact:
    """Hold the advice that each saved process gets from its own version against what the draft says.

    ``report`` gets the number of processes read and of all, after every ``step`` of them; it stops the work by
    raising. What is not answered counts as unknown. Raises SpaceTooLarge, DatabaseUnavailable.
    """
    start = perf_counter()
    with database.read() as session:
        total = session.scalar(select(func.count()).select_from(Assessment).where(*SAVED)) or 0
        in_force = versions.in_force(session).number
    comparison = _Comparison(database, draft)
    last, done, older = None, 0, 0
    while rows := _read(database, last, step):
        comparison.add(rows)
        last, done = UUID(rows[-1][0]), done + len(rows)
        older += sum(row[1] < in_force for row in rows)
        report(done, max(done, total))
    comparison.compare()
    alike = comparison.decides_alike
    return ExactImpact(comparison.impact, older, in_force, alike, perf_counter() - start, comparison.seconds)


class _Comparison:
    """Collects what is saved by the version that judges it, and compares it with the draft when it is enough."""

    def __init__(self, database: Database, draft: RuleSet) -> None:
        self._database = database
        self._draft = draft
        self._batches: dict[int, AnswerBatch] = {}
        self.impact = Impact()
        self.seconds = 0.0

    def add(self, rows: Sequence[SavedRow]) -> None:
        """Put each process onto the batch of its version."""
        for number in {row[1] for row in rows}:
            batch = self._batch(number)
            batch.packed += [packed for _, version, packed, is_fresh in rows if version == number and is_fresh]
            stale = [UUID(key) for key, version, _, is_fresh in rows if version == number and not is_fresh]
            if stale:
                self._add_from_json(batch, stale)
        if sum(map(_weight, self._batches.values())) >= TOGETHER:
            self.compare()

    def compare(self) -> None:
        """Compare what has been collected, and begin anew."""
        start = perf_counter()
        for batch in self._batches.values():
            for table, starts in batch.take():
                self.impact += compare(batch.rules, self._draft, table, starts)
        self.seconds += perf_counter() - start

    @property
    def decides_alike(self) -> bool:
        """Whether each version that judges any of what was added has the questions, rules and tables of the draft."""
        return all(decides_alike(batch.rules, self._draft) for batch in self._batches.values())

    def _batch(self, number: int) -> AnswerBatch:
        if number not in self._batches:
            with self._database.read() as session:
                self._batches[number] = AnswerBatch(versions.rule_set(session, number))
        return self._batches[number]

    def _add_from_json(self, batch: AnswerBatch, stale: Sequence[UUID]) -> None:
        """Read what is not packed; pack it for the next time, unless that would lose something."""
        made = []
        with self._database.read() as session:
            read = list(read_json(session, stale))
        for key, row_version, parts in read:
            packed = pack(batch.rules, parts[0][0], [own for _, own in parts])
            if packed is None:
                batch.add_loose(parts)
            else:
                batch.packed.append(packed)
                made.append({"key": key, "read": row_version, "packed": packed})
        if made:
            _keep(self._database, made)


def _read(database: Database, last: UUID | None, step: int) -> Sequence[SavedRow]:
    with database.read() as session:
        return read(session, last, step)


def _weight(batch: AnswerBatch) -> int:
    """How much memory it takes, in packed processes."""
    return len(batch.packed) + _LOOSE * len(batch.loose)


def _keep(database: Database, made: Sequence[dict[str, Any]]) -> None:
    """Store what was packed beside what it was read from, where that has not changed meanwhile."""
    change = (
        update(Assessment)
        .where(Assessment.id == bindparam("key"), Assessment.row_version == bindparam("read"))
        .values(packed=bindparam("packed"), packed_for=bindparam("read"))
    )
    # That the database is busy only makes the next run slower.
    with suppress(DatabaseUnavailable), database.write() as session:
        session.connection().execute(change, made)  # not by the session, which would count the row version up
