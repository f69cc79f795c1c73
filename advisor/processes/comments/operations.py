"""Comments: changed, removed and put back. Each function leaves the commit to ``in_transaction``."""

from advisor.assessments.operations import ChangedElsewhere
from advisor.models import Comment
from advisor.models.base import utc_now


def change(comment: Comment, text: str, opened: int | None) -> None:
    """Change a comment that was opened in the row version ``opened``. Raises ChangedElsewhere."""
    if comment.text == text:
        return
    if comment.row_version != opened:
        raise ChangedElsewhere
    comment.text = text
    comment.changed_at = utc_now()


def remove(comment: Comment) -> None:
    """Take a comment away; for some days it can be put back."""
    comment.removed_at = comment.removed_at or utc_now()


def put_back(comment: Comment) -> None:
    """Put a comment back."""
    comment.removed_at = None
