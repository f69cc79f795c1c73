"""What the engine is measured on is a rule set like any other."""

from collections import Counter

import pytest

from advisor.engine.checks.check import check
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.vocabulary import Outcome
from tests.benchmarks.rule_generator import complete_answers, generate_rules


@pytest.mark.parametrize("rules", [40, 400])
def test_a_generated_rule_set_could_be_published_and_gives_every_outcome(rules: int) -> None:
    rule_set = generate_rules(rules)
    assert not [problem for problem in check(rule_set) if problem.blocks]
    outcomes = Counter(evaluate(rule_set, answers).outcome for answers in complete_answers(rule_set, 500))
    assert set(outcomes) == set(Outcome)
    assert min(outcomes.values()) > 15


def test_the_same_numbers_make_the_same_rule_set() -> None:
    assert generate_rules(40) == generate_rules(40) != generate_rules(40, seed=2)
