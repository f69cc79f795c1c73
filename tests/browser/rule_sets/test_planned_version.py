"""A version that waits, in a real browser: for whoever asked, and for the admin who is to approve it."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from advisor.models import Database, PlannedVersion
from advisor.models.base import utc_now
from tests.browser.looks import at_widths
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.browser.windows import PHONE, WIDE
from tests.factories import make_account
from tests.rule_sets.admins import DRAFT, Admin

__all__ = ["signed_in"]


def test_what_is_planned_is_seen_by_everybody_in_the_workshop_and_reads_well(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    admin.edit("rules/core-done-well", push__points="5")
    let_in(page, server, admin)
    day = utc_now() + timedelta(days=3)
    found: list[str] = []

    def look() -> None:
        for width, violations in at_widths(page, PHONE, WIDE):
            found.extend(violations)
            wide = int(page.evaluate("document.documentElement.scrollWidth"))
            found.extend([f"{page.url}: {wide} px wide"] if wide > width else [])

    page.goto(f"{server}{DRAFT}/publish")
    page.get_by_label("What changed, and why?").fill("It weighs more.")
    page.get_by_text("Not at once, but on a day").click()
    page.get_by_label("On which day?").fill(f"{day.day}/{day.month}/{day.year}")
    page.get_by_label("At what time, in UTC?").fill("9.30")
    look()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("heading", name="Version 2 is planned")).to_be_visible()
    look()
    page.goto(f"{server}{DRAFT}/rules/core-done-well")
    expect(page.get_by_text("Version 2 is planned for")).to_be_visible()
    expect(page.get_by_text("A change to the draft would undo the plan.")).to_be_visible()
    ben = make_account(database, "ben@example.org")
    with database.write() as session:  # as if he had asked for it
        planned = session.get_one(PlannedVersion, 1)
        planned.asked_by, planned.approved_at = ben, None
    page.get_by_role("link", name="See the plan").click()
    look()
    expect(page.get_by_role("button", name="Approve version 2")).to_be_visible()
    page.get_by_role("button", name="Send it back").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what has to be changed first")
    look()
    page.get_by_label("What has to be changed first?").fill("Say why.")
    admin.edit("rules/core-done-well", push__points="4")
    page.reload()
    expect(page.get_by_role("heading", name="Version 2 cannot be approved any more")).to_be_visible()
    look()
    page.get_by_label("What has to be changed first?").fill("Say why.")
    page.get_by_role("button", name="Send it back").click()
    expect(page.get_by_text("Version 2 was sent back to ben@example.org by ")).to_be_visible()
    look()
    assert found == []
