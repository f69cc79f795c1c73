"""Ways to other advice are those that an owner would believe, the easiest to believe first."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.analysis.explain import EXPLANATION_LIMITS, AnswerChange, what_would_change
from advisor.engine.evaluation.cases import read_case
from advisor.engine.model.evidence import Contradiction
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.questions import Condition, Option, Question, Scope
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

WELL = Condition("who", "any_of", ("well",))
NOTHING = Condition("aims", "none_of", ("cost", "time"))


def make_question(
    key: str, options: Sequence[str], kind: AnswerType = AnswerType.CHOICE, scope: Scope = Scope.PROCESS
) -> Question:
    return Question(key, key, key, key, type=kind, scope=scope, options=tuple(Option(it, it) for it in options))


def keep_rules(*conditions: Condition, least: int) -> RuleSet:
    """Work is kept where the rules for these conditions, of 2 points each, reach so many points."""
    return RuleSet(
        questions=(
            make_question("aims", ["cost", "time"], AnswerType.CHOICES),
            make_question("work", ["plain", "odd", "rare"], scope=Scope.PART),
            make_question("who", ["badly", "well"]),
        ),
        rules=tuple(Rule(str(at), (it,), Push(Side.KEEP, 2), "It stays.", ()) for at, it in enumerate(conditions)),
        leave=(
            LeaveRow((Bound(Measure.KEEP, at_least=least),), Leave.KEEP, "It stays."),
            LeaveRow((), Leave.GO, "Go."),
        ),
        kind=(KindRow((), Kind.BPO, Strength.CLEAR, "It is routine."),),
        sources=(),
        claims=(),
    )


def ways_to_keep(rule_set: RuleSet, answers: dict[str, Answer], *, in_spheres: bool = False) -> list[dict[str, object]]:
    limits = replace(EXPLANATION_LIMITS, score_states=0) if in_spheres else EXPLANATION_LIMITS
    (target,) = (it for it in what_would_change(rule_set, answers, limits=limits).targets if it.outcome is Outcome.KEEP)
    assert (target.size is None) == (not target.sets)
    return [dict(map(_change_words, found.changes)) for found in target.sets]


def _change_words(change: AnswerChange) -> tuple[str, object]:
    return change.question, change.answers[0]


GIVEN: dict[str, Answer] = {"aims": ("cost",), "work": "plain", "who": "badly"}


@pytest.mark.parametrize("in_spheres", [False, True])
def test_nobody_wants_nothing_any_more_and_has_other_people_besides(*, in_spheres: bool) -> None:
    both_needed = keep_rules(WELL, NOTHING, least=4)
    assert ways_to_keep(both_needed, GIVEN, in_spheres=in_spheres) == []
    assert ways_to_keep(both_needed, {**GIVEN, "who": "well"}, in_spheres=in_spheres) == [{"aims": ()}]
    assert ways_to_keep(both_needed, {**GIVEN, "aims": ()}, in_spheres=in_spheres) == [{"who": "well"}]


@pytest.mark.parametrize("in_spheres", [False, True])
def test_where_the_fewest_changes_would_pull_apart_the_next_ones_are_told(*, in_spheres: bool) -> None:
    odd_or_all = keep_rules(WELL, Condition("work", "any_of", ("odd", "rare")), least=2)
    pulled = replace(
        odd_or_all, tensions=(Contradiction("t", (WELL, Condition("work", "any_of", ("plain",))), "Apart."),)
    )
    assert ways_to_keep(odd_or_all, GIVEN, in_spheres=in_spheres) == [{"who": "well"}, {"work": "odd"}]
    assert ways_to_keep(pulled, GIVEN, in_spheres=in_spheres) == [{"work": "odd"}]
    needs_both = replace(
        pulled, tensions=(*pulled.tensions, Contradiction("u", (_is("work", "odd"), _is("who", "badly")), ""))
    )
    needs_both = replace(
        needs_both, tensions=(*needs_both.tensions, Contradiction("v", (_is("work", "rare"), _is("who", "badly")), ""))
    )
    assert ways_to_keep(needs_both, GIVEN, in_spheres=in_spheres) == [{"work": "odd", "who": "well"}]


def _is(question: str, answer: str) -> Condition:
    return Condition(question, "any_of", (answer,))


def test_what_an_owner_wants_changes_before_what_the_work_is_and_an_open_answer_before_both() -> None:
    any_of_them = keep_rules(WELL, NOTHING, Condition("work", "any_of", ("odd", "rare")), least=2)
    assert [list(way) for way in ways_to_keep(any_of_them, GIVEN)] == [["aims"], ["who"], ["work"]]
    assert next(list(way) for way in ways_to_keep(any_of_them, {**GIVEN, "work": None})) == ["work"]


def test_no_way_of_any_test_case_of_the_starter_set_is_a_contradiction_of_its_own_making() -> None:
    rule_set = starter.rule_set()
    ways = 0
    for case in rule_set.cases:
        item, _ = read_case(rule_set, case)
        told = what_would_change(rule_set, item.answers, item.parts)
        without = what_would_change(replace(rule_set, tensions=()), item.answers, item.parts)
        for target, before in zip(told.targets, without.targets, strict=True):
            if target.size is not None and before.size is not None:
                assert target.size >= before.size
            ways += len(target.sets)
    assert ways > 1000
