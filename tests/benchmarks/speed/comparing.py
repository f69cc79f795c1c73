"""Two rule sets over the same million sets of answers."""

from dataclasses import replace
from functools import partial

from advisor.engine.evaluation.batch import AnswerTable, evaluate_many
from advisor.engine.evaluation.compare import compare
from advisor.engine.model.rules import Push, RuleSet
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import NAMES, codes, rule_set, table
from tests.benchmarks.speed.timing import seconds

SIZE = 10**6
PASS, COMPARE = "evaluate_many, one pass", "compare"


def comparison_speed() -> Subject:
    """Milliseconds, and how many passes that is. The newer rule set has other points in four rules, and one less."""
    subject = Subject(
        "A newer rule set compared with the older, 10^6 sets of answers, ms",
        list(NAMES),
        note="In brackets: how many passes. Both compile what they need: the rule sets are new to the engine.",
    )
    for name in NAMES:
        old = rule_set(name)
        new, held = newer(old), table(name, codes(name, SIZE))
        assert compare(old, new, held).changed_outcomes, "the newer rule set changes nothing"
        subject.put(PASS, name, 1000 * seconds(partial(_pass, old, held), rounds=3))
        subject.put(COMPARE, name, 1000 * seconds(partial(_compare, old, new, held), rounds=3))
    return subject


def _pass(rules: RuleSet, held: AnswerTable) -> object:
    return evaluate_many(replace(rules), held).outcomes


def _compare(old: RuleSet, new: RuleSet, held: AnswerTable) -> object:
    return compare(replace(old), replace(new), held)


def newer(old: RuleSet) -> RuleSet:
    """The same rule set with changes as an admin makes them."""
    others = old.rules[1:]
    changed = [
        replace(rule, push=Push(rule.push.side, 1 + rule.push.points % 5)) if number < 4 else rule
        for number, rule in enumerate(others)
    ]
    return replace(old, rules=tuple(changed))
