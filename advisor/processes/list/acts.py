"""What an owner does with many processes at once. Each function leaves the commit to ``in_transaction``."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.advice import advise_when_complete
from advisor.assessments.operations import ChangedElsewhere, TooMany
from advisor.assessments.progress import Progress, fingerprint
from advisor.assessments.result.sidebar import NewerRulesStatus, newer_rules_status
from advisor.engine.document.text import TEXT_LIMIT, isolate_text, match_key
from advisor.models import Assessment
from advisor.models.audit import Actor, audit
from advisor.models.base import utc_now
from advisor.models.processes import process_list
from advisor.models.processes.assessment import Owner, assessment_room_left, belongs_to, own_assessments, own_binned
from advisor.models.processes.groups import GROUPS_LIMIT, GROUPS_PER_OWNER, TooManyGroupsError, spell_groups, unite
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.list.query import ListQuery, ids_elsewhere
from advisor.processes.operations import OwnerDecision, RulesMovedOn
from advisor.web.forms import Refusal


class ListMovedOn(Refusal):
    """Other processes are on the other pages of the list than when all of them were ticked."""

    def __init__(self) -> None:
        super().__init__(
            _("What the list finds has changed since all of it was ticked, so nothing was done. Look at it again.")
        )


@dataclass(frozen=True, slots=True)
class TickedProcesses:
    """The processes that were ticked, in their order. ``binned`` are those that were deleted meanwhile, and
    ``absent`` counts those of which nothing is known any more.
    """

    processes: Sequence[Assessment]
    binned: Sequence[Assessment]
    absent: int

    @property
    def fingerprint(self) -> str:
        """The fingerprint by which a form tells whether a decision was changed meanwhile."""
        return fingerprint([[str(one.id), OwnerDecision.of(one).fingerprint] for one in self.processes])


def fingerprint_of_ids(ids: Iterable[UUID]) -> str:
    """The fingerprint of processes, in whatever order."""
    return fingerprint(sorted(map(str, ids)))


def select_ticked(
    session: Session, owner: Owner, ids: Sequence[UUID], elsewhere: str, query: ListQuery
) -> TickedProcesses:
    """The owner's processes with these ids and, where ``elsewhere`` is their fingerprint, those of all other pages.

    Raises ListMovedOn.
    """
    wanted = list(ids)
    if elsewhere:
        others = ids_elsewhere(session, owner, query)
        if fingerprint_of_ids(others) != elsewhere:
            raise ListMovedOn
        wanted += others
    wanted = list(dict.fromkeys(wanted))
    place = {key: index for index, key in enumerate(wanted)}
    own, binned = (
        sorted(session.scalars(rows.where(Assessment.id.in_(wanted)).order_by(None)), key=lambda one: place[one.id])
        for rows in (own_assessments(owner), own_binned(owner))
    )
    return TickedProcesses(own, binned, len(wanted) - len(own) - len(binned))


# ---- the bin


def delete_several(session: Session, processes: Sequence[Assessment], who: Actor) -> datetime:
    """Put processes into the bin together; the moment it gives is the one by which ``put_back_several`` knows them."""
    moment = utc_now()
    for one in processes:
        audit(session, "process deleted", who=who, what=f"assessment {one.id}")
        one.deleted_at = moment
    return moment


def put_back_several(session: Session, owner: Owner, moment: datetime, limit: int, who: Actor) -> int:
    """Put back all that went into the bin together, or none where there is no room: TooMany. Gives how many."""
    binned = list(session.scalars(own_binned(owner).where(Assessment.deleted_at == moment)))
    if len(binned) > assessment_room_left(session, owner, limit):
        raise TooMany(owner, limit)
    for one in binned:
        one.deleted_at = None
        audit(session, "process put back", who=who, what=f"assessment {one.id}")
    return len(binned)


# ---- groups


def put_into_groups(session: Session, owner: Owner, processes: Sequence[Assessment], wanted: Sequence[str]) -> None:
    """Put each process into these groups, as the owner writes them already. Raises Refused, with nothing done."""
    try:
        names = spell_groups(session, owner, wanted)
    except TooManyGroupsError:
        raise Refusal(
            _("You would have more than %(most)d groups. Take one out of use first.", most=GROUPS_PER_OWNER)
        ) from None
    for one in processes:
        groups = unite([*one.groups, *names])
        if len(groups) > GROUPS_LIMIT:
            words = {"name": isolate_text(one.process_name), "most": GROUPS_LIMIT}
            raise Refusal(_("“%(name)s” would be in more than %(most)d groups, so nothing was done.", **words))
        if groups != one.groups:
            one.groups = groups


def take_out_of_groups(processes: Sequence[Assessment], names: Iterable[str]) -> None:
    """Take each process out of these groups."""
    keys = set(map(match_key, names))
    _regroup(processes, lambda groups: [name for name in groups if match_key(name) not in keys])


def rename_group(session: Session, owner: Owner, group: str, name: str) -> None:
    """Call a group otherwise in all processes, those in the bin too. One of that name takes them in."""
    spell_groups(session, owner, ())  # so that nobody else gives a group meanwhile
    key = match_key(group)
    everything = session.scalars(select(Assessment).where(belongs_to(owner)))
    rest = match_key(name)
    _regroup(
        list(everything),
        lambda groups: (
            unite(name if match_key(it) in {key, rest} else it for it in groups)
            if key in map(match_key, groups) or rest in map(match_key, groups)
            else groups
        ),
    )


def _regroup(processes: Iterable[Assessment], change: Callable[[list[str]], list[str]]) -> None:
    for one in processes:
        groups = change(one.groups)
        if groups != one.groups:
            one.groups = groups


# ---- decisions


def decide_several(
    selection: TickedProcesses, decision: OwnerDecision, opened: str, *, replaces: bool
) -> tuple[int, int]:
    """Keep one decision on each, and add its notes below those that are there.

    One that has another decision is left as it is unless ``replaces``. Gives how many have the decision now, and how
    many were left. Raises ChangedElsewhere, and Refused where the notes of one would be too long.
    """
    if selection.fingerprint != opened:
        raise ChangedElsewhere
    left = 0
    for one in selection.processes:
        if one.decision and one.decision != decision.made and not replaces:
            left += 1
            continue
        notes = "\n\n".join(filter(None, [one.notes, decision.notes]))
        if len(notes) > TEXT_LIMIT:
            name = isolate_text(one.process_name)
            raise Refusal(_("The notes of “%(name)s” would be too long with these, so nothing was done.", name=name))
        one.decision, one.decided_on, one.notes = decision.made, decision.on, notes
        one.touch()
    return len(selection.processes) - left, left


# ---- newer rules


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What becomes of processes that are moved to the rules in force, version ``number``.

    ``same`` and ``differs`` would move, ``asks`` need a question answered first, and ``stays`` have those rules already
    or no advice yet.
    """

    number: int
    same: Sequence[Assessment]
    differs: Sequence[Assessment]
    asks: Sequence[Assessment]
    stays: Sequence[Assessment]


