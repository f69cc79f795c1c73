"""Keys and texts: keys are plain and different, texts that people read are neither empty nor long."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, NamedTuple

from advisor.engine.checks.subjects import NOUNS, Subject, capital, subjects
from advisor.engine.document.text import is_blank, length_of, without_accents
from advisor.engine.model.caching import cached_per
from advisor.engine.model.errors import TABLES, Problem, field_words
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Option
from advisor.engine.model.rules import RuleSet

KEY_LIMIT = 60
"""Characters in a key: keys stand in addresses and in the header row of a sheet."""

SHEET_COLUMNS = ("process", "part")
"""Columns of a sheet of work items beside those of the questions; no question may have one of them as its key."""

ENDS = ("/key", "/id")
"""With what the place of a problem of a key ends; the key of a claim is its id."""

_KEY = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")


def key_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find keys that are empty, not plain, repeated or reserved."""
    for find in _KEYS_OF_LISTS:
        yield from find(rule_set)
    for question in subjects(rule_set.questions, "questions"):
        if question.key in SHEET_COLUMNS:
            text = f"No question can have the key “{question.key}”: it is a column of every sheet."
            yield Problem(f"{question.place}/key", text, "Choose another key.")
        yield from _keys(question.item.options, "options", "option", question.place, f" of {question.name}")
        kept = {NOT_SURE: "I'm not sure"}
        if question.item.type is AnswerType.CHOICES:
            kept[NONE_OF_THESE] = "none of these"
        for option in subjects(question.item.options, "options", "option", question.place):
            if option.key in kept:
                text = (
                    f"No option of {question.name} can have the key “{option.key}”: it stands for “{kept[option.key]}”."
                )
                yield Problem(f"{option.place}/key", text, "Choose another key.")


def is_plain_key(key: str) -> bool:
    """Whether ``key`` can stand in an address and in the header row of a sheet."""
    return len(key) <= KEY_LIMIT and _KEY.fullmatch(key) is not None


def _keys(
    items: Sequence[Any], collection: str, noun: str = "", holder: str = "", whose: str = ""
) -> Iterator[Problem]:
    """Look at the keys of one list. One that is there already is told where it stands again, by its number."""
    named, noun = "id" if collection == "claims" else "key", noun or NOUNS[collection]
    before = set[str]()
    for index, subject in enumerate(subjects(items, collection, noun, holder)):
        key = subject.key
        if not key:
            yield Problem(f"{subject.place}/{named}", f"{subject.start}{whose} has no key.", "Give it one.")
        elif key in before:
            again = f"{holder}/{collection}/{index}/{named}".lstrip("/")
            text = f"{subject.start}{whose} is there already: each key can be used once."
            yield Problem(again, text, f"Give this {noun} a key of its own.")
        elif len(key) > KEY_LIMIT:
            text = f"The key of {subject.name}{whose} is {len(key)} characters long."
            yield Problem(f"{subject.place}/{named}", text, f"Use {KEY_LIMIT} at most.")
        elif not _KEY.fullmatch(key):
            plain = "-".join(re.findall(r"[A-Za-z0-9]+", without_accents(key)))
            mend = f"Write “{plain}”." if plain else "Use letters, digits and hyphens."
            yield Problem(f"{subject.place}/{named}", f"The key of {subject.name}{whose} is not plain.", mend)
        before.add(key)


REASON_LIMIT = 200
"""Characters after which a reason is called long: a sentence that can be read at a glance."""

_NOT_READ = frozenset({"key", "id", "source", "sources"})
"""Texts that name something; other checks look at them."""

_NUMBERED = {"views": "view", "parts": "part"}
"""Lists inside keyed items, and what one of each is called."""


class _NamedItem(NamedTuple):
    """Something without a key, by its place and its name in a sentence."""

    place: str
    name: str


def text_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find texts that say nothing, and reasons that say much."""
    for find in _TEXTS_OF_LISTS:
        yield from find(rule_set)
    for table in TABLES:
        for index, row in enumerate(getattr(rule_set, table)):
            yield from _texts(row, _NamedItem(f"{table}/{index}", f"row {index + 1} of the {TABLES[table]}"))
    yield from _list(rule_set.limits, "limits", "the limits")
    for rule in subjects(rule_set.rules, "rules"):
        if (length := length_of(rule.item.because)) > REASON_LIMIT:
            text = f"The reason of {rule.name} is long: {length} characters."
            yield Problem(f"{rule.place}/because", text, f"Say it in {REASON_LIMIT} at most.", blocks=False)


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields in which texts may stand, and whether each is required."""
    return tuple((field.name, field.default is MISSING) for field in fields(kind) if field.name not in _NOT_READ)


def _texts_of_list(items: Sequence[Any], collection: str) -> Iterator[Problem]:
    for subject in subjects(items, collection):
        yield from _texts(subject.item, subject)


def _texts(item: Any, of: Subject[Any] | _NamedItem) -> Iterator[Problem]:
    """Look at every text of ``item`` and of what it holds. An optional text may be left out, but not be blank."""
    kind: type = type(item)
    for field, required in _fields(kind):
        value = getattr(item, field)
        if isinstance(value, str):
            if (value or required) and is_blank(value):
                mend = "Write one." if required else "Write one, or leave it out."
                yield Problem(f"{of.place}/{field}", f"The {field_words(field)} of {of.name} is empty.", mend)
        elif field in {"words", "actions", "asks", "links"}:
            yield from _list(value, f"{of.place}/{field}", f"the {field} of {of.name}")
        elif field == "options":
            options: tuple[Option, ...] = value
            for option in subjects(options, "options", "option", of.place):
                yield from _texts(option.item, _NamedItem(option.place, f"{option.name} of {of.name}"))
        elif field in _NUMBERED and value:
            place, name = f"{of.place}/{field}", of.name
            for index, held in enumerate(value):
                yield from _texts(held, _NamedItem(f"{place}/{index}", f"{_NUMBERED[field]} {index + 1} of {name}"))


def _list(texts: tuple[str, ...], place: str, name: str) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        if is_blank(text):
            yield Problem(
                f"{place}/{index}", f"{capital(name)}: number {index + 1} is empty.", "Write it or take it out."
            )


def _of_each_list(
    look: Callable[[Sequence[Any], str], Iterator[Problem]],
) -> list[Callable[[RuleSet], tuple[Problem, ...]]]:
    """What looks at one list each, and anew only where that list has changed."""

    def of_list(collection: str) -> Callable[[RuleSet], tuple[Problem, ...]]:
        return cached_per(collection)(lambda rule_set: tuple(look(getattr(rule_set, collection), collection)))

    return [of_list(collection) for collection in NOUNS]


_KEYS_OF_LISTS = _of_each_list(_keys)
_TEXTS_OF_LISTS = _of_each_list(_texts_of_list)
