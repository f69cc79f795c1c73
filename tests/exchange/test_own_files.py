"""What the product writes it reads: the same work items come back, and so the same advice."""

import io
import json
from dataclasses import replace
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.rules import RuleSet
from advisor.exchange.advice_rows import AdviceRows, Reasons
from advisor.exchange.item_sheets import column_words, option_words
from advisor.exchange.items.read import open_items
from advisor.exchange.json_items import read_items
from advisor.exchange.own_files import PRODUCT, as_work_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import advised_document, write_results_workbook
from advisor.wording.advice.verdict import verdict_lines
from tests.engine.documents import clean_rule_set
from tests.exchange.item_sheets import advice_csv
from tests.exchange.samples import SMALL, work_items
from tests.exchange.sheets.test_csv_files import distinct


def file_and_back(rule_set: Any, written: object) -> tuple[list[WorkItem], list[str]]:
    raw, notes = as_work_items(rule_set, json.loads(json.dumps(written)))
    items, problems = read_items(rule_set, raw)
    assert problems == []
    return items, notes


@settings(max_examples=50)
@given(st.lists(work_items(SMALL), min_size=1, max_size=4).map(distinct))
def test_advice_with_its_answers_is_read_as_the_items_that_it_was_given_on(items: list[WorkItem]) -> None:
    documents = [advised_document(item, recommend(SMALL, 7, item)) for item in items]
    assert file_and_back(SMALL, documents) == (items, [])
    assert file_and_back(SMALL, documents[0]) == (items[:1], [])
    for reasons in (Reasons.NONE, Reasons.KEYS):
        assert file_and_back(SMALL, list(AdviceRows(SMALL, 7, reasons, verdict_lines).documents(items))) == (items, [])


def test_the_answers_stand_beside_all_that_the_advice_says() -> None:
    item = WorkItem("Advice", {"edge": "no"}, (("keying", {"steps": "set"}), ("thinking", {"steps": None})))
    advice = recommend(SMALL, 7, item)
    document = advised_document(item, advice)
    assert document["answers"] == {"edge": "no"}
    assert [part["answers"] for part in document["parts"]] == [{"steps": "set"}, {"steps": None}]
    without = {**document, "parts": [{k: v for k, v in part.items() if k != "answers"} for part in document["parts"]]}
    assert {key: it for key, it in without.items() if key != "answers"} == advice


def test_a_single_part_without_a_name_is_the_whole() -> None:
    item = WorkItem("Advice", {"edge": "no"}, (("", {"steps": "set"}),))
    document = advised_document(item, recommend(SMALL, 7, item))
    assert (document["answers"], document["parts"]) == ({"edge": "no", "steps": "set"}, [])


def test_what_the_product_did_not_write_is_given_back_as_it_is() -> None:
    raws: list[object] = [
        [],
        {},
        [{"process": "A", "outcome": "bpo"}],
        {"product": PRODUCT},
        {"processes": []},
        3,
        None,
    ]
    for raw in raws:
        assert as_work_items(SMALL, raw) == (raw, [])


def test_a_download_is_read_without_the_bin_and_with_the_answers_that_these_rules_ask_for() -> None:
    rule_set = clean_rule_set()
    file = {
        "product": PRODUCT,
        "account": {"email": "x@example.org"},
        "processes": [
            {"process": "1.10", "deleted": None, "answers": {}, "parts": [{"part": "", "answers": {"steps": "same"}}]},
            {"process": "Old", "deleted": "2026-11-01T00:00:00", "answers": {}, "parts": []},
            {
                "process": "0012",
                "deleted": None,
                "notes": "x",
                "answers": {"edge": "no", "gone": "x", "steps": "same"},
                "parts": [{"part": "a", "answers": {"steps": "each"}}, {"part": "=b", "answers": {"written": "yes"}}],
            },
        ],
    }
    items, notes = file_and_back(rule_set, file)
    assert items == [
        WorkItem("1.10", {"steps": "same"}),
        WorkItem("0012", {"edge": "no"}, (("a", {"steps": "each"}), ("=b", {"steps": "same", "written": "yes"}))),
    ]
    assert notes == [
        "In the bin, and left out: “Old”.",
        "Answers to questions that these rules do not ask there do not count: “0012”.",
    ]
    visitors = {
        "product": PRODUCT,
        "processes": [{"process": "A", "answers": [{"question": "edge", "text": "?", "answer": "no", "label": "No"}]}],
    }
    assert file_and_back(rule_set, visitors) == ([WorkItem("A", {"edge": "no"})], [])


def read_back(rule_set: RuleSet, file: bytes, name: str) -> list[WorkItem]:
    with open_items(rule_set, file, name) as reading:
        items = list(reading)
    assert reading.problems == []
    return items


