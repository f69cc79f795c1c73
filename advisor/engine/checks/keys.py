"""Keys: there, plain, different from each other, and none that forms and sheets use for something else."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from advisor.engine.checks.subjects import NOUNS, Item, Subject, subjects
from advisor.engine.errors import Problem
from advisor.engine.operators import AnswerType
from advisor.engine.questions import NONE_OF_THESE, NOT_SURE
from advisor.engine.rules import RuleSet, once_per

KEY_LIMIT = 60
"""Characters in a key: keys stand in addresses and in the header row of a sheet."""

SHEET_COLUMNS = ("process", "part")
"""Columns of a sheet of work items beside those of the questions; no question may have one of them as its key."""

_KEY = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find keys that are empty, not plain, repeated or reserved."""
    for find in _OF_LISTS:
        yield from find(rule_set)
    for question in subjects(rule_set.questions, "questions"):
        if question.key in SHEET_COLUMNS:
            text = f"No question can have the key “{question.key}”: it is a column of every sheet."
            yield Problem(question.place, text, "Choose another key.")
        options = list(subjects(question.item.options, "options", "option", question.place))
        yield from _keys(options, f" of {question.name}")
        kept = {NOT_SURE: "I'm not sure"}
        if question.item.type is AnswerType.CHOICES:
            kept[NONE_OF_THESE] = "none of these"
        for option in options:
            if option.key in kept:
                text = (
                    f"No option of {question.name} can have the key “{option.key}”: it stands for “{kept[option.key]}”."
                )
                yield Problem(option.place, text, "Choose another key.")


def _finder(in_list: str) -> Callable[[RuleSet], tuple[Problem, ...]]:
    @once_per(in_list)
    def find(rule_set: RuleSet) -> tuple[Problem, ...]:
        return tuple(_keys(subjects(getattr(rule_set, in_list), in_list)))

    return find


_OF_LISTS = [_finder(in_list) for in_list in NOUNS]


def is_plain_key(key: str) -> bool:
    """Whether ``key`` can stand in an address and in the header row of a sheet."""
    return len(key) <= KEY_LIMIT and _KEY.fullmatch(key) is not None


def _keys(found: Iterable[Subject[Item]], whose: str = "") -> Iterator[Problem]:
    subjects_found = list(found)
    for subject in subjects_found:
        if not subject.key:
            yield Problem(subject.place, f"{subject.start}{whose} has no key.", "Give it one.")
        elif len(subject.key) > KEY_LIMIT:
            text = f"The key of {subject.name}{whose} is {len(subject.key)} characters long."
            yield Problem(subject.place, text, f"Use {KEY_LIMIT} at most.")
        elif not _KEY.fullmatch(subject.key):
            plain = "-".join(re.findall(r"[A-Za-z0-9]+", subject.key))
            mend = f"Write “{plain}”." if plain else "Use letters, digits and hyphens."
            yield Problem(subject.place, f"The key of {subject.name}{whose} is not plain.", mend)
    times = Counter(subject.key for subject in subjects_found if subject.key)
    for subject in {subject.key: subject for subject in reversed(subjects_found)}.values():
        if times[subject.key] > 1:
            text = f"{subject.start}{whose} is there {times[subject.key]} times: each key can be used once."
            yield Problem(subject.place, text, "Give the others a key of their own.")
