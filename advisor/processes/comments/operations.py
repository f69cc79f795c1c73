"""Comments: written, changed, removed and put back. Each function leaves the commit to ``in_transaction``."""

from uuid import UUID

from sqlalchemy.orm import Session

from advisor.assessments.operations import ChangedElsewhere
from advisor.models import Comment
from advisor.models.assessment import AccountOwner
from advisor.models.base import now
from advisor.models.comment import own_comments
from advisor.models.limits import room_left


class TooManyComments(Exception):  # noqa: N818
    """The process has as many comments as it may have."""


def write(session: Session, owner: AccountOwner, assessment_id: UUID, section: str, text: str, most: int) -> None:
    """Write a comment on a section of one's own process. Raises TooManyComments."""
    if not room_left(session, f"comments of {assessment_id}", own_comments(owner, assessment_id), most):
        raise TooManyComments
    session.add(Comment(assessment_id=assessment_id, account_id=owner.account_id, section=section, text=text))


def change(comment: Comment, text: str, opened: int | None) -> None:
    """Change a comment that was opened in the row version ``opened``. Raises ChangedElsewhere."""
    if comment.text == text:
        return
    if comment.row_version != opened:
        raise ChangedElsewhere
    comment.text = text
    comment.changed_at = now()


def remove(comment: Comment) -> None:
    """Take a comment away; for some days it can be put back."""
    comment.removed_at = comment.removed_at or now()


def restore(comment: Comment) -> None:
    """Put a comment back."""
    comment.removed_at = None
