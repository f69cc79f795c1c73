"""Taking an act back: what each of its changes has to be kept with, and the inverse of all of them on later rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.engine.document.diff import Change, ChangeType
from advisor.engine.document.document import (
    NUMBERED,
    NoSuchItem,
    fingerprint_of,
    item_from_plain,
    items_of,
    key_of,
    kind_of,
    to_plain,
    with_items,
)
from advisor.engine.document.edit import place_parts
from advisor.engine.model.rules import RuleSet

PlainChange = Mapping[str, Any]
"""A change as plain values, as a record keeps it.

``place`` ("rules/steps-set") and ``happened``; ``old`` and ``new``, the fields that differ, or all of the item where it
came or went or has no key; for what went or moved also ``old_at``, its position then, and ``old_between``, its
neighbours, each "" where there is none; for what moved ``new_at`` and ``new_between`` as well.
"""


class ChangedAgain(Exception):  # noqa: N818
    """Later changes rest on what would be taken back. ``places`` are those items."""

    def __init__(self, places: Sequence[str]) -> None:
        self.places = tuple(dict.fromkeys(places))
        super().__init__(", ".join(self.places))


def plain_changes(before: RuleSet, after: RuleSet, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes from one rule set to another (``diff``), with all that it takes to take them back."""
    return [_plain(before, after, change) for change in changes]


def take_back(rules: RuleSet, changes: Sequence[PlainChange]) -> RuleSet:
    """The rule set without an act: what it added goes, what it removed, changed or moved is as before it.

    Of the rules right after the act this gives exactly the rules before it. What later acts did elsewhere stays.
    Raises ChangedAgain where a later act changed the same field, removed the item or put another one there.
    """
    by_collection: dict[str, list[PlainChange]] = {}
    for change in changes:
        by_collection.setdefault(place_parts(change["place"])[0], []).append(change)
    changed_again: list[str] = []
    for collection, mine in by_collection.items():
        try:
            items = items_of(rules, collection)
        except NoSuchItem:  # the question of an answer is gone
            changed_again += [f"questions/{collection.split('/')[1]}"]
            continue
        taken = _Items(collection, items)
        for change in mine:
            if not taken.take_out(change):
                changed_again.append(change["place"])
        taken.put_in(mine)
        rules = with_items(rules, collection, taken.items)
    if changed_again:
        raise ChangedAgain(changed_again)
    return rules


def is_inverse(changes: Sequence[PlainChange], of: Sequence[PlainChange]) -> bool:
    """Whether the changes of an act lead back exactly what those ``of`` another one did."""

    def sides(changes: Sequence[PlainChange], one: str, other: str) -> dict[str, tuple[Any, Any]]:
        return {change["place"]: (change.get(one), change.get(other)) for change in changes}

    return sides(changes, "old", "new") == sides(of, "new", "old")


