"""Letters that are to be sent. They are written with the act that causes them, and sent afterwards by a thread."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models.base import Base, now


class MailOutbox(Base):
    """One letter. It is deleted once it was sent."""

    __tablename__ = "mail_outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)


def post(session: Session, to: str, subject: str, body: str) -> None:
    """Put a letter into the outbox, in the transaction of what it tells of."""
    session.add(MailOutbox(to=to, subject=subject, body=body))


def due(moment: datetime) -> Select[MailOutbox]:
    """Letters that are to be sent now, the oldest first."""
    return (
        select(MailOutbox)
        .where(MailOutbox.sent_at.is_(None), MailOutbox.next_try_at <= moment)
        .order_by(MailOutbox.created_at, MailOutbox.id)
    )
