"""Letters that are to be sent. They are asked for in the act that causes them, and written and sent by a thread.

What is stored is what the letter is about, never a link that would let somebody in: that is made when it is sent.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, now


class MailOutbox(Base):
    """One letter. It is deleted once it was sent."""

    __tablename__ = "mail_outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    to: Mapped[str]
    kind: Mapped[str]
    """What it is about, such as "reset"; the activity "accounts" has the words."""
    next: Mapped[str] = mapped_column(default="")
    """The page of ours to which its link leads in the end."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Whose it is, where that is known without looking: the letter goes with the account."""
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)


def post(session: Session, to: str, kind: str, next_path: str = "", *, account_id: UUID | None = None) -> None:
    """Ask for a letter, in the transaction of what it tells of."""
    session.add(MailOutbox(to=to, kind=kind, next=next_path, account_id=account_id))


def due(moment: datetime) -> Select[MailOutbox]:
    """Letters that are to be sent now, the oldest first."""
    return (
        select(MailOutbox)
        .where(MailOutbox.sent_at.is_(None), MailOutbox.next_try_at <= moment)
        .order_by(MailOutbox.created_at, MailOutbox.id)
    )
