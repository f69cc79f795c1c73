"""A single defect gives exactly its problem. The defects stand in the folder of that name, by what is at fault."""

import pytest

from advisor.engine.checks.check import check
from advisor.engine.checks.texts import REASON_LIMIT
from advisor.engine.document.document import from_plain
from advisor.engine.model.errors import Problem
from tests.engine.checks.defects import (
    cases,
    conditions,
    evidence,
    follow_ups,
    keys,
    policy,
    questions,
    risks,
    rules,
    texts,
    use,
)
from tests.engine.document_edits import Change, add, change_document, put

DEFECTS = [
    pytest.param(*defect, id=f"{module.__name__.rpartition('.')[2]}: {name}")
    for module in (cases, conditions, evidence, follow_ups, keys, policy, questions, risks, rules, texts, use)
    for name, defect in module.DEFECTS.items()
]


@pytest.mark.parametrize(("changes", "problems"), DEFECTS)
def test_a_single_defect_gives_exactly_its_problem(changes: list[Change], problems: list[Problem]) -> None:
    assert check(from_plain(change_document(*changes))) == tuple(problems)


@pytest.mark.parametrize("key", ["none", "unsure", "in_house", "In-House", "D1.01", "7", "a--b", "x" * 60])
def test_a_plain_key_is_no_problem(key: str) -> None:
    assert check(from_plain(change_document(add("questions/steps/options", {"key": key, "label": "Another"})))) == ()


@pytest.mark.parametrize("change", policy.NEARLY_COVERED.values(), ids=policy.NEARLY_COVERED.keys())
def test_a_row_that_some_points_reach_first_is_no_problem(change: Change) -> None:
    assert check(from_plain(change_document(change))) == ()


@pytest.mark.parametrize("changes", use.USED.values(), ids=use.USED.keys())
def test_what_has_an_effect_or_has_been_withdrawn_is_no_problem(changes: list[Change]) -> None:
    assert check(from_plain(change_document(*changes))) == ()


def test_a_reason_is_as_long_as_its_hint_counts_it() -> None:
    """Letters with accents are one character each, however they are composed."""
    accented = "e\u0301"
    for text, is_long in ((accented * REASON_LIMIT, False), (accented * 201, True), ("😀" * REASON_LIMIT, False)):
        found = check(from_plain(change_document(put("rules/routine/because", text))))
        assert [problem.text for problem in found] == (
            ["The reason of rule “routine” is long: 201 characters."] if is_long else []
        )


@pytest.mark.parametrize("changes", policy.NO_GAP.values(), ids=policy.NO_GAP.keys())
def test_a_table_in_which_each_sum_of_points_has_a_row_has_no_gap(changes: list[Change]) -> None:
    assert check(from_plain(change_document(*changes))) == ()
