"""What is told beside the verdict: disagreements, guidance, answers that pull apart, name against content."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import from_plain
from advisor.engine.evaluation.advice import (
    contradictions,
    disagreements_shown,
    guidance_shown,
    name_against_content,
    usual_process,
)
from advisor.engine.evaluation.evaluate import Recommendation, evaluate, evaluate_parts
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind
from tests.engine.document_edits import add, change_document, condition, put
from tests.engine.documents import clean_rule_set
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import PROPERTY, any_answers, rule_sets

CLEAN = clean_rule_set()
ROUTINE: Sheet = {"edge": "no", "steps": "same", "needs": ()}
EXPERT: Sheet = {"edge": "no", "needs": ("law",)}


def told_keys(rule_set: RuleSet, process: str, advice: Recommendation) -> list[str]:
    disagreements = [item.key for item in disagreements_shown(rule_set, process, advice)]
    return disagreements + [item.key for item in guidance_shown(rule_set, process, advice)]


def with_guidance(**more: Any) -> RuleSet:
    return from_plain(change_document(*(put(f"guidance/write/{name}", value) for name, value in more.items())))


def test_guidance_without_conditions_is_always_told() -> None:
    for answers in ({}, ROUTINE, EXPERT, {"edge": "yes"}):
        assert told_keys(CLEAN, "Filing", evaluate(CLEAN, answers)) == ["write"]


def test_guidance_for_an_outcome_is_told_where_the_advice_or_a_part_has_it() -> None:
    rule_set = with_guidance(outcomes=["keep"])
    kept: Sheet = {"edge": "yes", "steps": "same"}
    assert told_keys(rule_set, "", evaluate(rule_set, ROUTINE)) == []
    assert told_keys(rule_set, "", evaluate(rule_set, kept)) == ["write"]
    assert told_keys(rule_set, "", evaluate_parts(rule_set, {}, [("a", ROUTINE), ("b", kept)])) == ["write"]


def test_guidance_for_the_outcome_of_all_parts_together_is_told() -> None:
    rule_set = with_guidance(outcomes=["both"])
    assert told_keys(rule_set, "", evaluate_parts(rule_set, {}, [("a", ROUTINE), ("b", EXPERT)])) == ["write"]
    assert told_keys(rule_set, "", evaluate_parts(rule_set, {}, [("a", ROUTINE), ("b", ROUTINE)])) == []


def test_guidance_is_told_only_where_its_conditions_are_known_to_hold() -> None:
    rule_set = with_guidance(when=[condition("steps", "any_of", "same")])
    assert told_keys(rule_set, "", evaluate(rule_set, ROUTINE)) == ["write"]
    assert told_keys(rule_set, "", evaluate(rule_set, {"steps": "each"})) == []
    assert told_keys(rule_set, "", evaluate(rule_set, {"steps": None})) == []


def test_a_disagreement_is_told_where_the_name_touches_it_or_the_answer_does() -> None:
    assert "pay" in told_keys(CLEAN, "Our payroll", evaluate(CLEAN, ROUTINE))
    assert "pay" in told_keys(CLEAN, "Filing", evaluate(CLEAN, {**ROUTINE, "closest": "payroll"}))
    assert "pay" not in told_keys(CLEAN, "Filing", evaluate(CLEAN, ROUTINE))
    assert "pay" not in told_keys(CLEAN, "Our payroll", evaluate(CLEAN, {**ROUTINE, "closest": "other"}))


def test_a_disagreement_bears_on_the_kind_even_where_the_advice_is_to_keep() -> None:
    kept = evaluate(CLEAN, {**ROUTINE, "edge": "yes"})
    assert "pay" in told_keys(CLEAN, "Payroll", kept)
    assert "pay" not in told_keys(CLEAN, "Payroll", evaluate(CLEAN, {}))


@pytest.mark.parametrize("name", ["Payroll", "our PAYROLL in May", "Payroll, abroad", "weekly wages"])
def test_a_usual_process_is_known_by_its_label_and_its_words(name: str) -> None:
    found = usual_process(CLEAN, name, {})
    assert found is not None
    key, option, picked = found
    assert (key, option.key, picked) == ("closest", "payroll", False)


@pytest.mark.parametrize("name", ["", "payrolls", "unpayroll", "stagewages", "pay roll", "[a-z]+", "("])
def test_a_usual_process_is_known_by_whole_words_alone(name: str) -> None:
    assert usual_process(CLEAN, name, {}) is None


def test_words_with_signs_in_them_are_taken_as_they_are() -> None:
    rule_set = from_plain(change_document(put("questions/closest/options/payroll/words", ["C++ (core)", ".*"])))
    assert usual_process(rule_set, "c++ (core) upkeep", {}) is not None
    assert usual_process(rule_set, "anything", {}) is None


def test_the_longest_name_found_wins() -> None:
    advice = {"key": "advice", "label": "Payroll advice", "filed_under": "kpo", "sources": ["D1.02"]}
    rule_set = from_plain(change_document(add("questions/closest/options", advice)))
    found = usual_process(rule_set, "payroll advice", {})
    assert found is not None
    assert found[1].key == "advice"


def test_what_was_picked_wins_over_the_name_and_not_sure_does_not() -> None:
    picked = usual_process(CLEAN, "payroll", {"closest": "other"})
    assert picked is not None
    assert (picked[1].key, picked[2]) == ("other", True)
    unsure = usual_process(CLEAN, "payroll", {"closest": None})
    assert unsure is not None
    assert (unsure[1].key, unsure[2]) == ("payroll", False)


def test_name_against_content_is_said_where_they_differ() -> None:
    told_of = name_against_content(CLEAN, "Payroll", evaluate(CLEAN, EXPERT))
    assert told_of is not None
    assert (told_of.option.key, told_of.filed_under, told_of.found, told_of.picked) == (
        "payroll",
        Kind.BPO,
        Kind.KPO,
        False,
    )


def test_name_against_content_is_not_said_where_they_agree_or_nothing_is_known() -> None:
    assert name_against_content(CLEAN, "Payroll", evaluate(CLEAN, ROUTINE)) is None
    assert name_against_content(CLEAN, "Payroll", evaluate(CLEAN, {})) is None
    assert name_against_content(CLEAN, "Filing", evaluate(CLEAN, EXPERT)) is None
    assert name_against_content(CLEAN, "Payroll", evaluate(CLEAN, {**EXPERT, "closest": "other"})) is None


def test_answers_pull_apart_only_where_both_are_known() -> None:
    assert [tension.key for tension in contradictions(CLEAN, {"steps": "same", "needs": ("law",)})] == ["routine-law"]
    assert contradictions(CLEAN, {"steps": "same", "needs": None}) == ()
    assert contradictions(CLEAN, {"steps": "same", "needs": ("speech",)}) == ()


def test_an_answer_that_no_longer_counts_pulls_at_nothing() -> None:
    pair = [condition("written", "any_of", "no"), condition("needs", "includes_any", "law")]
    rule_set = from_plain(change_document(put("tensions/routine-law/when", pair)))
    answers: Sheet = {"steps": "same", "written": "no", "needs": ("law",)}
    assert [tension.key for tension in contradictions(rule_set, answers)] == ["routine-law"]
    assert contradictions(rule_set, {**answers, "steps": "each"}) == ()
    assert contradictions(rule_set, {**answers, "needs": ("law", "gone")}) == ()


@PROPERTY
@given(rule_sets(), st.data(), st.text(max_size=20))
def test_something_is_told_whatever_the_name_and_the_answers(rule_set: RuleSet, data: st.DataObject, name: str) -> None:
    advice = evaluate(rule_set, data.draw(any_answers(rule_set)))
    assert set(disagreements_shown(rule_set, name, advice)) <= set(rule_set.disagreements)
    always = {item for item in rule_set.guidance if not item.when and not item.outcomes}
    assert always <= set(guidance_shown(rule_set, name, advice)) <= set(rule_set.guidance)
    against = name_against_content(rule_set, name, advice)
    assert against is None or against.found is not against.filed_under


def test_claims_of_general_guidance_alone_are_general() -> None:
    assert CLEAN.is_general(("G1",))
    assert not CLEAN.is_general(("G1", "D1.01"))
