"""The things that a rule set is a list of, and how each is named: by its key, or by its number where it has none.

A list is named by its place in the document: "rules", or "questions/steps/options" for the options of one question.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from advisor.engine.document.document import sha256, to_plain
from advisor.engine.model.evidence import Claim, Contradiction, Disagreement, Guidance, Risk, Source
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.rules import KindRow, LeaveRow, Rule, RuleSet, TestCase

KINDS: dict[str, type] = {
    "questions": Question,
    "rules": Rule,
    "leave": LeaveRow,
    "kind": KindRow,
    "sources": Source,
    "claims": Claim,
    "disagreements": Disagreement,
    "tensions": Contradiction,
    "guidance": Guidance,
    "risks": Risk,
    "limits": str,
    "cases": TestCase,
}
"""What each list of a rule set holds, in the order of the document."""

NUMBERED = frozenset({"leave", "kind", "limits"})
"""Lists whose things have no key: they are named by their number, from 0."""


class NoSuchItem(LookupError):  # noqa: N818 - it says what happened, as the other refusals do
    """A place at which nothing stands."""


def options_of(question: str) -> str:
    """The name of the list of a question's options."""
    return f"questions/{question}/options"


def kind_of(collection: str) -> type:
    """The type of what a list holds. Raises NoSuchThing where no rule set has such a list."""
    if collection in KINDS:
        return KINDS[collection]
    _question_key(collection)
    return Option


def items_of(rule_set: RuleSet, collection: str) -> tuple[Any, ...]:
    """What a list holds. Raises NoSuchThing where there is no such list."""
    if collection in KINDS:
        return tuple(getattr(rule_set, collection))
    question = rule_set.question(_question_key(collection))
    if question is None:
        raise NoSuchItem(collection)
    return question.options


def with_items(rule_set: RuleSet, collection: str, items: Sequence[Any]) -> RuleSet:
    """The rule set with other things in one of its lists."""
    if collection in KINDS:
        return replace(rule_set, **{collection: tuple(items)})
    key = _question_key(collection)
    if rule_set.question(key) is None:
        raise NoSuchItem(collection)
    changed = (replace(q, options=tuple(items)) if q.key == key else q for q in rule_set.questions)
    return replace(rule_set, questions=tuple(changed))


def key_of(item: Any) -> str:
    """The key of a thing, "" where things of its kind have none."""
    return str(getattr(item, "id" if isinstance(item, Claim) else "key", ""))


def mark_of(item: Any) -> str:
    """A short fingerprint of a thing or of a whole rule set: it changes exactly when what is stored does."""
    return sha256(json.dumps(to_plain(item), ensure_ascii=False, sort_keys=True))[:32]


def own_mark_of(item: Any) -> str:
    """The same without what is a thing of its own: the options of a question."""
    return mark_of(replace(item, options=())) if isinstance(item, Question) else mark_of(item)


def _question_key(collection: str) -> str:
    match collection.split("/"):
        case ["questions", key, "options"]:
            return key
    raise NoSuchItem(collection)
