"""How the parts of a process form one recommendation, over all combinations of up to three parts."""

from dataclasses import replace
from functools import cache
from itertools import combinations_with_replacement, product

import pytest

from advisor.engine.evaluation.evaluate import Recommendation, combine, evaluate
from advisor.engine.model.policy import KindRow, LeaveRow, Points
from advisor.engine.model.vocabulary import Kind, Leave, Outcome, Strength
from tests.engine import oracle
from tests.engine.documents import clean_rule_set

ONE = evaluate(clean_rule_set(), {"edge": "no", "steps": "same"}, "keying")
OTHER = evaluate(clean_rule_set(), {"edge": "no", "needs": ("law",), "steps": None}, "advice")
KEPT = evaluate(clean_rule_set(), {"edge": "yes", "steps": "same"}, "filing")

# A part is kept, or its outcome is its kind.
PARTS = [
    (outcome, kind, strength)
    for kind, strength in product(Kind, Strength)
    for outcome in (Outcome.KEEP, Outcome(kind.value))
]


@cache
def part(outcome: Outcome, kind: Kind, strength: Strength) -> Recommendation:
    leave = Leave.KEEP if outcome is Outcome.KEEP else Leave.GO
    leaves, kinds = (LeaveRow((), leave, ""),), (KindRow((), kind, strength, ""),)
    return evaluate(replace(clean_rule_set(), leave=leaves, kind=kinds), {})


@pytest.mark.parametrize("number", [1, 2, 3])
def test_parts_are_combined_as_the_design_says(number: int) -> None:
    for parts in combinations_with_replacement(PARTS, number):
        got = combine([part(*words) for words in parts])
        expected = oracle.combine_parts([(str(outcome), str(kind), str(strength)) for outcome, kind, strength in parts])
        assert (got.outcome, got.kind, got.strength) == expected, parts


def test_the_order_of_the_parts_does_not_matter() -> None:
    for one, other in product(PARTS, repeat=2):
        there, back = combine([part(*one), part(*other)]), combine([part(*other), part(*one)])
        assert (there.outcome, there.kind, there.strength) == (back.outcome, back.kind, back.strength)


@pytest.mark.parametrize(
    ("parts", "outcome", "kind"),
    [
        ([ONE, ONE], Outcome.BPO, Kind.BPO),
        ([ONE, OTHER], Outcome.BOTH, Kind.BOTH),
        ([ONE, KEPT], Outcome.BPO, Kind.BPO),
        ([OTHER, KEPT], Outcome.KPO, Kind.BOTH),
        ([KEPT, KEPT], Outcome.KEEP, Kind.BPO),
        ([KEPT, evaluate(clean_rule_set(), {})], Outcome.UNCLEAR, Kind.BPO),
        ([ONE, evaluate(clean_rule_set(), {})], Outcome.BPO, Kind.BPO),
    ],
)
def test_only_parts_that_leave_the_house_decide(parts: list[Recommendation], outcome: Outcome, kind: Kind) -> None:
    combined = combine(parts)
    assert (combined.outcome, combined.kind) == (outcome, kind)


def test_a_single_part_speaks_for_itself() -> None:
    assert combine([ONE]) is ONE


def test_kept_and_unclear_parts_stay_in_the_recommendation() -> None:
    assert [piece.part for piece in combine([ONE, KEPT]).all_parts] == ["keying", "filing"]


def test_points_and_findings_are_those_of_all_parts() -> None:
    combined = combine([ONE, OTHER])
    assert combined.points == Points(bpo=3, kpo=3)
    assert combined.findings == (*ONE.findings, *OTHER.findings)


def test_only_answers_that_all_parts_share_are_those_of_the_process() -> None:
    assert combine([ONE, OTHER]).answers == {"edge": "no"}


def test_what_is_unanswered_in_any_part_is_named_once() -> None:
    assert ONE.unanswered_keys == ("written", "needs")
    assert OTHER.unanswered_keys == ("steps",)
    assert combine([ONE, OTHER, ONE]).unanswered_keys == ("written", "needs", "steps")


def test_a_process_of_parts_has_no_policy_row_of_its_own() -> None:
    combined = combine([ONE, OTHER])
    assert (combined.leave, combined.row, combined.part) == (None, None, "")
