"""Whatever stands in the rule set is found by its words or its key, whichever list it is in."""

import gzip
import re
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of
from advisor.engine.document.text import search_key
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.audit import OPERATOR
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.search.index import found_by_subject
from advisor.rule_sets.search.snippets import mark_words, snippet
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.rule_sets.test_crowded import crowd  # noqa: F401 - a fixture
from tests.visiting import text_of

RULES = starter.rule_set()
SEARCH = "/admin/rules/search"
REFERENCES = {"key", "id", "source", "sources", "risks", "no_risks"}


def found_items(rules: RuleSet, query: str) -> set[tuple[str, str]]:
    return {(entry.collection, entry.key) for entries in found_by_subject(rules, query).values() for entry in entries}


def every_item(rules: RuleSet) -> list[tuple[str, str, Any]]:
    collections = [*KINDS, *(options_of(question.key) for question in rules.questions)]
    return [
        (name, str(at) if name in NUMBERED else key_of(item), item)
        for name in collections
        for at, item in enumerate(items_of(rules, name))
    ]


def written_texts(value: Any) -> list[str]:
    """Every text in an item that is neither a key nor a word of ours, found without the table of the product."""
    if isinstance(value, StrEnum | Condition | Option | dict):
        return []
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, tuple):
        return [text for each in value for text in written_texts(each)]
    if is_dataclass(value):
        return [
            text
            for each in fields(value)
            if each.name not in REFERENCES
            for text in written_texts(getattr(value, each.name))
        ]
    return []


def test_each_item_is_found_by_each_of_its_texts_and_by_its_key() -> None:
    for collection, key, item in every_item(RULES):
        for text in written_texts(item):
            assert (collection, key) in found_items(RULES, text), (collection, key, text)
        if collection not in NUMBERED:
            assert (collection, key) in found_items(RULES, key)


def test_every_word_must_occur_in_whatever_order_accents_and_capitals_aside() -> None:
    rules = replace(RULES, limits=(*RULES.limits, "Café opening hours of Łódź."))
    here = ("limits", str(len(RULES.limits)))
    for query in ("cafe", "CAFÉ", "hours opening", "lodz CAF", "łódź"):
        assert here in found_items(rules, query), query
    assert here not in found_items(rules, "cafe closing")
    assert found_items(rules, "") == found_items(rules, "  ") == set()


def test_the_item_of_that_very_key_comes_first_and_then_those_named_so() -> None:
    key = RULES.claims[50].id
    assert found_by_subject(RULES, key)["claims"][0].key == key
    named = [search_key(entry.name).count("routine") > 0 for entry in found_by_subject(RULES, "routine")["claims"]]
    assert named == sorted(named, reverse=True)
    assert True in named


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=5).map(search_key).filter(bool), max_size=3))
def test_marks_lose_nothing_of_a_text_and_stand_on_what_was_looked_for(text: str, words: list[str]) -> None:
    parts = mark_words(text, words)
    assert "".join(part.text for part in parts) == text
    for part in parts:
        if part.is_found:
            assert any(search_key(part.text).startswith(word[:1]) or word in search_key(part.text) for word in words)
    assert len("".join(part.text for part in snippet(text, words))) <= 190


def test_a_snippet_shows_the_word_wherever_it_stands() -> None:
    text = "before " * 60 + "Süßes und crème brûlée " + "after " * 60
    parts = snippet(text, ["brulee"])
    assert [part.text for part in parts if part.is_found] == ["brûlée"]
    assert parts[0].text.startswith("… ")
    assert parts[-1].text.endswith(" …")


def test_the_page_names_items_by_their_sentence_groups_them_and_leads_to_each(admin: Admin) -> None:
    admin.start().open("/admin/rules")
    admin.open(f"{SEARCH}?q=routine")
    headings = [text_of(heading) for heading in admin.page.select("main h2")]
    assert {"Rules", "Claims", "What tends to go wrong"} & set(headings)
    links = admin.page.select(".search-found h3 a")
    assert len(links) == len(admin.page.select(".search-found h3")) > 5
    for link in links:
        assert admin.client.get(str(link["href"])).status_code == 200
    assert all(search_key(text_of(mark)) == "routine" for mark in admin.page.select("main mark"))
    assert admin.page.select("main li mark")


@pytest.mark.parametrize("collection", KINDS)
def test_an_item_of_each_kind_is_found_as_it_stands_in_the_draft(admin: Admin, collection: str) -> None:
    item = items_of(RULES, collection)[0]
    key = "0" if collection in NUMBERED else key_of(item)
    admin.start()
    query = key if collection not in NUMBERED else item if isinstance(item, str) else item.says
    admin.open(f"{SEARCH}?q={query}")
    assert item_path(collection, key) in [str(link["href"]) for link in admin.page.select(".search-found h3 a")]


