"""Keys: there, plain, different from each other, and none that forms and sheets use for something else."""

import re
from collections.abc import Callable, Iterator, Sequence

from advisor.engine.checks.subjects import NOUNS, Item, subjects
from advisor.engine.document.text import without_accents
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE
from advisor.engine.model.rules import RuleSet, cached_per

KEY_LIMIT = 60
"""Characters in a key: keys stand in addresses and in the header row of a sheet."""

SHEET_COLUMNS = ("process", "part")
"""Columns of a sheet of work items beside those of the questions; no question may have one of them as its key."""

ENDS = ("/key", "/id")
"""With what the place of a problem of a key ends; the key of a claim is its id."""

_KEY = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find keys that are empty, not plain, repeated or reserved."""
    for find in _OF_LISTS:
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


def _finder(collection: str) -> Callable[[RuleSet], tuple[Problem, ...]]:
    @cached_per(collection)
    def find(rule_set: RuleSet) -> tuple[Problem, ...]:
        return tuple(_keys(getattr(rule_set, collection), collection, NOUNS[collection]))

    return find


_OF_LISTS = [_finder(collection) for collection in NOUNS]


def is_plain_key(key: str) -> bool:
    """Whether ``key`` can stand in an address and in the header row of a sheet."""
    return len(key) <= KEY_LIMIT and _KEY.fullmatch(key) is not None


def _keys(items: Sequence[Item], collection: str, noun: str, holder: str = "", whose: str = "") -> Iterator[Problem]:
    """Look at the keys of one list. One that is there already is told where it stands again, by its number."""
    named = "id" if collection == "claims" else "key"
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
