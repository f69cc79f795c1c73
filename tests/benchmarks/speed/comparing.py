"""Two rule sets over the same million sets of answers."""

from dataclasses import replace

from advisor.engine.batch import evaluate_many
from advisor.engine.compare import compare
from advisor.engine.rules import Push, RuleSet
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import NAMES, codes, rule_set, table
from tests.benchmarks.speed.timing import seconds

SIZE = 10**6
PASS, COMPARE, PASSES = "evaluate_many, one pass", "compare", "passes"


def comparing() -> Subject:
    """Milliseconds, and how many passes that is. The newer rule set has other points in four rules, and one less."""
    subject = Subject("A newer rule set compared with the older, 10^6 sets of answers, ms", list(NAMES))
    for name in NAMES:
        old = rule_set(name)
        new, held = newer(old), table(name, codes(name, SIZE))
        impact = compare(old, new, held)
        assert impact.changed, "the newer rule set changes nothing"
        one_pass = seconds(lambda: evaluate_many(old, held).outcomes, rounds=3)  # noqa: B023 - called at once
        both = seconds(lambda: compare(old, new, held), rounds=3)  # noqa: B023 - called at once
        subject.put(PASS, name, 1000 * one_pass)
        subject.put(COMPARE, name, 1000 * both)
    return subject


def newer(old: RuleSet) -> RuleSet:
    """The same rule set with changes as an admin makes them."""
    others = old.rules[1:]
    changed = [
        replace(rule, push=Push(rule.push.side, 1 + rule.push.points % 5)) if number < 4 else rule
        for number, rule in enumerate(others)
    ]
    return replace(old, rules=tuple(changed))
