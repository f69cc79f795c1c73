"""A list of processes is kept to be looked at, brought in, undone, and put back again, each as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.operations import begin_all
from advisor.models import Assessment, ProcessImport
from advisor.models.audit import Actor, audit
from advisor.models.base import utc_now
from advisor.models.processes.assessment import assessment_room_left, own_assessments, own_binned
from advisor.models.processes.groups import GROUPS_PER_OWNER, TooManyGroupsError, group_all
from advisor.models.processes.process_import import SavedOwner, new_import, own_import
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.bring_in.selection import Candidate
from advisor.web.forms import Refusal


class RulesDoNotFit(Refusal):
    """The rules changed since the list was read, and some of its answers are none any more."""

    def __init__(self) -> None:
        super().__init__(
            _("The rules changed after the list was read, and some of its answers do not fit them. Bring it in again.")
        )


class NoRoomForList(Refusal):
    """More is chosen than the account may still hold."""

    def __init__(self, room: int, chosen: int, most: int) -> None:
        super().__init__(no_room_words(room, chosen, most))


class TooManyGroups(Refusal):
    """The list has more groups than the account may still have."""

    def __init__(self) -> None:
        super().__init__(
            _("With this list you would have more than %(most)d groups. Leave its groups out.", most=GROUPS_PER_OWNER)
        )


def no_room_words(room: int, chosen: int, most: int) -> str:
    """That more is chosen than fits, and what to do."""
    words = {"most": most, "room": room, "chosen": chosen, "over": chosen - room}
    return str(
        _(
            "At most %(most)d processes are kept, so %(room)d more fit, and %(chosen)d are chosen. Untick %(over)d, or"
            " delete some in your list first.",
            **words,
        )
    )


def keep_preview(
    session: Session, owner: SavedOwner, account_id: UUID, file: str, preview: dict[str, Any], most: int
) -> UUID:
    """Keep what was read of a list, to be looked at; of ``most`` that wait, the oldest makes room."""
    kept = new_import(session, owner, account_id, file, previews=most)
    kept.preview = preview
    session.flush()
    return kept.id


def find_import(session: Session, owner: SavedOwner, import_id: UUID) -> ProcessImport | None:
    """A list of the owner's, held until the transaction ends."""
    return session.scalars(own_import(owner, import_id).with_for_update()).first()


def bring_in(
    session: Session, owner: SavedOwner, found: ProcessImport, chosen: Sequence[Candidate], limit: int, who: Actor
) -> None:
    """Begin a process of each that is chosen of a list that waits, with the advice or first advice on its answers.

    Raises NoRoomForList, RulesDoNotFit and TooManyGroups.
    """
    room = assessment_room_left(session, owner, limit)
    if room < len(chosen):
        raise NoRoomForList(room, len(chosen), limit)
    version = versions.in_force(session)  # while it is held, nothing reads it from the database again
    rule_set = versions.rule_set(session, version.number)
    read = [candidate.item(rule_set) for candidate in chosen]
    if any(faults for _item, faults in read):
        raise RulesDoNotFit
    begun = begin_all(session, owner, [item for item, _faults in read], limit, early=True)
    try:
        group_all(session, owner, [(mine, it.groups) for mine, it in zip(begun, chosen, strict=True)])
    except TooManyGroupsError:
        raise TooManyGroups from None
    session.flush()
    note_begun(session, found, begun, who)


def note_begun(session: Session, found: ProcessImport, begun: Sequence[Assessment], who: Actor) -> None:
    """Say that these processes came of a list, which can be undone from now on."""
    found.processes = [[str(mine.id), mine.row_version] for mine in begun]
    found.preview, found.brought_at = None, utc_now()
    audit(session, "processes brought in", who=who, what=f"import {found.id}", after={"processes": len(begun)})


def note_continued(found: ProcessImport, continued: Mapping[str, tuple[int, int]]) -> None:
    """Say that what was done to these processes belongs to the list, so that it is undone with it.

    ``continued`` has the row version of each before and after; one that was changed otherwise before stays changed.
    """
    found.processes = [
        [key, continued[key][1] if continued.get(key, (0, 0))[0] == version else version]
        for key, version in found.processes
    ]


def look_back(session: Session, owner: SavedOwner, found: ProcessImport) -> tuple[list[Assessment], list[Assessment]]:
    """Of the processes that came of a list and are not in the bin: those as they came, and those changed since."""
    ids = {UUID(key): version for key, version in found.processes}
    mine = own_assessments(owner).where(Assessment.id.in_(ids)).order_by(None).order_by(Assessment.number)
    same: list[Assessment] = []
    changed: list[Assessment] = []
    for one in session.scalars(mine):
        (same if one.row_version == ids[one.id] else changed).append(one)
    return same, changed


def undo(session: Session, owner: SavedOwner, found: ProcessImport, who: Actor) -> None:
    """Put into the bin what came of a list and is still as it came; nothing where that was done before."""
    if found.brought_at is None or found.undone_at is not None:
        return
    moment = utc_now()
    same, _changed = look_back(session, owner, found)
    for mine in same:
        mine.deleted_at = moment
    found.undone_at = moment
    audit(session, "bringing in undone", who=who, what=f"import {found.id}", after={"processes": len(same)})


def binned_by_undo(session: Session, owner: SavedOwner, found: ProcessImport) -> list[Assessment]:
    """What lies in the bin because the list was undone."""
    ids = [UUID(key) for key, _version in found.processes]
    with_it = (Assessment.id.in_(ids), Assessment.deleted_at == found.undone_at)
    return list(session.scalars(own_binned(owner).where(*with_it)))


def redo(session: Session, owner: SavedOwner, found: ProcessImport, limit: int, who: Actor) -> None:
    """Put back what was put into the bin with the list. Raises NoRoomForList."""
    if found.undone_at is None:
        return
    binned = binned_by_undo(session, owner, found)
    room = assessment_room_left(session, owner, limit)
    if room < len(binned):
        raise NoRoomForList(room, len(binned), limit)
    for mine in binned:
        mine.deleted_at = None
    session.flush()
    versions_now = {str(mine.id): mine.row_version for mine in binned}
    found.processes = [[key, versions_now.get(key, version)] for key, version in found.processes]
    found.undone_at = None
    audit(session, "bringing in repeated", who=who, what=f"import {found.id}", after={"processes": len(binned)})
