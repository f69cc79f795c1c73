"""The worker that checks every combination of answers, where that takes longer than a page may."""

import threading
from time import monotonic

from sqlalchemy import select

from advisor.logs import log
from advisor.models import Database, DatabaseUnavailable, Job
from advisor.models import job as jobs
from advisor.models import proof as proofs
from advisor.models.job import Stopped
from advisor.models.parsed import parsed
from advisor.settings import Settings


def prove_for_ever(database: Database, settings: Settings) -> threading.Thread:
    """Look for a check that waits every second, in a thread that ends with the process."""
    thread = threading.Thread(target=_run, args=(database, settings), name="proofs", daemon=True)
    thread.start()
    return thread


def prove_due(database: Database, settings: Settings) -> bool:
    """Do the checks that wait for a worker, one of each kind; says whether there was any.

    Raises DatabaseUnavailable.
    """
    with database.read() as session:
        waiting = select(Job.kind).where(Job.open_kind.startswith(proofs.KIND)).order_by(Job.number)
        kinds = [kind for kind in session.scalars(waiting) if jobs.is_due(session, kind)]
    for kind in kinds:
        with database.write() as session:
            job = jobs.claim(session, kind, lease=settings["JOB_LEASE"], tries=settings["JOB_TRIES"])
        if job is not None:
            _do(database, settings, job)
    return bool(kinds)


def _run(database: Database, settings: Settings) -> None:
    pause = threading.Event()
    while True:
        try:
            prove_due(database, settings)
        except Exception as error:  # noqa: BLE001 - the next look is another chance
            log.error("job failed", exc_info=error)
        pause.wait(settings["JOB_PAUSE"].total_seconds())


def _do(database: Database, settings: Settings, job: Job) -> None:
    from advisor.engine.prove import prove

    log.info("check begun", job=job.number, tries=job.tries)
    try:
        with database.read() as session:
            document = proofs.document_of(session, job.subject)
        found = None
        if document is not None:
            rules = parsed(job.subject, lambda: document or "")
            found = prove(rules, _Report(database, settings, job))
        with database.write() as session:
            if found is None:
                jobs.fail(session, job, "gone")
            else:
                proofs.keep_proofs(session, job.subject, found)
                jobs.finish(session, job, None)
    except Stopped:
        log.info("check stopped", job=job.number)
    except DatabaseUnavailable:
        raise  # nothing is wrong with the check: it is taken up again when its lease has run out
    except Exception as error:  # noqa: BLE001 - whoever asked for it must learn that it failed
        log.error("check failed", job=job.number, exc_info=error)
        _give_up(database, job)
    else:
        log.info("check ended", job=job.number)


def _give_up(database: Database, job: Job) -> None:
    try:
        with database.write() as session:
            jobs.fail(session, job, "mistake")
    except Stopped:
        log.info("check stopped", job=job.number)


class _Report:
    """Tells how far the check is, not more often than anybody looks."""

    def __init__(self, database: Database, settings: Settings, job: Job) -> None:
        self._database, self._job = database, job
        self._lease = settings["JOB_LEASE"]
        self._every = settings["JOB_REPORT_EVERY"].total_seconds()
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Report where it is time to. Raises Stopped."""
        if monotonic() < self._next:
            return
        try:
            with self._database.write() as session:
                jobs.report(session, self._job, done, total, lease=self._lease)
        except DatabaseUnavailable as error:
            log.warning("check not reported", job=self._job.number, reason=error.reason)
        self._next = monotonic() + self._every
