"""The pages of an account and of those who look after accounts, in a real browser: on a phone and on a desk."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from advisor.models import AccountOwner, Database
from advisor.settings import Settings
from tests.browser.looks import axe_violations, sideways
from tests.browser.rule_sets.test_admin_pages import let_in
from tests.conftest import settings_for
from tests.factories import PASSWORD, make_account, make_assessment
from tests.rule_sets.admins import Admin

OLGA = "olga.with-a-rather-long-name@subsidiary.example.org"

OWNERS = ["", "/email", "/password", "/sign-ins", "/tokens", "/second-factor", "/this-browser", "/delete"]


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """The installation that the real server has."""
    return settings_for(sqlite_url, tmp_path)


def look_at(page: Page, address: str) -> None:
    """Open a page in both widths: axe finds nothing, and nothing scrolls sideways."""
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        assert [*axe_violations(page), *sideways(page)] == [], f"{address} at {width}"


def test_an_owner_looks_after_the_account_on_a_phone(live_server: str, database: Database, page: Page) -> None:
    account_id = make_account(database, OLGA)
    make_assessment(database, AccountOwner(account_id))
    page.goto(f"{live_server}/sign-in")
    page.get_by_label("E-mail address").fill(OLGA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    for path in OWNERS:
        look_at(page, f"{live_server}/account{path}")
    page.goto(f"{live_server}/account/delete")
    expect(page.locator("input[autocomplete=username]")).to_be_hidden()
    page.goto(f"{live_server}/account")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all of it").click()
    assert download.value.suggested_filename == "your-account.json"


def test_what_is_in_the_browser_is_left_there_with_the_keyboard_on_a_phone(
    live_server: str, database: Database, page: Page
) -> None:
    make_account(database, OLGA)
    page.goto(f"{live_server}/assessments/new")
    page.get_by_label("Which process is it about?").or_(page.locator("input[type=text]").first).first.fill("Payroll")
    page.locator("main form button[type=submit]").first.click()
    for path in ("/register", "/sign-in"):
        look_at(page, f"{live_server}{path}")
    page.set_viewport_size({"width": 375, "height": 800})
    page.get_by_label("E-mail address").fill(OLGA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("radio", name="In my account").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Here, in this browser")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("In this browser")
    look_at(page, f"{live_server}/account/this-browser")
    page.get_by_role("button", name="Add to my account").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Added to your account: “Payroll”")
    look_at(page, f"{live_server}/account")
    page.goto(f"{live_server}/account/this-browser")
    page.get_by_role("button", name="Give them back").press("Enter")
    expect(page.get_by_role("heading", name="Not in your account")).to_be_visible()


def test_an_admin_looks_after_accounts_on_a_phone(live_server: str, app: Flask, database: Database, page: Page) -> None:
    account_id = make_account(database, OLGA)
    for number in range(120):
        make_account(database, f"person{number:03}.surname@company-{number}.example.org")
    let_in(page, live_server, Admin.of(app, database, "ada@example.org"))
    for path in ("/people", "/people?page=2", "/people?search=nobody-like-that", f"/people/{account_id}"):
        look_at(page, live_server + path)
    page.goto(f"{live_server}/people/{account_id}")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("status")).to_contain_text("/set-password?token=")
    page.get_by_role("link", name="What was done to this account").click()
    expect(page.get_by_role("main")).to_contain_text(f"made a link with which {OLGA} sets a new password")
    look_at(page, page.url)
    with page.expect_download() as download:
        page.get_by_role("button", name="Sheet for Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
