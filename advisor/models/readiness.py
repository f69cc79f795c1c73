"""Which of the parts that an installation needs is not well: asked often, looked at seldom."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic

from sqlalchemy.orm import Session, undefer

from advisor.models import job, schema
from advisor.models.database import Database, DatabaseUnavailable, Reason, SaveProbe
from advisor.models.rule_sets import rule_set_version as versions

WELL, NOT_KNOWN = "well", "not known"

PARTS = ("database", "schema", "rules", "disk", "worker")

_UNSAVED: Mapping[Reason, tuple[str, str]] = {
    "busy": ("database", "nothing can be saved: the database is busy"),
    "full": ("disk", "nothing can be saved: no space is left"),
    "down": ("database", "nothing can be saved: the database cannot be written to"),
}


class Readiness:
    """Looks at most once within ``pause`` seconds, however often it is asked.

    A worker is not well when a job has waited for it longer than ``job_wait``, and none is at work.
    """

    def __init__(self, database: Database, *, pause: float, space: int, job_wait: timedelta) -> None:
        self._database = database
        self._probe = SaveProbe(database, space=space)
        self._pause = pause
        self._job_wait = job_wait
        self._turn = threading.Lock()
        self._looked_at: float | None = None
        self._state: Mapping[str, str] = {}

    def state(self) -> Mapping[str, str]:
        """Of each of ``PARTS``: that it is well, that it is not known, or what is wrong, in a line without secrets."""
        with self._turn:
            if self._looked_at is None or monotonic() - self._looked_at >= self._pause:
                self._state = self._look()
                self._looked_at = monotonic()
            return self._state

    def _look(self) -> Mapping[str, str]:
        unknown = dict.fromkeys(PARTS, NOT_KNOWN)
        try:
            with self._database.read() as session:
                if schema.revision_in(session.connection()) != schema.expected_revision():
                    wrong = "the schema is not the one this release works with"
                    return {**unknown, "database": WELL, "schema": wrong}
                found = {"rules": _rules_state(session), "worker": self._worker_state(session)}
        except DatabaseUnavailable as error:
            return {**unknown, "database": str(error)}
        if reason := self._probe.fault():
            part, fault = _UNSAVED[reason]
            found[part] = fault
        return {part: found.get(part, WELL) for part in PARTS}

    def _worker_state(self, session: Session) -> str:
        waited = job.longest_wait(session)
        if waited < self._job_wait or job.is_any_at_work(session):
            return WELL
        return f"a job has waited for {int(waited.total_seconds() // 60)} minutes, and no worker takes it"


def _rules_state(session: Session) -> str:
    found = session.scalars(versions.versions().options(undefer(versions.RuleSetVersion.document)).limit(1)).first()
    if found is None:
        return "no rules were ever published"
    try:
        _document = found.unaltered_document
    except versions.AlteredVersions as error:
        return str(error)
    return WELL
