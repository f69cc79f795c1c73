"""Processes that change hands: between a browser, an account and an organisation.

Nothing moves that nobody was asked about, and of what was to move all of it does, or nothing.
"""

from collections.abc import Iterable
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from advisor.models import AccountOwner, Assessment, OrganisationOwner, Owner, ProcessAct, ShareLink, VisitorOwner
from advisor.models.accounts.organisation import Member, note_act
from advisor.models.audit import Actor, audit
from advisor.models.base import utc_now
from advisor.models.limits import lock
from advisor.models.processes.assessment import (
    assessment_room_left,
    belongs_to,
    lock_subject,
    next_number,
    own_assessments,
)

MOVED_HERE = "moved here"


class NoRoom(Exception):  # noqa: N818
    """Not all of it fits, so nothing was moved."""


class NotTheirs(Exception):  # noqa: N818
    """Somebody wants to take out of an organisation what is not theirs to take."""


def move(session: Session, rows: Select[Assessment], giver: Owner, taker: Owner) -> dict[UUID, str]:
    """Let those of the giver's processes belong to the taker; gives their names by id. Raises NoRoom."""
    lock(session, lock_subject(giver), lock_subject(taker))
    names = {row.id: row.process_name for row in session.scalars(rows)}
    if len(names) > assessment_room_left(session, taker, current_app.config["ASSESSMENTS_PER_OWNER"]):
        raise NoRoom
    # Not through the ORM: it is no new version of the answers, and must not clash with a save in another window.
    change = update(Assessment).where(belongs_to(giver), Assessment.id.in_(names)).returning(Assessment.id)
    # A visitor's are kept for 30 days from now.
    change = change.values(**taker.columns, **({"touched_at": utc_now()} if isinstance(taker, VisitorOwner) else {}))
    first = next_number(session, taker)
    moved = set(session.scalars(change.execution_options(synchronize_session=False)))
    _number(session, moved, first)
    return {key: name for key, name in names.items() if key in moved}


def _number(session: Session, moved: set[UUID], first: int | None) -> None:
    """Number them behind what was there, in the order in which they were begun; a visitor's have no number."""
    found = select(Assessment.id).where(Assessment.id.in_(moved)).order_by(Assessment.created_at, Assessment.id)
    for place, key in enumerate(session.scalars(found).all()):
        number = None if first is None else first + place
        change = update(Assessment).where(Assessment.id == key).values(number=number)
        session.execute(change.execution_options(synchronize_session=False))


def move_in(session: Session, ids: Iterable[UUID], account_id: UUID, member: Member, who: Actor) -> dict[UUID, str]:
    """Let one's own processes belong to an organisation, with the links that lead to them. Raises NoRoom."""
    mine = AccountOwner(account_id)
    moved = move(session, _select(mine, ids), mine, member.owner)
    _take_links_along(session, moved, member.owner)
    for key in moved:
        note_act(session, account_id, key, MOVED_HERE)
    _record(session, moved, member.organisation_id, "in", who)
    return moved


def move_out(session: Session, ids: Iterable[UUID], account_id: UUID, member: Member, who: Actor) -> dict[UUID, str]:
    """Let processes of an organisation be one's own, with the links that lead to them. Raises NoRoom and NotTheirs.

    An owner may; anybody else only with what they moved there themselves, while nobody has changed it since.
    """
    wanted = list(ids)
    if member.role != "owner" and not all(_has_just_moved(session, key, account_id) for key in wanted):
        raise NotTheirs
    mine = AccountOwner(account_id)
    moved = move(session, _select(member.owner, wanted), member.owner, mine)
    _take_links_along(session, moved, mine)
    session.execute(delete(ProcessAct).where(ProcessAct.assessment_id.in_(moved)))
    _record(session, moved, member.organisation_id, "out", who)
    return moved


def _select(owner: Owner, ids: Iterable[UUID]) -> Select[Assessment]:
    return own_assessments(owner).where(Assessment.id.in_(list(ids)))


def _has_just_moved(session: Session, assessment_id: UUID, account_id: UUID) -> bool:
    acts = select(ProcessAct.account_id, ProcessAct.kind).where(ProcessAct.assessment_id == assessment_id)
    latest = session.execute(acts.order_by(ProcessAct.id.desc()).limit(1)).first()
    return latest is not None and tuple(latest) == (account_id, MOVED_HERE)


def _take_links_along(session: Session, moved: Iterable[UUID], taker: AccountOwner | OrganisationOwner) -> None:
    whose = {name: value for name, value in taker.columns.items() if name != "visitor_key_hash"}
    change = update(ShareLink).where(ShareLink.assessment_id.in_(list(moved))).values(**whose)
    session.execute(change.execution_options(synchronize_session=False))


def _record(session: Session, moved: dict[UUID, str], organisation_id: UUID, way: str, who: Actor) -> None:
    if moved:
        after = {"processes": len(moved), "way": way}
        audit(session, "processes moved", who=who, what=f"organisation {organisation_id}", after=after)
