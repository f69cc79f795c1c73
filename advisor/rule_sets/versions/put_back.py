"""One difference of the draft put back: the item is again as the version in force has it, and that can be undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from advisor.engine.document.causes import caused_changes
from advisor.engine.document.edit import place_parts
from advisor.engine.document.inverse import ChangedAgain
from advisor.engine.document.restore import StandsInTheWay, restore
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import draft as drafts
from advisor.models import rule_set_version as versions
from advisor.models.audit import AuditEvent, audit_events
from advisor.models.draft import NoDraft
from advisor.rule_sets.editor.presenter import user_links
from advisor.rule_sets.versions.changes import difference_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web import identity
from advisor.wording.items import item_label, item_name, noun_of

_KIND = "draft put back"

_LISTED = 10


class ChangedMeanwhile(Exception):  # noqa: N818
    """What was to be put back does not differ as it did when the page was shown."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an item cannot be put back: what refers to it (``users``), or what it would refer to (``missing``)."""

    what: str
    users: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    more: int


def act_of(button: str) -> Callable[[Session], str]:
    """The act that the button names: "restore 0f3a…" by the mark of a change, or "undo 57" by its number.

    It gives the address that shows what was done. It raises ChangedMeanwhile and StandsInTheWay.
    """
    verb, _space, rest = button.partition(" ")
    if verb == "restore" and rest:
        return lambda session: _put_back(session, rest)
    sequence = whole_number(rest)
    if verb != "undo" or sequence is None:
        abort(400)
    return lambda session: _undo(session, sequence)


def _put_back(session: Session, mark: str) -> str:
    who, fingerprint = identity.actor(), drafts.current_fingerprint(session)
    draft = drafts.find_draft(session)
    if draft is None:
        return url_for(".home", gone=1)
    found = [one for one in caused_changes(versions.rule_set(session), draft.rule_set) if one.mark == mark]
    if not found:
        raise ChangedMeanwhile
    change = found[0].change
    what = f"{change.collection}/{change.key}"
    drafts.edit(session, who, lambda rules: restore(rules, found[0]), kind=_KIND, what=what, expected=fingerprint)
    entry = session.scalars(audit_events().where(AuditEvent.kind == _KIND).limit(1)).one()
    return _address(back=entry.sequence)


def _address(**more: Any) -> str:
    page: dict[str, Any] = {"page": request.args["page"]} if "page" in request.args else {}
    return url_for("rule_sets.differences", **page, **more)


def latest() -> dict[str, str] | None:
    """What the address says was put back just now: what it was, and the button that undoes that."""
    sequence = whole_number(request.args.get("back")) or 0
    with database().read() as session:
        entry = _entry(session, sequence)
        draft = drafts.find_draft(session)
        if entry is None or draft is None:
            return None
        in_force = versions.in_force(session)
        rules = versions.rule_set(session, in_force.number)
        place = next(iter(entry.after or entry.before or {}), entry.what)
        label = item_label(draft.rule_set, *place_parts(place), rules)
    is_gone = not entry.after
    return {"what": "" if is_gone else label, "number": str(in_force.number), "do": f"undo {sequence}"}


def _entry(session: Session, sequence: int) -> AuditEvent | None:
    entry = session.get(AuditEvent, sequence) if 0 < sequence < 2**31 else None
    return entry if entry is not None and entry.kind == _KIND else None


def _undo(session: Session, sequence: int) -> str:
    if _entry(session, sequence) is not None:
        try:
            drafts.take_back(session, identity.actor(), sequence)
        except NoDraft:
            return url_for(".home", gone=1)
        except (ChangedAgain, LookupError) as error:
            raise ChangedMeanwhile from error
    return _address()


def obstacle_of(workspace: DraftWorkspace, refused: StandsInTheWay) -> Obstacle:
    """What stands in the way, by name and with links: items that are edited, or differences that are put back first."""
    holders = list(dict.fromkeys(reference.holder for reference in refused.references))
    targets = list(dict.fromkeys(reference.target for reference in refused.references))
    missing = []
    for collection, key in targets:
        if url := difference_url(workspace, collection, key):
            name = item_name(workspace.rules, collection, key, workspace.in_force)
            missing.append({"noun": noun_of(collection), "name": name, "key": key, "url": url})
    users = [] if missing else user_links(workspace.rules, holders[:_LISTED])
    what = item_label(workspace.rules, *(holders if missing else targets)[0], workspace.in_force)
    return Obstacle(what, users, missing[:_LISTED], max(0, len(missing or holders) - _LISTED))
