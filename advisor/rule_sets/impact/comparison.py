"""Who is affected by a draft: the answers that accounts have saved, compared in large batches.

Reading is what takes the time, so it reads the packed answers, and the JSON only of what is not packed
(docs/decisions/0009). It goes step by step, each in a short transaction of its own, so that nobody who saves an answer
waits for it, and it keeps no more than ``TOGETHER`` processes in memory.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from advisor.engine.evaluation.compare import Impact, compare
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database, DatabaseUnavailable
from advisor.models import rule_set_version as versions
from advisor.models.assessment import pack
from advisor.rule_sets.impact import saved_answers
from advisor.rule_sets.impact.saved_answers import SAVED, Pile, Row

TOGETHER = 1 << 17
"""Processes that are compared in one go: many, since each comparison prepares the rules anew."""

_LOOSE = 16
"""How many packed processes take as much memory as one that cannot be packed."""


@dataclass(frozen=True)
class Findings:
    """What a draft does to the advice on everything saved: exact counts, of which ``told`` says what may be told."""

    impact: Impact = field(default_factory=Impact)
    older: int = 0
    """How many are judged by an older version than the one in force."""
    in_force: int = 0
    seconds: float = 0.0
    engine_seconds: float = 0.0
    """How much of the time went into comparing; the rest is reading."""

    @property
    def engine_share(self) -> float:
        """The share of the rules in the time that it took, from 0.0 to 1.0."""
        return self.engine_seconds / self.seconds if self.seconds else 0.0


def find_affected(
    database: Database, draft: RuleSet, *, step: int, report: Callable[[int, int], None] = lambda _done, _total: None
) -> Findings:
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
    return Findings(comparison.impact, older, in_force, perf_counter() - start, comparison.seconds)


class _Comparison:
    """Collects what is saved by the version that judges it, and compares it with the draft when it is enough."""

    def __init__(self, database: Database, draft: RuleSet) -> None:
        self._database = database
        self._draft = draft
        self._piles: dict[int, Pile] = {}
        self.impact = Impact()
        self.seconds = 0.0

    def add(self, rows: Sequence[Row]) -> None:
        """Put each process onto the pile of its version."""
        for number in {row[1] for row in rows}:
            pile = self._pile(number)
            pile.packed += [packed for _, version, packed, is_fresh in rows if version == number and is_fresh]
            stale = [UUID(key) for key, version, _, is_fresh in rows if version == number and not is_fresh]
            if stale:
                self._add_from_json(pile, stale)
        if sum(map(_weight, self._piles.values())) >= TOGETHER:
            self.compare()

    def compare(self) -> None:
        """Compare what has been collected, and begin anew."""
        start = perf_counter()
        for pile in self._piles.values():
            for table, starts in pile.take():
                self.impact += compare(pile.rules, self._draft, table, starts)
        self.seconds += perf_counter() - start

    def _pile(self, number: int) -> Pile:
        if number not in self._piles:
            with self._database.read() as session:
                self._piles[number] = Pile(versions.rule_set(session, number))
        return self._piles[number]

    def _add_from_json(self, pile: Pile, stale: Sequence[UUID]) -> None:
        """Read what is not packed; pack it for the next time, unless that would lose something."""
        made = []
        with self._database.read() as session:
            read = list(saved_answers.read_json(session, stale))
        for key, row_version, parts in read:
            packed = pack(pile.rules, parts[0][0], [own for _, own in parts])
            if packed is None:
                pile.add_loose(parts)
            else:
                pile.packed.append(packed)
                made.append({"key": key, "read": row_version, "packed": packed})
        if made:
            _keep(self._database, made)


def _read(database: Database, last: UUID | None, step: int) -> Sequence[Row]:
    with database.read() as session:
        return saved_answers.read(session, last, step)


def _weight(pile: Pile) -> int:
    """How much memory it takes, in packed processes."""
    return len(pile.packed) + _LOOSE * len(pile.loose)


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
