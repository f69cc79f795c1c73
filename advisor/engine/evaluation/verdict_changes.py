"""What a newer rule set does to one set of answers: the verdict it gives, and the rules that make the difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Strength

Parts: TypeAlias = Sequence[tuple[str, Mapping[str, Answer]]]

Verdict: TypeAlias = tuple[tuple[Outcome, Kind, Strength], ...]
"""What an advice says: of the process, then of each part. Two that are equal read the same."""


def verdict(recommendation: Recommendation) -> Verdict:
    """What is said, without the reasons for it."""
    return tuple((it.outcome, it.kind, it.strength) for it in (recommendation, *recommendation.parts))


def rules_that_decide(before: RuleSet, after: RuleSet, answers: Answers, parts: Parts = ()) -> tuple[str, ...]:
    """Keys of the rules whose change alone, made to ``before``, already gives what ``after`` says.

    Empty where both say the same, and where it takes several changes together.
    """
    wanted = verdict(evaluate_parts(after, answers, parts))
    if verdict(evaluate_parts(before, answers, parts)) == wanted:
        return ()
    return tuple(
        key
        for key, _, changed in changed_rules(before, after)
        if verdict(evaluate_parts(_with_rule(before, key, changed), answers, parts)) == wanted
    )


def changed_rules(before: RuleSet, after: RuleSet) -> Iterator[tuple[str, Rule | None, Rule | None]]:
    """The key of each rule that was changed, added or removed, the rule before and the rule after."""
    old, new = ({rule.key: rule for rule in rule_set.rules} for rule_set in (before, after))
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _with_rule(rule_set: RuleSet, key: str, changed: Rule | None) -> RuleSet:
    """The rule set with one rule as ``changed`` has it, or without it."""
    rules = {rule.key: rule for rule in rule_set.rules}
    if changed is None:
        del rules[key]
    else:
        rules[key] = changed
    return replace(rule_set, rules=tuple(rules.values()))
