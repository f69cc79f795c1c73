"""S11b: what counts and then writes is exact, on both databases, whoever does the same just then."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Select, func, select

from advisor.models import Database, IdempotencyKey
from advisor.models.limits import lock, room
from advisor.settings import Settings
from tests.together import CROWD, patient_database, together


@pytest.fixture
def crowded(settings: Settings) -> Iterator[Database]:
    database = patient_database(settings)
    yield database
    database.dispose()


def keys_of(owner: str) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).where(IdempotencyKey.owner_hash == owner)


def add(database: Database, number: int) -> bool:
    with database.write() as session:
        fits = room(session, "keys of olga", keys_of("olga"), 7) > 0
        if fits:
            session.add(IdempotencyKey(key_hash=str(number), owner_hash="olga", location=""))
    return fits


def test_s11b_of_20_at_once_exactly_as_many_pass_as_there_is_room_for(crowded: Database) -> None:
    passed = together([lambda number=number: add(crowded, number) for number in range(CROWD)])  # type: ignore[misc]
    assert sorted(map(str, passed)) == ["False"] * (CROWD - 7) + ["True"] * 7
    with crowded.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 7


def test_s11b_two_acts_that_lock_the_same_subjects_never_wait_for_each_other(crowded: Database) -> None:
    def act(*subjects: str) -> str:
        for _ in range(10):
            with crowded.write() as session:
                lock(session, *subjects)
        return "done"

    assert together([lambda: act("a", "b", "c"), lambda: act("c", "b", "a")] * 5) == ["done"] * 10


def test_where_there_is_less_room_than_things_there_is_none(database: Database) -> None:
    with database.write() as session:
        for number in range(3):
            session.add(IdempotencyKey(key_hash=str(number), owner_hash="olga", location=""))
        assert room(session, "keys of olga", keys_of("olga"), 5) == 2
        assert room(session, "keys of olga", keys_of("olga"), 2) == 0
