"""What is deleted, and when: at once when its owner asks for it, else by itself when its time is over."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, Delete, delete
from sqlalchemy.orm import Session

from advisor.models.account import Account, LoginSession, ResetToken
from advisor.models.assessment import Assessment, belongs_to
from advisor.models.base import now
from advisor.models.idempotency import IdempotencyKey
from advisor.models.mail import MailOutbox
from advisor.models.owner import Owner
from advisor.models.proof import Proof
from advisor.models.rate_limit import forget_tries


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How many rows went."""

    assessments: int
    one_time_keys: int


def delete_all_of(session: Session, owner: Owner) -> DeletedCounts:
    """Delete every assessment of a visitor or an account, those in the bin too."""
    return DeletedCounts(
        assessments=_count(session, delete(Assessment).where(belongs_to(owner))),
        one_time_keys=_count(session, delete(IdempotencyKey).where(IdempotencyKey.owner_hash == owner.mark)),
    )


def purge(
    session: Session,
    *,
    assessments_after: timedelta,
    keys_after: timedelta,
    binned_after: timedelta = timedelta(days=30),
    sign_ins_after: timedelta = timedelta(days=2),
    proofs_after: timedelta = timedelta(days=90),
) -> DeletedCounts:
    """Delete visitors' assessments that nobody touched for that long, those that lay in the bin for that long,
    one-time keys and proofs of that age, and sign-ins, links, letters and counted tries that serve nothing any more.
    """
    untouched = (Assessment.visitor_key_hash.is_not(None), Assessment.touched_at < now() - assessments_after)
    old = now() - sign_ins_after
    for ended in (
        delete(LoginSession).where(LoginSession.ended_at < old),
        delete(LoginSession).where(LoginSession.last_seen_at < old),
        delete(ResetToken).where(ResetToken.created_at < old),
        delete(MailOutbox).where(MailOutbox.created_at < old),
        delete(Proof).where(Proof.created_at < now() - proofs_after),
        delete(Account).where(Account.confirmed_at.is_(None), Account.created_at < old),
    ):
        _count(session, ended)
    forget_tries(session, old)
    return DeletedCounts(
        assessments=_count(session, delete(Assessment).where(*untouched))
        + _count(session, delete(Assessment).where(Assessment.deleted_at < now() - binned_after)),
        one_time_keys=_count(session, delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - keys_after)),
    )


def _count(session: Session, statement: Delete) -> int:
    # Parts and advice go with their assessment by the database's own cascade.
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
