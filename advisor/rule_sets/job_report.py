"""How far a long job is: the same words on every page, whatever kind it is of; what it found stays with its page."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.models import Job
from advisor.models.job import JobState

_REMEDIES = {
    "moved": _l("The draft was changed before it began. Run it again for the draft as it is now."),
    "blocked": _l("Something in the draft blocks it. Fix its problems, then run it again."),
    "gave-up": _l("It was begun several times, and each time the server stopped before its end. Run it again."),
    "mistake": _l("A mistake of ours stopped it; the log of the server says more. The draft is untouched."),
}


@dataclass(frozen=True, slots=True)
class JobReport:
    """The job that was asked for last, as ``templates/macros/jobs.html`` shows it.

    ``status`` is its state in a sentence; ``remedy`` is why it failed and what to do then, else "". ``percent`` is None
    while it is not known. ``number`` is by what the page stops it, 0 where it cannot. ``at`` is when it ended, or was
    asked for where it is open.
    """

    status: str
    state: str = ""
    remedy: str = ""
    percent: int | None = None
    number: int = 0
    at: datetime | None = None
    is_open: bool = False

    @property
    def progress(self) -> str:
        """How far it is, in a few words."""
        if self.state == JobState.RUNNING and self.percent is not None:
            return str(_("Running, %(n)s%%", n=self.percent))
        return self.status.removesuffix(".")


def job_report(job: Job | None, fingerprint: str, *, can_stop: bool = True) -> JobReport:
    """Report on it. ``fingerprint`` is that of what such a job would be about now."""
    if job is None:
        return JobReport(str(_("Not started yet.")))
    running, done = _("Running."), _("Done, and up to date.")
    if job.subject != fingerprint:
        running = _("Running, for the draft as it was before its last change.")
        done = _("Out of date: the draft was changed after this run.")
    status = {
        JobState.QUEUED: _("Waiting for its turn."),
        JobState.RUNNING: running,
        JobState.CANCELLED: _("Stopped before its end."),
        JobState.FAILED: _("Failed."),
        JobState.DONE: done,
    }[JobState(job.state)]
    return JobReport(
        status=str(status),
        state=job.state,
        remedy=str(_REMEDIES.get(job.failure, "")),
        percent=job.percent,
        number=job.number if can_stop else 0,
        at=job.created_at if job.is_open else job.ended_at,
        is_open=job.is_open,
    )
