"""The quick pass is for everybody, on every width: the names, twenty processes with questions, the advice on them."""

import pytest
from playwright.sync_api import Page, expect

from advisor.models import Database
from tests.browser.processes.test_owner_pages import signed_in, wrong
from tests.browser.windows import PHONE, WIDE
from tests.processes.owner_walker import OwnerWalker

__all__ = ["signed_in"]


def test_it_is_for_everybody_in_every_state(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, _database = signed_in
    assert wrong(page, "/processes/quick-pass", "/processes/quick-pass/answers") == []
    owner.open("/processes/quick-pass")
    long = "Verwaltungsgemeinschaftsangelegenheiten und alles was dazu gehört"
    owner.submit(names="\n".join([long, *(f"Process {n}" for n in range(20))]), usual=["payroll"])
    begun = owner.response.request.full_path
    selects = owner.page.select("select")
    owner.submit(form=-1, **{str(it["name"]): str(it.select("option")[1]["value"]) for it in selects[:30]})
    assert "Saved: 10 processes have advice" in owner.words
    assert wrong(page, "/processes/quick-pass", begun, owner.response.request.full_path) == []


@pytest.mark.usefixtures("signed_in")
def test_a_phone_shows_one_at_a_time_and_keeps_what_was_chosen(page: Page) -> None:
    home = page.url.rstrip("/")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{home}/processes/quick-pass")
    called = page.get_by_label("What you call it: Payroll")
    expect(called).to_be_hidden()
    page.get_by_label("Payroll", exact=True).check()
    called.fill("Wages")
    page.get_by_label("Others").fill("Letters\nParcels")
    page.get_by_role("button", name="Go on").click()
    names = page.locator(".quick-row legend:visible")
    expect(names).to_have_text(["Wages"])
    page.locator("select:visible").first.select_option(index=1)
    page.get_by_role("link", name="Next : Letters").press("Enter")
    expect(names).to_have_text(["Letters"])
    page.keyboard.press("Tab")
    expect(page.locator("select:visible").first).to_be_focused()
    page.get_by_role("link", name="Next : Parcels").click()
    page.locator("select:visible").first.select_option(index=2)
    page.get_by_role("link", name="Back : Letters").click()
    expect(names).to_have_text(["Letters"])
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    expect(names).to_have_text(["Wages", "Letters", "Parcels"])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save and advise").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: 2 processes have advice")
