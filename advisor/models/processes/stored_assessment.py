"""One assessment with all that its pages ask of the database, read by one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import get_args
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, true, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import NullType

from advisor.models.database import Database
from advisor.models.plain_select import Columns, PlainSelect
from advisor.models.processes.assessment import Assessment, Owner, Part, RecommendationRecord, is_own, owner_value
from advisor.models.rule_sets.rule_set_version import RuleSetVersion, VersionStamp


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """An assessment, the latest advice on it, and which version of the rules is in force."""

    assessment: Assessment
    latest: RecommendationRecord | None
    in_force: VersionStamp


def read_own(
    database: Database, owner: Owner, assessment_id: UUID, since: datetime | None = None
) -> StoredAssessment | None:
    """That assessment, if it is the owner's and not in the bin; with ``since`` only if it was touched after that.

    What it gives belongs to no session.
    """
    query = _queries()[type(owner), since is not None]
    rows = query.select.rows(database, {"owner": owner_value(owner), "assessment": assessment_id, "since": since})
    return query.assessment_of(rows) if rows else None


@cache
def _queries() -> Mapping[tuple[type[Owner], bool], "_Query"]:
    # Made when the first is asked for: before, not every table is known.
    kinds: tuple[type[Owner], ...] = get_args(Owner)
    return {(kind, only_since): _Query(kind, only_since=only_since) for kind in kinds for only_since in (False, True)}


class _Query:
    """One row for each part; the latest advice stands on that of the first."""

    def __init__(self, kind: type[Owner], *, only_since: bool) -> None:
        self._whole, self._part, self._advice = Columns(Assessment), Columns(Part), Columns(RecommendationRecord)
        advice, any_advice, any_part = RecommendationRecord, aliased(RecommendationRecord), aliased(Part)
        last = select(func.max(any_advice.sequence)).where(any_advice.assessment_id == Assessment.id)
        first = select(func.min(any_part.position)).where(any_part.assessment_id == Assessment.id)
        is_latest = and_(
            advice.assessment_id == Assessment.id,
            advice.sequence == last.correlate(Assessment).scalar_subquery(),
            Part.position == first.correlate(Assessment).scalar_subquery(),
        )
        stamp = (
            RuleSetVersion.number,
            RuleSetVersion.sha256,
            type_coerce(RuleSetVersion.published_at, NullType()).label("published_at"),
        )
        newest = select(*stamp).order_by(RuleSetVersion.number.desc()).limit(1).subquery()
        found = (
            select(*newest.c, *self._whole.columns, *self._part.columns, *self._advice.columns)
            .join_from(Assessment, newest, true())
            .join(Part, Part.assessment_id == Assessment.id)
            .outerjoin(advice, is_latest)
            .where(*is_own(kind))
            .order_by(Part.position)
        )
        self.select = PlainSelect(found.where(Assessment.touched_at > bindparam("since")) if only_since else found)

    def assessment_of(self, rows: list[list[object]]) -> StoredAssessment:
        """What the rows tell."""
        of_whole = len(VersionStamp._fields)
        of_part = of_whole + len(self._whole)
        of_advice = of_part + len(self._part)
        first = rows[0]
        assessment = self._whole.object_of(first[of_whole:of_part])
        parts = [self._part.object_of(row[of_part:of_advice]) for row in rows]
        set_committed_value(assessment, "parts", parts)
        latest = first[of_advice:]
        return StoredAssessment(
            assessment,
            self._advice.object_of(latest) if latest[0] is not None else None,
            VersionStamp._make(first[:of_whole]),
        )
