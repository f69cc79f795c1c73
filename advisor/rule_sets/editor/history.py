"""What was done to one item of the draft, word by word, the latest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from advisor.engine.document.document import NUMBERED, field_from_plain, kind_of, options_of
from advisor.engine.document.edit import place_parts
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import Account
from advisor.models.audit import AuditEvent, draft_events
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.field_text import FieldDifference, differences
from advisor.rule_sets.editor.item_editors import item_or_none
from advisor.rule_sets.item_urls import ANY_COLLECTION, item_url, list_url
from advisor.rule_sets.workspace import workspace_or_home
from advisor.wording.items import item_label, subject_of
from advisor.wording.vocabulary import LISTS, NOUNS

PAGE = 30
"""Entries on a page."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What one act did to one item: "added", "changed", "removed" or "moved", and which fields differ."""

    happened: str
    name: str
    fields: list[FieldDifference]
    from_place: int = 0
    to_place: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An act of the record. ``by`` is "" where the account is gone."""

    sequence: int
    at: datetime
    by: str
    changes: list[ItemChange]


@bp.get(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>/<key>/history")
@bp.get("/admin/rules/draft/questions/<question>/answers/<key>/history")
def item_history(key: str, collection: str = "", question: str = "") -> ResponseReturnValue:
    """Show what was done to an item, or to a whole table whose rows have no key."""
    collection = collection or options_of(question)
    workspace = workspace_or_home()
    numbered = collection in NUMBERED
    place = f"{collection}/" if numbered else f"{collection}/{key}"
    asked = whole_number(request.args.get("before"))
    query = draft_events(place).limit(PAGE + 1)
    if asked is not None:
        query = query.where(AuditEvent.sequence < asked)
    with database().read() as session:
        found = list(session.scalars(query))
        people = {account.id: account.email for account in session.scalars(select(Account))}
    entries = [entry for event in found[:PAGE] if (entry := _entry(workspace.rules, event, place, people)).changes]
    is_there = item_or_none(workspace.rules, collection, key) is not None
    if not entries and asked is None and not is_there:
        abort(404)
    return render_template(
        "rule_sets/editor/history.html",
        noun=NOUNS[subject_of(collection)],
        title=LISTS[collection] if numbered else key,
        entries=entries,
        older=found[PAGE - 1].sequence if len(found) > PAGE else 0,
        back=item_url(collection, key) if is_there else list_url(collection),
    )


def _entry(rules: RuleSet, event: AuditEvent, place: str, people: Mapping[UUID, str]) -> HistoryEntry:
    before, after = event.before or {}, event.after or {}
    within = place if place.endswith("/") else f"{place}/"
    mine = [at for at in dict.fromkeys((*before, *after)) if at == place or at.startswith(within)]
    changes = [_change(rules, at, before.get(at), after.get(at)) for at in mine]
    by = people.get(event.account_id, "") if event.account_id else ""
    return HistoryEntry(event.sequence, event.at, by, changes)


def _change(rules: RuleSet, place: str, old: Any, new: Any) -> ItemChange:
    collection, key = place_parts(place)
    name = item_label(rules, collection, key)
    if isinstance(old, int) and isinstance(new, int):
        return ItemChange("moved", name, [], old, new)
    happened = "added" if old is None else "removed" if new is None else "changed"
    names = [field for field in (old or new) if field != "options"] if isinstance(old or new, Mapping) else None
    texts = differences(rules, rules, _item(collection, old), _item(collection, new), names)
    return ItemChange(happened, name, texts)


def _item(collection: str, plain: Any) -> Any:
    """What the record tells of an item, as far as that is: only the fields that changed, where it was changed."""
    if not isinstance(plain, Mapping):
        return plain
    return SimpleNamespace(**{name: _value(collection, name, value) for name, value in plain.items()})


def _value(collection: str, name: str, value: Any) -> Any:
    try:
        return field_from_plain(kind_of(collection), name, value)
    except (RuleSetError, KeyError):  # told by a release whose items had other fields
        return str(value)
