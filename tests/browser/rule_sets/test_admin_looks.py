"""What admins see first, and what their eyes must not miss: lists on a phone, wide tables, differences."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from tests.browser.looks import axe_violations
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.browser.windows import PHONE, WIDE
from tests.rule_sets.admins import DRAFT, Admin

__all__ = ["signed_in"]

OPAQUE = """() => [...document.querySelectorAll(".scroll :is(th, td)")]
  .map((cell) => getComputedStyle(cell).backgroundColor)
  .filter((colour) => colour.startsWith("rgb("))"""
"""The colours of cells that would cover the shadow behind them."""

ONLY_A_WAY = re.compile(
    "^(See (the|such|all|how|what|them|it) |Look at|Show |Add |How anybody|More about|What the cases|Other |Back to)"
)
"""How links begin that say nothing but where they lead."""

EMPTY_SECTIONS = """() => [...document.querySelectorAll("main section")]
  .filter((one) => one.checkVisibility() && one.innerText.trim() === one.querySelector("h2, h3")?.innerText.trim())
  .map((one) => one.innerText)"""
"""Headings over nothing."""


def test_the_first_of_a_list_is_on_the_first_screen_of_a_phone_and_the_rest_opens(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for things in ("rules", "questions", "claims", "cases"):
        page.goto(f"{server}{DRAFT}/{things}")
        first = page.locator(".things > li h2").first.bounding_box()
        assert first is not None
        assert first["y"] + first["height"] < PHONE["height"], things
    page.goto(f"{server}{DRAFT}/rules")
    expect(page.get_by_label("Search")).to_be_hidden()
    page.get_by_text("Find or filter").click()
    page.get_by_label("Search").fill("nothing-like-it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    expect(page.get_by_label("Search")).to_be_visible()
    page.get_by_text("Other lists of the draft").click()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Questions", exact=True).click()
    expect(page.get_by_role("heading", name="Questions", exact=True)).to_be_visible()
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    expect(page.get_by_label("Search")).to_be_visible()
    expect(page.get_by_text("Find or filter")).to_be_hidden()


def test_no_cell_covers_the_shadow_that_says_a_table_goes_on(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    _remove_a_rule(database)
    let_in(page, server, admin)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in ("/admin/rules", f"{DRAFT}/differences", f"{DRAFT}/shares", f"{DRAFT}/kind"):
        page.goto(server + path)
        expect(page.locator(".scroll").first).to_be_attached()
        assert page.evaluate(OPAQUE) == [], path


def test_one_difference_is_put_back_and_that_taken_back_on_a_phone(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    admin.edit("rules/core-done-well", because="Other words.")
    _remove_a_rule(database)
    let_in(page, server, admin)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{server}{DRAFT}/differences")
    buttons = page.get_by_role("button", name="Put it back as it was")
    expect(buttons).to_have_count(2)
    buttons.first.click()
    expect(page.get_by_text("You put back “Reason” of the rule")).to_be_visible()
    expect(buttons).to_have_count(1)
    assert axe_violations(page) == []
    page.get_by_role("button", name="Take this back").click()
    expect(buttons).to_have_count(2)


def test_paper_shows_nothing_that_only_a_screen_can_use(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, database = signed_in
    _remove_a_rule(database)
    let_in(page, server, admin)
    page.emulate_media(media="print")
    lists = [f"{DRAFT}/{name}" for name in ("problems", "differences", "publish", "coverage", "cases", "history")]
    for path in ("/admin/rules", *lists, "/admin/rules/versions/1"):
        page.goto(server + path)
        used = page.locator("main").locator("button, .button, select, nav a, summary").filter(visible=True)
        assert used.all_inner_texts() == [], path
        ways = page.locator("main a").filter(has_text=ONLY_A_WAY).filter(visible=True)
        assert ways.all_inner_texts() == [], path
        assert page.evaluate(EMPTY_SECTIONS) == [], path


def _remove_a_rule(database: Database) -> None:
    def rules_without(rules: RuleSet) -> RuleSet:
        return replace(rules, rules=tuple(rule for rule in rules.rules if rule.key != "aim-cost"))

    with database.write() as session:
        drafts.edit(session, Actor("admin"), rules_without, kind="draft changed", what="rules")
