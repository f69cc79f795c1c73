"""How long a picture of points must be for every advice of one rule set to fit on it."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from math import prod

from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Side, State

_TRIED = 2_000
"""Combinations of the answers to a few questions that are tried."""


@cached_per_rule_set
def longest_sum(rule_set: RuleSet) -> int:
    """Points that the sum of no side can exceed, whatever is answered; at least 1.

    Rules that look at the same questions are held against all of their answers; the sums of different questions are
    added, though not all of them may go together. So the bound may lie above what can be reached.
    """
    return max([1, *(_longest(rule_set, side) for side in Side)])


def _longest(rule_set: RuleSet, side: Side) -> int:
    together: dict[frozenset[str], list[Rule]] = defaultdict(list)
    for rule in rule_set.rules:
        if rule.push.side is side:
            together[frozenset(condition.question for condition in rule.when)].append(rule)
    return sum(_largest_push(rule_set, sorted(keys), rules) for keys, rules in together.items())


def _largest_push(rule_set: RuleSet, keys: Sequence[str], rules: Sequence[Rule]) -> int:
    """The most that these rules, which look at just these questions, can push at once."""
    questions = [question for key in keys if (question := rule_set.question(key))]
    can_be_tried = all(question.type is AnswerType.CHOICE for question in questions)
    if not can_be_tried or prod(len(question.options) for question in questions) > _TRIED:
        return sum(rule.push.points for rule in rules)
    return max(
        sum(rule.push.points for rule in rules if rule.state(dict(zip(keys, answers, strict=True))) is State.MATCHED)
        for answers in product(*([option.key for option in question.options] for question in questions))
    )
