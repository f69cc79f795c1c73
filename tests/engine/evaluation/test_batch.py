"""Many sets of answers at once get the advice that each of them gets alone."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, STRENGTHS, Batch, evaluate_many, table_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Answers, Condition
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side
from tests.benchmarks.rule_generator import complete_answers, generate_rules
from tests.engine.analysis.test_space import hashable
from tests.engine.strategies import PROPERTY, any_answers, rule_sets


def advice(batch: Batch, index: int) -> tuple[object, ...]:
    points = Points(*(int(sums[index]) for sums in batch.sums))
    return OUTCOMES[batch.outcomes[index]], KINDS[batch.kinds[index]], STRENGTHS[batch.strengths[index]], points


def assert_as_each_alone(rule_set: RuleSet, sheets: Sequence[Answers]) -> None:
    batch = evaluate_many(rule_set, table_of(sheets))
    alone = [evaluate(rule_set, sheet) for sheet in sheets]
    assert [advice(batch, index) for index in range(len(sheets))] == [
        (one.outcome, one.kind, one.strength, one.points) for one in alone
    ]


@PROPERTY
@given(st.data())
def test_many_at_once_are_advised_as_each_alone(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    sheets = [hashable(data.draw(any_answers(rule_set))) for _ in range(data.draw(st.integers(0, 12)))]
    assert_as_each_alone(rule_set, sheets)


@pytest.mark.parametrize("seed", range(4))
def test_many_rules_of_the_same_weight_are_added_up_as_one_by_one(seed: int) -> None:
    rule_set = generate_rules(rules=100, questions=6, seed=seed, both=12)
    random = Random(seed)
    sheets = [
        {key: answer for key, answer in sheet.items() if random.random() < 0.9}
        for sheet in complete_answers(rule_set, 60, seed)
    ]
    assert_as_each_alone(rule_set, sheets)


def test_a_rule_that_never_fires_changes_nothing_for_the_others() -> None:
    rules = starter.rule_set()
    never = (Condition("steps", "any_of", ("set",)), Condition("steps", "any_of", ("case-by-case",)))
    more = replace(rules, rules=(*rules.rules, Rule("never", never, Push(Side.BPO, 1), "It cannot fire.", ("D1.23",))))
    table = table_of([case.answers for case in rules.cases])
    with_it, without = evaluate_many(more, table), evaluate_many(rules, table)
    assert [advice(with_it, at) for at in range(table.size)] == [advice(without, at) for at in range(table.size)]
