"""What one rule does, as told beside its form, is what trying every combination one by one shows."""

from dataclasses import replace

from hypothesis import given

from advisor import starter
from advisor.engine.analysis.proofs.one_rule import RuleEffect, RuleRelation, rule_effect
from advisor.engine.evaluation.evaluate import Recommendation, evaluate
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side
from tests.engine.analysis.proofs.brute_force import TriedRules, matched_keys, remove_rule, try_rules
from tests.engine.strategies import PROPERTY

STARTER = starter.rule_set()


@PROPERTY
@given(try_rules())
def test_where_a_rule_fires_is_counted_over_all_complete_answers(case: TriedRules) -> None:
    for rule in case.rule_set.rules:
        found = rule_effect(case.rule_set, rule.key)
        assert found.of == len(case.complete)
        assert found.fires == sum(rule.key in matched_keys(given) for _, given in case.complete)


@PROPERTY
@given(try_rules())
def test_the_rows_that_a_rule_moves_are_those_of_its_witnesses(case: TriedRules) -> None:
    for rule in case.rule_set.rules:
        found = rule_effect(case.rule_set, rule.key)
        for move in found.moves:
            now, other = (
                evaluate(case.rule_set, move.witness),
                evaluate(remove_rule(case.rule_set, rule.key), move.witness),
            )
            assert (row_of(case.rule_set, other, move.table), row_of(case.rule_set, now, move.table)) == (
                move.without,
                move.row,
            )
        assert not found.is_all or {(m.table, m.without, m.row) for m in found.moves} == move_values(case, rule)


@PROPERTY
@given(try_rules())
def test_rules_that_fire_together_and_how_they_lie_to_each_other(case: TriedRules) -> None:
    for rule in case.rule_set.rules:
        found, own = rule_effect(case.rule_set, rule.key), case.matching_sheets(rule.key)
        others = {it.key: case.matching_sheets(it.key) for it in case.rule_set.rules if it is not rule}
        assert found.together == sum(bool(own & theirs) for theirs in others.values())
        for overlap in found.overlaps:
            theirs = others[overlap.rule.key]
            assert (own <= theirs) or overlap.relation not in {RuleRelation.INSIDE, RuleRelation.EQUAL}
            assert (theirs <= own) or overlap.relation not in {RuleRelation.AROUND, RuleRelation.EQUAL}
            fires = [matched_keys(given) for _, given in case.complete if rule.key in matched_keys(given)]
            assert abs(overlap.share - sum(overlap.rule.key in keys for keys in fires) / len(fires)) < 1e-9


def row_of(rules: RuleSet, given: Recommendation, table: str) -> int:
    return rules.leave.index(given.leave) if table == "leave" else rules.kind.index(given.row)


def move_values(case: TriedRules, rule: Rule) -> set[tuple[str, int, int]]:
    less = remove_rule(case.rule_set, rule.key)
    found = set()
    for sheet, now in case.advice:
        other = evaluate(less, sheet)
        for table in ("leave", "kind"):
            pair = row_of(case.rule_set, other, table), row_of(case.rule_set, now, table)
            if pair[0] != pair[1]:
                found.add((table, *pair))
    return found


def test_a_rule_whose_conditions_exclude_each_other_fires_nowhere() -> None:
    when = (Condition("steps", "any_of", ("set",)), Condition("steps", "any_of", ("case-by-case",)))
    rules = replace(STARTER, rules=(*STARTER.rules, Rule("never", when, Push(Side.BPO, 1), "Never.", ())))
    found = rule_effect(rules, "never")
    assert (found.fires, found.moves, found.overlaps) == (0, (), ())


def test_a_rule_without_conditions_fires_everywhere() -> None:
    rules = replace(STARTER, rules=(*STARTER.rules, Rule("always", (), Push(Side.BPO, 1), "Always.", ())))
    assert rule_effect(rules, "always").share == 1.0
    bare = replace(rules, questions=(), rules=rules.rules[-1:], cases=())
    assert rule_effect(bare, "always").share == 1.0


def test_a_contradiction_is_told_before_what_only_fires_now_and_then() -> None:
    condition = STARTER.rule("aim-cost")
    assert condition is not None
    against = Rule("against", condition.when, Push(Side.KPO, 2), "Against.", ())
    found: RuleEffect = rule_effect(replace(STARTER, rules=(*STARTER.rules, against)), "aim-cost")
    first = found.overlaps[0]
    assert (first.rule.key, first.relation, first.contradicts, first.share) == (
        "against",
        RuleRelation.EQUAL,
        True,
        1.0,
    )
