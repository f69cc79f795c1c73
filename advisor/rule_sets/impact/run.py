"""The run that finds who is affected by the draft: asked for by an admin, done by a worker. One at a time."""

from sqlalchemy.orm import Session

from advisor.models import Database, Job
from advisor.models import job as jobs
from advisor.models.audit import Actor, audit
from advisor.models.draft import NoDraft, find_draft
from advisor.models.job import Failed, Keep, Report
from advisor.models.proof import examination_of
from advisor.models.rule_set_version import in_force
from advisor.rule_sets.impact.comparison import find_affected
from advisor.rule_sets.impact.disclosed_impact import disclose
from advisor.settings import Settings

KIND = "affected"


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


def work(database: Database, settings: Settings, job: Job, report: Report) -> Keep:
    """Hold everything saved against the draft that the run was asked for; only what is told is kept. Raises Failed."""
    with database.read() as session:
        draft = find_draft(session)
    if draft is None or draft.mark != job.subject:
        raise Failed("moved")
    if examination_of(draft.document).results is None:
        raise Failed("blocked")
    found = find_affected(database, draft.rule_set, step=settings["JOB_STEP"], report=report)
    return lambda _session: disclose(found).plain()
