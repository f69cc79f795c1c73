"""The run that finds who is affected by the draft: asked for by an admin, done by a worker. One at a time."""

import threading
from time import monotonic

from sqlalchemy.orm import Session

from advisor.logs import log
from advisor.models import Database, DatabaseUnavailable, Job
from advisor.models import job as jobs
from advisor.models.audit import Actor, audit
from advisor.models.draft import Draft, NoDraft, examination_of, find_draft
from advisor.models.job import Stopped
from advisor.models.rule_set_version import in_force
from advisor.rule_sets.impact import find_affected
from advisor.settings import Settings

KIND = "impact"


def ask(session: Session, who: Actor) -> Job:
    """Ask for a run on the draft as it is; where one is under way on it, that is the one. Raises NoDraft."""
    draft = find_draft(session)
    if draft is None:
        raise NoDraft(in_force(session).number)
    job, is_new = jobs.ask(session, KIND, draft.mark)
    if is_new:
        audit(
            session,
            "impact run asked for",
            who=who,
            what="draft",
            after={"sha256": job.subject},
            version=draft.base_version,
        )
    return job


def cancel(session: Session, who: Actor, number: int) -> None:
    """Cancel that run; nothing happens where it has ended."""
    job = jobs.cancel(session, KIND, number)
    if job is not None:
        audit(session, "impact run cancelled", who=who, what="draft", before={"sha256": job.subject})


def work_due(database: Database, settings: Settings) -> bool:
    """Do the run that waits for a worker, if there is one; says whether there was. Raises DatabaseUnavailable."""
    with database.read() as session:
        if not jobs.is_due(session, KIND):
            return False
    with database.write() as session:
        job = jobs.claim(session, KIND, lease=settings["JOB_LEASE"], tries=settings["JOB_TRIES"])
    if job is not None:
        _do(database, settings, job)
    return job is not None


def work_for_ever(database: Database, settings: Settings) -> threading.Thread:
    """Look for a run every second, in a thread that ends with the process."""
    thread = threading.Thread(target=keep_working, args=(database, settings), name="jobs", daemon=True)
    thread.start()
    return thread


def keep_working(database: Database, settings: Settings) -> None:
    """Look for a run every second, and never return."""
    pause = threading.Event()
    while True:
        try:
            work_due(database, settings)
        except Exception as error:  # noqa: BLE001 - the next look is another chance
            log.error("job failed", exc_info=error)
        pause.wait(settings["JOB_PAUSE"].total_seconds())


def _do(database: Database, settings: Settings, job: Job) -> None:
    log.info("run begun", job=job.number, tries=job.tries)
    try:
        failure, result = "", None
        draft = _draft(database, job)
        if draft is None:
            failure = "moved"
        elif examination_of(draft.document).results is None:
            failure = "blocked"
        else:
            report = _Report(database, settings, job)
            found = find_affected(database, draft.rule_set, step=settings["JOB_STEP"], report=report)
            result = found.plain()
    except Stopped:
        log.info("run stopped", job=job.number)
        return
    except DatabaseUnavailable:
        raise  # nothing is wrong with the run: it is taken up again when its lease has run out
    except Exception as error:  # noqa: BLE001 - whoever asked for it must learn that it failed
        log.error("run failed", job=job.number, exc_info=error)
        failure = "mistake"
    try:
        with database.write() as session:
            if failure:
                jobs.fail(session, job, failure)
            else:
                jobs.finish(session, job, result)
    except Stopped:
        log.info("run stopped", job=job.number)
    else:
        log.info("run ended", job=job.number, failure=failure)


def _draft(database: Database, job: Job) -> Draft | None:
    """The draft that the run was asked for; None where it has moved on."""
    with database.read() as session:
        draft = find_draft(session)
        return draft if draft is not None and draft.mark == job.subject else None


class _Report:
    """Tells how far the run is, not more often than anybody looks."""

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
            log.warning("run not reported", job=self._job.number, reason=error.reason)
        self._next = monotonic() + self._every
