"""A job is claimed once, goes on after its worker died, and stops when it is cancelled; of each kind one is open."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from advisor.models import Database, Job
from advisor.models import job as jobs
from advisor.models.job import JobState, JobStopped

LEASE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)


def ask(database: Database, subject: str = "a draft") -> tuple[Job, bool]:
    with database.write() as session:
        return jobs.enqueue(session, "impact", subject)


def claim(database: Database, lease: timedelta = LEASE, tries: int = 3) -> Job | None:
    with database.write() as session:
        return jobs.claim(session, "impact", lease=lease, tries=tries)


def claim_job(database: Database, lease: timedelta = LEASE) -> Job:
    job = claim(database, lease)
    assert job is not None
    return job


def latest(database: Database) -> Job:
    with database.read() as session:
        job = jobs.latest(session, "impact")
        assert job is not None
        return job


def at_once(act: Callable[[], None], number: int = 6) -> None:
    ready = threading.Barrier(number)

    def run() -> None:
        ready.wait()
        act()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_several_workers_one_gets_the_job(database: Database) -> None:
    ask(database)
    got: list[Job | None] = []
    at_once(lambda: got.append(claim(database)))
    assert len([job for job in got if job is not None]) == 1
    assert latest(database).tries == 1


def test_of_several_who_ask_at_once_one_makes_the_job_and_all_get_it(database: Database) -> None:
    got: list[tuple[int, bool]] = []

    def act() -> None:
        job, is_new = ask(database)
        got.append((job.number, is_new))

    at_once(act)
    assert len({number for number, _ in got}) == 1
    assert [is_new for _, is_new in got].count(True) == 1


def test_a_job_on_something_else_takes_the_place_of_the_open_one(database: Database) -> None:
    ask(database, "as it was")
    held = claim_job(database)
    newer, is_new = ask(database, "as it is now")
    assert is_new
    with pytest.raises(JobStopped), database.write() as session:
        jobs.report(session, held, 1, 2, lease=LEASE)
    assert claim_job(database).number == newer.number


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_has_run_out(database: Database) -> None:
    ask(database)
    first = claim_job(database)
    assert claim(database) is None
    with database.write() as session:
        jobs.report(session, first, 5, 9, lease=OVER)
    second = claim_job(database)
    assert (second.number, second.tries, second.done) == (first.number, 2, 0)
    with pytest.raises(JobStopped), database.write() as session:
        jobs.finish(session, first, {"from": "the dead"})
    with database.write() as session:
        jobs.finish(session, second, {"from": "the living"})
    assert (latest(database).state, latest(database).result) == (JobState.DONE, {"from": "the living"})


def test_a_job_that_no_worker_survives_fails(database: Database) -> None:
    ask(database)
    for _try in range(3):
        claim_job(database, OVER)
    assert claim(database) is None
    assert (latest(database).state, latest(database).failure) == (JobState.FAILED, "gave-up")
    assert claim(database) is None


def test_a_job_that_is_cancelled_stops_its_worker_and_ends_once(database: Database) -> None:
    job, _ = ask(database)
    held = claim_job(database)
    with database.write() as session:
        assert jobs.cancel(session, "impact", job.number) is not None
    for _again in range(2):
        with database.write() as session:
            assert jobs.cancel(session, "impact", job.number) is None
    with pytest.raises(JobStopped), database.write() as session:
        jobs.report(session, held, 1, 2, lease=LEASE)
    with pytest.raises(JobStopped), database.write() as session:
        jobs.finish(session, held, {})
    assert latest(database).state == JobState.CANCELLED
    assert claim(database) is None


def test_the_last_result_is_kept_while_the_next_job_is_on_its_way_and_no_other_is(database: Database) -> None:
    for number in range(3):
        ask(database, f"draft {number}")
        held = claim_job(database)
        with database.write() as session:
            jobs.finish(session, held, number)
    ask(database, "draft 3")
    with database.read() as session:
        done = jobs.latest_done(session, "impact")
        assert done is not None
        assert (done.subject, done.result) == ("draft 2", 2)
        assert session.scalar(select(func.count()).select_from(Job)) == 2


@pytest.mark.parametrize("ending", ["done", "another subject"])
def test_who_asks_while_the_open_job_ends_gets_a_new_one(postgresql_url: str, ending: str) -> None:
    """Between finding that one is open and reading it; on SQLite nobody else writes in between."""
    database, other = Database(postgresql_url), Database(postgresql_url)
    first, _is_new = ask(database)
    claim_job(database)

    def end_it(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("INSERT INTO job") or ended:
            return
        ended.append(ending)
        with other.write() as session:
            if ending == "done":
                jobs.finish(session, session.get_one(Job, first.number), {})
            else:
                jobs.enqueue(session, "impact", "another draft")

    ended: list[str] = []
    event.listen(database.engine, "after_cursor_execute", end_it)
    asked, is_new = ask(database)
    assert ended == [ending]
    assert (asked.subject, asked.is_open, is_new) == ("a draft", True, True)
    assert asked.number != first.number
    database.dispose()
    other.dispose()
