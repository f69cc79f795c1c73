"""The order of a list of the draft: what it means, and moving an item by choosing its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from advisor.engine.document.document import NUMBERED, NoSuchItem, fingerprint_of, items_of, key_of
from advisor.engine.document.edit import ChangedSince
from advisor.engine.model.rules import RuleSet
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.editor import operations
from advisor.rule_sets.editor.list_state import ITEMS_ON_A_PAGE, carried_values, list_state
from advisor.rule_sets.item_urls import item_url, list_url
from advisor.rule_sets.workspace import write_once
from advisor.web.access import identity
from advisor.wording.items import short_text, shorten, subject_of

ORDERED: Mapping[str, Any] = {
    "questions": _l("They are asked in this order."),
    "options": _l("They are offered in this order."),
    "leave": _l("The first row that fits decides."),
    "kind": _l("The first row that fits decides."),
    "guidance": _l("They are told in this order."),
    "risks": _l("Of two that weigh the same, the one that stands first is told first."),
    "limits": _l("They are read in this order."),
}
"""Lists whose order means something, and what. In all others items stand as they were added."""

FIRST = "first"

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place in a list: first, or after an item. ``value`` is what the form sends."""

    value: str
    name: str
    is_present: bool = False


@dataclass(frozen=True, slots=True)
class ItemPlaces:
    """Where an item stands, from 1, among how many; and where it could. ``handle`` is what the button says."""

    handle: str
    number: int
    total: int
    choices: tuple[PlaceChoice, ...]


def handle_of(rules: RuleSet, collection: str, at: int) -> str:
    """What a form calls the item at this number: its key, or its number and its fingerprint."""
    item = items_of(rules, collection)[at]
    return f"{at} {fingerprint_of(item)}" if collection in NUMBERED else key_of(item)


def places_of(rules: RuleSet, collection: str, key: str) -> ItemPlaces | None:
    """The places to choose from for an item; None where the order means nothing, or there is no other."""
    items = items_of(rules, collection)
    keys = [str(at) if collection in NUMBERED else key_of(item) for at, item in enumerate(items)]
    if subject_of(collection) not in ORDERED or key not in keys or len(items) < 2:
        return None
    own = keys.index(key)
    choices = [PlaceChoice(FIRST, str(_("first")), own == 0)]
    for at, item in enumerate(items):
        if at != own:
            name = shorten(short_text(rules, item), _LONGEST_NAME)
            name = f"{at + 1}. {name}" if collection in NUMBERED else name
            value = f"after {handle_of(rules, collection, at)}"
            choices.append(PlaceChoice(value, str(_("after “%(name)s”", name=name)), at == own - 1))
    return ItemPlaces(handle_of(rules, collection, own), own + 1, len(items), tuple(choices))


def move_to_place(collection: str, handle: list[str]) -> ResponseReturnValue:
    """Move the item of this handle to the place that was chosen, and lead back to where that was done.

    Where either of the two items was changed or removed meanwhile nothing is moved, and the list says so.
    """
    key, opened = handle[0], "".join(handle[1:])
    after, after_opened = _chosen_place()
    if subject_of(collection) not in ORDERED:
        abort(400)
    is_on_item = request.form.get("on") == "item"

    def move(session: Session) -> str:
        stored = operations.move(
            session, identity.actor(), collection, key, after, opened=opened, after_opened=after_opened
        )
        if is_on_item:
            return item_url(collection, stored, moved="1", **carried_values())
        return _list_with(session, collection, stored)

    try:
        return write_once(move)
    except (ChangedSince, NoSuchItem):
        return redirect(list_url(collection, stale="1", **({} if "/" in collection else list_state(request.args))), 303)


def _chosen_place() -> tuple[str | None, str]:
    """The item after which to stand, None for the first place; and the fingerprint of that item where it has no key."""
    sent = request.form.get("to", "")
    after, _space, handle = sent.partition(" ")
    if sent == FIRST:
        return None, ""
    if after != "after":
        abort(400)
    key, _space, opened = handle.partition(" ")
    return key, opened


def _list_with(session: Session, collection: str, key: str) -> str:
    """The list, where the item that was moved stands now."""
    if "/" in collection:
        return item_url("questions", collection.split("/")[1], anchor=f"thing-{key}", moved="1", **carried_values())
    state = list_state(request.args)
    draft = drafts.find_draft(session)
    if not state.keys() - {"page"} and draft is not None:
        keys = [key_of(item) for item in items_of(draft.rule_set, collection)]
        at = int(key) if collection in NUMBERED else keys.index(key)
        state = {"page": str(at // ITEMS_ON_A_PAGE + 1)} if at >= ITEMS_ON_A_PAGE else {}
    return list_url(collection, anchor=f"thing-{key}", moved="1", **state)


def move_notice() -> str:
    """What the address says has just been moved, or could not be."""
    if "stale" in request.args:
        return str(_("Nothing was moved: somebody changed this list meanwhile. Here it is as it is now."))
    return str(_("Moved in the draft.")) if "moved" in request.args else ""