class _Items:
    """The items of one list while an act is taken back from them. What is taken out leaves None until ``put_in``."""

    def __init__(self, collection: str, items: Sequence[Any]) -> None:
        self.collection = collection
        self.items: list[Any] = list(items)
        self._places: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            self._places.setdefault(_name(collection, item), []).append(at)
        self._moved: dict[str, Any] = {}

    def take_out(self, change: PlainChange) -> bool:
        """Take a change back but for the position; says whether no later one rests on it."""
        at = self._find(change)
        if change["happened"] == ChangeType.REMOVED:
            return at is None
        if at is None or not self._is_as_left(at, change):
            return False
        if change["happened"] == ChangeType.ADDED:
            self.items[at] = None
            return True
        if "old" in change:
            self.items[at] = self._with_old(self.items[at], change["old"])
        if "old_at" in change:
            self._moved[change["place"]], self.items[at] = self.items[at], None
        return True

    def put_in(self, changes: Sequence[PlainChange]) -> None:
        """Put what was removed or moved where it stood, from the first place to the last."""
        self.items = [item for item in self.items if item is not None]
        names = [_name(self.collection, item) for item in self.items]
        for change in sorted((c for c in changes if "old_at" in c), key=lambda c: int(c["old_at"])):
            is_gone = change["happened"] == ChangeType.REMOVED
            item = self._item(change["old"]) if is_gone else self._moved.get(change["place"])
            if item is not None:
                at = _position(names, change)
                self.items.insert(at, item)
                names.insert(at, _name(self.collection, item))

    def _find(self, change: PlainChange) -> int | None:
        """Where the item stands that the act left, or a removed one would stand again; None where it is not there."""
        _collection, key = place_parts(change["place"])
        if self.collection not in NUMBERED:
            return next(iter(self._places.get(key, ())), None)
        if change["happened"] == ChangeType.REMOVED:
            return None
        same = self._places.get(_name(self.collection, self._item(change["new"])), ())
        there = (at for at in same if self.items[at] is not None)
        return min(there, key=lambda at: abs(at - int(key)), default=None)

    def _is_as_left(self, at: int, change: PlainChange) -> bool:
        if change["happened"] == ChangeType.ADDED:
            return bool(to_plain(self.items[at]) == change["new"])
        if self.collection not in NUMBERED and "new" in change:
            present = to_plain(self.items[at])
            if any(present.get(name) != value for name, value in change["new"].items()):
                return False
        return "new_between" not in change or self._is_between(at, change["new_between"])

    def _is_between(self, at: int, neighbours: Sequence[str]) -> bool:
        """Whether an item still stands below the one and above the other, as far as these are there."""
        above, below = (self._places.get(name, ()) for name in neighbours)
        return (not above or min(above) < at) and (not below or at < max(below))

    def _with_old(self, present: Any, old: Any) -> Any:
        if self.collection in NUMBERED:
            return self._item(old)
        fields = {name: value for name, value in {**to_plain(present), **old}.items() if value is not None}
        return self._item(fields)

    def _item(self, plain: Any) -> Any:
        return plain if isinstance(plain, str) else item_from_plain(kind_of(self.collection), plain)


def _position(names: Sequence[str], change: PlainChange) -> int:
    """Where an item comes to stand again: below the one that stood above it, else above the one below it."""
    above, below = change["old_between"]
    if not above:
        return 0
    if above in names:
        return names.index(above) + 1
    return names.index(below) if below in names else min(int(change["old_at"]), len(names))


def _plain(before: RuleSet, after: RuleSet, change: Change) -> dict[str, Any]:
    kept: dict[str, Any] = {"place": f"{change.collection}/{change.key}", "happened": change.happened.value}
    whole = change.collection in NUMBERED or change.happened in {ChangeType.ADDED, ChangeType.REMOVED}
    for when, item in (("old", change.old), ("new", change.new)):
        if item is not None and (whole or change.fields):
            plain = to_plain(item)
            kept[when] = plain if whole else {name: plain.get(name) for name in change.fields}
    if change.moved or change.new is None:
        kept["old_at"] = change.old_at
        kept["old_between"] = _neighbours(before, change.collection, change.old_at)
    if change.moved:
        kept["new_at"] = change.new_at
        kept["new_between"] = _neighbours(after, change.collection, change.new_at)
    return kept


def _neighbours(rules: RuleSet, collection: str, at: int | None) -> list[str]:
    items = items_of(rules, collection)
    assert at is not None  # noqa: S101 - an item that was there has a position
    above = _name(collection, items[at - 1]) if at else ""
    return [above, _name(collection, items[at + 1]) if at + 1 < len(items) else ""]


def _name(collection: str, item: Any) -> str:
    """By what a neighbour is known again."""
    return fingerprint_of(item) if collection in NUMBERED else key_of(item)


def is_there(rules: RuleSet, collection: str, key: str) -> bool:
    """Whether a list has an item of this key."""
    try:
        return any(key_of(item) == key for item in items_of(rules, collection))
    except NoSuchItem:
        return False
