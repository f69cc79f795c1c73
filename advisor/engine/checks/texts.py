"""Texts that people read: none is empty, none is blank, no reason is long."""

import unicodedata
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from advisor.engine.checks.subjects import NOUNS, capital, subjects
from advisor.engine.errors import Problem
from advisor.engine.field_words import TABLES, field_words
from advisor.engine.questions import Option
from advisor.engine.rules import RuleSet

REASON_LIMIT = 200
"""Characters after which a reason is called long: a sentence that can be read at a glance."""

_NOT_READ = frozenset({"key", "id", "source", "sources"})
"""Texts that name something; other checks look at them."""

_NUMBERED = {"views": "view", "parts": "part"}
"""Lists inside keyed things, and what one of each is called."""


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find texts that say nothing, and reasons that say much."""
    for in_list in NOUNS:
        for subject in subjects(getattr(rule_set, in_list), in_list):
            yield from _texts(subject.item, subject.place, subject.name)
    for table in ("leave", "kind"):
        for index, row in enumerate(getattr(rule_set, table)):
            yield from _texts(row, f"{table}/{index}", f"row {index + 1} of the {TABLES[table]}")
    yield from _list(rule_set.limits, "limits", "the limits")
    for rule in subjects(rule_set.rules, "rules"):
        if len(rule.item.because) > REASON_LIMIT:
            text = f"The reason of {rule.name} is long: {len(rule.item.because)} characters."
            yield Problem(f"{rule.place}/because", text, f"Say it in {REASON_LIMIT} at most.", blocks=False)


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen: spaces, line breaks and characters without a picture alone."""
    return not any(unicodedata.category(char)[0] in "LMNPS" for char in text)


def _texts(item: Any, place: str, name: str) -> Iterator[Problem]:
    """Look at every text of ``item`` and of what it holds. An optional text may be left out, but not be blank."""
    for field in fields(item):
        value, at = getattr(item, field.name), f"{place}/{field.name}"
        if field.name in _NOT_READ:
            continue
        required = field.default is MISSING
        if isinstance(value, str) and is_blank(value) and (value or required):
            mend = "Write one." if required else "Write one, or leave it out."
            yield Problem(at, f"The {field_words(field.name)} of {name} is empty.", mend)
        elif field.name == "words":
            yield from _list(value, at, f"the words of {name}")
        elif field.name == "options":
            options: tuple[Option, ...] = value
            for option in subjects(options, "options", "option", place):
                yield from _texts(option.item, option.place, f"{option.name} of {name}")
        elif field.name in _NUMBERED:
            for index, held in enumerate(value):
                yield from _texts(held, f"{at}/{index}", f"{_NUMBERED[field.name]} {index + 1} of {name}")


def _list(texts: tuple[str, ...], place: str, name: str) -> Iterator[Problem]:
    for index, text in enumerate(texts):
        if is_blank(text):
            yield Problem(
                f"{place}/{index}", f"{capital(name)}: number {index + 1} is empty.", "Write it or take it out."
            )
