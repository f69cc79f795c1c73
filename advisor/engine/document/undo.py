"""Putting back what an act took out of a rule set or changed in it, from what the record of that act holds."""

from collections.abc import Mapping
from typing import Any

from advisor.engine.document.document import thing_from_plain, to_plain
from advisor.engine.document.edit import add, find, put, remove
from advisor.engine.document.items import NoSuchThing, kind_of
from advisor.engine.model.rules import RuleSet

Told = Mapping[str, Any]
"""Things as plain values by their places ("rules/steps-set"); of one that changed, the fields that did."""


def place_parts(place: str) -> tuple[str, str]:
    """The list and the key of a place: "questions/steps/options/set" is "set" of "questions/steps/options"."""
    in_list, _slash, key = place.rpartition("/")
    return in_list, key


def put_back(rules: RuleSet, before: Told, after: Told, first: str, at: int | None = None) -> RuleSet:
    """Add again what is told before an act and not after it, and give what changed along with it its old fields.

    The thing at the place ``first`` comes to stand at ``at``, everything else at the end of its list. What was changed
    again since stays as it is. Raises KeyTaken, NoSuchThing and RuleSetError; then nothing has changed.
    """
    for place, plain in before.items():
        in_list, key = place_parts(place)
        if place not in after:
            item = thing_from_plain(kind_of(in_list), plain)
            rules = add(rules, in_list, item, at if place == first else None)
        elif isinstance(plain, Mapping) and isinstance(after[place], Mapping):
            rules = _as_before(rules, in_list, key, plain, after[place])
    return rules


def taken_back(rules: RuleSet, before: Told, after: Told) -> RuleSet:
    """Take out what an act added, and give what it changed its old fields; what was changed again since stays."""
    for place, plain in after.items():
        in_list, key = place_parts(place)
        if place not in before:
            try:
                is_same = to_plain(find(rules, in_list, key)) == plain
            except NoSuchThing:
                continue
            rules = remove(rules, in_list, key) if is_same else rules
        elif isinstance(plain, Mapping) and isinstance(before[place], Mapping):
            rules = _as_before(rules, in_list, key, before[place], plain)
    return rules


def _as_before(rules: RuleSet, in_list: str, key: str, before: Told, after: Told) -> RuleSet:
    try:
        present = to_plain(find(rules, in_list, key))
    except NoSuchThing:
        return rules
    if any(present.get(name) != value for name, value in after.items()):
        return rules
    fields = {name: value for name, value in {**present, **before}.items() if value is not None}
    return put(rules, in_list, key, thing_from_plain(kind_of(in_list), fields))
