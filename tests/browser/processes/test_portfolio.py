"""The sheet of thirty processes on paper: three sheets at most, and nothing beside the paper."""

from pathlib import Path

from playwright.sync_api import Page, expect

from advisor.models import Database
from tests.browser.looks import sideways
from tests.browser.processes.test_one_page import sheets
from tests.browser.processes.test_owner_pages import signed_in
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep

__all__ = ["signed_in"]


def test_thirty_processes_are_three_sheets_at_most(
    signed_in: tuple[OwnerWalker, Database], page: Page, tmp_path: Path
) -> None:
    owner, database = signed_in
    made = keep(database, owner.owner, 30)
    with database.write() as session:
        for number, one in enumerate(made):
            mine = session.get_one(type(one), one.id)
            mine.process_name = f"{one.process_name}, {'which has a long name ' * (number % 3)}".strip(", ")
    page.goto(f"{page.url}processes/sheet")
    assert sheets(page, tmp_path) <= 3
    page.emulate_media(media="print")
    assert sideways(page) == []
    for hidden in ("header.top", ".actions", "footer.bottom", ".back"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("svg.process-map.wide-only")).to_be_visible()
