"""A brief is saved: each time as another version, behind all others."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.operations import ChangedElsewhere
from advisor.models import Assessment, Owner, ShareLink
from advisor.models.limits import room_left
from advisor.models.processes.brief_version import BriefVersion, own_brief_versions
from advisor.wording.brief import Brief

VERSIONS_KEPT = 50
"""Versions of a brief that are kept; the oldest that no link shows makes room."""


def save_version(session: Session, owner: Owner, mine: Assessment, brief: Brief, advice: int, opened: int) -> int:
    """Keep a brief, which was composed from the advice of that place, and give the number of its version.

    ``opened`` is the number of the newest version when it was opened for editing, 0 for none. A brief that says what
    the newest says is no other version. Raises ChangedElsewhere where somebody saved another one meanwhile.
    """
    versions = own_brief_versions(owner, mine.id)
    room = room_left(session, f"versions of the brief on {mine.id}", versions, VERSIONS_KEPT)
    newest = session.scalars(versions.limit(1)).first()
    number = newest.number if newest else 0
    if newest and newest.content == brief.plain() and newest.advice == advice:
        return number
    if number != opened:
        raise ChangedElsewhere
    if not room:
        shown = select(ShareLink.brief_number).where(
            ShareLink.assessment_id == mine.id, ShareLink.kind == "brief", ShareLink.revoked_at.is_(None)
        )
        all_of_it = select(BriefVersion).where(BriefVersion.assessment_id == mine.id)
        oldest = all_of_it.where(BriefVersion.number.not_in(shown)).order_by(BriefVersion.number)
        session.delete(session.scalars(oldest.limit(1)).one())
    session.add(BriefVersion(assessment_id=mine.id, number=number + 1, advice=advice, content=brief.plain()))
    mine.touch()
    session.flush()
    return number + 1
