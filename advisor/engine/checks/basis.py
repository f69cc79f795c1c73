"""What a warning rests on, so that who accepted it is asked again when that is not so any more."""

from collections.abc import Iterator
from typing import Any

from advisor.engine.checks.subjects import NOUNS, subjects
from advisor.engine.document.document import fingerprint_of, sha256
from advisor.engine.model.errors import TABLES, Problem
from advisor.engine.model.rules import RuleSet


def basis_fingerprint(rule_set: RuleSet, problem: Problem) -> str:
    """A fingerprint of all that the problem rests on; where it stays, whoever accepted the problem knew the same.

    These are the items that it is about, and the questions that they look at. What is said of rules rests on the
    policy too, and of the policy on the points of all rules; what is said of a whole list rests on that list.
    """
    found = [fingerprint_of(item) for place in (problem.place, *problem.also) for item in _items(rule_set, place)]
    return sha256("\n".join(found))


def _items(rule_set: RuleSet, place: str) -> Iterator[Any]:
    collection, *rest = place.split("/")
    if collection in TABLES:
        yield from (*getattr(rule_set, collection), *((rule.key, rule.push) for rule in rule_set.rules))
        return
    named = subjects(getattr(rule_set, collection, ()), collection) if collection in NOUNS else ()
    item = next((it.item for it in named if rest and it.place == f"{collection}/{rest[0]}"), None)
    if item is None:
        yield getattr(rule_set, collection, ())
        return
    yield item
    conditions = getattr(item, "conditions", getattr(item, "when", getattr(item, "asked_when", ())))
    yield from (rule_set.question(key) for key in dict.fromkeys(condition.question for condition in conditions))
    if collection == "rules":
        yield from ((row.when, getattr(row, "leave", "")) for row in rule_set.leave)
        yield from ((row.when, row.kind, row.strength) for row in rule_set.kind)