def test_what_was_added_a_moment_ago_is_found_and_what_was_removed_is_not(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Zebras graze here.")
    assert "edge-vital" in text_of(admin.open(f"{SEARCH}?q=zebras+graze").main)
    admin.open(f"{DRAFT}/rules/edge-vital/remove")
    admin.submit()
    assert "Nothing has “zebras graze”" in text_of(admin.open(f"{SEARCH}?q=zebras+graze").main)


def test_without_a_draft_the_version_in_force_is_looked_through_and_its_public_pages_are_linked(admin: Admin) -> None:
    admin.open(f"{SEARCH}?q=edge-vital")
    assert "This is version 1, which is in force." in admin.text
    [link] = admin.page.select("#rules ~ ol h3 a")
    assert link["href"] == "/rules/edge-vital"
    admin.open(f"{SEARCH}?q={RULES.questions[0].key}")
    for link in admin.page.select(".search-found h3 a"):
        assert admin.client.get(str(link["href"])).status_code == 200


@pytest.mark.parametrize("query", ["", "   ", "nothing-like-it", "a" * 200, "<b>x</b>", "“”", "\u202e"])
def test_whatever_is_asked_for_there_is_an_answer(admin: Admin, query: str) -> None:
    admin.start().open(f"{SEARCH}?q={query}")
    assert not admin.page.select("main h2")
    assert not admin.page.select("main b")


def test_a_query_that_is_too_long_is_said_to_be_and_stays_in_the_field(admin: Admin) -> None:
    admin.start().open(f"{SEARCH}?q={'x' * 201}")
    assert "Use 200 characters at most." in admin.text
    field = admin.page.select_one("#find")
    assert field is not None
    assert field["value"] == "x" * 201


def test_of_one_kind_all_is_shown_page_by_page(crowd: Admin) -> None:  # noqa: F811
    crowd.open(f"{SEARCH}?q=a")
    all_cases = crowd.page.select_one('main a[href*="of=cases"]')
    assert all_cases is not None
    crowd.open(str(all_cases["href"]))
    assert [text_of(heading) for heading in crowd.page.select("main h2")] == ["Test cases"]
    assert len(crowd.page.select(".search-found h3")) == 40
    crowd.open(str(crowd.page.select("main a[rel=next]")[0]["href"]))
    assert "Page 2 of" in crowd.text
    crowd.open(f"{SEARCH}?q=a&of=nothing&page=x")
    assert len(crowd.page.select("main h2")) > 3


def test_its_pages_stay_small_in_a_crowd(crowd: Admin) -> None:  # noqa: F811
    for asked in ("q=a", "q=e&of=cases&page=3", "q=office", "q=e+a+o&of=rules"):
        answer = crowd.client.get(f"{SEARCH}?{asked}")
        assert len(gzip.compress(answer.data, 6)) < 15_000, asked


def test_the_field_stands_on_every_page_of_the_workshop_and_nowhere_else(admin: Admin) -> None:
    admin.start()
    for path in (f"{DRAFT}/rules", f"{DRAFT}/rules/edge-vital", "/admin/audit", "/admin/rules/guide", SEARCH):
        [form] = admin.open(path).select("form[role=search]")
        assert form["action"] == SEARCH
        assert form["method"] == "get"
    for path in ("/", "/people", "/account", "/processes"):
        assert not admin.open(path).select("form[role=search]")


def test_the_draft_as_it_is_blocked_is_looked_through_too(admin: Admin, database: Database) -> None:
    admin.start()
    with database.write() as session:
        drafts.edit(session, OPERATOR, lambda rules: replace(rules, leave=()), kind="draft changed", what="leave")
    admin.open(f"{SEARCH}?q=routine")
    assert re.search(r"\d+ items have “routine”", admin.text)


def test_what_looks_at_a_question_or_an_answer_is_found_by_its_words_after_what_has_them(admin: Admin) -> None:
    question = next(it for it in RULES.questions if any(it.key == rule.when[0].question for rule in RULES.rules))
    rule = next(it for it in RULES.rules if it.when[0].question == question.key)
    option = question.option(str(rule.when[0].values[0]))
    assert option is not None
    rules = replace(
        RULES,
        questions=tuple(
            replace(
                it,
                text="How many xylophones?",
                options=tuple(replace(o, label="Many zithers") if o is option else o for o in it.options),
            )
            if it is question
            else it
            for it in RULES.questions
        ),
        rules=(*RULES.rules, replace(rule, key="own-words", because="It is about xylophones.")),
    )
    entries = found_by_subject(rules, "xylophones")["rules"]
    assert entries[0].key == "own-words"
    assert {entry.key for entry in entries} >= {rule.key, "own-words"}
    assert [entry.has(["xylophones"]) for entry in entries] == [True, *[False] * (len(entries) - 1)]
    assert ("rules", rule.key) in found_items(rules, "zithers xylophones")
    admin.start()
    admin.edit(f"questions/{question.key}", text="How many xylophones?", meaning="wording")
    admin.open(f"{SEARCH}?q=xylophones")
    assert "One item has “xylophones”" in admin.text
    assert "items look at a question or an answer with “xylophones”" in admin.text
    [why] = admin.page.select(f'h3 a[href="{item_path("rules", rule.key)}"]')
    assert why.parent is not None
    assert why.parent.parent is not None
    assert "Looks at: the answer to “How many xylophones ?”" in text_of(why.parent.parent)


def test_a_slip_of_the_pen_is_met_with_what_was_probably_meant(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Zebras graze on the peaks.")
    for typed, meant in (("peeks", "peaks"), ("zebra peeks", "zebra peaks"), ("zerbas", "zebras")):
        admin.open(f"{SEARCH}?q={typed}")
        assert f"Nothing has “{typed}”. Did you mean “{meant}” ?" in admin.text
        [link] = admin.page.select("main p[role=status] a")
        assert "edge-vital" in text_of(admin.open(str(link["href"])).main)
    assert "Did you mean" not in text_of(admin.open(f"{SEARCH}?q=qqqqqqqq").main)
