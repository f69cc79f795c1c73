"""Work that takes longer than a page may: a row that a worker claims, reports on, and finishes.

A worker holds a job by a lease that it renews with each report. One that died does not, so that another takes the job
over. A job that was cancelled, or taken over, tells its worker so at the next report.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Select, Update, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, count_changed, insert_if_absent, utc_now


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.QUEUED, JobState.RUNNING)


class Job(Base):
    """One piece of work."""

    __tablename__ = "job"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a number is never given twice

    number: Mapped[int] = mapped_column(primary_key=True)
    """The order in which jobs were asked for, which no clock decides."""
    kind: Mapped[str] = mapped_column(index=True)
    open_kind: Mapped[str | None] = mapped_column(unique=True)
    """The kind again while the job is open, else None: of each kind one is open at a time."""
    subject: Mapped[str]
    """A fingerprint of what it is about: two jobs on the same are the same job."""
    state: Mapped[str] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """How much of how much is done; 0 while that is not known."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often a worker began it."""
    claim: Mapped[UUID | None]
    """Which worker holds it."""
    leased_until: Mapped[datetime | None]
    result: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    failure: Mapped[str] = mapped_column(default="")
    """One word for why it failed; ``rule_sets/job_report.py`` has the sentence."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it waits for a worker, or has one."""
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """How much of it is done, from 0 to 100; None while that is not known."""
        return min(100 * self.done // self.total, 100) if self.total else None


class JobStopped(Exception):  # noqa: N818
    """The worker does not hold the job any more: it was cancelled, or another worker took it over."""


class JobFailed(Exception):  # noqa: N818
    """The job cannot be done. ``word`` says why, as ``failure`` has it."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


Report = Callable[[int, int], None]
"""Told how much of how much is done. Raises JobStopped."""

Keep = Callable[[Session], Any]
"""Called in the transaction that ends the job: keeps what was found, and gives what the job's row is to hold."""


def enqueue(session: Session, kind: str, subject: str) -> tuple[Job, bool]:
    """The open job of that kind on that subject, and whether it was made now. One on another subject is cancelled.

    Of earlier jobs only the last that was done is kept.
    """
    session.execute(_end(update(Job), JobState.CANCELLED).where(Job.open_kind == kind, Job.subject != subject))
    values = {"kind": kind, "open_kind": kind, "subject": subject, "state": JobState.QUEUED, "created_at": utc_now()}
    rest = {"done": 0, "total": 0, "tries": 0, "failure": ""}
    # Two may ask at the same moment: the second gets what the first made.
    made = session.scalar(insert_if_absent(session, Job).values(**values, **rest).returning(Job.number))
    if made is not None:
        kept = session.scalar(select(Job.number).where(*_done_values(kind)).order_by(Job.number.desc()).limit(1))
        session.execute(delete(Job).where(Job.kind == kind, Job.number != made, Job.number != (kept or 0)))
    found = session.scalars(select(Job).where(Job.open_kind == kind, Job.subject == subject)).first()
    # The one that was open may have ended since, or one on another subject was asked for meanwhile.
    return (found, made is not None) if found is not None else enqueue(session, kind, subject)


def latest(session: Session, kind: str) -> Job | None:
    """The job of that kind that was asked for last."""
    return session.scalars(_newest_first(kind).limit(1)).first()


def latest_done(session: Session, kind: str) -> Job | None:
    """The last job of that kind that came to its end."""
    return session.scalars(_newest_first(kind).where(Job.state == JobState.DONE).limit(1)).first()


def cancel(session: Session, kind: str, number: int) -> Job | None:
    """Cancel the job of that number; None where it is not open any more."""
    mine = (Job.open_kind == kind, Job.number == number)
    if not count_changed(session, _end(update(Job), JobState.CANCELLED).where(*mine)):
        return None
    return session.get(Job, number, populate_existing=True)


def cancel_open(session: Session) -> int:
    """Cancel every job that waits for a worker, or has one. Returns how many there were."""
    return count_changed(session, _end(update(Job), JobState.CANCELLED).where(Job.open_kind.is_not(None)))


def kinds_due(session: Session) -> list[str]:
    """The kinds with a job that waits for a worker; asked before ``claim``, which takes the right to write."""
    return list(session.scalars(select(Job.kind).where(_due()).order_by(Job.number)))


def longest_wait(session: Session) -> timedelta:
    """For how long the job has waited for a worker that has done so longest; nothing where none waits."""
    waiting = session.execute(select(Job.state, Job.created_at, Job.leased_until).where(_due()))
    since = [leased or created if state == JobState.RUNNING else created for state, created, leased in waiting]
    return utc_now() - min(since) if since else timedelta(0)


def is_any_at_work(session: Session) -> bool:
    """Whether a worker holds a job, so that what waits has only to wait its turn."""
    held = select(Job.number).where(Job.state == JobState.RUNNING, Job.leased_until >= utc_now())
    return session.scalar(held.limit(1)) is not None


def count_states(session: Session) -> dict[JobState, int]:
    """How many jobs there are of each state."""
    found = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).tuples().all())
    return {state: found.get(state, 0) for state in JobState}


def claim(session: Session, kind: str, *, lease: timedelta, tries: int) -> Job | None:
    """Take the next job that waits, or whose worker let its lease run out; None where there is none.

    One that was begun ``tries`` times already has failed ("gave-up"), and is not taken.
    """
    due = select(Job).where(Job.open_kind == kind, _due()).order_by(Job.number).limit(1)
    # SQLite knows no such lock, and needs none: a transaction that writes is alone.
    found = session.scalars(due.with_for_update(skip_locked=True)).first()
    if found is None:
        return None
    if found.tries >= tries:
        fail(session, found, "gave-up")
        return None
    found.state, found.claim, found.leased_until = JobState.RUNNING, uuid4(), utc_now() + lease
    found.tries, found.done, found.total = found.tries + 1, 0, 0
    session.flush()
    return found


def report(session: Session, job: Job, done: int, total: int, *, lease: timedelta) -> None:
    """Say how far it is, and hold it for another ``lease``. Raises JobStopped."""
    _change(session, job, update(Job).values(done=done, total=total, leased_until=utc_now() + lease))


def finish(session: Session, job: Job, result: Any) -> None:
    """Keep the result. Raises JobStopped, and then nothing is kept."""
    _change(session, job, _end(update(Job), JobState.DONE).values(result=result, done=Job.total))


def fail(session: Session, job: Job, failure: str) -> None:
    """End it without a result. Raises JobStopped."""
    _change(session, job, _end(update(Job), JobState.FAILED).values(failure=failure))


def _change(session: Session, job: Job, change: Update) -> None:
    mine = (Job.number == job.number, Job.claim == job.claim, Job.state == JobState.RUNNING)
    if not count_changed(session, change.where(*mine)):
        raise JobStopped


def _end(change: Update, state: JobState) -> Update:
    return change.values(state=state, open_kind=None, leased_until=None, ended_at=utc_now())


def _due() -> Any:
    return or_(Job.state == JobState.QUEUED, and_(Job.state == JobState.RUNNING, Job.leased_until < utc_now()))


def _done_values(kind: str) -> tuple[Any, Any]:
    return Job.kind == kind, Job.state == JobState.DONE


def _newest_first(kind: str) -> Select[Job]:
    return select(Job).where(Job.kind == kind).order_by(Job.number.desc())
