"""What others answer about a process when its owner asks them for a second opinion, and what became of it.

Whoever has the address may answer, so it is stored as a hash alone. All of it goes with the process.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Select, and_, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, validates

from advisor.engine.document.text import normalize_line
from advisor.models.accounts.account import Account
from advisor.models.base import Base, hash_of, utc_now
from advisor.models.processes.assessment import Assessment, Owner, belongs_to


class Opinion(Base):
    """The answers of one person who was asked, and the invitation by which they give them.

    It holds the questions as they were when the person was asked: whatever the owner changes later, nothing moves under
    whoever answers.
    """

    __tablename__ = "opinion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """1, 2, 3 … within its process: how a person without a name is called."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    """Who it is, in the owner's words."""
    asked_by: Mapped[str] = mapped_column(default="")
    """Who asks, as far as the owner lets them know."""
    process_name: Mapped[str]
    """What they are told the process is called."""
    version_number: Mapped[int] = mapped_column(ForeignKey("rule_set_version.number"))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Answers about the process as a whole, by question. Replace it: a value changed in place is not noticed."""
    answered_at: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The parts, each with its "id" and "name", and its own "answers" and "answered_at". Replace it, too."""
    pulled_apart: Mapped[dict[str, Any]] = mapped_column(default=dict)
    row_version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    """Since when the owner sees the answers."""
    withdrawn_at: Mapped[datetime | None]
    """When the person deleted their answers, unless they have begun again."""
    settled_at: Mapped[datetime | None]
    """When the owner settled on one set of answers: nothing changes here any more."""

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012

    @validates("name", "asked_by", "process_name")
    def _in_stored_form(self, _column: str, name: str) -> str:
        return normalize_line(name)

    @property
    def has_answers(self) -> bool:
        """Whether the person has answered anything."""
        return bool(self.answers) or any(part["answered_at"] for part in self.parts)

    @property
    def is_open(self) -> bool:
        """Whether its link still lets somebody answer, or take back what they handed in."""
        return self.settled_at is None and self.revoked_at is None and self.expires_at > utc_now()

    @property
    def is_answerable(self) -> bool:
        """Whether answers can be given or changed now."""
        return self.is_open and self.handed_in_at is None

    def forget_answers(self) -> None:
        """Delete what was answered; the parts stay as they were asked about."""
        self.answers, self.answered_at, self.pulled_apart = {}, {}, {}
        self.parts = [{**part, "answers": {}, "answered_at": {}} for part in self.parts]
        self.handed_in_at = None


class AgreedAnswers(Base):
    """That an owner settled on one set of answers after others gave theirs: whose, and why. It is never changed."""

    __tablename__ = "agreed_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    """The place in the history of the advice that was given on these answers."""
    names: Mapped[list[str]] = mapped_column(JSON)
    """Who had handed in, in the owner's words."""
    taken: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """For each answer that was taken over: the "question" in words, the "part", the "answer", and "from" whom."""
    note: Mapped[str] = mapped_column(default="")
    """Who gave in where and why, in the owner's words."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


def own_opinions(owner: Owner, assessment_id: UUID) -> Select[Opinion]:
    """Those on that process, if it is the owner's and not in the bin, in the order in which people were asked."""
    return (
        select(Opinion)
        .join(Assessment, Assessment.id == Opinion.assessment_id)
        .where(belongs_to(owner), Assessment.deleted_at.is_(None), Assessment.id == assessment_id)
        .order_by(Opinion.number)
    )


def open_opinions(assessment_id: UUID) -> Select[Opinion]:
    """Those that count towards the limit: they can still be answered, or wait for their owner to settle."""
    open_link = and_(Opinion.revoked_at.is_(None), Opinion.expires_at > utc_now())
    return select(Opinion).where(
        Opinion.assessment_id == assessment_id,
        Opinion.settled_at.is_(None),
        or_(open_link, Opinion.handed_in_at.is_not(None)),
    )


def waiting_opinions(assessment_id: UUID) -> Select[UUID]:
    """The ids of those that were handed in, and on which their owner has not settled."""
    waiting = (Opinion.handed_in_at.is_not(None), Opinion.settled_at.is_(None))
    return select(Opinion.id).where(Opinion.assessment_id == assessment_id, *waiting)


def opinion_by_token(token: str) -> Select[Opinion]:
    """The opinion of that secret, if it leads somewhere now.

    It does not where it was revoked, the process is in the bin or a visitor's, or the account is disabled; once its
    days are over, or the owner has settled, only where something was handed in that can be read and deleted, or was
    deleted. None of these can be told from a secret that never was.
    """
    return (
        select(Opinion)
        .join(Assessment, Assessment.id == Opinion.assessment_id)
        .outerjoin(Account, Account.id == Assessment.account_id)
        .where(
            Opinion.token_hash == hash_of(token) if token else false(),
            Opinion.revoked_at.is_(None),
            or_(
                and_(Opinion.expires_at > utc_now(), Opinion.settled_at.is_(None)),
                Opinion.handed_in_at.is_not(None),
                Opinion.withdrawn_at.is_not(None),
            ),
            Assessment.deleted_at.is_(None),
            or_(
                and_(Assessment.account_id.is_not(None), Account.disabled_at.is_(None)),
                Assessment.organisation_id.is_not(None),
            ),
        )
    )


def agreements_of(assessment_id: UUID) -> Select[AgreedAnswers]:
    """What was settled on that process, in the order of its history."""
    found = select(AgreedAnswers).where(AgreedAnswers.assessment_id == assessment_id)
    return found.order_by(AgreedAnswers.sequence, AgreedAnswers.created_at)
