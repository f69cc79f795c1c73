"""The shares of the outcomes are counted exactly, or called an estimate."""

from collections import Counter
from dataclasses import astuple, replace
from itertools import pairwise

import pytest
from hypothesis import given

from advisor import starter
from advisor.engine.analysis.limits import ProofLimits
from advisor.engine.analysis.policy_ranges import by_outcome, points_of
from advisor.engine.analysis.proofs.blocks import count_blocks
from advisor.engine.analysis.proofs.shares import Shares, count_shares, estimate_shares
from advisor.engine.analysis.proofs.states import MergeTask, complete_sample, complete_states, merge_states
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Option
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from tests.benchmarks.rule_generator import generate_rules
from tests.engine.analysis.proofs.brute_force import TriedRules, is_complete, try_rules
from tests.engine.strategies import PROPERTY

ONLY_BLOCKS = ProofLimits(states=0)
NOTHING = ProofLimits(states=0, work=0)


@PROPERTY
@given(try_rules())
def test_the_shares_are_those_of_all_complete_answers(case: TriedRules) -> None:
    shares = count_shares(case.rule_set)
    assert shares is not None
    agree(shares, case)


@PROPERTY
@given(try_rules())
def test_they_are_the_same_where_blocks_are_counted(case: TriedRules) -> None:
    shares = count_shares(case.rule_set, limits=ONLY_BLOCKS)
    assert shares is not None
    agree(shares, case)


@pytest.mark.parametrize("block", [1, 4, 20, 1000])
@PROPERTY
@given(case=try_rules())
def test_both_methods_count_the_same_whatever_fits_in_a_block(block: int, case: TriedRules) -> None:
    space = space_of(case.rule_set)
    pushes = [(tests, points_of(rule.push)) for tests, rule in zip(space.rules, case.rule_set.rules, strict=True)]
    states = merge_states(MergeTask(space, pushes, by_outcome(case.rule_set)))
    assert states is not None
    assert count_blocks(case.rule_set, space, block=block) == states.tallies(len(OUTCOMES))


def agree(shares: Shares, case: TriedRules) -> None:
    complete = case.complete
    assert shares.is_exact
    assert shares.space == shares.whole.total == len(complete)
    assert shares.whole.counts == tuple(Counter(got.outcome for _, got in complete)[outcome] for outcome in OUTCOMES)
    for variable in space_of(case.rule_set).variables:
        key = variable.question.key
        for answer, tally in shares.answers[key].items():
            with_it = [got.outcome for sheet, got in complete if has(sheet.get(key), answer)]
            assert tally.counts == tuple(with_it.count(outcome) for outcome in OUTCOMES)
            for outcome in Outcome:
                expected = with_it.count(outcome) / len(with_it) - shares.whole.share(outcome) if with_it else None
                assert expected is None or shares.shift(key, answer, outcome) == pytest.approx(expected)


def has(given: Answer, answer: Answer) -> bool:
    return answer in given if isinstance(given, tuple) else given == answer


def test_large_sets_are_counted_alike_by_both_methods() -> None:
    rule_set = generate_rules(60, questions=9)
    assert count_shares(rule_set) == count_shares(rule_set, limits=ONLY_BLOCKS)


@PROPERTY
@given(try_rules())
def test_an_estimate_draws_complete_answers_and_knows_how_many_there_are(case: TriedRules) -> None:
    space = space_of(case.rule_set)
    states = complete_states(space)
    assert states is not None
    assert states.total(1) == [len(case.complete)]
    sample = complete_sample(case.rule_set, states, 50)
    for index in range(50):
        sheet = space.answers(sample.at(index))
        assert is_complete(case.rule_set, sheet)
        points = evaluate(case.rule_set, sheet).points
        assert astuple(points) == tuple(int(number[index]) for number in sample.sums)


@pytest.mark.parametrize(
    "rule_set", [starter.rule_set(), generate_rules(40, questions=12)], ids=["starter", "generated"]
)
def test_the_exact_share_lies_in_the_interval_of_the_estimate(rule_set: RuleSet) -> None:
    shares, estimated = count_shares(rule_set), estimate_shares(rule_set)
    assert shares is not None
    assert estimated is not None
    assert not estimated.is_exact
    assert estimated.space == shares.space
    for outcome in Outcome:
        low, high = estimated.interval(outcome)
        assert low <= shares.whole.share(outcome) <= high
        assert high - low < 0.011
        assert shares.interval(outcome) == (shares.whole.share(outcome),) * 2
        for key, answers in shares.answers.items():
            for answer in answers:
                shift = estimated.shift(key, answer, outcome)
                assert shift == pytest.approx(shares.shift(key, answer, outcome), abs=0.02)


def test_an_estimate_is_always_the_same() -> None:
    assert estimate_shares(generate_rules(40)) == estimate_shares(generate_rules(40))


def test_nothing_is_counted_beyond_the_limits() -> None:
    assert count_shares(starter.rule_set(), limits=NOTHING) is None


def test_progress_is_told_from_the_first_block_to_the_last() -> None:
    told: list[tuple[int, int]] = []
    count_shares(generate_rules(40, questions=12), lambda done, total: told.append((done, total)), ONLY_BLOCKS)
    assert told
    assert all(earlier[0] < later[0] for earlier, later in pairwise(told))
    assert told[-1][0] == told[-1][1]


def test_counts_of_any_size_are_exact() -> None:
    """Answers that no rule looks at multiply the combinations, far beyond what 64 bits hold."""
    made = generate_rules(12, questions=5)
    options = tuple(Option(f"o{number}", f"Option {number}") for number in range(90))
    idle = replace(made.questions[0], key="idle", type=AnswerType.CHOICES, options=options)
    more = replace(made, questions=(*made.questions, idle))
    few = count_shares(made)
    assert few is not None
    for limits in (ProofLimits(), ONLY_BLOCKS):
        many = count_shares(more, limits=limits)
        assert many is not None
        assert many.whole.counts == tuple(count * 2**90 for count in few.whole.counts)
        assert many.answers["idle"]["o7"].counts == tuple(count * 2**89 for count in few.whole.counts)
    estimated = estimate_shares(more)
    assert estimated is not None
    assert estimated.space == few.space * 2**90
