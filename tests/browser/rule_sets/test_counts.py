"""The counts of what is saved in a real browser: they follow what is chosen, and the pages stay sound with them."""

import pytest
from playwright.sync_api import Page, expect

from advisor.engine.document.document import dumps
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.benchmarks.seeding import seed
from tests.browser.rule_sets.test_admin_crowded import wrong
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.impact.test_rule_counts import FIRES, RULE, save

__all__ = ["signed_in"]

PAGES = [
    f"{DRAFT}/{page}" for page in ("rules", "rules?fires=never", f"rules/{RULE}", "kind", "kind?dots=all", "leave")
]


def test_the_count_follows_what_is_chosen_and_the_focus_stays(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    save(database, 12, **FIRES)
    save(database, 21, edge="core", in_house="untidy")
    save(database, 30, edge="not-core")
    let_in(page, server, admin)
    page.goto(f"{server}{DRAFT}/rules/{RULE}")
    expect(page.locator("#effect")).to_contain_text("It fires in 12 of 63 saved processes.")
    other = page.get_by_label("Our own people, and it is often wrong or in no good order")
    other.focus()
    page.keyboard.press("Space")
    expect(page.locator("#effect")).to_contain_text("It fires in about 35 of 63 saved processes.")
    expect(other).to_be_focused()


def test_the_filter_and_the_dots_are_chosen_by_keyboard_alone(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    save(database, 30, edge="not-core")
    let_in(page, server, admin)
    page.goto(f"{server}{DRAFT}/rules")
    page.get_by_label("Fires").focus()
    page.keyboard.type("In none")
    with page.expect_navigation():
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page.get_by_text("fires in none of 30 saved").first).to_be_visible()
    expect(page.get_by_text("fires in all 30 saved")).to_have_count(0)
    page.goto(f"{server}{DRAFT}/kind")
    page.get_by_role("link", name="Show where all complete answers lie").press("Enter")
    expect(page.get_by_role("link", name="Show where saved processes lie")).to_be_visible()


@pytest.mark.parametrize("number", [0, 128, 6_000])
def test_the_pages_are_sound_with_nothing_some_and_thousands_saved(
    signed_in: tuple[str, Admin, Database], page: Page, number: int
) -> None:
    server, admin, database = signed_in
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    seed(database, number)
    if number > 1_000:
        with database.write() as session:
            publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start().edit(f"rules/{RULE}", when__1__values=["well", "untidy"])
    let_in(page, server, admin)
    assert wrong(page, server, PAGES) == []
