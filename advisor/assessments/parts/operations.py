"""A process broken into parts, and put together again. Each function leaves the commit to ``in_one``."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.operations import ChangedElsewhere, advise_when_complete
from advisor.assessments.progress import Progress, fingerprint, is_of_part
from advisor.models import Assessment, Part, RecommendationRecord
from advisor.models import rule_set_version as versions
from advisor.models.base import now


def name_parts(session: Session, assessment: Assessment, names: Sequence[str], opened: str) -> Progress:
    """Break the process into parts, or rename, add and remove parts: ``names`` place by place, an empty one is no part.

    A new part starts from a copy of the answers that the process had in one piece. Raises ChangedElsewhere.
    """
    present = named_parts(assessment)
    wanted = [name for name in names if name]
    if parts_mark(assessment) != opened and [part.name for part in present] != wanted:
        raise ChangedElsewhere
    copied = _answers_in_one_piece(session, assessment)
    kept: list[Part] = []
    for index, name in enumerate(names):
        if not name:
            continue
        part = present[index] if index < len(present) else Part(answers=dict(copied), answered_at={})
        part.name, part.position = name, len(kept)
        kept.append(part)
    assessment.parts = kept
    assessment.touch()
    session.flush()
    return advise_when_complete(session, assessment)


def put_together(session: Session, assessment: Assessment) -> Progress:
    """Make it one piece again, with the answers it had as one."""
    if named_parts(assessment):
        answers = _answers_in_one_piece(session, assessment)
        whole = Part(position=0, name="", answers=answers, answered_at=dict.fromkeys(answers, now().isoformat()))
        assessment.parts = [whole]
        assessment.touch()
        session.flush()
    return advise_when_complete(session, assessment)


def named_parts(assessment: Assessment) -> list[Part]:
    """The parts, none while the process is in one piece."""
    return [part for part in assessment.parts if part.name]


def parts_mark(assessment: Assessment) -> str:
    """The mark of the present parts."""
    return fingerprint([[str(part.id), part.name] for part in named_parts(assessment)])


def _answers_in_one_piece(session: Session, assessment: Assessment) -> dict[str, Any]:
    """What was answered about the work while it was one piece: as it is now, or as the last such advice had it."""
    if not named_parts(assessment):
        return dict(assessment.parts[0].answers)
    rule_set = versions.rule_set(session, assessment.version_number)
    given = select(RecommendationRecord.given).where(RecommendationRecord.assessment_id == assessment.id)
    for earlier in session.scalars(given.order_by(RecommendationRecord.sequence.desc())):
        if not earlier["parts"]:
            return {key: answer for key, answer in earlier["answers"].items() if is_of_part(rule_set, key)}
    return dict(assessment.parts[0].answers)
