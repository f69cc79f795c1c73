"""What can be wrong with a rule set or with answers, said so that the reader can mend it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from advisor.engine.document.text import text_fault

_SHOWN = 60
"""Characters of a word from outside that a problem repeats."""

_COMPARED = 300
"""Known words that a word is compared with, which takes its time."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, where it is, and how.

    ``place`` is a path of keys through the document ("rules/steps-set/when/0"), or through what was sent
    ("answers/steps"). ``blocks`` is False for what only warns. ``witness`` are answers that show it, by question.
    ``also`` are the places of the other things that it is about, ``missing`` that of an item which it names and which
    is not there ("questions/steps/options/set").
    """

    place: str
    text: str
    mend: str = ""
    blocks: bool = True
    witness: Mapping[str, str | tuple[str, ...] | int | None] | None = field(default=None, compare=False)
    also: tuple[str, ...] = field(default=(), compare=False)
    missing: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.text} {self.mend}".rstrip()


class RuleSetError(Exception):
    """A rule set, or answers to it, that cannot be used. Carries every problem found, not the first alone."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str], noun: str = "", of: str = "") -> str:
    """Say which known word was probably meant: "Did you mean “steps”?", or an empty string.

    ``noun`` stands before a key and ``of`` after it, so that whoever shows it can put the name of that item there.
    """
    near = get_close_matches(word, islice(known, _COMPARED), n=1)
    return f"Did you mean {f'{noun} “{near[0]}” {of}'.strip()}?" if near else ""


def quotable(word: str) -> str:
    """Give a word from outside as a problem may repeat it: cut short, and what cannot be stored escaped."""
    cut = word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…"
    return cut if text_fault(cut, one_line=True) is None else json.dumps(cut)[1:-1]


def item_place(place: str, index: int, key: object) -> str:
    """Name an item of a list by its own key where it has one, else by its number, from 0."""
    return f"{place}/{quotable(key)}" if isinstance(key, str) and key else f"{place}/{index}"


_WORDS = {
    "questions": "list of questions",
    "rules": "list of rules",
    "leave": "choice between going and keeping",
    "sources": "list of claims",
    "claims": "list of claims",
    "cases": "list of test cases",
    "disagreements": "list of disagreements",
    "tensions": "list of answers that pull apart",
    "guidance": "list of guidance",
    "risks": "list of risks",
    "limits": "list of limits",
    "key": "key",
    "id": "id",
    "text": "text",
    "short": "short name",
    "missing": "sentence for people who do not choose",
    "hint": "hint",
    "why": "reason for asking",
    "type": "way in which it is answered",
    "scope": "scope",
    "section": "part of the questionnaire",
    "options": "list of answers",
    "asked_when": "list of conditions for asking it",
    "minimum": "least number",
    "maximum": "greatest number",
    "unit": "unit",
    "most": "greatest number of answers to choose",
    "none": "text for none of these",
    "none_hint": "hint for none of these",
    "label": "text",
    "words": "list of other names",
    "filed_under": "kind that it is filed under",
    "done_by": "word on who does the work",
    "question": "question",
    "test": "test",
    "values": "list of values",
    "when": "list of conditions",
    "push": "push",
    "because": "reason",
    "weighed": "reason for the points",
    "side": "side",
    "points": "number of points",
    "measure": "kind of points",
    "at_least": "least number",
    "at_most": "greatest number",
    "kind": "kind",
    "strength": "strength",
    "says": "sentence",
    "title": "title",
    "about": "description",
    "source": "source",
    "place": "place in the source",
    "pull": "direction in which it argues",
    "firmness": "firmness",
    "note": "note",
    "withdrawn": "reason for withdrawing it",
    "views": "list of views",
    "topic": "topic",
    "settled": "sentence that settles it",
    "outcomes": "list of outcomes",
    "process": "process",
    "answers": "list of answers",
    "outcome": "expected outcome",
    "parts": "list of parts",
    "part": "name of the part",
    "happens": "sentence on what happens",
    "shows": "list of what shows it",
    "more": "list of what makes it weigh more",
    "unless": "list of what rules it out",
    "actions": "list of what to do",
    "asks": "list of questions to providers",
    "brief": "section of the brief",
    "grade": "firmness of the ground",
    "links": "list of addresses",
    "no_risks": "list of risks that must not show",
}

TABLES = {"leave": "first table", "kind": "second table"}
"""The two tables of the policy."""


def field_words(name: str) -> str:
    """What a field is called after "the"; a name that stands for itself, such as an answer's, is given in quotes."""
    return _WORDS.get(name, f"“{name}”")
