"""What a newer rule set does to one set of answers: the verdict it gives, and the rules that make the difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from advisor.engine.evaluate import Recommendation, evaluate_parts
from advisor.engine.operators import Answer
from advisor.engine.questions import Answers
from advisor.engine.rules import Rule, RuleSet
from advisor.engine.vocabulary import Kind, Outcome, Strength

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
        for key, rules in _one_change_each(before, after)
        if verdict(evaluate_parts(replace(before, rules=rules), answers, parts)) == wanted
    )


def _one_change_each(before: RuleSet, after: RuleSet) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The rules of ``before`` with one rule each as ``after`` has it: changed, added or removed."""
    old, new = ({rule.key: rule for rule in rule_set.rules} for rule_set in (before, after))
    for key in {**old, **new}:
        if old.get(key) == new.get(key):
            continue
        changed = {**old, key: new[key]} if key in new else {other: old[other] for other in old if other != key}
        yield key, tuple(changed.values())
