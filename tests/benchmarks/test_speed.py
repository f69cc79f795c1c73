"""What the benchmark of the engine tells, it tells of the same rules and in the right direction."""

import numpy as np
import pytest

from advisor.engine.evaluation.batch import evaluate_codes
from advisor.engine.evaluation.evaluate import evaluate
from tests.benchmarks.speed.peers.arrays import Arrays
from tests.benchmarks.speed.peers.loop import Loop
from tests.benchmarks.speed.plain import plain_answers, plain_of
from tests.benchmarks.speed.results import Subject, format_number, markdown, text
from tests.benchmarks.speed.sizes import STARTER, codes, items, rule_set


@pytest.mark.parametrize("name", [STARTER, "40"])
def test_the_rules_that_other_engines_get_say_the_same(name: str) -> None:
    rules = rule_set(name)
    loop = Loop(plain_of(rules))
    loop.load()
    for answers in items(name, 60, known=0.8):
        ours = evaluate(rules, answers)
        it = ours.points
        outcome, points, matched = loop.reasons(plain_answers(rules, answers))
        assert (outcome, points) == (ours.outcome, (it.bpo, it.kpo, it.keep, it.both))
        assert {rules.rules[number] for number in matched} == set(ours.matched_rules)


@pytest.mark.parametrize("name", [STARTER, "40"])
def test_columns_that_other_engines_get_say_the_same(name: str) -> None:
    rules, asked = rule_set(name), codes(name, 500)
    arrays, ours = Arrays(plain_of(rules)), evaluate_codes(rules, asked)
    arrays.hold(asked)
    for own, theirs in zip((ours.outcomes, *ours.sums), arrays.outcomes(), strict=True):
        assert np.array_equal(own, theirs)


@pytest.mark.parametrize(("more", "ratio"), [(False, 3.0), (True, 1 / 3)])
def test_a_ratio_says_how_many_times_worse_than_ours(more: bool, ratio: float) -> None:
    subject = Subject("Time", ["40"], more=more)
    subject.put("ours", "40", 2.0)
    subject.put("theirs", "40", 6.0)
    subject.put("a limit", "40", 1.0, compared=False)
    subject.put("too slow", "40", "~9 s")
    assert subject.ratio("theirs", "40") == pytest.approx(ratio)
    assert subject.best(["theirs", "too slow"], "40") == pytest.approx(ratio)
    assert f"6.00 ({format_number(ratio)} ×)" in text(subject)
    assert "| a limit | 1.00 |" in markdown(subject)
    assert "| too slow | ~9 s |" in markdown(subject)


@pytest.mark.parametrize(
    ("number", "as_text"), [(12345.6, "12,346"), (12.34, "12.3"), (1.234, "1.23"), (0.0123, "0.012")]
)
def test_numbers_are_shown_to_three_digits(number: float, as_text: str) -> None:
    assert format_number(number) == as_text
