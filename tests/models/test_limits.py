"""S11b: what counts and then writes is exact, on both databases, whoever does the same just then."""

import multiprocessing
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from advisor.models import Database, IdempotencyKey, RateLimit
from advisor.models.base import utc_now
from advisor.models.limits import Limit, Wait, count_tries, forget_tries, lock, room_left
from advisor.settings import Settings
from advisor.web.access import rate_limits
from tests.concurrency import CROWD, patient_database, run_together


@pytest.fixture
def crowded_database(settings: Settings) -> Iterator[Database]:
    database = patient_database(settings)
    yield database
    database.dispose()


def keys_of(owner: str) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).where(IdempotencyKey.owner_hash == owner)


def add(database: Database, number: int) -> bool:
    with database.write() as session:
        fits = room_left(session, "keys of olga", keys_of("olga"), 7) > 0
        if fits:
            session.add(IdempotencyKey(key_hash=str(number), owner_hash="olga", location=""))
    return fits


def test_s11b_of_20_at_once_exactly_as_many_pass_as_there_is_room_for(crowded_database: Database) -> None:
    passed = run_together([lambda number=number: add(crowded_database, number) for number in range(CROWD)])  # type: ignore[misc]
    assert sorted(map(str, passed)) == ["False"] * (CROWD - 7) + ["True"] * 7
    with crowded_database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 7


def test_s11b_two_acts_that_lock_the_same_subjects_never_wait_for_each_other(crowded_database: Database) -> None:
    def act(*subjects: str) -> str:
        for _ in range(10):
            with crowded_database.write() as session:
                lock(session, *subjects)
        return "done"

    assert run_together([lambda: act("a", "b", "c"), lambda: act("c", "b", "a")] * 5) == ["done"] * 10


def test_where_there_is_less_room_than_things_there_is_none(database: Database) -> None:
    with database.write() as session:
        for number in range(3):
            session.add(IdempotencyKey(key_hash=str(number), owner_hash="olga", location=""))
        assert room_left(session, "keys of olga", keys_of("olga"), 5) == 2
        assert room_left(session, "keys of olga", keys_of("olga"), 2) == 0


MINUTE = timedelta(minutes=1)


def try_often(url: str, times: int, allowed: "multiprocessing.Queue[int]") -> None:
    database = Database(url, busy_timeout=30)
    passed = 0
    for _ in range(times):
        with database.write() as session:
            passed += count_tries(session, [(Limit("sign-in", 10, MINUTE * 5), "olga")]) is None
    allowed.put(passed)
    database.dispose()


def test_s11_several_processes_together_get_10_tries(database: Database, database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    allowed: multiprocessing.Queue[int] = context.Queue()
    processes = [context.Process(target=try_often, args=(database_url, 8, allowed)) for _ in range(4)]
    for process in processes:
        process.start()
    counts = [allowed.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sum(counts) == 10
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RateLimit)) == 10


def test_s11_within_any_window_there_are_never_more(database: Database) -> None:
    """Ten at the end of one minute and ten at the start of the next would be twenty within a few seconds."""
    with database.write() as session:
        for seconds in (59, 58, 1):
            session.add(RateLimit(bucket="b", key_hash=key_hash("k"), at=utc_now() - timedelta(seconds=seconds)))
        session.flush()
        wait = count_tries(session, [(Limit("b", 3, MINUTE), "k")])
        assert isinstance(wait, Wait)
        assert wait.seconds <= 1
        assert count_tries(session, [(Limit("b", 3, MINUTE), "somebody else")]) is None


def test_s11_what_one_of_two_limits_refuses_counts_under_neither(database: Database) -> None:
    both = [(Limit("account", 1, MINUTE), "olga"), (Limit("address", 5, MINUTE), "192.0.2.1")]
    with database.write() as session:
        assert count_tries(session, both) is None
    for _ in range(9):
        with database.write() as session:
            assert count_tries(session, both) is not None
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RateLimit)) == 2


def test_s11_a_key_is_not_stored_as_it_is(database: Database) -> None:
    with database.write() as session:
        count_tries(session, [(Limit("account", 1, MINUTE), "olga@example.org")])
    with database.read() as session:
        assert session.scalars(select(RateLimit.key_hash)).one() == key_hash("olga@example.org")


def test_tries_that_no_limit_counts_any_more_are_forgotten(database: Database) -> None:
    with database.write() as session:
        count_tries(session, [(Limit("account", 1, MINUTE), "olga")])
        forget_tries(session, utc_now() - MINUTE)
        assert session.scalar(select(func.count()).select_from(RateLimit)) == 1
        forget_tries(session, utc_now() + MINUTE)
        assert session.scalar(select(func.count()).select_from(RateLimit)) == 0


@pytest.mark.parametrize(
    ("where", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("::1", "0000:0000:0000:0000"),
        ("", ""),
    ],
)
def test_s11_what_is_counted_together_comes_from_one_customer(app: Flask, where: str, network: str) -> None:
    """A server that listens on IPv6 sees IPv4 as ::ffff:…, and each of those is an address of its own."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": where}):
        assert rate_limits.client_network() == network


def key_hash(key: str) -> str:
    from advisor.models.base import hash_of

    return hash_of(key)
