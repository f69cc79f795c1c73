"""Where the sentences of a rule set quote the words of a question or an answer."""

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of
from advisor.engine.document.text import match_key
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet

_NO_WORDS = frozenset({"key", "id", "source", "sources", "question", "test", "values", "options", "links"})
"""Fields whose texts nobody reads as a sentence, and the items of their own in a question."""

_TELLING = 5
"""Words that nobody puts in this order by chance."""

_MARKS = '“”"‘’«»'


def quotes(rule_set: RuleSet, wordings: Collection[str], besides: tuple[str, str]) -> list[tuple[str, str]]:
    """The items in one of whose texts one of these wordings stands, as list and key; not the one ``besides``.

    A wording of five words or more is found anywhere, whatever its capitals; a shorter one only between quotation
    marks, since it stands in many sentences that do not mean it: "in fact they differ a good deal".
    """
    sought = [pattern for wording in wordings if (pattern := _pattern(wording)) is not None]
    return [
        place
        for place, item in _items(rule_set)
        if place != besides and any(pattern.search(match_key(text)) for text in texts_of(item) for pattern in sought)
    ]


def texts_of(item: Any) -> Iterator[str]:
    """Every text of an item that people read, without those of what is an item of its own."""
    if type(item) is str:
        yield item
    elif isinstance(item, tuple):
        for each in item:
            yield from texts_of(each)
    elif is_dataclass(item):
        for field in fields(item):
            if field.name not in _NO_WORDS:
                yield from texts_of(getattr(item, field.name))


def _pattern(wording: str) -> re.Pattern[str] | None:
    sought = match_key(wording).rstrip(".?!")
    if not sought:
        return None
    if len(sought.split()) >= _TELLING:
        return re.compile(rf"(?<!\w){re.escape(sought)}(?!\w)")
    return re.compile(rf"[{_MARKS}]{re.escape(sought)}[.?!]?[{_MARKS}]")


def _items(rule_set: RuleSet) -> Iterator[tuple[tuple[str, str], Any]]:
    for collection in KINDS:
        for index, item in enumerate(items_of(rule_set, collection)):
            yield (collection, str(index) if collection in NUMBERED else key_of(item)), item
            if isinstance(item, Question):
                yield from (((options_of(item.key), option.key), option) for option in item.options)
