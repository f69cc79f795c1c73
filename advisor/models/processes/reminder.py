"""Who wants a letter on the day on which a process is to be looked at again."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Select, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from advisor.models.accounts.account import Account
from advisor.models.base import Base
from advisor.models.processes.assessment import Assessment


class Reminder(Base):
    """The wish of one account. The day itself is that of the process, ``Assessment.look_again_on``."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("assessment_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    told_of: Mapped[date | None]
    """The last day of which a letter told, so that each tells of its day once."""


def due_reminders(today: date) -> Select[Reminder, date | None, str]:
    """The wishes whose day has come, and of which no letter has told: each with that day, and where to write."""
    return (
        select(Reminder, Assessment.look_again_on, Account.email)
        .join(Assessment, Assessment.id == Reminder.assessment_id)
        .join(Account, Account.id == Reminder.account_id)
        .where(
            Assessment.look_again_on <= today,
            Assessment.deleted_at.is_(None),
            Account.disabled_at.is_(None),
            or_(Reminder.told_of.is_(None), Reminder.told_of != Assessment.look_again_on),
        )
        .order_by(Reminder.account_id, Reminder.id)
    )


def wishes_of(account_id: UUID) -> Select[Reminder]:
    """The wishes of that account."""
    return select(Reminder).where(Reminder.account_id == account_id)