def files_of(rule_set: RuleSet, items: list[WorkItem]) -> dict[str, bytes]:
    advised = [(item, recommend(rule_set, 7, item)) for item in items]
    return {
        "advice.csv": advice_csv(rule_set, advised).encode(),
        "advice.xlsx": write_results_workbook(rule_set, advised, verdict_lines),
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(work_items(SMALL), min_size=1, max_size=4).map(distinct))
def test_sheets_of_advice_are_read_as_the_items_that_it_was_given_on(items: list[WorkItem]) -> None:
    for name, file in files_of(SMALL, items).items():
        assert read_back(SMALL, file, name) == items


def test_so_are_those_of_the_starter_rules_with_names_that_spreadsheets_like_to_change() -> None:
    rule_set = starter.rule_set()
    names = ("1.10", "1.1", "=SUM(A1)", "'0012", "0012", "2026-11-03", "TRUE", "1e5", "a;b", "Total", "€ 1,200")
    items = []
    for number, case in enumerate(rule_set.cases):
        name = names[number] if number < len(names) else f"{number} {case.process}"
        answers = case.answers if number % 4 else {**case.answers, "steps": None}
        parts = tuple((names[index], part.answers) for index, part in enumerate(case.parts))
        items.append(WorkItem(name, case.answers if parts else answers, parts))
    for name, file in files_of(rule_set, items).items():
        assert read_back(rule_set, file, name) == items


def test_a_rule_set_may_call_its_questions_and_answers_what_the_columns_are_called() -> None:
    """Words that could be taken for something else give way to keys, and the answers for no part of the advice."""
    yes, no = Option("yes", "Yes"), Option("no", "No")
    questions = (
        Question("kind", "Kind", "Kind", "?", options=(Option("bpo", "kpo"), Option("kpo", "bpo"))),
        Question("risks", "Process", "Part", "?", options=(yes, Option("none-of-it", "yes"), Option("also", "  YES"))),
        Question("one", "The same?", "One", "?", options=(yes, no)),
        Question("three", "Four", "Three", "?", options=(yes, no)),
        Question("four", "Which else?", "Four", "?", options=(Option("dash", "-"), Option("unknown", "Unknown"))),
        Question("two", "The same?", "Two", "?", options=(Option("a", "I'm not sure"), Option("b", "not-sure"))),
        Question(
            "evidence",
            "Which?",
            "Evidence",
            "?",
            type=AnswerType.CHOICES,
            options=(Option("x", "Here; there"), Option("y", "Here"), Option("z", "None of these")),
        ),
    )
    rule_set = replace(SMALL, questions=questions, rules=(), risks=(), tensions=(), guidance=(), cases=())
    assert column_words(questions) == {
        "kind": "Kind",
        "risks": "risks",
        "one": "one",
        "three": "three",
        "four": "Which else?",
        "two": "two",
        "evidence": "Which?",
    }
    options = [[option.key for option in question.options] for question in questions]
    for number in range(3):
        answers: dict[str, Any] = {
            question.key: keys[number % len(keys)] for question, keys in zip(questions[:-1], options, strict=False)
        }
        answers["evidence"] = [("x", "y"), (), ("z",)][number]
        item = WorkItem("Part", answers)
        for name, file in files_of(rule_set, [item]).items():
            sheets = ["Processes"] if name.endswith("xlsx") else []
            with open_items(rule_set, file, name, sheets) as reading:
                assert list(reading) == [item], [str(problem) for problem in reading.problems]


def test_a_workbook_is_read_in_its_own_words_where_the_rules_are_worded_anew() -> None:
    """Also after it was saved by another program, and where one of its sheets is named."""
    item = WorkItem("A", {"usual": SMALL.questions[0].options[0].key, "steps": "set", "tools": ("sheet", "phone")})
    book = openpyxl.load_workbook(io.BytesIO(files_of(SMALL, [item])["advice.xlsx"]))
    out = io.BytesIO()
    book.save(out)
    anew = tuple(
        replace(
            question,
            text=f"Put otherwise, number {number}",
            short=f"Other {number}",
            options=tuple(replace(it, label=f"Answer {index}") for index, it in enumerate(question.options)),
        )
        for number, question in enumerate(SMALL.questions)
    )
    rules = replace(SMALL, questions=anew)
    assert read_back(rules, out.getvalue(), "mine.xlsx") == [item]
    with open_items(rules, out.getvalue(), "mine.xlsx", ["Processes"]) as reading:
        assert list(reading) == [item]
    assert reading.summary.left_out == [], "the product's own sheets need no telling"


def test_words_that_can_be_cut_into_other_answers_give_way_to_keys() -> None:
    options = (Option("both", "Paper / e-mail"), Option("paper", "Paper"), Option("mail", "E-mail"))
    question = Question("by", "By what?", "By what", "?", type=AnswerType.CHOICES, options=options)
    words = option_words(question)
    assert words == {
        "both": "both",
        "paper": "Paper",
        "mail": "E-mail",
        "none": "None of these",
        "not-sure": "I'm not sure",
    }
