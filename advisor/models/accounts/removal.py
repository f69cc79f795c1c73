"""What is deleted, and when: at once when its owner asks for it, else by itself when its time is over.

Where a copy takes the place of the database, whatever may have ended since the copy was made ends. What only remembers
stays. A one-time key is that of a form that was sent before the copy was made, together with what it did: without the
key the form would act again. Counted tries keep somebody waiting, and let nobody in.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from advisor.models.accounts.account import TOTP_STEP, Account, ApiToken, LoginSession, MailOutbox, ResetToken
from advisor.models.accounts.organisation import Invitation
from advisor.models.base import count_changed, utc_now
from advisor.models.idempotency import IdempotencyKey
from advisor.models.job import cancel_open
from advisor.models.limits import forget_tries
from advisor.models.processes.assessment import Assessment, Owner, belongs_to
from advisor.models.processes.comment import Comment
from advisor.models.processes.opinion import Opinion
from advisor.models.processes.process_import import ProcessImport
from advisor.models.processes.share_link import ShareLink
from advisor.models.rule_sets.item_comment import ItemComment, ItemThread
from advisor.models.rule_sets.open_item import OpenItem
from advisor.models.rule_sets.proof import Proof
from advisor.models.rule_sets.unsaved_form import UnsavedForm


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How many rows went."""

    assessments: int
    one_time_keys: int


def delete_all_of(session: Session, owner: Owner) -> DeletedCounts:
    """Delete every assessment of an owner, those in the bin too."""
    # Parts and advice go with their assessment by the database's own cascade.
    return DeletedCounts(
        assessments=count_changed(session, delete(Assessment).where(belongs_to(owner))),
        one_time_keys=count_changed(session, delete(IdempotencyKey).where(IdempotencyKey.owner_hash == owner.hash)),
    )


def purge(
    session: Session,
    *,
    assessments_after: timedelta,
    keys_after: timedelta,
    binned_after: timedelta = timedelta(days=30),
    sign_ins_after: timedelta = timedelta(days=2),
    proofs_after: timedelta = timedelta(days=90),
    links_after: timedelta = timedelta(days=30),
    previews_after: timedelta = timedelta(days=1),
) -> DeletedCounts:
    """Delete visitors' assessments that nobody touched for that long, those and comments that lay in the bin so long,
    what admins typed and did not save for that long,
    one-time keys and proofs of that age, links to results and invitations to a second opinion that nobody took up that
    ended that long ago, lists of processes that nobody brought in for that long, and those that were when the bin has
    nothing of them any more, and sign-ins, links in letters, letters and counted tries that serve nothing any more.
    """
    untouched = (Assessment.visitor_key_hash.is_not(None), Assessment.touched_at < utc_now() - assessments_after)
    old = utc_now() - sign_ins_after
    brought_at, undone_at = ProcessImport.brought_at, ProcessImport.undone_at
    waiting = brought_at.is_(None)
    for ended in (
        delete(LoginSession).where(LoginSession.ended_at < old),
        delete(LoginSession).where(LoginSession.last_seen_at < old),
        delete(ResetToken).where(ResetToken.created_at < old),
        delete(MailOutbox).where(MailOutbox.created_at < old),
        delete(Proof).where(Proof.created_at < utc_now() - proofs_after),
        delete(ProcessImport).where(waiting, ProcessImport.created_at < utc_now() - previews_after),
        delete(ProcessImport).where(func.coalesce(undone_at, brought_at) < utc_now() - binned_after),
        delete(ShareLink).where(ShareLink.expires_at < utc_now() - links_after),
        delete(ShareLink).where(ShareLink.revoked_at < utc_now() - links_after),
        delete(Comment).where(Comment.removed_at < utc_now() - binned_after),
        delete(ItemComment).where(ItemComment.removed_at < utc_now() - binned_after),
        delete(ItemThread).where(ItemThread.id.not_in(select(ItemComment.thread_id))),
        delete(OpenItem).where(OpenItem.seen_at < old),
        delete(UnsavedForm).where(UnsavedForm.typed_at < utc_now() - binned_after),
        delete(Invitation).where(Invitation.expires_at < utc_now() - links_after),
        delete(Opinion).where(Opinion.handed_in_at.is_(None), Opinion.expires_at < utc_now() - links_after),
        delete(Account).where(Account.confirmed_at.is_(None), Account.created_at < old),
    ):
        count_changed(session, ended)
    forget_tries(session, old)
    return DeletedCounts(
        assessments=count_changed(session, delete(Assessment).where(*untouched))
        + count_changed(session, delete(Assessment).where(Assessment.deleted_at < utc_now() - binned_after)),
        one_time_keys=count_changed(
            session, delete(IdempotencyKey).where(IdempotencyKey.created_at < utc_now() - keys_after)
        ),
    )


def revoke_all(session: Session) -> dict[str, int]:
    """End whatever lets somebody in, but passwords and second factors, and whatever waits to be done.

    Returns how many of each kind ended.
    """
    moment = utc_now()
    codes = _end_codes(session)
    logins = update(LoginSession).where(LoginSession.ended_at.is_(None)).values(ended_at=moment)
    links = update(ResetToken).where(ResetToken.used_at.is_(None)).values(used_at=moment)
    tokens = update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=moment)
    invited = update(Invitation).where(Invitation.revoked_at.is_(None)).values(revoked_at=moment)
    shared = update(ShareLink).where(ShareLink.revoked_at.is_(None)).values(revoked_at=moment)
    asked = update(Opinion).where(Opinion.revoked_at.is_(None)).values(revoked_at=moment)
    return {
        "sign-ins": count_changed(session, logins),
        "links that set a password or confirm an address": count_changed(session, links),
        "recovery codes": codes,
        "API tokens": count_changed(session, tokens),
        "links to results": count_changed(session, shared),
        "invitations": count_changed(session, invited),
        "links for second opinions": count_changed(session, asked),
        "letters that waited": count_changed(session, delete(MailOutbox)),
        "jobs that waited or ran": cancel_open(session),
    }


def _end_codes(session: Session) -> int:
    """End the recovery codes, factors that are being set up, and the codes that apps show now."""
    number = sum(len(codes) for codes in session.scalars(select(Account.recovery_codes)))
    ended = update(Account).values(recovery_codes=[], totp_pending=None, row_version=Account.row_version + 1)
    count_changed(session, ended)
    newest = int(utc_now().timestamp()) // TOTP_STEP
    earlier = or_(Account.totp_last_step.is_(None), Account.totp_last_step < newest)
    used_up = update(Account).where(Account.totp_secret.is_not(None), earlier).values(totp_last_step=newest)
    count_changed(session, used_up)
    return number
