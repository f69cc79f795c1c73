"""Whoever comes back from an item finds its list as it was left: with its filter, and on its page."""

from urllib.parse import quote

import pytest

from advisor import starter
from advisor.rule_sets.editor.list_state import FILTERS
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import text_of

STARTER = starter.rule_set()
FILTERED = f"{DRAFT}/rules?q=the&side=keep"


def back_of(admin: Admin) -> str:
    link = admin.page.select_one("a.back")
    assert link is not None
    return str(link["href"]).partition("#")[0]


def follow(admin: Admin, selector: str) -> None:
    link = admin.page.select_one(selector)
    assert link is not None, selector
    admin.open(str(link["href"]).partition("#")[0])


def test_an_item_leads_back_to_the_filter_also_after_it_was_saved_and_looked_at(admin: Admin) -> None:
    admin.start().open(FILTERED)
    follow(admin, ".things h2 a")
    assert back_of(admin) == FILTERED
    admin.press("update")
    assert back_of(admin) == FILTERED
    admin.save(because="Other words for the same.")
    assert back_of(admin) == FILTERED
    leave = next(link for link in admin.page.select(".actions a") if text_of(link) == "Leave without saving")
    assert str(leave["href"]).partition("#")[0] == FILTERED
    follow(admin, "aside a.grave")
    follow(admin, "a.back")
    assert back_of(admin) == FILTERED


def test_the_page_of_a_long_list_is_found_again(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/claims?page=2")
    follow(admin, ".things h2 a")
    assert back_of(admin) == f"{DRAFT}/claims?page=2"


def test_after_removing_and_copying_one_is_in_the_filter_again(admin: Admin) -> None:
    admin.start().open(FILTERED)
    follow(admin, '.things a[href*="copy="]')
    assert back_of(admin) == FILTERED
    admin.open(FILTERED)
    follow(admin, ".things a.grave")
    admin.submit()
    assert admin.path == f"{DRAFT}/rules"
    assert "side=keep" in str(admin.response.request.query_string)
    assert "Take this back" in text_of(admin.page)


def test_an_answer_leads_to_its_question_and_that_to_the_filter(admin: Admin) -> None:
    listed = f"{DRAFT}/questions?q=way"
    admin.start().open(listed)
    follow(admin, ".things h2 a")
    follow(admin, ".things h3 a")
    follow(admin, "a.back")
    assert back_of(admin) == listed


@pytest.mark.parametrize("text", ["page=2&next=https://example.com", "//example.com", "%", "q=" + "x" * 2000, "q"])
def test_nothing_else_is_carried_along(admin: Admin, text: str) -> None:
    admin.start().open(f"{DRAFT}/rules/{STARTER.rules[0].key}?list={quote(text)}")
    path, _mark, query = back_of(admin).partition("?")
    assert path == f"{DRAFT}/rules"
    assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= {*FILTERS, "page"}


def test_every_filter_of_a_list_is_carried(admin: Admin) -> None:
    admin.start()
    for collection in ("rules", "claims", "cases"):
        admin.open(f"{DRAFT}/{collection}")
        names = {str(field["name"]) for field in admin.page.select("form.filters [name]")}
        assert names <= set(FILTERS), collection
