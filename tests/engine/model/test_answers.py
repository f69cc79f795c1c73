"""Answers and work items as they are sent: what is accepted is what was sent, the rest is refused in its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import from_plain
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem, plain_answer, read_answer, read_answers, read_work_item
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from tests.engine import document_edits
from tests.engine.documents import clean_rule_set
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import PROPERTY, any_answers, fit_answers, fit_items, rule_sets

CLEAN = clean_rule_set()


def question(key: str) -> Question:
    found = CLEAN.question(key)
    assert found is not None
    return found


def problems(answers: Any, *parts: Any, process: str = "Payroll", place: str = "") -> list[str]:
    _, found = read_work_item(CLEAN, process, answers, parts, place)
    return [str(problem) for problem in found]


@PROPERTY
@given(rule_sets(), st.data())
def test_fit_answers_are_read_as_they_were_written(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(fit_answers(rule_set))
    plain = {key: plain_answer(answer) for key, answer in answers.items()}
    assert read_answers(rule_set, plain) == (answers, [])
    assert read_work_item(rule_set, "Payroll", plain, ()) == (WorkItem("Payroll", answers), [])


@PROPERTY
@given(rule_sets(), st.data())
def test_a_process_in_parts_is_read_as_it_was_written(rule_set: RuleSet, data: st.DataObject) -> None:
    answers, parts = data.draw(fit_items(rule_set))
    sent = [(name, {key: plain_answer(answer) for key, answer in own.items()}) for name, own in parts]
    plain = {key: plain_answer(answer) for key, answer in answers.items()}
    assert read_work_item(rule_set, "Payroll", plain, sent) == (WorkItem("Payroll", answers, parts), [])


@PROPERTY
@given(rule_sets(), st.data())
def test_whatever_is_sent_is_accepted_or_refused_with_its_place(rule_set: RuleSet, data: st.DataObject) -> None:
    sent = data.draw(any_answers(rule_set))
    parts = [(str(number), data.draw(any_answers(rule_set))) for number in range(data.draw(st.integers(0, 2)))]
    item, found = read_work_item(rule_set, "Payroll", sent, parts)
    assert all(problem.place.startswith(("answers/", "parts/")) for problem in found)
    for asked in rule_set.questions:
        assert asked.allows(item.answers.get(asked.key))
    if not found:
        evaluate_parts(rule_set, item.answers, item.parts)


@PROPERTY
@given(rule_sets(), st.data())
def test_every_answer_of_an_accepted_process_counts(rule_set: RuleSet, data: st.DataObject) -> None:
    item, found = read_work_item(rule_set, "Payroll", data.draw(any_answers(rule_set)), ())
    if not found:
        assert evaluate(rule_set, item.answers).answers == item.answers


@pytest.mark.parametrize("raw", [None, "not-sure"])
def test_not_sure_is_an_answer_to_every_type_of_question(raw: object) -> None:
    for key in ("steps", "needs", "volume"):
        assert read_answer(question(key), raw) == (None, "")


def test_none_of_these_can_be_written_in_two_ways() -> None:
    assert read_answer(question("needs"), []) == ((), "")
    assert read_answer(question("needs"), ["none"]) == ((), "")


def test_several_choices_are_kept_in_the_order_of_the_options() -> None:
    assert read_answer(question("needs"), ["research", "speech"]) == (("speech", "research"), "")


def test_a_whole_number_may_be_sent_with_a_point() -> None:
    assert read_answer(question("volume"), 12.0) == (12, "")


@pytest.mark.parametrize(
    ("key", "raw", "fault"),
    [
        ("steps", "sane", "must be one of same, some, each, or null"),
        ("steps", "", "must be one of same, some, each, or null"),
        ("steps", "none", "must be one of same, some, each, or null"),
        ("steps", ["same"], "must be one of same, some, each, or null"),
        ("steps", True, "must be one of same, some, each, or null"),
        ("steps", {"same": 1}, "must be one of same, some, each, or null"),
        ("needs", "law", "must be a list with any of speech, law, research, each at most once, or null"),
        ("needs", ["law", "law"], "must be a list with any of speech, law, research, each at most once, or null"),
        ("needs", ["law", "none"], "must be a list with any of speech, law, research, each at most once, or null"),
        ("needs", [["law"]], "must be a list with any of speech, law, research, each at most once, or null"),
        ("needs", ["not-sure"], "must be a list with any of speech, law, research, each at most once, or null"),
        ("volume", -1, "must be a whole number from 0 to 1000, or null"),
        ("volume", 1001, "must be a whole number from 0 to 1000, or null"),
        ("volume", 1e300, "must be a whole number from 0 to 1000, or null"),
        ("volume", float("inf"), "must be a whole number from 0 to 1000, or null"),
        ("volume", 1.5, "must be a whole number from 0 to 1000, or null"),
        ("volume", "12", "must be a whole number from 0 to 1000, or null"),
        ("volume", True, "must be a whole number from 0 to 1000, or null"),
    ],
)
def test_an_unfit_answer_is_refused_with_what_would_fit(key: str, raw: object, fault: str) -> None:
    assert read_answer(question(key), raw) == (None, fault)


def test_what_was_probably_meant_stands_apart_from_what_is_wrong() -> None:
    _, found = read_answers(CLEAN, {"edge": "jes", "needs": ["speech", "lww"], "stepz": "same"})
    assert [problem.mend for problem in found] == [f"Did you mean “{key}”?" for key in ("yes", "law", "steps")]
    assert not any("Did you mean" in problem.text for problem in found)


def test_an_unknown_question_and_an_unfit_answer_are_both_named() -> None:
    assert problems({"stepz": "same", "edge": "jes", "volume": 2000}) == [
        "answers/stepz: There is no such question. Did you mean “steps”?",
        "answers/edge: The answer must be one of yes, no, or null. Did you mean “yes”?",
        "answers/volume: The answer must be a whole number from 0 to 1000, or null.",
    ]


def test_a_flood_of_unknown_questions_is_refused_without_long_thought() -> None:
    flood = {f"stepz{number}": "same" for number in range(5_000)}
    found = problems(flood)
    assert len(found) == len(flood)
    assert sum("Did you mean" in problem for problem in found) == 20


def test_a_question_that_cannot_even_be_shown_is_refused_in_words_that_can() -> None:
    (problem,) = problems({"\ud800\x00": 1})
    assert problem == "answers/\\ud800\\u0000: There is no such question."


def test_an_answer_to_what_is_not_asked_is_refused() -> None:
    refusal = "This question is not asked after the other answers. Leave it out."
    assert problems({"written": "yes"}) == [f"answers/written: {refusal}"]
    assert problems({"steps": None, "written": "yes"}) == [f"answers/written: {refusal}"]
    assert problems({"steps": "each", "written": None}) == [f"answers/written: {refusal}"]
    assert problems({}, ("keying", {"steps": "same"}), ("advice", {"written": "yes"})) == [
        f"parts/1/answers/written: {refusal}"
    ]
    assert problems({"steps": "same", "written": "yes"}) == []


def test_a_part_may_answer_for_the_process_and_all_parts_share_it() -> None:
    item, found = read_work_item(
        CLEAN, "Payroll", {}, [("keying", {"steps": "same"}), ("advice", {"edge": "no", "steps": None})]
    )
    assert found == []
    assert item == WorkItem("Payroll", {"edge": "no"}, (("keying", {"steps": "same"}), ("advice", {"steps": None})))


def test_parts_may_not_answer_differently_for_the_process() -> None:
    refusal = (
        "This is asked once for the process, and the parts answer it differently. Give the same answer everywhere."
    )
    assert problems({"edge": "no"}, ("a", {"edge": "yes"}), ("b", {"edge": "no"})) == [
        f"parts/0/answers/edge: {refusal}"
    ]
    assert problems({}, ("a", {"edge": "yes"}), ("b", {"edge": None})) == [f"parts/1/answers/edge: {refusal}"]


def test_what_is_asked_of_each_part_is_not_answered_beside_them() -> None:
    assert problems({"steps": "same", "written": "yes"}, ("keying", {"needs": []})) == [
        "answers/steps: This is asked of each part. Answer it in the parts instead.",
        "answers/written: This is asked of each part. Answer it in the parts instead.",
    ]


def test_a_refusal_of_an_answer_for_the_process_names_the_place_where_it_was_given() -> None:
    follow_up = document_edits.question("why", document_edits.condition("edge", "any_of", "no"), scope="process")
    rule_set = from_plain(document_edits.change_document(document_edits.add("questions", follow_up)))
    _, found = read_work_item(rule_set, "Payroll", {"edge": "yes"}, [("a", {}), ("b", {"why": "yes"}), ("c", {})])
    assert [problem.place for problem in found] == ["parts/1/answers/why"]
    _, found = read_work_item(rule_set, "Payroll", {"edge": "yes", "why": "yes"}, [("a", {}), ("b", {})])
    assert [problem.place for problem in found] == ["answers/why"]


def test_names_are_one_line_that_can_be_stored() -> None:
    fault = "The name contains characters that cannot be stored."
    assert problems({}, process="two\nlines") == [f"process: {fault}"]
    assert problems({}, ("a\x00", {}), ("b\ud800", {})) == [f"parts/0/part: {fault}", f"parts/1/part: {fault}"]
    assert problems({}, process="x" * 201) == ["process: The name is 201 characters long; at most 200 can be stored."]
    assert problems({}, process="👩‍👩‍👧 עברית e\u0301" * 10) == []


def test_a_process_has_only_so_many_parts() -> None:
    parts: list[tuple[str, Sheet]] = [(str(number), {}) for number in range(PARTS_LIMIT + 1)]
    assert problems({}, *parts[:PARTS_LIMIT]) == []
    assert problems({}, *parts) == ["parts: A process has at most 5 parts, not 6."]


def test_a_place_before_the_item_is_put_before_every_place() -> None:
    assert problems({"x": 1}, ("a", {"y": 1}), process="\x00", place="items/3") == [
        "items/3/answers/x: There is no such question.",
        "items/3/process: The name contains characters that cannot be stored.",
        "items/3/parts/0/answers/y: There is no such question.",
    ]
