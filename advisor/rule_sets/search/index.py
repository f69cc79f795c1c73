"""Which items of a rule set have certain words in any of their texts, in their key, or in what they look at."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of
from advisor.engine.document.text import search_key
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import RuleSet
from advisor.wording.items import item_text, subject_of

_REFERENCES = frozenset({"key", "id", "source", "sources", "risks", "no_risks"})
"""Fields that hold keys: an item is found by its own, and not by those of others."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An item: its collection, its key or number, and as ``search_key`` has them, its name and all of its texts.

    ``looked_at`` are the texts of the questions and answers that its conditions look at.
    """

    collection: str
    key: str
    name: str
    words: str
    looked_at: str = ""

    def has(self, words: Iterable[str]) -> bool:
        """Whether each of these words, as ``search_key`` has them, stands in a text of its own."""
        return all(word in self.words for word in words)


def found_by_subject(rules: RuleSet, query: str) -> dict[str, list[IndexEntry]]:
    """The items in which every word of the query occurs, accents and capitals ignored, by what they are.

    Those of that very key come first, then those with every word in their name, then in other texts of theirs, and at
    last those that look at a question or an answer with a word that they do not have. An empty query finds nothing.
    """
    wanted = search_key(query)
    words = wanted.split()
    found: dict[str, list[IndexEntry]] = {}
    for entry in _index(rules) if words else ():
        if all(word in entry.words or word in entry.looked_at for word in words):
            found.setdefault(subject_of(entry.collection), []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda it: _rank(it, wanted, words))
    return found


def _rank(entry: IndexEntry, wanted: str, words: Sequence[str]) -> tuple[bool, bool, bool]:
    return search_key(entry.key) != wanted, not entry.has(words), not all(word in entry.name for word in words)


def conditions_of(item: Any) -> Iterator[Condition]:
    """Each condition of an item, in the order of its fields."""
    if isinstance(item, Condition):
        yield item
    elif isinstance(item, tuple):
        for each in item:
            yield from conditions_of(each)
    elif is_dataclass(item) and not isinstance(item, Option):
        for each in fields(item):
            yield from conditions_of(getattr(item, each.name))


@cached_per_rule_set
def known_words(rules: RuleSet) -> Counter[str]:
    """Every word of the texts, as ``search_key`` has it, with the number of items in which it stands."""
    return Counter(word for entry in _index(rules) for word in set(_WORD.findall(entry.words)))


def texts_of(item: Any) -> Iterator[tuple[str, str]]:
    """Each text of an item, with the name of its field; of parts and views, with the field in which these stand."""
    if isinstance(item, str):
        yield "text", item
        return
    for each in fields(item):
        if each.name not in _REFERENCES:
            for text in _texts_in(getattr(item, each.name)):
                yield each.name, text


def _texts_in(value: Any) -> Iterator[str]:
    """Texts that somebody wrote. Words of ours, keys in conditions and answers, and options are none of them."""
    if isinstance(value, StrEnum | Condition | Option | Mapping):
        return
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts_in(each)
    elif is_dataclass(value):
        for _name, text in texts_of(value):
            yield text


@cached_per_rule_set
def _index(rules: RuleSet) -> list[IndexEntry]:
    return [
        _entry(rules, collection, str(at) if collection in NUMBERED else key_of(item), item)
        for collection in _collections(rules)
        for at, item in enumerate(items_of(rules, collection))
    ]


def _collections(rules: RuleSet) -> Iterator[str]:
    for collection in KINDS:
        yield collection
        if collection == "questions":
            yield from (options_of(question.key) for question in rules.questions)


def _looked_at(rules: RuleSet, item: Any) -> Iterator[str]:
    for condition in conditions_of(item):
        if question := rules.question(condition.question):
            yield question.text
            yield from (option.label for value in condition.values if (option := question.option(str(value))))


def _entry(rules: RuleSet, collection: str, key: str, item: Any) -> IndexEntry:
    name = item_text(rules, item)
    own_key = "" if collection in NUMBERED else key
    texts = [own_key, name, *(text for _field, text in texts_of(item))]
    looked_at = dict.fromkeys(_looked_at(rules, item))
    return IndexEntry(collection, key, search_key(name), search_key("\n".join(texts)), search_key("\n".join(looked_at)))
