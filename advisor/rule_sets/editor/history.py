"""What was done to one thing of the draft, word by word, the latest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from advisor.engine.document.document import field_from_plain
from advisor.engine.document.edit import place_parts
from advisor.engine.document.items import NUMBERED, NoSuchItem, kind_of, options_of
from advisor.engine.document.numbers import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import Account
from advisor.models.audit import AuditEvent, draft_events
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.field_text import FieldDifference, differences
from advisor.rule_sets.editor.item_editors import subject_of
from advisor.rule_sets.item_urls import ANY_LIST, item_url, list_url
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home
from advisor.wording import rule_set_vocabulary

PAGE = 30
"""Acts on a page."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did to one thing: "added", "changed", "removed" or "moved", and which fields differ."""

    happened: str
    name: str
    fields: list[FieldDifference]
    from_place: int = 0
    to_place: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the record. ``by`` is "" where the account is gone."""

    sequence: int
    at: datetime
    by: str
    happenings: list[Happening]


@bp.get(f"/admin/rules/draft/<{ANY_LIST}:things>/<key>/history")
def history(things: str, key: str) -> ResponseReturnValue:
    """Show what was done to a thing, or to a whole table whose rows have no key."""
    return _history(things, key)


@bp.get("/admin/rules/draft/questions/<key>/answers/<option>/history")
def option_history(key: str, option: str) -> ResponseReturnValue:
    """Show what was done to an answer of a question."""
    return _history(options_of(key), option)


def _history(collection: str, key: str) -> ResponseReturnValue:
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
    acts = [act for event in found[:PAGE] if (act := _act(workspace, event, place, people)).happenings]
    if not acts and asked is None and not _is_there(workspace, collection, key):
        abort(404)
    more = len(found) > PAGE
    return render_template(
        "rule_sets/editor/history.html",
        noun=rule_set_vocabulary.NOUNS[subject_of(collection)],
        title=rule_set_vocabulary.LISTS[collection] if numbered else key,
        acts=acts,
        older=found[PAGE - 1].sequence if more else 0,
        back=item_url(collection, key) if _is_there(workspace, collection, key) else list_url(collection),
    )


def _is_there(workspace: DraftWorkspace, collection: str, key: str) -> bool:
    try:
        workspace.thing(collection, key)
    except NoSuchItem:
        return False
    return True


def _act(workspace: DraftWorkspace, event: AuditEvent, place: str, people: Mapping[UUID, str]) -> Act:
    before, after = event.before or {}, event.after or {}
    within = place if place.endswith("/") else f"{place}/"
    mine = [at for at in dict.fromkeys((*before, *after)) if at == place or at.startswith(within)]
    told = [_happening(workspace.rules, at, before.get(at), after.get(at)) for at in mine]
    by = people.get(event.account_id, "") if event.account_id else ""
    return Act(event.sequence, event.at, by, told)


def _happening(rules: RuleSet, place: str, old: Any, new: Any) -> Happening:
    collection, key = place_parts(place)
    noun = rule_set_vocabulary.NOUNS[subject_of(collection)]
    name = f"{noun} {int(key) + 1 if collection in NUMBERED else key}"
    if isinstance(old, int) and isinstance(new, int):
        return Happening("moved", name, [], old, new)
    happened = "added" if old is None else "removed" if new is None else "changed"
    first, second = _thing(collection, old), _thing(collection, new)
    if isinstance(first, str) or isinstance(second, str):
        return Happening(happened, name, differences(rules, rules, first, second))
    names = [field for field in (old or new) if field != "options"]
    return Happening(happened, name, differences(rules, rules, first, second, names))


def _thing(collection: str, plain: Any) -> Any:
    """What the record tells of a thing, as far as that is: only the fields that changed, where it was changed."""
    if not isinstance(plain, Mapping):
        return plain
    return SimpleNamespace(**{name: _value(collection, name, value) for name, value in plain.items()})


def _value(collection: str, name: str, value: Any) -> Any:
    try:
        return field_from_plain(kind_of(collection), name, value)
    except (RuleSetError, KeyError):  # told by a release whose things had other fields
        return str(value)
