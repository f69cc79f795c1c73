"""Many work items at once get the advice that each of them gets alone, with all that explains it."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.evaluation.advice import disagreements_shown, guidance_shown
from advisor.engine.evaluation.bulk import advise_many
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.evaluation.risks import MOST, risks_shown
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from tests.engine.analysis.test_space import hashable
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import made_item
from tests.engine.strategies import PROPERTY, any_answers, fit_items, rule_sets

NAMES = ("Payroll", "market research", "Pay advice and payroll", "Keying", "")


def advise_alone(rule_set: RuleSet, item: WorkItem) -> tuple[object, ...]:
    got = evaluate_parts(rule_set, item.answers, item.parts)
    several = len(got.all_parts) > 1
    told = risks_shown(rule_set, got)[:MOST]
    reasons = [(part.part, rule.key) for part in got.all_parts for rule in part.matched_rules]
    if several:
        points = {rule.key: rule.push.points for rule in rule_set.rules}
        reasons.sort(key=lambda pair: -points[pair[1]])
    return (
        *(got.outcome, got.kind, got.strength, got.points, got.unanswered_keys),
        [
            (it.part, it.outcome, it.kind, it.strength, it.points, it.unanswered_keys, rule_set.done_by(it.answers))
            for it in got.all_parts
        ],
        reasons,
        disagreements_shown(rule_set, item.process, got),
        guidance_shown(rule_set, item.process, got),
        [risk.risk.key for risk in told],
        [[risk.risk.key for risk in told if it.part in {at.part for at in risk.parts}] for it in got.all_parts],
    )


def assert_as_each_alone(rule_set: RuleSet, items: Sequence[WorkItem]) -> None:
    for item, got, brief in zip(
        items, advise_many(rule_set, items, explained=True), advise_many(rule_set, items, explained=False), strict=True
    ):
        expected = advise_alone(rule_set, item)
        for advice in (got, brief):
            assert (
                *(advice.outcome, advice.kind, advice.strength, advice.points, advice.unanswered),
                [
                    (it.part, it.outcome, it.kind, it.strength, it.points, it.unanswered, it.done_by)
                    for it in advice.pieces
                ],
            ) == expected[:6]
        assert (
            [(part, rule.key) for part, rule in got.reasons()],
            got.disagreements,
            got.guidance,
            [risk.key for risk in got.risks],
            [[risk.key for risk in piece.risks] for piece in got.pieces],
        ) == expected[6:]


@PROPERTY
@given(st.data())
def test_many_items_are_advised_as_each_alone(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    items = []
    for _ in range(data.draw(st.integers(0, 8))):
        name = data.draw(st.sampled_from(NAMES))
        if data.draw(st.booleans()):
            items.append(WorkItem(name, *data.draw(fit_items(rule_set))))
        else:  # answers of every sort, such as an older version allowed
            items.append(WorkItem(name, hashable(data.draw(any_answers(rule_set)))))
    assert_as_each_alone(rule_set, items)


def test_items_under_the_starter_rules_are_advised_as_each_alone() -> None:
    rules = starter.rule_set()
    cases = [WorkItem(it.process, it.answers, tuple((p.part, p.answers) for p in it.parts)) for it in rules.cases]
    dice = Dice(4)
    names = [option.label for _, option in rules.filings()]
    made = [WorkItem(dice.pick(names), *made_item(dice, rules)) for _ in range(300)]
    assert_as_each_alone(rules, [*cases, *made])
