"""Giving an advice: when it is given, and the latest that was. Each function leaves the commit to its caller."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from advisor.assessments.progress import (
    Progress,
    judged_answers,
)
from advisor.exchange.recommendation import recommend
from advisor.models import (
    Assessment,
    RecommendationRecord,
)
from advisor.models.rule_sets import rule_set_version as versions
from advisor.wording.advice.first_advice import first_advice


class NotAsked(Exception):  # noqa: N818
    """The question is not asked here, or not any more."""


def advise_when_complete(session: Session, assessment: Assessment) -> Progress:
    """Give the advice where every question is answered, and say where its owner stands.

    Also where the latest advice, given early, rests on these answers: then it is given again under the new names.
    """
    progress = Progress.of(versions.rule_set(session, assessment.version_number), assessment)
    latest = _latest(session, assessment)
    if progress.next is None or _is_advised(progress, assessment, latest):
        _advise(session, assessment, progress, latest)
    return progress


def advise_early(session: Session, assessment: Assessment) -> Progress:
    """Give the advice on the answers so far, and say where its owner stands: first advice while questions are open.

    Nothing is given where no core question is answered, nor where the latest advice rests on these answers.
    """
    progress = Progress.of(versions.rule_set(session, assessment.version_number), assessment)
    if progress.has_begun:
        _advise(session, assessment, progress, _latest(session, assessment))
    return progress


def _is_advised(progress: Progress, assessment: Assessment, latest: "_LatestAdvice | None") -> bool:
    if latest is None or latest.version_number != assessment.version_number:
        return False
    return judged_answers(latest.given) == judged_answers(progress.as_plain())


def recalculate(session: Session, assessment: Assessment, *, early: bool = False) -> None:
    """Give the advice on the answers as they are now.

    Raises NotAsked where the questions were never gone through to their end, or not for each part; not where it is
    wanted ``early``, because no answer left can change it.
    """
    progress = Progress.of(versions.rule_set(session, assessment.version_number), assessment)
    latest = _latest(session, assessment)
    if not early and progress.next is not None and (progress.in_parts or latest is None):
        raise NotAsked
    assessment.touch()
    _advise(session, assessment, progress, latest)


def _advise(session: Session, assessment: Assessment, progress: Progress, latest: "_LatestAdvice | None") -> None:
    """Append the advice, unless it is the same as the latest: the same answers under the same version."""
    if latest is not None and (latest.given, latest.version_number) == (progress.as_plain(), assessment.version_number):
        return
    assessment.touch()  # of two that give it at the same moment, the row version lets one be the first
    session.flush()
    session.add(new_record(assessment, progress, latest.sequence + 1 if latest else 1))


def new_record(assessment: Assessment, progress: Progress, sequence: int) -> RecommendationRecord:
    """The advice on the answers as they are now, as it is kept."""
    return RecommendationRecord(
        assessment_id=assessment.id,
        sequence=sequence,
        version_number=assessment.version_number,
        process_name=assessment.process_name,
        given=progress.as_plain(),
        result=dict(recommend(progress.rule_set, assessment.version_number, progress.work_item())),
    )


def has_first_advice(session: Session, assessment: Assessment) -> bool:
    """Whether the latest advice on it was given while questions were open."""
    latest = _latest(session, assessment)
    return latest is not None and bool(first_advice(versions.rule_set(session, latest.version_number), latest.given))


class _LatestAdvice(NamedTuple):
    """What is asked of the latest advice before another one is given: not its text, which is long."""

    sequence: int
    version_number: int
    given: dict[str, Any]


_LATEST = (
    select(RecommendationRecord.sequence, RecommendationRecord.version_number, RecommendationRecord.given)
    .where(RecommendationRecord.assessment_id == bindparam("assessment"))
    .order_by(RecommendationRecord.sequence.desc())
    .limit(1)
)


def _latest(session: Session, assessment: Assessment) -> _LatestAdvice | None:
    found = session.execute(_LATEST, {"assessment": assessment.id}).first()
    return None if found is None else _LatestAdvice._make(found)
