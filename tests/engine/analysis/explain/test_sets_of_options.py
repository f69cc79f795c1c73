"""Questions answered with any of many options: what is said of them is exact, short, and found in bounded work."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from itertools import combinations

import pytest

from advisor.engine.analysis.explain import EXPLANATION_LIMITS, what_settles, what_would_change
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import OUTCOMES, evaluate_many, table_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import OPERATORS, Answer
from advisor.engine.model.rules import RuleSet
from advisor.exchange.explanation import explain
from tests.benchmarks.rule_generator import complete_answers, generate_rules
from tests.engine.analysis.explain.brute_force import same, world_of
from tests.engine.analysis.explain.test_what_settles import check_next_questions, check_possible, check_suffices
from tests.engine.analysis.explain.test_would_change import check_fewest, check_reaches
from tests.engine.analysis.explain.worlds import EXACT

OPTIONS = 12
"""The most options of one question that conditions may look at."""


def large(questions: int = 6, options: int = OPTIONS) -> tuple[RuleSet, dict[str, Answer]]:
    """Rules that tie all of the questions together, and answers to these."""
    rule_set = generate_rules(200, questions=questions, several=options)
    (answers,) = complete_answers(rule_set, 1)
    return replace(rule_set), answers


@pytest.mark.parametrize("seed", range(4))
def test_every_set_of_options_has_the_value_that_the_conditions_tell_apart(seed: int) -> None:
    rule_set = generate_rules(6, questions=1, several=7, seed=seed)
    (question,) = rule_set.questions
    (variable,) = space_of(rule_set).variables
    conditions = {condition for rule in rule_set.rules for condition in rule.when}
    keys = [option.key for option in question.options]
    told: dict[int, set[tuple[bool, ...]]] = {}
    for found in (found for size in range(len(keys) + 1) for found in combinations(keys, size)):
        says = tuple(OPERATORS[condition.test].accepts(found, condition.values) for condition in conditions)
        told.setdefault(variable.code(found), set()).add(says)
    assert all(len(says) == 1 for says in told.values())
    assert len(set.union(*told.values())) == len(told) == len(variable.values) - 1


@pytest.mark.parametrize(("questions", "options"), [(2, 12), (3, 7)])
def test_many_at_once_get_the_advice_that_each_gets_alone(questions: int, options: int) -> None:
    rule_set = generate_rules(60, questions=questions, several=options, both=8)
    items: list[dict[str, Answer]] = [{}, *complete_answers(rule_set, 300)]
    batch = evaluate_many(rule_set, table_of(items))
    for number, item in enumerate(items):
        alone = evaluate(rule_set, item)
        assert OUTCOMES[batch.outcomes[number]] is alone.outcome
        assert tuple(sums[number] for sums in batch.sums) == astuple(alone.points)


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize("known", [0, 1, 2])
def test_what_is_said_of_small_rule_sets_is_what_trying_every_set_of_options_finds(method: str, known: int) -> None:
    # More sets of options than inputs of the circuit are made for, and few enough to try them all.
    rule_set = generate_rules(12, questions=2, several=7, seed=5)
    answers = dict(list(complete_answers(rule_set, 1)[0].items())[:known])
    world = world_of(rule_set, answers, ())
    check_fewest(world, (rule_set, answers, ()), EXACT[method])
    told = what_settles(rule_set, answers, limits=EXACT[method])
    check_possible(world, told)
    check_suffices(world, told.suffices)
    check_next_questions(world, told)
    check_reaches(world, (rule_set, answers, ()))


def test_the_nearest_sets_of_options_are_told_and_the_others_counted() -> None:
    rule_set, answers = large(questions=1)
    told = what_would_change(rule_set, answers)
    (reach,) = told.reaches
    assert sum(len(move.change.answers) + move.change.more for move in reach.moves) == 2**OPTIONS - 1
    assert len(told.reaches[0].moves) == len({(m.outcome, m.kind, m.strength, m.lean) for m in reach.moves})
    given = answers["q00"]
    for move in reach.moves:
        ticks = [ticks_between(given, answer) for answer in move.change.answers]
        assert len(ticks) <= EXPLANATION_LIMITS.answers_shown
        assert ticks == sorted(ticks)
        assert not any(same(given, answer) for answer in move.change.answers)
        assert len(ticks) == EXPLANATION_LIMITS.answers_shown or not move.change.more
        for answer in move.change.answers:
            alone = evaluate(rule_set, {"q00": answer})
            assert (alone.outcome, alone.points.lean) == (move.outcome, move.lean)


@pytest.mark.parametrize("answered", [0, 3, 6])
def test_the_work_for_a_question_of_twelve_options_grows_with_its_sets_and_not_with_their_square(answered: int) -> None:
    def work(options: int) -> int:
        rule_set, answers = large(options=options)
        given = dict(list(answers.items())[:answered])
        with count_calls(100 * 6 * 2**OPTIONS) as calls:
            what_would_change(rule_set, given)
            what_settles(rule_set, given)
        return calls()

    few, many = work(OPTIONS - 2), work(OPTIONS)
    assert many < 6 * few, "four times the sets of options, so about four times the work"


def test_what_is_not_found_out_is_said_to_be_open() -> None:
    rule_set, answers = large()
    told = what_would_change(rule_set, answers)
    for target in told.targets:
        assert target.size == 1 or target.at_least == 2
    settled = what_settles(rule_set, {})
    assert settled.next_questions is None
    assert set(settled.undecided) <= set(OUTCOMES)
    assert (settled.settled is None) == (len(settled.possible) == 1)


def test_the_explanation_of_large_questions_travels_as_a_short_text() -> None:
    rule_set, answers = large()
    assert len(json.dumps(explain(rule_set, WorkItem("Payroll", answers)))) < 500_000


def ticks_between(one: Answer, other: Answer) -> int:
    """The boxes to tick or untick."""
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return len(set(one) ^ set(other))


@contextmanager
def count_calls(most: int) -> Iterator[Callable[[], int]]:
    """Counts the calls of functions, Python's own included; they must be fewer than so many."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        assert calls < most, "far more work than there are sets of options"

    sys.setprofile(count)
    try:
        yield lambda: calls
    finally:
        sys.setprofile(None)
