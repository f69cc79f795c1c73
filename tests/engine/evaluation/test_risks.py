"""Risks: when they show, in which order, and on which answers they rest; they never decide the advice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.checks.check import check
from advisor.engine.document.document import from_plain
from advisor.engine.evaluation.cases import case_result, run_cases
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.evaluation.risks import PartAtRisk, risks_shown, risks_that_could_go
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome
from tests.engine.document_edits import add, change_document, condition, copy, put
from tests.engine.documents import clean_rule_set
from tests.engine.strategies import fit_answers, rule_sets

CLEAN = clean_rule_set()


def with_risk(**more: Any) -> RuleSet:
    """The clean rule set with other values in its risk."""
    return from_plain(change_document(*(put(f"risks/script/{name}", value) for name, value in more.items())))


def keys(rule_set: RuleSet, answers: Any, *parts: tuple[str, Any]) -> list[str]:
    return [shown.risk.key for shown in risks_shown(rule_set, evaluate_parts(rule_set, answers, parts))]


def test_a_risk_shows_where_all_conditions_of_one_group_are_known_to_hold() -> None:
    rule_set = with_risk(
        outcomes=[],
        shows=[
            [condition("steps", "any_of", "some"), condition("written", "any_of", "no")],
            [condition("volume", "at_least", 900)],
        ],
    )
    assert keys(rule_set, {"steps": "some", "written": "no"}) == ["script"]
    assert keys(rule_set, {"volume": 900}) == ["script"]
    for answers in ({}, {"steps": "some"}, {"steps": "some", "written": None}, {"steps": "each"}, {"volume": 899}):
        assert keys(rule_set, answers) == []


def test_a_risk_is_ruled_out_only_by_what_is_known() -> None:
    assert keys(CLEAN, {"steps": "some"}) == ["script"]
    assert keys(CLEAN, {"steps": "some", "needs": None}) == ["script"]
    assert keys(CLEAN, {"steps": "some", "needs": ("law",)}) == ["script"]
    assert keys(CLEAN, {"steps": "some", "needs": ("law", "speech")}) == []


def test_an_answer_to_a_question_that_is_not_asked_shows_nothing() -> None:
    rule_set = with_risk(outcomes=[], shows=[[condition("written", "any_of", "no")]])
    assert keys(rule_set, {"steps": "same", "written": "no"}) == ["script"]
    assert keys(rule_set, {"steps": "each", "written": "no"}) == []


def test_the_weightiest_comes_first_then_the_firmest_ground_then_the_order_of_the_rules() -> None:
    rule_set = from_plain(
        change_document(
            copy("risks/script", key="heavy", grade="thin", more=[[condition("steps", "any_of", "each")]] * 2),
            copy("risks/script", key="thin", grade="thin"),
            copy("risks/script", key="last"),
            put("risks/script/grade", "fair"),
        )
    )
    shown = risks_shown(rule_set, evaluate(rule_set, {"steps": "each"}))
    assert [(it.risk.key, it.weight) for it in shown] == [("heavy", 2), ("last", 0), ("script", 0), ("thin", 0)]


def test_a_risk_names_the_answers_it_rests_on_in_the_order_in_which_it_looks_at_them() -> None:
    (shown,) = risks_shown(CLEAN, evaluate(CLEAN, {"needs": ("law",), "steps": "each", "edge": "no"}))
    assert shown.parts == (PartAtRisk("", {"steps": "each", "needs": ("law",)}),)
    assert list(shown.parts[0].answers) == ["steps", "needs"]
    assert shown.weight == 1


def test_each_part_carries_its_own_risk_and_a_part_that_stays_carries_none() -> None:
    parts: list[tuple[str, Mapping[str, Answer]]] = [
        ("Keying", {"steps": "same", "written": "yes"}),
        ("Advice", {"steps": "each", "needs": ("law",)}),
    ]
    rule_set = with_risk(outcomes=[])
    (shown,) = risks_shown(rule_set, evaluate_parts(rule_set, {"edge": "no"}, parts))
    assert [part.part for part in shown.parts] == ["Advice"]
    kept = from_plain(
        change_document(
            put("risks/script/outcomes", []), put("rules/core/when", [condition("steps", "any_of", "each")])
        )
    )
    assert keys(kept, {}, *parts) == []
    assert keys(kept, {"steps": "each"}) == ["script"]  # none leaves: what would go wrong all the same


def test_an_outcome_shows_a_risk_by_itself() -> None:
    (shown,) = risks_shown(CLEAN, evaluate(CLEAN, {"steps": "same", "needs": ("law",)}))
    assert shown.parts == (PartAtRisk("", {"needs": ("law",)}),)
    assert keys(with_risk(outcomes=["keep"], shows=[]), {"edge": "yes"}) == ["script"]


@given(st.data())
def test_risks_never_decide_the_advice(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    answers = data.draw(fit_answers(rule_set))
    assert evaluate(replace(rule_set, risks=()), answers) == evaluate(rule_set, answers)


def test_a_case_fails_where_a_risk_it_expects_is_not_told_or_another_shows() -> None:
    case = next(case for case in CLEAN.cases if case.key == "hours")
    wants = replace(case, risks=("script",))
    assert case_result(CLEAN, wants, Outcome.BPO, Kind.BPO).missing_risks == ("script",)
    assert not case_result(CLEAN, wants, Outcome.BPO, Kind.BPO).passed
    office = next(case for case in CLEAN.cases if case.key == "pay-office")
    shuns = replace(office, risks=(), no_risks=("script",))
    assert case_result(CLEAN, shuns, Outcome.BOTH, Kind.BOTH).unwanted_risks == ("script",)
    assert all(result.passed for result in run_cases(CLEAN))


def test_a_risk_behind_the_first_six_is_not_told() -> None:
    more = [copy("risks/script", key=f"more-{n}", grade="firm", title=f"More {n}") for n in range(6)]
    rule_set = from_plain(change_document(put("risks/script/grade", "thin"), *more, add("cases/hours/sources")))
    case = next(case for case in rule_set.cases if case.key == "pay-office")
    assert case_result(rule_set, case, Outcome.BOTH, Kind.BOTH).missing_risks == ("script",)
    assert not [problem for problem in check(rule_set) if problem.blocks]


def test_what_an_answer_could_rule_out_is_found_by_trying_it() -> None:
    needs = CLEAN.question("needs")
    edge = CLEAN.question("edge")
    assert needs is not None
    assert edge is not None
    assert [risk.key for risk in risks_that_could_go(CLEAN, {"steps": "some"}, (), needs, None)] == ["script"]
    assert risks_that_could_go(CLEAN, {"steps": "same"}, (), needs, None) == ()
    assert risks_that_could_go(CLEAN, {"steps": "some"}, (), edge, None) == ()


def test_a_number_could_rule_a_risk_out() -> None:
    rule_set = with_risk(unless=[[condition("volume", "at_least", 900)]])
    volume = rule_set.question("volume")
    assert volume is not None
    assert [risk.key for risk in risks_that_could_go(rule_set, {"steps": "some"}, (), volume, None)] == ["script"]
