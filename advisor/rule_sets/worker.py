"""The worker: it does the long jobs that people ask for, one after another, and publishes what is planned for a time.

A kind of job brings its own ``Work``: find what the job is about, work it out, and say how to keep that.
"""

from collections.abc import Callable, Mapping
from threading import Thread
from time import monotonic

from advisor import metrics
from advisor.models import Database, DatabaseUnavailable, Job
from advisor.models import job as jobs
from advisor.models.job import JobFailed, JobStopped, Keep, Report
from advisor.models.rule_sets import planned_version
from advisor.models.rule_sets import proof as proofs
from advisor.operating import serve
from advisor.rule_sets.checks import proof_status
from advisor.rule_sets.impact import run
from advisor.settings import Settings
from advisor.web.logs import log

Work = Callable[[Database, Settings, Job, Report], Keep]
"""Works out what a job asks for, outside any transaction. Raises JobFailed, JobStopped, DatabaseUnavailable."""

WORK: Mapping[str, Work] = {run.KIND: run.work, proofs.KIND: proof_status.work}
"""By the first word of the kind; what follows it says whose job it is."""


def work_for_ever(database: Database, settings: Settings) -> Thread:
    """Look for jobs every second, in a thread that ends with the process."""
    return serve.repeat_in_thread("jobs", lambda: work_due(database, settings), every=settings["JOB_PAUSE"])


def work_due(database: Database, settings: Settings) -> bool:
    """Publish what is due, and do the jobs that wait for a worker, one of each kind; says whether there was anything.

    Raises DatabaseUnavailable.
    """
    with database.read() as session:
        is_due = planned_version.is_due(session)
        kinds = [kind for kind in jobs.kinds_due(session) if _first_word(kind) in WORK]
    if is_due:
        with database.write() as session:
            planned_version.publish_due(session)
    for kind in kinds:
        with database.write() as session:
            job = jobs.claim(session, kind, lease=settings["JOB_LEASE"], tries=settings["JOB_TRIES"])
        if job is not None:
            _do(database, settings, job)
    return bool(kinds) or is_due


def _do(database: Database, settings: Settings, job: Job) -> None:
    about = {"job": job.number, "kind": _first_word(job.kind)}
    log.info("job begun", **about, tries=job.tries)
    try:
        failure = _try(database, settings, job)
    except JobStopped:
        log.info("job stopped", **about)
        metrics.count_job(_first_word(job.kind), "stopped")
    else:
        log.info("job ended", **about, failure=failure)
        metrics.count_job(_first_word(job.kind), "failed" if failure else "done")


def _try(database: Database, settings: Settings, job: Job) -> str:
    """Do it, and give the word for why it failed, "" where it did not. Raises JobStopped, DatabaseUnavailable."""
    try:
        keep = WORK[_first_word(job.kind)](database, settings, job, _Report(database, settings, job))
        with database.write() as session:
            jobs.finish(session, job, keep(session))
    except (JobStopped, DatabaseUnavailable):
        raise  # where the database is down nothing is wrong with the job: it is taken up again when its lease is over
    except JobFailed as failed:
        failure = failed.word
    except Exception as error:  # noqa: BLE001 - whoever asked for it must learn that it failed
        log.error("job failed", job=job.number, exc_info=error)
        failure = "mistake"
    else:
        return ""
    with database.write() as session:
        jobs.fail(session, job, failure)
    return failure


def _first_word(kind: str) -> str:
    return kind.partition(" ")[0]


class _Report:
    """Tells how far the job is, not more often than anybody looks."""

    def __init__(self, database: Database, settings: Settings, job: Job) -> None:
        self._database, self._job = database, job
        self._lease = settings["JOB_LEASE"]
        self._every = settings["JOB_REPORT_EVERY"].total_seconds()
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Report where it is time to. Raises JobStopped."""
        if monotonic() < self._next:
            return
        try:
            with self._database.write() as session:
                jobs.report(session, self._job, done, total, lease=self._lease)
        except DatabaseUnavailable as error:
            log.warning("job not reported", job=self._job.number, reason=error.reason)
        self._next = monotonic() + self._every
