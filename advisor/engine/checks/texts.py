"""Texts that people read: none is empty, none is blank, no reason is long."""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, NamedTuple

from advisor.engine.checks.subjects import NOUNS, Subject, capital, subjects
from advisor.engine.document.field_words import TABLES, field_words
from advisor.engine.document.text import is_blank
from advisor.engine.model.errors import Problem
from advisor.engine.model.questions import Option
from advisor.engine.model.rules import RuleSet, cached_per

REASON_LIMIT = 200
"""Characters after which a reason is called long: a sentence that can be read at a glance."""

_NOT_READ = frozenset({"key", "id", "source", "sources"})
"""Texts that name something; other checks look at them."""

_NUMBERED = {"views": "view", "parts": "part"}
"""Lists inside keyed things, and what one of each is called."""


class _Named(NamedTuple):
    """Something without a key, by its place and its name in a sentence."""

    place: str
    name: str


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find texts that say nothing, and reasons that say much."""
    for find in _OF_LISTS:
        yield from find(rule_set)
    for table in TABLES:
        for index, row in enumerate(getattr(rule_set, table)):
            yield from _texts(row, _Named(f"{table}/{index}", f"row {index + 1} of the {TABLES[table]}"))
    yield from _list(rule_set.limits, "limits", "the limits")
    for rule in subjects(rule_set.rules, "rules"):
        if len(rule.item.because) > REASON_LIMIT:
            text = f"The reason of {rule.name} is long: {len(rule.item.because)} characters."
            yield Problem(f"{rule.place}/because", text, f"Say it in {REASON_LIMIT} at most.", blocks=False)


def _finder(collection: str) -> Callable[[RuleSet], tuple[Problem, ...]]:
    @cached_per(collection)
    def find(rule_set: RuleSet) -> tuple[Problem, ...]:
        named = subjects(getattr(rule_set, collection), collection)
        return tuple(problem for subject in named for problem in _texts(subject.item, subject))

    return find


_OF_LISTS = [_finder(collection) for collection in NOUNS]


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields in which texts may stand, and whether each is required."""
    return tuple((field.name, field.default is MISSING) for field in fields(kind) if field.name not in _NOT_READ)


def _texts(item: Any, of: Subject[Any] | _Named) -> Iterator[Problem]:
    """Look at every text of ``item`` and of what it holds. An optional text may be left out, but not be blank."""
    kind: type = type(item)
    for field, required in _fields(kind):
        value = getattr(item, field)
        if isinstance(value, str):
            if (value or required) and is_blank(value):
                mend = "Write one." if required else "Write one, or leave it out."
                yield Problem(f"{of.place}/{field}", f"The {field_words(field)} of {of.name} is empty.", mend)
        elif field == "words":
            yield from _list(value, f"{of.place}/{field}", f"the words of {of.name}")
        elif field == "options":
            options: tuple[Option, ...] = value
            for option in subjects(options, "options", "option", of.place):
                yield from _texts(option.item, _Named(option.place, f"{option.name} of {of.name}"))
        elif field in _NUMBERED and value:
            place, name = f"{of.place}/{field}", of.name
            for index, held in enumerate(value):
                yield from _texts(held, _Named(f"{place}/{index}", f"{_NUMBERED[field]} {index + 1} of {name}"))


def _list(texts: tuple[str, ...], place: str, name: str) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        if is_blank(text):
            yield Problem(
                f"{place}/{index}", f"{capital(name)}: number {index + 1} is empty.", "Write it or take it out."
            )
