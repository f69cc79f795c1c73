"""What differs between two rule sets: by rule, question, option, claim, policy row and all the rest; word by word."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate
from typing import Any

from advisor.engine.document.document import NUMBERED, fingerprint_of, items_of, key_of, options_of
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class ChangeType(StrEnum):
    """What happened to an item, or to a stretch of text."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one item of a list.

    ``old`` and ``new`` are the item before and after, None where it was not there; ``old_at`` and ``new_at`` its
    position. ``fields`` are the names of what differs in it; the options of a question are changes of their own.
    ``moved`` says that its place among the others is another, whatever else happened to it.
    """

    happened: ChangeType
    collection: str
    key: str
    old: Any = None
    new: Any = None
    old_at: int | None = None
    new_at: int | None = None
    fields: tuple[str, ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text that stayed (SAME), came (ADDED) or went (REMOVED)."""

    happened: ChangeType
    text: str


def diff(old: RuleSet, new: RuleSet) -> tuple[Change, ...]:
    """Every difference, in the order of the document; none between equal rule sets."""
    found: list[Change] = []
    for field in fields(RuleSet):
        found += _in_list(field.name, items_of(old, field.name), items_of(new, field.name))
        if field.name == "questions":
            for question in new.questions:
                before = old.question(question.key)
                if before is not None:
                    found += _in_list(options_of(question.key), before.options, question.options)
    return tuple(found)


def kept_places(collection: str, old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Where each item stands now that is in both lists of a collection and did not move, by where it stood."""
    pairs = _numbered_pairs(old, new) if collection in NUMBERED else _keyed_pairs(old, new)
    return dict(_in_order([(i, j) for i, j in pairs if i is not None and j is not None]))


def words(old: str, new: str) -> tuple[Stretch, ...]:
    """How one text became another, word by word: the old one is all but what was added, the new all but what went."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[Stretch] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Stretch(ChangeType.SAME, "".join(before[i:j])))
            continue
        if i < j:
            found.append(Stretch(ChangeType.REMOVED, "".join(before[i:j])))
        if k < m:
            found.append(Stretch(ChangeType.ADDED, "".join(after[k:m])))
    return tuple(found)


def _in_list(collection: str, old: Sequence[Any], new: Sequence[Any]) -> list[Change]:
    if old == new:  # of thousands of items, all but a few are the very same
        return []
    pairs = _numbered_pairs(old, new) if collection in NUMBERED else _keyed_pairs(old, new)
    stayed = _in_order([(i, j) for i, j in pairs if i is not None and j is not None])
    found = []
    for i, j in pairs:
        change = _change(collection, old, new, i, j, moved=i is not None and j is not None and (i, j) not in stayed)
        if change is not None:
            found.append(change)
    return found


def _change(
    collection: str, old: Sequence[Any], new: Sequence[Any], i: int | None, j: int | None, *, moved: bool
) -> Change | None:
    before = None if i is None else old[i]
    after = None if j is None else new[j]
    number = j if j is not None else i
    key = str(number) if collection in NUMBERED else key_of(before if after is None else after)
    if i is None:
        return Change(ChangeType.ADDED, collection, key, None, after, None, j)
    if j is None:
        return Change(ChangeType.REMOVED, collection, key, before, None, i, None)
    differing = _fields(before, after)
    if not differing and not moved:
        return None
    happened = ChangeType.CHANGED if differing else ChangeType.MOVED
    return Change(happened, collection, key, before, after, i, j, differing, moved)


def _fields(before: Any, after: Any) -> tuple[str, ...]:
    if before is after:
        return ()
    if isinstance(before, str):
        return () if before == after else ("text",)
    names = (field.name for field in fields(before))
    beside = {"options"} if isinstance(before, Question) else set()
    return tuple(name for name in names if name not in beside and getattr(before, name) != getattr(after, name))


Pair = tuple[int | None, int | None]


def _keyed_pairs(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """The positions of each item before and after, in the order of the new list; what is gone stands where it was."""
    before, after = _identities(old), _identities(new)
    places = {identity: index for index, identity in enumerate(before)}
    pairs: list[Pair] = [(places.get(identity), index) for index, identity in enumerate(after)]
    still = set(after)
    return _put_gone(pairs, [index for index, identity in enumerate(before) if identity not in still])


def _identities(items: Sequence[Any]) -> list[tuple[str, int]]:
    """Keys, each with how often it came before: a draft may have one twice."""
    seen: Counter[str] = Counter()
    found = []
    for item in items:
        key = key_of(item)
        found.append((key, seen[key]))
        seen[key] += 1
    return found


def _numbered_pairs(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """The same for items without a key: what is equal is the same item, and what came for something replaces it."""
    before, after = [fingerprint_of(item) for item in old], [fingerprint_of(item) for item in new]
    came: list[int] = []
    gone: list[int] = []
    pairs: list[Pair] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i, j), range(k, m), strict=True)
        elif tag == "replace":
            moved_in = {index for index in range(k, m) if after[index] in before[:i] + before[j:]}
            moved_out = {index for index in range(i, j) if before[index] in after[:k] + after[m:]}
            olds = [index for index in range(i, j) if index not in moved_out]
            news = [index for index in range(k, m) if index not in moved_in]
            both = min(len(olds), len(news))
            pairs += zip(olds[:both], news[:both], strict=True)
            gone += [*olds[both:], *moved_out]
            came += [*news[both:], *moved_in]
        else:
            gone += range(i, j)
            came += range(k, m)
    for index in sorted(came):  # what came here and went there has moved
        origin = next((found for found in gone if before[found] == after[index]), None)
        if origin is not None:
            gone.remove(origin)
        pairs.append((origin, index))
    pairs.sort(key=lambda pair: -1 if pair[1] is None else pair[1])
    return _put_gone(pairs, sorted(gone))


def _put_gone(pairs: list[Pair], gone: Sequence[int]) -> list[Pair]:
    """Put what is gone, which is in order, after the last of what stood before it."""
    places = sorted((i, at) for at, (i, _) in enumerate(pairs) if i is not None)
    olds = [i for i, _at in places]
    last = [0, *accumulate((at + 1 for _i, at in places), max)]
    after: dict[int, list[Pair]] = {}
    for index in gone:
        after.setdefault(last[bisect_left(olds, index)], []).append((index, None))
    found = after.get(0, [])
    for at, pair in enumerate(pairs, start=1):
        found += [pair, *after.get(at, ())]
    return found


def _in_order(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The most of these pairs, by new position, whose old positions go up too: these stayed, the others moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, (i, _) in enumerate(pairs):
        at = bisect_left(tails, i)
        tails[at : at + 1] = [i]
        ends[at : at + 1] = [index]
        before.append(ends[at - 1] if at else None)
    found = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(pairs[last])
        last = before[last]
    return found
