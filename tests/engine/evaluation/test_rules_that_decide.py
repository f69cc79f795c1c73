"""Which changed rule makes the difference on one set of answers."""

from dataclasses import replace

from advisor.engine.evaluation.cases import rules_that_decide, verdict
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.rules import Push
from advisor.engine.model.vocabulary import Side
from tests.engine.small_rule_set import SMALL, with_push, without_some

ANSWERS = {"edge": "no", "steps": "set", "written": "yes", "skill": "basic"}


def test_rules_that_are_the_same_decide_nothing() -> None:
    assert rules_that_decide(SMALL, SMALL, ANSWERS) == ()
    reworded = replace(SMALL, rules=tuple(replace(rule, because="Said otherwise.") for rule in SMALL.rules))
    assert rules_that_decide(SMALL, reworded, ANSWERS) == ()


def test_the_one_change_that_suffices_is_named_and_the_others_are_not() -> None:
    after = with_push(SMALL, {"set-steps": Push(Side.KPO, 5), "open-steps": Push(Side.KPO, 1)})
    assert verdict(evaluate_parts(SMALL, ANSWERS, [])) != verdict(evaluate_parts(after, ANSWERS, []))
    assert rules_that_decide(SMALL, after, ANSWERS) == ("set-steps",)


def test_a_rule_that_was_added_or_removed_can_decide() -> None:
    assert rules_that_decide(SMALL, without_some(SMALL, "set-steps"), ANSWERS) == ("set-steps",)
    assert rules_that_decide(without_some(SMALL, "set-steps"), SMALL, ANSWERS) == ("set-steps",)


def test_where_it_takes_several_changes_together_none_decides_alone() -> None:
    answers = {**ANSWERS, "steps": "half"}
    after = with_push(SMALL, {"half-steps-routine": Push(Side.KEEP, 5), "half-steps-expert": Push(Side.KEEP, 5)})
    deciding = rules_that_decide(SMALL, after, answers)
    for key in deciding:
        one = with_push(SMALL, {key: Push(Side.KEEP, 5)})
        assert verdict(evaluate_parts(one, answers, [])) == verdict(evaluate_parts(after, answers, []))


def test_a_verdict_speaks_of_each_part() -> None:
    parts = [("Keying", {"steps": "set", "skill": "basic"}), ("Advising", {"steps": "open", "skill": "expert"})]
    assert len(verdict(evaluate_parts(SMALL, {"edge": "no"}, parts))) == 3
