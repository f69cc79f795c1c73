"""Taking an act on the draft back: the draft without it, unless a later act rests on it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from advisor.engine.document import inverse
from advisor.engine.document.diff import ChangeType
from advisor.engine.document.document import NUMBERED
from advisor.engine.document.edit import place_parts
from advisor.engine.document.inverse import ChangedAgain
from advisor.engine.document.references import references
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.models.audit import Actor, AuditEvent, draft_acts
from advisor.models.rule_sets.draft import edit, last_act, locked_draft

TAKEN_BACK = "draft taken back"
"""The kind of the acts that take another one back."""


def take_act_back(session: Session, who: Actor, sequence: int, rest: int = 0) -> int:
    """Take the act of that number on this draft back; give the number of the act that this is, 0 where nothing differs.

    ``rest`` is how many of its changes are to be taken back where the others were changed since, 0 for all of it.
    Raises NoDraft, LookupError where it is no act on this draft, and ChangedAgain where later ones rest on it, or where
    the rest are not as many; then nothing has changed.
    """
    locked_draft(session)
    act = session.scalars(draft_acts().where(AuditEvent.sequence == sequence)).first() if sequence < 2**31 else None
    if act is None:
        raise LookupError(f"There is no act {sequence} on this draft.")
    later = session.scalars(draft_acts().where(AuditEvent.sequence > sequence)).all()

    def take_out_change(rules: RuleSet) -> RuleSet:
        if not rest:
            return without_act(rules, act, later)
        found, number = without_rest(rules, act, later)
        if number != rest:
            raise ChangedAgain([change["place"] for change in act.changes or ()])
        return found

    return last_act(session, TAKEN_BACK) if edit(session, who, take_out_change, kind=TAKEN_BACK, what=act.what) else 0


def without_act(rules: RuleSet, act: AuditEvent, later: Sequence[AuditEvent]) -> RuleSet:
    """The rules of the draft without an act, which must be one on it, ``later`` all that came after it.

    Raises ChangedAgain with the items that rest on it: which a later act changed in the same place, which use what
    would go and were themselves changed later, or which would be missed because a later act removed them.
    """
    return _take_out(rules, act.changes or [], later)


def without_rest(rules: RuleSet, act: AuditEvent, later: Sequence[AuditEvent]) -> tuple[RuleSet, int]:
    """The rules without what of an act nobody changed since, and how many changes that are.

    Raises ChangedAgain where nothing of it can be taken back alone.
    """
    changes = act.changes or []
    while True:
        try:
            return _take_out(rules, changes, later), len(changes)
        except ChangedAgain as again:
            left = [change for change in changes if change["place"] not in again.places]
            if not left or len(left) == len(changes):
                raise
            changes = left


def _take_out(rules: RuleSet, changes: Sequence[inverse.PlainChange], later: Sequence[AuditEvent]) -> RuleSet:
    try:
        found = inverse.take_back(rules, changes)
    except RuleSetError as error:  # kept by a release whose items had other fields
        raise ChangedAgain([change["place"] for change in changes]) from error
    touched = [change for it in later for change in it.changes or ()]
    if resting := [*_resting_on(found, changes, touched), *_back_already(changes, touched)]:
        raise ChangedAgain(resting)
    return found


def _back_already(changes: Sequence[inverse.PlainChange], later: Sequence[inverse.PlainChange]) -> list[str]:
    """Rows, which have no key, that were removed and that later acts added again: they must not come twice."""
    back: list[str] = []
    for gone in changes:
        collection, _key = place_parts(gone["place"])
        if gone["happened"] == ChangeType.REMOVED and collection in NUMBERED:
            came, went = (
                [it["place"] for it in later if it["happened"] == happened and it[when] == gone["old"]]
                for happened, when in ((ChangeType.ADDED, "new"), (ChangeType.REMOVED, "old"))
            )
            back += came if len(came) > len(went) else []
    return back


def _resting_on(
    found: RuleSet, changes: Sequence[inverse.PlainChange], later: Sequence[inverse.PlainChange]
) -> list[str]:
    """What a later act made of use or took away: items that use what would go, and items that would be missed."""
    mine, touched = ({change["place"] for change in each} for each in (changes, later))
    came = {change["place"] for change in changes if change["happened"] == ChangeType.ADDED}
    lost = {change["place"] for change in later if change["happened"] == ChangeType.REMOVED}
    holders = {place_parts(place) for place in (touched if came else set()) | (mine if lost else set())}
    resting: dict[str, None] = {}
    for reference in references(found, holders) if holders else ():
        holder, target = "/".join(reference.holder), "/".join(reference.target)
        if target in came and holder in touched:
            resting[holder] = None
        elif target in lost and holder in mine and not inverse.is_there(found, *reference.target):
            resting[target] = None
    return [*resting]
