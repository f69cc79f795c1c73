"""Writes of the draft: each finds the item as it was opened, changes that alone, and is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document import edit
from advisor.engine.document.document import NUMBERED, items_of, key_of
from advisor.engine.document.new_claims import with_new_claims
from advisor.engine.model.evidence import Claim
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.rules import RuleSet
from advisor.models import Account
from advisor.models.audit import Actor, AuditEvent, audit_events
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.audit.draft_history import REMOVED
from advisor.rule_sets.editor.item_editors import with_hidden_fields


@dataclass(frozen=True, slots=True)
class LastSaved:
    """Who changed an item last, and when. ``by`` is "" where that account is gone."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedItem:
    """The key of an item that was saved, or its number, and the number of that act; 0 where nothing differed."""

    key: str
    act: int


def save(
    session: Session,
    who: Actor,
    collection: str,
    key: str,
    item: Any,
    *,
    opened: str,
    meaning_changed: bool = False,
    claims: Sequence[Claim] = (),
) -> "SavedItem":
    """Put an item into the draft in the place of the one that was opened, or add it where ``opened`` is "".

    With it come the ``claims`` on which it rests and which are not there yet. Raises NoDraft, ChangedSince, KeyTaken
    and NoSuchItem; then nothing has changed.
    """
    stored = ""

    def act(rules: RuleSet) -> RuleSet:
        nonlocal stored
        if not opened:
            at = _place_of_new(rules, collection)
            changed = edit.add(rules, collection, item, at)
            number = len(items_of(rules, collection)) if at is None else at
            stored = str(number) if collection in NUMBERED else key_of(item)
            return changed
        where = edit.locate(rules, collection, key, opened)
        present = edit.find(rules, collection, where)
        stored = where if collection in NUMBERED else key_of(item)
        if meaning_changed and isinstance(item, (Question, Option)):
            wording = item.text if isinstance(item, Question) else item.label
            fresh = replace(item, key=edit.free_key(rules, collection, " ".join(wording.split()[:6])))
            stored = fresh.key
            return edit.change_meaning(rules, collection, where, with_hidden_fields(fresh, present))
        return edit.put(rules, collection, where, with_hidden_fields(item, present))

    kind = "draft changed" if opened else "draft added to"
    what = f"{collection}/{key or key_of(item)}".rstrip("/")
    changed = drafts.edit(session, who, lambda rules: with_new_claims(act(rules), claims), kind=kind, what=what)
    return SavedItem(stored, drafts.last_act(session, kind) if changed else 0)


def remove(session: Session, who: Actor, collection: str, key: str, *, opened: str, with_users: bool = False) -> int:
    """Take the item that was opened out of the draft; a question is retired, if wanted with all that looks at it.

    Gives the number of this act. Raises NoDraft, ChangedSince and NoSuchItem; then nothing has changed.
    """

    def act(rules: RuleSet) -> RuleSet:
        where = edit.locate(rules, collection, key, opened)
        if collection == "questions":
            return edit.retire(rules, where, with_users=with_users)
        return edit.remove(rules, collection, where)

    drafts.edit(session, who, act, kind=REMOVED, what=f"{collection}/{key}")
    return drafts.last_act(session, REMOVED)


def move(
    session: Session,
    who: Actor,
    collection: str,
    key: str,
    after: str | None,
    *,
    opened: str = "",
    after_opened: str = "",
) -> str:
    """Move an item to where it comes after another, None for the first place; give its key, or its new number.

    Raises as ``remove`` does, also where that other one is not as it was.
    """
    stored = key

    def at(rules: RuleSet, key: str, opened: str) -> int:
        where = edit.locate(rules, collection, key, opened) if collection in NUMBERED else key
        return items_of(rules, collection).index(edit.find(rules, collection, where))

    def act(rules: RuleSet) -> RuleSet:
        nonlocal stored
        own = at(rules, key, opened)
        to = 0 if after is None else at(rules, after, after_opened) + 1
        to -= to > own  # it leaves its own place
        stored = str(to) if collection in NUMBERED else key
        return edit.move(rules, collection, str(own) if collection in NUMBERED else key, to - own)

    def tell(before: RuleSet, after: RuleSet) -> tuple[object, object]:
        """Its place among the others, from 1. That the neighbour then stands elsewhere is not told."""
        item, place = edit.find(after, collection, stored), f"{collection}/{stored}"
        old, new = (items_of(rules, collection).index(item) + 1 for rules in (before, after))
        return {place: old}, {place: new}

    drafts.edit(session, who, act, kind="draft moved", what=f"{collection}/{key}", summary=tell)
    return stored


def last_saved(session: Session, collection: str, key: str) -> LastSaved | None:
    """Who changed this item of the draft last, as far as the record says."""
    mine = (AuditEvent.what == f"{collection}/{key}", AuditEvent.kind.startswith("draft "))
    event = session.scalars(audit_events().where(*mine).limit(1)).first()
    if event is None:
        return None
    email = session.scalar(select(Account.email).where(Account.id == event.account_id))
    return LastSaved(email or "", event.at)


def _place_of_new(rules: RuleSet, collection: str) -> int | None:
    """At the end; in a policy table before the last row, after which no row would ever decide."""
    rows = items_of(rules, collection)
    return len(rows) - 1 if collection in {"leave", "kind"} and rows else None
