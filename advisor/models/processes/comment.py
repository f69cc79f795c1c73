"""What people write beside the sections of an advice, for themselves."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from advisor.models.accounts.account import Account
from advisor.models.base import Base, utc_now
from advisor.models.processes.assessment import Assessment, Owner, belongs_to


class Comment(Base):
    """One comment. It goes with its process, and nothing that leaves the account shows it but its download."""

    __tablename__ = "comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    """Who wrote it."""
    section: Mapped[str]
    """The section of the result that it is about, see ``advisor.processes.comments``."""
    text: Mapped[str]
    row_version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it was removed, from when it can be put back for some days."""

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


def own_comments(owner: Owner, assessment_id: UUID) -> Select[Comment, str | None]:
    """The comments on that process, the oldest first, those removed too, if it is the owner's; and who wrote each."""
    return (
        select(Comment, Account.email)
        .join(Assessment, Assessment.id == Comment.assessment_id)
        .outerjoin(Account, Account.id == Comment.account_id)
        .where(belongs_to(owner), Assessment.deleted_at.is_(None), Comment.assessment_id == assessment_id)
        .order_by(Comment.created_at, Comment.id)
    )
