"""The pages of an admin when there is much of everything, and when there is nothing: sound at both widths."""

import pytest
from playwright.sync_api import Page, expect

from advisor.engine.document.document import dumps
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.browser.looks import at_widths, cut_tables, sideways, small_targets
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.browser.windows import PHONE, WIDE
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.test_crowded import LISTS, PAGES

__all__ = ["signed_in"]

EMPTY = ["/admin/rules", "/admin/rules/compare", "/admin/rules/versions/1", "/admin/rules/versions/1/bring-back"]
"""One version, and no draft."""

UNCHANGED = [f"{DRAFT}/{page}" for page in ("problems", "differences", "publish", "rules/core-done-well/history")]
"""A draft in which nothing was done yet."""


def wrong(page: Page, server: str, paths: list[str]) -> list[str]:
    """What axe finds on these pages at both widths, what is too small to press, and what scrolls sideways."""
    found = []
    for path in paths:
        page.goto(server + path)
        for width, violations in at_widths(page, PHONE, WIDE):
            faults = [*violations, *small_targets(page), *sideways(page), *cut_tables(page)]
            found += [f"{path} at {width}: {fault}" for fault in faults]
    return found


@pytest.mark.parametrize("paths", [LISTS, PAGES], ids=["lists", "pages"])
def test_a_crowded_draft_is_sound_on_every_page(
    signed_in: tuple[str, Admin, Database], page: Page, paths: list[str]
) -> None:
    server, admin, database = signed_in
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start().edit("rules/core-done-well", because="Other words.")
    let_in(page, server, admin)
    assert wrong(page, server, paths) == []


def test_an_empty_desk_is_sound_and_says_what_to_do(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    assert wrong(page, server, UNCHANGED) == []
    admin.open(f"{DRAFT}/limits")
    for _limit in range(len(admin.page.select("li[id^=thing-]"))):
        admin.open(f"{DRAFT}/limits/0/remove")
        admin.submit()
    assert wrong(page, server, [f"{DRAFT}/limits"]) == []
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    assert wrong(page, server, EMPTY) == []
    page.goto(f"{server}/admin/rules")
    expect(page.get_by_text("Nobody is working on a draft.")).to_be_visible()


def test_enter_in_the_field_for_words_looks_for_a_claim_and_does_not_save(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start()
    let_in(page, server, admin)
    page.goto(f"{server}{DRAFT}/rules/core-done-well")
    page.get_by_label("Look for a claim").focus()
    page.keyboard.type("D2.10")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("claims hold this")).to_be_visible()
    expect(page.get_by_label("Look for a claim")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    assert page.locator('[name="sources"]:checked').count() == 2


LONGEST = 20_000
"""Pixels down that a page of changes may go on a phone."""


def test_the_pages_of_hundreds_of_changes_are_short_enough_for_a_phone(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    let_in(page, server, admin)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    heights = {}
    for path in ("/admin/rules/versions/2", "/admin/rules/compare?old=1&new=2"):
        page.goto(server + path)
        heights[path] = page.evaluate("document.documentElement.scrollHeight")
    assert all(height <= LONGEST for height in heights.values()), heights
