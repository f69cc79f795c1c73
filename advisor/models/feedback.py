"""Notes that owners send to the admins about an advice."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ForeignKey,
    Select,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    mapped_column,
)

from advisor.models.base import Base, utc_now

NOTE_OPEN, NOTE_DONE = "open", "done"


class Feedback(Base):
    """One note. It goes with the account that sent it, and names no assessment."""

    __tablename__ = "feedback"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """A copy of the answers, only where the owner ticked that."""
    reasons: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(ForeignKey("rule_set_version.number"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    status: Mapped[str] = mapped_column(default=NOTE_OPEN)
    case_key: Mapped[str | None]
    """The test case that was made from it."""


def notes_to_read(status: str) -> Select[Feedback]:
    """The notes that are open, or done; newest first."""
    return select(Feedback).where(Feedback.status == status).order_by(Feedback.created_at.desc(), Feedback.id)
