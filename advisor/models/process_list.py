"""An owner's list of processes: a line for each, without the weight of the advice itself."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from advisor.engine.document.text import match_key
from advisor.engine.evaluation.risks import MOST
from advisor.models.assessment import (
    Assessment,
    Owner,
    Part,
    RecommendationRecord,
    own_assessments,
    own_latest_recommendations,
)

_SAID = ("outcome", "kind", "strength", "done_by")


class ProcessLine(NamedTuple):
    """One process with its latest advice; what is said of the advice is None where none was given yet."""

    id: UUID
    number: int
    """By which its owner knows it. One that was stored without is numbered behind all others."""
    name: str
    version: int
    kept_version: int | None
    created_at: datetime
    touched_at: datetime
    decision: str | None
    decided_on: date | None
    look_again_on: date | None
    groups: list[str]
    advised_by: int | None
    outcome: str | None
    kind: str | None
    strength: str | None
    open_question: str | None
    """A core question that the advice knows no answer to."""
    done_by: str | None
    """Who does the work, where nobody or another firm was said to."""
    bpo: int | None
    """Points of all its parts together."""
    kpo: int | None
    keep: int | None


def process_lines(session: Session, owner: Owner) -> list[ProcessLine]:
    """Every process of the owner that is not in the bin, by its number."""
    latest = _latest(owner).subquery()
    result = RecommendationRecord.result
    found = (
        select(
            Assessment.id,
            Assessment.number,
            Assessment.process_name,
            Assessment.version_number,
            Assessment.kept_version,
            Assessment.created_at,
            Assessment.touched_at,
            Assessment.decision,
            Assessment.decided_on,
            Assessment.look_again_on,
            Assessment.groups,
            RecommendationRecord.version_number,
            # Picked out by the database: all of the advice would be some kilobytes for each line.
            result["outcome"].as_string(),
            result["kind"].as_string(),
            result["strength"].as_string(),
            result["unanswered", 0].as_string(),
            result["done_by"].as_string(),
            *(result["points", side].as_integer() for side in ("bpo", "kpo", "keep")),
        )
        .outerjoin(latest, latest.c.assessment_id == Assessment.id)
        .outerjoin(
            RecommendationRecord,
            and_(
                RecommendationRecord.assessment_id == Assessment.id, RecommendationRecord.sequence == latest.c.sequence
            ),
        )
        .where(Assessment.id.in_(_ids(owner)))
        .order_by(Assessment.created_at, Assessment.id)
    )
    rows = session.execute(found).all()
    behind = count(max((number for _id, number, *_rest in rows if number is not None), default=0) + 1)
    lines = (ProcessLine(key, next(behind) if number is None else number, *rest) for key, number, *rest in rows)
    return sorted(lines, key=attrgetter("number"))


def risks(session: Session, owner: Owner) -> dict[UUID, dict[str, str]]:
    """The risks that the latest advice on each process tells, by their keys and in its words, the weightiest first."""
    latest = _latest(owner).subquery()
    told = (RecommendationRecord.result["risks", place] for place in range(MOST))
    found = select(
        RecommendationRecord.assessment_id,
        *(risk[name].as_string() for risk in told for name in ("key", "title")),
    ).join(
        latest,
        and_(
            latest.c.assessment_id == RecommendationRecord.assessment_id,
            latest.c.sequence == RecommendationRecord.sequence,
        ),
    )
    return {
        assessment: dict(pair for pair in zip(words[::2], words[1::2], strict=True) if pair[0])
        for assessment, *words in session.execute(found)
    }


def judged_answers(session: Session, owner: Owner, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the latest advice on each of these processes judged, if it is the owner's."""
    wanted = set(ids)
    columns = (RecommendationRecord.assessment_id, RecommendationRecord.given)
    found = own_latest_recommendations(owner).with_only_columns(*columns)
    return {assessment: given for assessment, given in session.execute(found) if assessment in wanted}


def outcome_history(
    session: Session, owner: Owner, days: Mapping[UUID, date]
) -> dict[UUID, list[tuple[datetime, dict[str, Any]]]]:
    """What the advice on each of these processes said and when, newest first, as far as outcomes go.

    Those on which none was given after their day are left out, and so is what is not the owner's.
    """
    result = RecommendationRecord.result
    found = (
        select(
            RecommendationRecord.assessment_id,
            RecommendationRecord.created_at,
            *(result[name].as_string() for name in _SAID),
            result["parts"],
        )
        .where(RecommendationRecord.assessment_id.in_(_advised_after(session, owner, days)))
        .order_by(RecommendationRecord.assessment_id, RecommendationRecord.sequence.desc())
    )
    histories: dict[UUID, list[tuple[datetime, dict[str, Any]]]] = {}
    for assessment, at, *words, parts in session.execute(found):
        document = {**dict(zip(_SAID, words, strict=True)), "parts": parts}
        histories.setdefault(assessment, []).append((at, document))
    return histories


def _advised_after(session: Session, owner: Owner, days: Mapping[UUID, date]) -> list[UUID]:
    latest = (
        select(RecommendationRecord.assessment_id, func.max(RecommendationRecord.created_at))
        .where(RecommendationRecord.assessment_id.in_(_ids(owner)), RecommendationRecord.assessment_id.in_(days))
        .group_by(RecommendationRecord.assessment_id)
    )
    return [key for key, at in session.execute(latest) if days[key] < at.date()] if days else []


def notes(session: Session, owner: Owner) -> dict[UUID, str]:
    """What the owner wrote about each process, where there is anything."""
    found = own_assessments(owner).with_only_columns(Assessment.id, Assessment.notes).where(Assessment.notes != "")
    return {row.id: row.notes for row in session.execute(found.order_by(None))}


def present_names(session: Session, owner: Owner) -> dict[str, UUID]:
    """The processes of the owner by the keys of their names; of several of one name, the one used least lately."""
    found = own_assessments(owner).with_only_columns(Assessment.process_name, Assessment.id)
    return {match_key(row.process_name): row.id for row in session.execute(found)}


def part_names(session: Session, owner: Owner) -> dict[UUID, list[str]]:
    """The names of the parts of each process that has any."""
    found = select(Part.assessment_id, Part.name).where(Part.assessment_id.in_(_ids(owner)), Part.name != "")
    names: dict[UUID, list[str]] = {}
    for assessment, name in session.execute(found.order_by(Part.position)):
        names.setdefault(assessment, []).append(name)
    return names


def _ids(owner: Owner) -> Select[UUID]:
    return own_assessments(owner).with_only_columns(Assessment.id).order_by(None)


def _latest(owner: Owner) -> Select[UUID, int]:
    return (
        select(RecommendationRecord.assessment_id, func.max(RecommendationRecord.sequence).label("sequence"))
        .where(RecommendationRecord.assessment_id.in_(_ids(owner)))
        .group_by(RecommendationRecord.assessment_id)
    )
