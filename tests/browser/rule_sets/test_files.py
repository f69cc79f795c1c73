"""Rules taken out, edited in another program and brought back, by an admin in a real browser."""

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from advisor.models import Database
from advisor.models.rule_sets.draft import find_draft
from tests.browser.looks import axe_violations, sideways
from tests.browser.rule_sets.test_admin_pages import let_in, signed_in
from tests.rule_sets.admins import Admin

__all__ = ["signed_in"]


def test_an_admin_edits_the_draft_in_a_spreadsheet_is_told_of_each_slip_and_mends_it(
    signed_in: tuple[str, Admin, Database],
    page: Page,
    tmp_path: Path,
) -> None:
    server, admin, database = signed_in
    let_in(page, server, admin)
    page.goto(f"{server}/admin/rules")
    page.get_by_role("link", name="Download the draft as a file").click()
    expect(page.get_by_label("Which rules")).to_have_value("draft")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "rules-draft.xlsx"
    file = tmp_path / "mine.xlsx"
    download.value.save_as(file)

    book = openpyxl.load_workbook(file)
    book["Rules"]["C2"] = 9
    book["Rules"]["E3"] = "vitl"
    book["Policy"]["D2"] = "many"
    book.save(file)
    page.goto(f"{server}/admin/rules")
    page.get_by_role("link", name="Replace the draft by a file").click()
    page.get_by_label("The file", exact=True).set_input_files(file)
    page.get_by_label("Replace the draft").check()
    page.get_by_role("button", name="Replace the draft by this file").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("cell", name="sheet Rules, cell C2")).to_be_visible()
    expect(page.get_by_role("cell", name="sheet Rules, cell E3")).to_be_visible()
    expect(page.get_by_role("cell", name="sheet Policy, cell D2")).to_be_visible()
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert [*axe_violations(page), *sideways(page)] == []

    book["Rules"]["C2"] = 4
    book["Rules"]["E3"] = "vital"
    book["Policy"]["D2"] = ">= 4"
    book.save(file)
    page.get_by_label("The file", exact=True).set_input_files(file)
    expect(page.get_by_label("Replace the draft")).to_be_checked()
    page.get_by_role("button", name="Replace the draft by this file").click()
    expect(page.get_by_text("The draft is now what the file says.")).to_be_visible()
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        assert draft.rule_set.rules[0].push.points == 4
