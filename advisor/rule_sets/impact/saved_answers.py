"""What accounts have saved, read as tables of answers: packed where they are, from the JSON where not.

Only what an account owns counts, each process as its owner left it last; nothing of a visitor, and nothing in the bin.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from sqlalchemy import Text, and_, cast, func, null, select
from sqlalchemy.orm import Session

from advisor.engine.evaluation.batch import AnswerTable, Ints, table_of, unpack
from advisor.engine.evaluation.packed import layout_of
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Part
from advisor.models import rule_set_version as versions
from advisor.models.assessment import merged

LOOKED_AT = 5_000
"""Processes that are looked at within a page view; where more are saved, a page shows an estimate."""

FROM_JSON = 1_000
"""Of which so many at most are not packed, as after an upgrade: reading these takes thirty times as long."""

Row: TypeAlias = Any
"""A saved process: its id as text, its version, its packed answers, and whether those are up to date."""

Parts: TypeAlias = list[tuple[Any, Any]]
"""For each part of a process the answers of the whole and its own."""

Described: TypeAlias = tuple[AnswerTable, Ints]
"""Every part as a row of a table, and the first row of each process."""

_IN_USE = func.coalesce(Assessment.deleted_at, null()).is_(None)
"""Not in the bin. SQLite must not see that the index on the column would do: it would read everything, to sort it."""

SAVED = (Assessment.account_id.is_not(None), _IN_USE)


class Pile:
    """What is saved under one version: packed, and what cannot be packed as it is."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.packed: list[bytes] = []
        self.loose: list[list[dict[str, Any]]] = []

    def add_loose(self, parts: Parts) -> None:
        """Put a process onto it as it stands in the JSON."""
        self.loose.append([merged(answers, own) for answers, own in parts])

    def take(self) -> Iterator[Described]:
        """All of it as tables, one for each way in which it is kept; nothing is on the pile afterwards."""
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

    tables: tuple[Described, ...]
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
    piles: dict[int, Pile] = {}
    for number in {row[1] for row in rows}:
        piles[number] = Pile(versions.rule_set(session, number))
        piles[number].packed = [packed for _, version, packed, is_fresh in rows if version == number and is_fresh]
    stale = {UUID(key): version for key, version, _, is_fresh in rows if not is_fresh}
    for key, _row_version, parts in read_json(session, stale):
        piles[stale[key]].add_loose(parts)
    tables = tuple(table for pile in piles.values() for table in pile.take())
    return SavedSample(tables, len(rows), _about(len(rows), beyond[0][0]) if beyond else len(rows))


def read(session: Session, last: UUID | None, step: int) -> Sequence[Row]:
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


def read_json(session: Session, keys: Iterable[UUID]) -> Iterator[tuple[UUID, int, Parts]]:
    """Of each process its row version, and its answers."""
    chosen = select(Assessment.id, Assessment.row_version, Assessment.answers, Part.answers)
    chosen = chosen.outerjoin(Part, Part.assessment_id == Assessment.id).where(Assessment.id.in_(list(keys)))
    rows = session.execute(chosen.order_by(Assessment.id)).all()
    for (key, row_version), parts in groupby(rows, key=lambda row: (row[0], row[1])):
        yield key, row_version, [(answers or {}, own or {}) for _, _, answers, own in parts]


def _starts(sizes: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes)[:-1]))


def _about(below: int, key: str) -> int:
    """How many there are in all where so many lie below this random id, to two figures; more than ``below``."""
    share = int(UUID(key).hex[:12], 16) / 16**12
    about = round(below / share)
    return max(round(about, 2 - len(str(about))), below + 1)
