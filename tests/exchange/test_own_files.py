"""What the product writes it reads: the same work items come back, and so the same advice."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.model.answers import WorkItem
from advisor.exchange.json_items import read_items
from advisor.exchange.own_files import PRODUCT, as_work_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import advised_document
from tests.engine.documents import clean_rule_set
from tests.exchange.samples import SMALL, work_items
from tests.exchange.test_csv_files import distinct


def back(rule_set: Any, written: object) -> tuple[list[WorkItem], list[str]]:
    raw, notes = as_work_items(rule_set, json.loads(json.dumps(written)))
    items, problems = read_items(rule_set, raw)
    assert problems == []
    return items, notes


@settings(max_examples=50)
@given(st.lists(work_items(SMALL), min_size=1, max_size=4).map(distinct))
def test_advice_with_its_answers_is_read_as_the_items_that_it_was_given_on(items: list[WorkItem]) -> None:
    documents = [advised_document(item, recommend(SMALL, 7, item)) for item in items]
    assert back(SMALL, documents) == (items, [])
    assert back(SMALL, documents[0]) == (items[:1], [])


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
    items, notes = back(rule_set, file)
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
    assert back(rule_set, visitors) == ([WorkItem("A", {"edge": "no"})], [])
