"""Versions of the brief that an owner hands to providers. Appended, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Select, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from advisor.models.base import Base, Unchangeable, utc_now
from advisor.models.processes.assessment import Assessment, Owner, belongs_to


class BriefVersion(Base):
    """A brief as it was saved, with every text."""

    __tablename__ = "brief_version"
    __table_args__ = (UniqueConstraint("assessment_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … within its assessment."""
    advice: Mapped[int]
    """The place in the history of the advice that it was composed from."""
    content: Mapped[dict[str, Any]]
    """See ``advisor.wording.brief.Brief``."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


@event.listens_for(BriefVersion, "before_update")
def _refuse(_mapper: Mapper[BriefVersion], _connection: object, _version: BriefVersion) -> None:
    raise Unchangeable("A version of a brief is never changed.")


def own_brief_versions(owner: Owner, assessment_id: UUID) -> Select[BriefVersion]:
    """The versions of the brief on that assessment, the newest first, if it is the owner's."""
    return (
        select(BriefVersion)
        .join(Assessment, Assessment.id == BriefVersion.assessment_id)
        .where(belongs_to(owner), Assessment.deleted_at.is_(None), Assessment.id == assessment_id)
        .order_by(BriefVersion.number.desc())
    )
