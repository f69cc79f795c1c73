"""Two changes of one item, made at the same time from the same state, put together field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from advisor.engine.document.document import item_from_plain, to_plain
from advisor.engine.model.errors import RuleSetError

_ABSENT: Any = object()
"""A field that has its default is left out of a plain item."""


@dataclass(frozen=True, slots=True)
class MergedItem:
    """Both changes in one item. Fields are named as the document names them, the sentence of a text is "text".

    ``both`` are the fields that were changed to two different values: there the item has mine. ``theirs`` are those
    that only the other one changed: there it has theirs.
    """

    item: Any
    both: tuple[str, ...]
    theirs: tuple[str, ...]


def merge_items(base: Any, mine: Any, theirs: Any, typed_base: Any = None) -> MergedItem | None:
    """Merge what became of ``base`` in two hands. None where the fields together are no item.

    ``typed_base`` is ``base`` as the form gives it back when nothing is typed: what differs from it is what somebody
    changed. A field is the smallest thing that is merged: a list, or the side and points of a rule, is taken whole.
    """
    from_base, from_mine, from_theirs = map(_fields, (base, mine, theirs))
    from_typed = from_base if typed_base is None else _fields(typed_base)
    merged: dict[str, Any] = {}
    both, others = [], []
    for name in dict.fromkeys([*from_theirs, *from_mine, *from_base]):
        old, typed, ours, other = (it.get(name, _ABSENT) for it in (from_base, from_typed, from_mine, from_theirs))
        if ours in (typed, other):
            value = other
            if other not in (old, ours):
                others.append(name)
        else:
            value = ours
            if other != old:
                both.append(name)
        if value is not _ABSENT:
            merged[name] = value
    kind = type(mine)
    try:
        item = item_from_plain(kind, merged.get("text", "") if kind is str else merged)
    except RuleSetError:
        return None
    return MergedItem(item, tuple(both), tuple(others))


def _fields(item: Any) -> Mapping[str, Any]:
    return {"text": item} if isinstance(item, str) else to_plain(item)
