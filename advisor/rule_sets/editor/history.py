"""What was done to one item of the draft, word by word, the latest first."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.document import NUMBERED, field_from_plain, kind_of, options_of
from advisor.engine.document.edit import place_parts
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models.audit import DRAFT_ENDS, AuditEvent, draft_acts, draft_ends, draft_events
from advisor.models.rule_sets import rule_set_version as versions
from advisor.rule_sets.audit.act_sentences import PlainItemChange, changes_of
from advisor.rule_sets.audit.draft_history import TakeBack, people_of, sentence_by, take_backs
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.inputs.field_text import FieldDifference, differences, with_removed
from advisor.rule_sets.editor.item_editors import item_or_none
from advisor.rule_sets.item_urls import ANY_COLLECTION, item_url, list_url
from advisor.rule_sets.workspace import load_workspace
from advisor.web.forms import ButtonForm
from advisor.wording.items import item_label, item_name, subject_of
from advisor.wording.rule_set_vocabulary import LISTS, NOUNS

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
    """An act of the record. ``fate`` says what became of the draft it was done in, "" of the present one.

    ``take_back`` is None where it was not done in the present draft.
    """

    sequence: int
    at: datetime
    sentence: str
    changes: list[ItemChange]
    fate: str
    take_back: TakeBack | None


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A version that was brought back, and with it another state of the item. ``sequence`` is that of the act."""

    sequence: int
    at: datetime
    sentence: str
    changes: list[ItemChange]


@bp.get(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>/<key>/history")
@bp.get("/admin/rules/draft/questions/<question>/answers/<key>/history")
def item_history(key: str, collection: str = "", question: str = "") -> ResponseReturnValue:
    """Show what was done to an item, or to a whole table whose rows have no key; also while there is no draft."""
    collection = collection or options_of(question)
    workspace = load_workspace()
    numbered = collection in NUMBERED
    place = f"{collection}/" if numbered else f"{collection}/{key}"
    asked = whole_number(request.args.get("before"))
    query = draft_events(place).limit(PAGE + 1)
    if asked is not None:
        query = query.where(AuditEvent.sequence < asked)
    with database().read() as session:
        found = list(session.scalars(query))
        acts = session.scalars(draft_acts()).all() if workspace.has_draft else []
        ends = session.scalars(draft_ends()).all()
        people = people_of(session, [*found, *acts, *ends])
        more = len(found) > PAGE
        span = (found[PAGE - 1].sequence if more else 0, asked or sys.maxsize)
        brought = [] if numbered else _brought_back(session, collection, key, ends, people, span)
    rules, earlier = workspace.rules, (workspace.base, workspace.in_force)
    words = with_removed(rules, *earlier)
    possible = take_backs(rules, acts, {event.sequence for event in found}, people, *earlier)
    entries: list[HistoryEntry | BroughtBack] = [
        HistoryEntry(
            event.sequence,
            event.at,
            sentence_by(rules, event, people, *earlier),
            changes,
            _fate(event, ends),
            possible.get(event.sequence),
        )
        for event in found[:PAGE]
        if (changes := _changes_at(words, event, place))
    ]
    entries = sorted([*entries, *brought], key=lambda entry: -entry.sequence)
    is_there = item_or_none(rules, collection, key) is not None
    if not entries and asked is None and not is_there:
        abort(404)
    back = item_url(collection, key) if is_there else list_url(collection)
    return render_template(
        "rule_sets/editor/history.html",
        form=ButtonForm(),
        noun=NOUNS[subject_of(collection)],
        title=LISTS[collection] if numbered else item_name(rules, collection, key, *earlier),
        small_key="" if numbered else key,
        entries=entries,
        older=found[PAGE - 1].sequence if more else 0,
        back=back if workspace.has_draft else url_for("rule_sets.home"),
    )


def _fate(event: AuditEvent, ends: Sequence[AuditEvent]) -> str:
    """What became of the draft that an act was done in."""
    end = next((end for end in ends if end.sequence > event.sequence and end.kind in DRAFT_ENDS), None)
    if end is None:
        return ""
    if end.kind == "rules published":
        return str(_("Published with version %(n)s", n=end.version))
    return str(_("Discarded with its draft"))


def _brought_back(
    session: Session,
    collection: str,
    key: str,
    ends: Sequence[AuditEvent],
    people: Mapping[UUID, str],
    span: tuple[int, int],
) -> list[BroughtBack]:
    """The versions brought back that put the item in another state, or took it away, among the entries of a page."""
    found = []
    for end in ends:
        if end.kind in DRAFT_ENDS or end.version is None or not span[0] < end.sequence < span[1]:
            continue
        before, after = (versions.rule_set(session, number) for number in (end.version - 1, end.version))
        old, new = (item_or_none(rules, collection, key) for rules in (before, after))
        if old == new:
            continue
        happened = "added" if old is None else "removed" if new is None else "changed"
        texts = differences(before, after, old, new)
        change = ItemChange(happened, item_label(after, collection, key, before), texts)
        sentence = sentence_by(after, end, people)
        found.append(BroughtBack(end.sequence, end.at, sentence, [change]))
    return found


def _changes_at(rules: RuleSet, event: AuditEvent, place: str) -> list[ItemChange]:
    """What an act did at a place of the document and within it."""
    within = place if place.endswith("/") else f"{place}/"
    mine = [change for change in changes_of(event) if change.place == place or change.place.startswith(within)]
    return [_change(rules, change) for change in mine]


def _change(rules: RuleSet, change: PlainItemChange) -> ItemChange:
    collection, key = place_parts(change.place)
    name = item_label(rules, collection, key)
    if change.happened == "moved":
        return ItemChange("moved", name, [], change.from_place, change.to_place)
    old, new = change.old, change.new
    names = [field for field in (old or new) if field != "options"] if isinstance(old or new, Mapping) else None
    texts = differences(rules, rules, _item(collection, old), _item(collection, new), names)
    return ItemChange(change.happened, name, texts)


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
