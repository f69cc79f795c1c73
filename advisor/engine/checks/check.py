"""Everything that can be seen to be wrong with a rule set by reading it, all at once."""

from collections.abc import Iterable, Set
from dataclasses import fields

from advisor.engine.checks import (
    cases,
    conditions,
    evidence,
    follow_ups,
    keys,
    policy,
    questions,
    rules,
    size,
    texts,
    unused,
)
from advisor.engine.checks.causes import independent, names_in_doubt
from advisor.engine.checks.subjects import NOUNS, subjects
from advisor.engine.document.document import to_plain
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet

_EACH_BY_ITSELF = (keys.problems, texts.problems)

_TOGETHER = (
    questions.problems,
    conditions.problems,
    follow_ups.problems,
    rules.problems,
    policy.problems,
    evidence.problems,
    unused.problems,
    cases.problems,
)


def check(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Give every problem of a rule set that can be read, in the order of the document; none where it is sound.

    A rule set without a problem that blocks can be evaluated with any answers. What only follows from a key that is
    missing or there twice is left out. Where it holds too much, that is all that is said: looking at the rest could
    take minutes.
    """
    if too_large := tuple(size.problems(rule_set)):
        return in_order(rule_set, too_large)
    found = [problem for problems in _EACH_BY_ITSELF for problem in problems(rule_set)]
    more = [problem for problems in _TOGETHER for problem in problems(rule_set)]
    if any(problem.place.endswith(keys.ENDS) for problem in found):
        document = to_plain(rule_set)
        more = list(independent(document, more, names_in_doubt(document)))
    return in_order(rule_set, dict.fromkeys([*found, *more]))


def in_order(rule_set: RuleSet, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the document."""
    problems = list(found)
    order = _order(rule_set, {problem.place.split("/")[0] for problem in problems})
    return tuple(sorted(problems, key=lambda problem: order.get("/".join(problem.place.split("/")[:2]), len(order))))


def _order(rule_set: RuleSet, wanted: Set[str]) -> dict[str, int]:
    """The position of each list that is wanted, and of each thing in it, by its place."""
    places: dict[str, None] = {}
    for field in fields(RuleSet):
        if field.name not in wanted:
            continue
        items = getattr(rule_set, field.name)
        places[field.name] = None
        keyed = subjects(items, field.name) if field.name in NOUNS else ()
        places.update((subject.place, None) for subject in keyed)
        places.update((f"{field.name}/{index}", None) for index in range(len(items)))
    return {place: position for position, place in enumerate(places)}
