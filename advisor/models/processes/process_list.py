"""An owner's list of processes: a line for each, without the weight of the advice itself."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from itertools import count
from operator import attrgetter
from sys import intern
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from advisor.engine.document.text import match_key
from advisor.models.plain_select import PlainSelect
from advisor.models.processes.assessment import (
    Assessment,
    Owner,
    Part,
    RecommendationRecord,
    is_an_own,
    own_assessments,
    own_latest_recommendations,
    owner_value,
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
    risks: Mapping[str, str] = MappingProxyType({})
    """What the advice tells that tends to go wrong: the titles of the risks by their keys, the weightiest first."""


class _ToldAdvice(NamedTuple):
    """What lines tell of an advice, as ``ProcessLine`` has it."""

    outcome: str | None = None
    kind: str | None = None
    strength: str | None = None
    open_question: str | None = None
    done_by: str | None = None
    bpo: int | None = None
    kpo: int | None = None
    keep: int | None = None
    risks: Mapping[str, str] = MappingProxyType({})


_NOTHING = _ToldAdvice()


class AdviceCache:
    """What lines tell of the advices that were read last, ``most`` at a time: what was given never changes.

    Safe between owners: a list asks for the ids of advice that it has just read for its own owner, and for no other.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._told: OrderedDict[UUID, _ToldAdvice] = OrderedDict()

    def __len__(self) -> int:
        return len(self._told)

    def of(self, session: Session, ids: Collection[UUID]) -> Mapping[UUID, _ToldAdvice]:
        """What each of these advices tells; those that were not read lately are read now."""
        with self._lock:
            found = {key: told for key in ids if (told := self._told.get(key))}
            for key in found:
                self._told.move_to_end(key)
        if len(found) < len(ids):
            found |= (read := _read_told(session, [key for key in ids if key not in found]))
            with self._lock:
                self._told |= read
                while len(self._told) > self._most:
                    self._told.popitem(last=False)
        return found


_advices = AdviceCache(20_000)


def _read_told(session: Session, ids: Collection[UUID]) -> dict[UUID, _ToldAdvice]:
    result = RecommendationRecord.result
    found = select(
        RecommendationRecord.id,
        # Picked out by the database: all of the advice would be some kilobytes for each line.
        result["outcome"].as_string(),
        result["kind"].as_string(),
        result["strength"].as_string(),
        result["unanswered", 0].as_string(),
        result["done_by"].as_string(),
        *(result["points", side].as_integer() for side in ("bpo", "kpo", "keep")),
        result["risks"],
    ).where(RecommendationRecord.id.in_(ids))
    told: dict[UUID, _ToldAdvice] = {}
    for key, *values, risks in session.execute(found):
        titles = {intern(risk["key"]): intern(risk["title"]) for risk in risks or ()}
        told[key] = _ToldAdvice._make((*values, MappingProxyType(titles)))
    return told


def process_lines(session: Session, owner: Owner) -> list[ProcessLine]:
    """Every process of the owner that is not in the bin, by its number."""
    rows = _lines_query(type(owner)).rows_in(session, {"owner": owner_value(owner)})  # type: ignore[arg-type]
    told = _advices.of(session, [advice for *_rest, advice in rows if advice])
    behind = count(max((number for _id, number, *_rest in rows if number is not None), default=0) + 1)
    lines = (
        ProcessLine._make((key, next(behind) if number is None else number, *rest, *told.get(advice, _NOTHING)))
        for key, number, *rest, advice in rows
    )
    return sorted(lines, key=attrgetter("number"))


@cache
def _lines_query(kind: type[Owner]) -> PlainSelect:
    latest = (
        select(RecommendationRecord.assessment_id, func.max(RecommendationRecord.sequence).label("sequence"))
        .where(RecommendationRecord.assessment_id.in_(_ids_of(kind)))
        .group_by(RecommendationRecord.assessment_id)
        .subquery()
    )
    return PlainSelect(
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
            RecommendationRecord.id,
        )
        .outerjoin(latest, latest.c.assessment_id == Assessment.id)
        .outerjoin(
            RecommendationRecord,
            and_(
                RecommendationRecord.assessment_id == Assessment.id, RecommendationRecord.sequence == latest.c.sequence
            ),
        )
        .where(*is_an_own(kind))
        .order_by(Assessment.created_at, Assessment.id)
    )


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
    if not (wanted := _advised_after(session, owner, days)):
        return {}
    result = RecommendationRecord.result
    found = (
        select(
            RecommendationRecord.assessment_id,
            RecommendationRecord.created_at,
            *(result[name].as_string() for name in _SAID),
            result["parts"],
        )
        .where(RecommendationRecord.assessment_id.in_(wanted))
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
    names: dict[UUID, list[str]] = {}
    for assessment, name in _parts_query(type(owner)).rows_in(session, {"owner": owner_value(owner)}):  # type: ignore[arg-type]
        names.setdefault(assessment, []).append(name)
    return names


@cache
def _parts_query(kind: type[Owner]) -> PlainSelect:
    found = select(Part.assessment_id, Part.name).where(Part.assessment_id.in_(_ids_of(kind)), Part.name != "")
    return PlainSelect(found.order_by(Part.position))


def _ids_of(kind: type[Owner]) -> Select[UUID]:
    return select(Assessment.id).where(*is_an_own(kind))


def _ids(owner: Owner) -> Select[UUID]:
    return own_assessments(owner).with_only_columns(Assessment.id).order_by(None)
