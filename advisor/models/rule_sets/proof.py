"""What was proved of rule sets over every combination of answers, by the fingerprint of their documents.

What is quick is proved where it is wanted, and kept in memory. What takes longer is proved by a job, which reads the
document here and leaves what it found.
"""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.engine.checks.check import Examination, examine
from advisor.engine.checks.trial import RuleSetTrial, trial_of
from advisor.engine.model.errors import Problem
from advisor.models.base import Base, insert_if_absent, utc_now
from advisor.models.job import Job, JobState
from advisor.models.rule_sets.rule_set_version import fingerprint, parse_cached

if TYPE_CHECKING:  # they load NumPy, which most commands do without
    from advisor.engine.analysis.proofs.shares import Shares
    from advisor.engine.analysis.prove import Proofs

KIND = "proofs"
"""What the kinds of jobs that prove begin with."""

_METHOD = 1
"""Raised when a release proves more than the ones before: what those left is not used then."""

_KEPT_IN_MEMORY = 8


class Proof(Base):
    """What was proved of one document, or a document that a job is to prove."""

    __tablename__ = "proof"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str]
    method: Mapped[int] = mapped_column(default=_METHOD)
    result: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    """None while it waits for a job."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class Unproven(Exception):  # noqa: N818
    """Every combination of answers must be checked first, and that takes a job."""


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def examination_of(document: str) -> Examination:
    """What is wrong with a stored document, and how its test cases come out; worked out once for each."""
    return examine(parse_cached(fingerprint(document), lambda: document))


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def trial_of_document(document: str) -> RuleSetTrial | Problem:
    """What of a stored document can be evaluated, all where nothing blocks; the problem why where nothing can."""
    return trial_of(parse_cached(fingerprint(document), lambda: document), examination_of(document))


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def quick_proofs(document: str) -> "Proofs | None":
    """What is proved of a stored document within a second, not always everything; None where too much is to do.

    ``check`` must find nothing in it that blocks.
    """
    from advisor.engine.analysis.prove import prove_at_once

    return prove_at_once(parse_cached(fingerprint(document), lambda: document))


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def estimated_shares(document: str) -> "Shares | None":
    """The shares of the outcomes in a sample, at once; None where none can be drawn."""
    from advisor.engine.analysis.proofs.shares import estimate_shares
    from advisor.engine.analysis.space import SpaceTooLarge

    try:
        return estimate_shares(parse_cached(fingerprint(document), lambda: document))
    except SpaceTooLarge:
        return None


def proofs_of(session: Session, document: str) -> "Proofs | None":
    """All that is proved of a document that ``check`` does not block; None where that takes a job that has not ended.

    Where the job failed, one problem says so, and blocks nothing.
    """
    at_once = quick_proofs(document)
    if at_once is not None and at_once.is_complete:
        return at_once
    sha256 = fingerprint(document)
    stored = finished_proof(session, sha256)
    if stored is not None:
        return stored
    job = latest_check(session, sha256)
    return _proofs_after_failure(document) if job is not None and job.state == JobState.FAILED else None


def latest_check(session: Session, sha256: str) -> Job | None:
    """The job about the document of that fingerprint that is under way, else the one that was asked for last."""
    mine = (Job.subject == sha256, Job.kind.startswith(KIND))
    order = (Job.state != JobState.RUNNING, Job.open_kind.is_(None), Job.number.desc())
    return session.scalars(select(Job).where(*mine).order_by(*order).limit(1)).first()


def finished_proof(session: Session, sha256: str) -> "Proofs | None":
    """What a job found about the document of that fingerprint, None where none has ended."""
    from advisor.engine.analysis.prove import proofs_of_plain

    result = session.scalar(select(Proof.result).where(Proof.sha256 == sha256, Proof.method == _METHOD))
    return None if result is None else proofs_of_plain(result)


def store_document(session: Session, document: str) -> str:
    """Keep a document for a job to prove, and give its fingerprint."""
    sha256 = fingerprint(document)
    values = {"sha256": sha256, "document": document, "method": _METHOD, "created_at": utc_now()}
    session.execute(insert_if_absent(session, Proof).values(values))
    session.execute(
        update(Proof).where(Proof.sha256 == sha256, Proof.method != _METHOD).values(method=_METHOD, result=None)
    )
    return sha256


def store_proofs(session: Session, sha256: str, proofs: "Proofs") -> None:
    """Keep what was proved of the document of that fingerprint, which was kept before."""
    from advisor.engine.analysis.prove import plain_proofs

    session.execute(update(Proof).where(Proof.sha256 == sha256).values(result=plain_proofs(proofs), method=_METHOD))


def document_of(session: Session, sha256: str) -> str | None:
    """The document of that fingerprint, if it was kept."""
    return session.scalar(select(Proof.document).where(Proof.sha256 == sha256))


def blocking_problems(session: Session, document: str) -> tuple[Problem, ...]:
    """Everything that is wrong with a stored document where some of it blocks, else nothing. Raises Unproven."""
    examination = examination_of(document)
    problems = examination.problems
    if not any(problem.blocks for problem in problems):
        first = quick_proofs(document)
        # What blocks was proved, however much is still open.
        proofs = first if first is not None and first.blocks else proofs_of(session, document)
        if proofs is None:
            raise Unproven
        problems = (*problems, *proofs.problems)
    return problems if any(problem.blocks for problem in problems) else ()


def _proofs_after_failure(document: str) -> "Proofs":
    from advisor.engine.analysis.prove import Proofs

    at_once = quick_proofs(document)
    text = "It is not settled whether any combination of answers shows a problem: the check of them all has failed."
    problem = Problem("rules", text, "Ask for it again, or tell whoever runs the advisor.", blocks=False)
    known = at_once.problems if at_once is not None else ()
    return Proofs((problem, *known), shares=estimated_shares(document))
