"""The differences between two rule sets, each with what was only rewritten because of it.

Where the meaning of a question changes, it gets another key, and every test case that answers it is written anew; where
a question is taken out, so is its answer from every test case. Nobody decided these changes one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from advisor.engine.document.diff import Change, ChangeType, diff
from advisor.engine.document.document import KINDS, fingerprint_of, items_of, key_of, options_of, with_items
from advisor.engine.document.edit import find, rename, retire
from advisor.engine.model.rules import RuleSet

_NAMED = frozenset({"questions", "sources", "claims", "risks"})
"""The lists whose items others name; the options of a question are named too."""

_MOST = 20
"""Causes that are looked for in one comparison: each takes a comparison of its own."""

_Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CausedChange:
    """A change, and what was rewritten along with it and nowhere else.

    ``base`` is the older rule set as far as it is held against the newer one here. ``old_key`` is what the item was
    named by before, "" where that did not change.
    """

    change: Change
    base: RuleSet
    old_key: str = ""
    along: tuple[Change, ...] = ()

    @property
    def mark(self) -> str:
        """A short fingerprint: it changes where the item, its place or what goes along with it does."""
        change = self.change
        places = (change.happened.value, change.collection, change.key, self.old_key, change.moved and change.new_at)
        along = ((each.collection, each.key) for each in self.along)
        return fingerprint_of((*map(str, places), change.old, change.new, *map("/".join, along)))[:16]


def caused_changes(old: RuleSet, new: RuleSet) -> tuple[CausedChange, ...]:
    """Every difference, in the order of the document; what follows from another stands with that alone."""
    base, changes = old, diff(old, new)
    known = {_place(change): at for at, change in enumerate(changes)}
    causes: list[CausedChange] = []
    for collection, old_key, new_key in _other_keys(old, new, changes)[:_MOST]:
        as_renamed = _with_other_key(base, collection, old_key, new_key)
        left = diff(as_renamed, new)
        along = _changes_gone(changes, left, {(collection, old_key), (collection, new_key)})
        if not along:
            continue
        causes.append(_of_other_key(base, new, collection, old_key, new_key, along))
        base, changes = as_renamed, left
    for change in [one for one in changes if one.happened is ChangeType.REMOVED and one.collection == "questions"]:
        if len(causes) >= _MOST:
            break
        without = retire(base, change.key, with_users=False)
        left = diff(without, new)
        along = _changes_gone(changes, left, {("questions", change.key)})
        causes.append(CausedChange(change, base, along=along))
        base, changes = without, left
    caused = {_place(cause.change) for cause in causes}
    rest = (CausedChange(change, base) for change in changes if _place(change) not in caused)
    lists = {name: at for at, name in enumerate(_lists(new, old))}
    last = len(known)
    return tuple(
        sorted(
            (*causes, *rest),
            key=lambda one: (lists[one.change.collection], known.get(_place(one.change), last)),
        )
    )


def _lists(new: RuleSet, old: RuleSet) -> Iterator[str]:
    """Every collection in the order of the document, the options after all the questions."""
    for name in KINDS:
        yield name
        if name == "questions":
            yield from dict.fromkeys(options_of(question.key) for question in (*new.questions, *old.questions))


def _place(change: Change) -> _Place:
    return change.collection, change.key


def _changes_gone(changes: tuple[Change, ...], left: tuple[Change, ...], causes: set[_Place]) -> tuple[Change, ...]:
    """What differs no longer, but for the causes themselves."""
    still = {_place(change) for change in left} | causes
    return tuple(change for change in changes if _place(change) not in still)


def _other_keys(old: RuleSet, new: RuleSet, changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """The items that seem to have another key: what came stands where something of the same list went."""
    found = []
    for collection, mine in groupby(changes, key=lambda change: change.collection):
        if collection not in _NAMED and "/" not in collection:
            continue
        listed = list(mine)
        gone = [change for change in listed if change.happened is ChangeType.REMOVED]
        came = [change for change in listed if change.happened is ChangeType.ADDED]
        if not gone or not came:
            continue
        before, after = ([key_of(item) for item in items_of(rules, collection)] for rules in (old, new))
        places = {(_neighbour(after, at.new_at, set(before)), at.key): at.key for at in reversed(came)}
        for change in gone:
            neighbour = _neighbour(before, change.old_at, set(after))
            match = next((place for place in places if place[0] == neighbour), None)
            if match is not None:
                found.append((collection, change.key, places.pop(match)))
    return found


def _neighbour(keys: list[str], at: int | None, others: set[str]) -> str:
    """The nearest key before this place that the other list has too, "" where there is none."""
    return next((key for key in reversed(keys[: at or 0]) if key in others), "")


def _with_other_key(rules: RuleSet, collection: str, old: str, new: str) -> RuleSet:
    """The rules with an item under another key, and all that names it."""
    name = "id" if collection == "claims" else "key"
    rules = rename(rules, collection, old, new)
    items = (replace(item, **{name: new}) if key_of(item) == old else item for item in items_of(rules, collection))
    return with_items(rules, collection, list(items))


def _of_other_key(
    base: RuleSet, new: RuleSet, collection: str, old_key: str, new_key: str, along: tuple[Change, ...]
) -> CausedChange:
    before, after = find(base, collection, old_key), find(new, collection, new_key)
    differ = [name for name in before.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    differing = tuple(name for name in differ if name not in {"options", "key", "id"})
    places = (items_of(base, collection).index(before), items_of(new, collection).index(after))
    change = Change(ChangeType.CHANGED, collection, new_key, before, after, *places, differing)
    return CausedChange(change, base, old_key, along)