def plan_move(session: Session, owner: Owner, processes: Sequence[Assessment]) -> MovePlan:
    """Say of each process whether it can move to the rules in force, and whether it would get other advice."""
    in_force = versions.in_force(session).number
    current = versions.rule_set(session, in_force)
    older = [one for one in processes if one.version_number < in_force]
    lines = {line.id: line for line in process_list.process_lines(session, owner)}
    given = process_list.judged_answers(session, owner, [one.id for one in older])
    groups: dict[NewerRulesStatus | None, list[Assessment]] = {None: []}
    for one in processes:
        status, advised_by = None, lines[one.id].advised_by if one.id in lines else None
        if one.id in given and advised_by is not None:
            status = (
                NewerRulesStatus.ASKS
                if Progress.of(current, one).next is not None
                else newer_rules_status(current, versions.rule_set(session, advised_by), given[one.id])
            )
        groups.setdefault(status, []).append(one)
    same, differs, asks = (groups.get(status, []) for status in NewerRulesStatus)
    return MovePlan(in_force, same, differs, asks, groups[None])


def move_several(session: Session, owner: Owner, processes: Sequence[Assessment], number: int) -> int:
    """Move each process that can be to the rules in force, and advise on it; gives how many. Raises RulesMovedOn."""
    plan = plan_move(session, owner, processes)
    if plan.number != number:
        raise RulesMovedOn
    for one in (*plan.same, *plan.differs):
        one.version_number = number
        one.touch()
        advise_when_complete(session, one)
    return len(plan.same) + len(plan.differs)
