"""When advice is given on an assessment. What is given before stays: it is appended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.progress import Progress
from advisor.exchange.recommendation import recommend
from advisor.models import Assessment, Recommendation
from advisor.models import rule_set_version as versions
from advisor.models.assessment import next_sequence


class NotAsked(Exception):  # noqa: N818
    """The question is not asked here, or not any more."""


def advise_when_complete(session: Session, assessment: Assessment) -> Progress:
    """Give the advice where every question is answered, and say where its owner stands."""
    progress = Progress.of(versions.rule_set(session, assessment.version_number), assessment)
    if progress.next is None:
        _advise(session, assessment, progress)
    return progress


def recalculate(session: Session, assessment: Assessment, *, early: bool = False) -> None:
    """Give the advice on the answers as they are now.

    Raises NotAsked where the questions were never gone through to their end, or not for each part; not where it is
    wanted ``early``, because no answer left can change it.
    """
    progress = Progress.of(versions.rule_set(session, assessment.version_number), assessment)
    if not early and progress.next is not None and (progress.in_parts or _latest(session, assessment) is None):
        raise NotAsked
    assessment.touch()
    _advise(session, assessment, progress)


def _advise(session: Session, assessment: Assessment, progress: Progress) -> None:
    """Append the advice, unless it is the same as the latest: the same answers under the same version."""
    given = progress.given()
    number = assessment.version_number
    latest = _latest(session, assessment)
    if latest is not None and (latest.given, latest.version_number) == (given, number):
        return
    assessment.touch()  # of two that give it at the same moment, the row version lets one be the first
    session.add(
        Recommendation(
            assessment_id=assessment.id,
            sequence=next_sequence(session, assessment),
            version_number=number,
            process_name=assessment.process_name,
            given=given,
            result=dict(recommend(progress.rule_set, number, progress.work_item())),
        )
    )


def _latest(session: Session, assessment: Assessment) -> Recommendation | None:
    given = select(Recommendation).where(Recommendation.assessment_id == assessment.id)
    return session.scalars(given.order_by(Recommendation.sequence.desc()).limit(1)).first()
