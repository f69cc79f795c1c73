"""The problems of a draft in a browser: sound at both widths, and a check under way ends on the page by itself."""

import pytest
from playwright.sync_api import Browser, Page, expect

from advisor.engine.document.document import dumps
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from advisor.rule_sets.worker import work_due
from advisor.settings import load
from tests.browser.rule_sets.test_admin_crowded import wrong
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.checks.test_problems import PROBLEMS
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft, without_keep

__all__ = ["signed_in"]

REMOVED = f"{DRAFT}/questions/steps/answers/set/remove"

PAGES = [
    PROBLEMS,
    f"{DRAFT}/shares",
    f"{DRAFT}/publish",
    f"{DRAFT}/preview/result?process=Found&given=steps.set&early=1&found=1",
    f"{DRAFT}/preview/result?process=Found&early=1&found=1",
]


def test_problems_with_proofs_are_sound_at_both_widths(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, database = signed_in
    let_in(page, server, admin)
    store_draft(database, without_keep())
    assert wrong(page, server, PAGES) == []
    page.goto(server + PROBLEMS)
    page.keyboard.press("Tab")
    page.get_by_text("As in version 1").click()
    page.get_by_text("Answers that show it").first.click()
    page.get_by_role("link", name="See the advice on them").first.click()
    expect(page.get_by_text("These answers belong to nobody")).to_be_visible()
    page.get_by_role("button", name="Make it a test case").press("Enter")
    expect(page.get_by_text("It is a test case of the draft now.")).to_be_visible()


def test_what_a_removal_broke_is_put_back_from_the_problems(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, _database = signed_in
    let_in(page, server, admin)
    admin.open(REMOVED)
    assert wrong(page, server, [REMOVED]) == []
    admin.submit()
    assert wrong(page, server, [PROBLEMS, f"{DRAFT}/publish", f"{DRAFT}/cases"]) == []
    page.goto(server + PROBLEMS)
    page.get_by_text("50 more").click()
    page.get_by_role("button", name="Put the answer back").press("Enter")
    expect(page.get_by_text("You put back the answer")).to_be_visible()
    expect(page.get_by_text("still name it")).not_to_be_attached()


def test_a_check_under_way_ends_on_the_page_by_itself(signed_in: tuple[str, Admin, Database], page: Page) -> None:
    server, admin, database = signed_in
    let_in(page, server, admin)
    store_draft(database, crowded_rules())
    assert wrong(page, server, PAGES[:3]) == []
    page.goto(server + PROBLEMS)
    page.get_by_role("button", name="Check every combination").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert wrong(page, server, [PROBLEMS]) == []
    page.get_by_role("button", name="Stop").press("Enter")
    assert wrong(page, server, PAGES[:3]) == []
    page.goto(server + PROBLEMS)
    page.get_by_role("button", name="Check every combination").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    work_due(database, load())
    expect(page.get_by_text("Nothing blocks publishing.")).to_be_visible(timeout=20_000)
    assert wrong(page, server, PAGES[:3]) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_check_under_way_is_stopped_and_started_again_by_keyboard(
    signed_in: tuple[str, Admin, Database], browser: Browser, scripts: bool
) -> None:
    server, admin, database = signed_in
    store_draft(database, crowded_rules())
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        let_in(page, server, admin)
        page.goto(server + PROBLEMS)
        page.get_by_role("button", name="Check every combination").press("Enter")
        page.get_by_role("button", name="Stop").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Stopped before its end.")
        expect(page.get_by_role("progressbar")).not_to_be_attached()
        page.get_by_role("button", name="Check every combination").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Waiting for its turn.")
        assert work_due(database, load())
        expect(page.get_by_role("status")).to_have_text("Done, and up to date.", timeout=20_000)
        expect(page.get_by_text("Nothing blocks publishing.")).to_be_visible(timeout=20_000)


def test_an_older_version_is_brought_back_on_the_page_that_checked_it(
    signed_in: tuple[str, Admin, Database], page: Page
) -> None:
    server, admin, database = signed_in
    with database.write() as session:
        old = publish(session, dumps(crowded_rules()), "Grown over years.").number
        publish(session, dumps(without_keep()), "Short again.")
    let_in(page, server, admin)
    page.goto(f"{server}/admin/rules/versions/{old}/bring-back")
    page.get_by_role("button", name="Check every combination").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Waiting for its turn.")
    assert work_due(database, load())
    expect(page.get_by_role("status")).to_have_text("Done, and up to date.", timeout=20_000)
    page.get_by_label("Why does it come back?").fill("It was better.")
    page.get_by_role("button", name="Publish it as version").press("Enter")
    expect(page).to_have_url(f"{server}/admin/rules?published=1")
