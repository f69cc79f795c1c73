"""The one way to an assessment: by its owner, within its lifetime. "Not yours" and "not there" are the same reply."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from advisor.assessments.progress import Progress, judged_answers
from advisor.extensions import database
from advisor.models import Assessment, Owner, RecommendationRecord, VisitorOwner
from advisor.models.base import utc_now
from advisor.models.database import DatabaseUnavailable
from advisor.models.processes import assessment as assessments
from advisor.models.processes.assessment import belongs_to, own_assessments, own_recommendations
from advisor.models.processes.stored_assessment import read_own
from advisor.web.access import identity
from advisor.wording.claims import VersionView

_TOUCH_AFTER = timedelta(hours=1)
"""Looking at a page prolongs the lifetime, but is not worth a write each time."""


@dataclass(frozen=True)
class AssessmentContext:
    """One's own assessment, with all that a page about it needs."""

    assessment: Assessment
    progress: Progress
    edition: VersionView
    latest: RecommendationRecord | None
    advice_edition: VersionView
    """The version that gave the latest advice; that of the assessment where there is none."""
    earlier: RecommendationRecord | None = None

    @property
    def id(self) -> UUID:
        """The assessment's public id."""
        return self.assessment.id

    @property
    def is_stale(self) -> bool:
        """Whether something on which advice rests was changed after the latest advice; a name is no such thing."""
        return self.latest is not None and judged_answers(self.latest.given) != judged_answers(self.progress.as_plain())

    @property
    def name_changes(self) -> list[tuple[str, str]]:
        """What the latest advice calls otherwise than now, the process and its parts: each old name with the new."""
        if self.latest is None or self.is_stale:
            return []
        was, now = self.latest.given, self.progress.as_plain()
        parts = zip(was["parts"], now["parts"], strict=True)
        names = [(was["process"], now["process"]), *((old["part"], new["part"]) for old, new in parts)]
        return [(old, new) for old, new in names if old != new]


def lifetime() -> timedelta:
    """How long an assessment is kept after it was last touched."""
    kept = current_app.config["VISITOR_ASSESSMENT_LIFETIME"]
    assert isinstance(kept, timedelta)  # noqa: S101
    return kept


def load_context(assessment_id: UUID, since: int | None = None) -> AssessmentContext:
    """Read one's own assessment for a page; 404 where there is none.

    ``since`` is the place in the history of the earlier advice that the page compares the latest with.
    """
    owner = identity.owner() or _absent()
    context = context_of(owner, assessment_id, since)
    _prolong(owner, context.assessment)
    return context


def context_of(owner: Owner, assessment_id: UUID, since: int | None = None) -> AssessmentContext:
    """The same for an owner who need not be the one who asks, which is no visit of theirs."""
    found = read_own(database(), owner, assessment_id, _alive_since(owner)) or _absent()
    assessment, latest = found.assessment, found.latest
    edition = VersionView.at(database(), found.in_force, assessment.version_number)
    advised_by = latest.version_number if latest else edition.number
    return AssessmentContext(
        assessment=assessment,
        progress=Progress.of(edition.rule_set, assessment),
        edition=edition,
        latest=latest,
        advice_edition=VersionView.at(database(), found.in_force, advised_by),
        earlier=_earlier(owner, assessment_id, since) if since else None,
    )


def _earlier(owner: Owner, assessment_id: UUID, since: int) -> RecommendationRecord | None:
    history = own_recommendations(owner, assessment_id)
    with database().read() as session:
        return session.scalars(history.where(RecommendationRecord.sequence == since)).first()


def find_own(session: Session, owner: Owner, assessment_id: UUID) -> Assessment:
    """One's own assessment, to be changed in this session; 404 where there is none, or where it has expired."""
    return assessments.find_own(session, owner, assessment_id, _alive_since(owner)) or _absent()


def _alive_since(owner: Owner) -> datetime | None:
    """Since when it must have been touched; what an account holds stays until its owner deletes it."""
    return utc_now() - lifetime() if isinstance(owner, VisitorOwner) else None


def find_of_requester(session: Session, assessment_id: UUID) -> Assessment:
    """The same for whoever sent this request."""
    return find_own(session, identity.owner() or _absent(), assessment_id)


def find_all_own(session: Session, owner: Owner) -> list[Assessment]:
    """All of one's own assessments that have not expired, those used last first."""
    return list(session.scalars(own_assessments(owner).where(_is_alive(owner))))


def _is_alive(owner: Owner) -> ColumnElement[bool]:
    since = _alive_since(owner)
    return true() if since is None else Assessment.touched_at > since


def _prolong(owner: Owner, assessment: Assessment) -> None:
    """Note the visit. A page is shown all the same where that cannot be written just now."""
    if assessment.touched_at > utc_now() - _TOUCH_AFTER:
        return
    mine = select(Assessment.id).where(belongs_to(owner), Assessment.id == assessment.id)
    try:
        with database().write() as session:
            # Not through the ORM: a visit is no new version of the answers, and must not clash with a save.
            session.execute(update(Assessment).where(Assessment.id.in_(mine)).values(touched_at=utc_now()))
    except DatabaseUnavailable:
        return


def _absent() -> NoReturn:
    abort(404)
