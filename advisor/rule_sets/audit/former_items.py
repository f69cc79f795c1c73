"""The rule sets in which items that are gone by now still say what they said, so that an entry need not name a key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from advisor.engine.document.document import KINDS, NUMBERED, item_from_plain, key_of, kind_of
from advisor.engine.document.edit import place_parts
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.models import AuditEvent
from advisor.models.rule_sets import rule_set_version as versions
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import is_item

_LOOKED_AT = 12
"""Versions that are looked through, the latest first: more would have to be read anew for each page."""


def former_rule_sets(session: Session, workspace: DraftWorkspace, events: Sequence[AuditEvent]) -> tuple[RuleSet, ...]:
    """What the items of these entries are looked for in where the draft does not have them.

    That is the version that the draft was made from, the one in force, as many earlier ones as it takes, and last what
    the entries themselves tell of items that were never published.
    """
    held = [workspace.base, workspace.in_force]
    missing = {place for event in events for place in _places(event) if not _is_named(place, workspace.rules, *held)}
    latest = workspace.in_force_number - 1
    for number in range(latest, max(0, latest - _LOOKED_AT), -1):
        if not missing:
            break
        rules = versions.rule_set(session, number)
        found = {place for place in missing if _is_named(place, rules)}
        if found:
            held.append(rules)
            missing -= found
    return (*held, *_told_by(events, missing, workspace.rules))


def _places(event: AuditEvent) -> Iterator[str]:
    """Every place with a key that an entry names; a row has none, and is called by its number."""
    for place in (event.what, *(change["place"] for change in event.changes or ())):
        if "/" in place and place_parts(place)[0] not in NUMBERED:
            yield place


def _is_named(place: str, *rule_sets: RuleSet) -> bool:
    return any(is_item(rules, *place_parts(place)) for rules in rule_sets)


def _told_by(events: Iterable[AuditEvent], places: set[str], rules: RuleSet) -> Iterator[RuleSet]:
    """The draft with what an entry itself tells of items of these places that came or went; nothing where none does."""
    lists: dict[str, dict[str, Any]] = {}
    for change in (change for event in events for change in event.changes or ()):
        collection, _key = place_parts(change["place"])
        whole = next((change[when] for when in ("new", "old") if isinstance(change.get(when), Mapping)), None)
        if change["place"] not in places or collection not in KINDS or change["happened"] == "changed":
            continue
        try:
            item = item_from_plain(kind_of(collection), whole)
        except RuleSetError:  # told by a release whose items had other fields
            continue
        lists.setdefault(collection, {}).setdefault(key_of(item), item)
    if lists:
        more = {name: (*getattr(rules, name), *items.values()) for name, items in lists.items()}
        yield replace(rules, **more)
