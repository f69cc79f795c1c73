"""How far the check of every combination of answers is, for a draft, a version, or a rule set that was sent."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from advisor.engine.model.errors import Problem
from advisor.models import Database, Job
from advisor.models import job as jobs
from advisor.models.audit import Actor, audit
from advisor.models.job import JobFailed, JobState, Keep, Report
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets.accepted_warning import Acceptances, acceptances_of
from advisor.models.rule_sets.rule_set_version import fingerprint, in_force, parse_cached
from advisor.settings import Settings

if TYPE_CHECKING:
    from advisor.engine.analysis.proofs.shares import Shares


@dataclass(frozen=True, slots=True)
class ProofStatus:
    """What is known of a rule set.

    ``problems`` are those that reading finds, then those of the test cases, then what was proved so far.
    ``is_proved`` says that nothing more will come; ``can_prove`` is False where something blocks that must be mended
    first. ``counted`` are the shares of the outcomes as far as they were counted. ``job`` is the check under way, else
    the one that was asked for last.
    """

    problems: tuple[Problem, ...]
    can_prove: bool
    is_proved: bool
    document: str = field(default="", repr=False)
    counted: "Shares | None" = None
    job: Job | None = field(default=None, compare=False)
    acceptances: Acceptances = field(default_factory=Acceptances, compare=False)

    @property
    def shares(self) -> "Shares | None":
        """The shares of the outcomes, an estimate until they are counted; that is made where it is asked for."""
        return self.counted or (proofs.estimated_shares(self.document) if self.can_prove else None)

    @property
    def waits(self) -> bool:
        """Whether a check of every combination must still be asked for, or come to its end, before publishing."""
        return self.can_prove and not self.is_proved

    @property
    def open_job(self) -> Job | None:
        """The check under way."""
        return self.job if self.job is not None and self.job.is_open else None

    @property
    def can_be_checked(self) -> bool:
        """Whether a check of every combination can be asked for: it must be, or the last one failed."""
        return self.waits or (self.job is not None and self.job.state == JobState.FAILED)

    @property
    def blocking_problems(self) -> tuple[Problem, ...]:
        """The problems for which it cannot be published."""
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def warning(self) -> tuple[Problem, ...]:
        """The problems that block nothing, but for those that somebody accepted."""
        accepted = self.acceptances.present
        return tuple(problem for problem in self.problems if not problem.blocks and problem not in accepted)

    @property
    def accepted_problems(self) -> tuple[Problem, ...]:
        """The problems that somebody accepted as they are."""
        return tuple(problem for problem in self.problems if problem in self.acceptances.present)


def proof_status_of(session: Session, document: str) -> ProofStatus:
    """What is known of a stored document; what is quick to prove is proved now."""
    known = _known_status(session, document)
    mark = fingerprint(document)
    accepted = acceptances_of(session, parse_cached(mark, lambda: document), known.problems)
    job = proofs.latest_check(session, mark) if known.can_prove else None
    return replace(known, job=job, acceptances=accepted)


def _known_status(session: Session, document: str) -> ProofStatus:
    examination = proofs.examination_of(document)
    if not examination.can_prove:
        return ProofStatus(examination.problems, can_prove=False, is_proved=False)
    known, first = proofs.proofs_of(session, document), proofs.quick_proofs(document)
    found = known.problems if known is not None else first.proved_problems if first is not None else ()
    best = known or first
    return ProofStatus(
        (*examination.problems, *found),
        can_prove=True,
        is_proved=known is not None,
        document=document,
        counted=best.shares if best is not None else None,
    )


def new_warnings(session: Session, status: ProofStatus) -> tuple[Problem, ...] | None:
    """The warnings that the version in force does not have; None while not all of its own are known."""
    before = _known_status(session, in_force(session).document)
    if before.waits:
        return None
    known = frozenset(problem for problem in before.problems if not problem.blocks)
    return tuple(problem for problem in status.warning if problem not in known)


def ask(session: Session, who: Actor, document: str, what: str, *, by_program: bool = False) -> Job:
    """Ask for the check of every combination; where one is under way on the same document, that is the one.

    An earlier one on another document ends: there is one at a time for the pages, and one for each account whose
    programs ask. ``what`` is what the record names.
    """
    fingerprint = proofs.store_document(session, document)
    kind = f"{proofs.KIND} {who.account_id}" if by_program else proofs.KIND
    job, is_new = jobs.enqueue(session, kind, fingerprint)
    if is_new:
        audit(session, "check asked for", who=who, what=what, after={"sha256": fingerprint})
    return job


def cancel(session: Session, who: Actor, number: int, what: str) -> None:
    """Cancel that check, which the pages asked for; nothing happens where it has ended."""
    job = jobs.cancel(session, proofs.KIND, number)
    if job is not None:
        audit(session, "check cancelled", who=who, what=what, before={"sha256": job.subject})


def work(database: Database, _settings: Settings, job: Job, report: Report) -> Keep:
    """Check every combination of answers of the document that was kept for it. Raises JobFailed."""
    from advisor.engine.analysis.prove import prove

    with database.read() as session:
        document = proofs.document_of(session, job.subject)
    if document is None:
        raise JobFailed("gone")
    found = prove(parse_cached(job.subject, lambda: document), report)
    return lambda session: proofs.store_proofs(session, job.subject, found)
