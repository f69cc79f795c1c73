"""Many sets of answers at once get the advice that each of them gets alone."""

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.batch import KINDS, OUTCOMES, STRENGTHS, Batch, evaluate_many, table_of
from advisor.engine.evaluate import evaluate
from advisor.engine.rules import Points
from tests.engine.strategies import PROPERTY, any_answers, rule_sets
from tests.engine.test_space import hashable


def advice(batch: Batch, index: int) -> tuple[object, ...]:
    points = Points(int(batch.bpo[index]), int(batch.kpo[index]), int(batch.keep[index]))
    return OUTCOMES[batch.outcomes[index]], KINDS[batch.kinds[index]], STRENGTHS[batch.strengths[index]], points


@PROPERTY
@given(st.data())
def test_many_at_once_are_advised_as_each_alone(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    sheets = [hashable(data.draw(any_answers(rule_set))) for _ in range(data.draw(st.integers(0, 12)))]
    batch = evaluate_many(rule_set, table_of(sheets))
    alone = [evaluate(rule_set, sheet) for sheet in sheets]
    assert [advice(batch, index) for index in range(len(sheets))] == [
        (one.outcome, one.kind, one.strength, one.points) for one in alone
    ]
