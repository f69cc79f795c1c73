"""The pages on which a list is brought in, for everybody, on every width; and the count that follows the ticks."""

import io

from playwright.sync_api import Page, expect

from advisor.models import Database
from tests.browser.processes.test_owner_pages import signed_in, wrong
from tests.processes.owner_walker import OwnerWalker

__all__ = ["signed_in"]

ODD = (
    "Our register,,,,\n"
    "Process name,Department,How far does the work follow set steps?,What must a person bring to do it well?,Remarks\n"
    "Payroll,Finance; People,The same written steps,,x\n"
    "Payroll,Finance,,,\n"
    "Invoices,Finance,Sometimes,,\n"
    ",Law,,,\n"
    "Wages,,,,\n"
    "A process with a very long name: Verwaltungsgemeinschaftsangelegenheiten und alles was dazu gehört,Law,,,\n"
)


def read(owner: OwnerWalker, text: str, name: str = "") -> str:
    """Send a list; gives the address of its preview."""
    owner.open("/processes/bring-in")
    owner.submit(**({"file": (io.BytesIO(text.encode()), name)} if name else {"names": text}))
    return owner.path


def test_lists_in_every_state_are_for_everybody(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, _database = signed_in
    assert wrong(page, "/processes/bring-in") == []
    read(owner, "Wages\nMail\n")
    owner.submit(button="bring")
    after = owner.response.request.full_path
    odd = read(owner, ODD, "register.csv")
    crowded = read(owner, "".join(f"Process {number}\n" for number in range(60)))
    assert wrong(page, "/processes/bring-in", odd, crowded, after) == []
    owner.open(after)
    owner.submit()
    assert wrong(page, after) == []


def test_the_count_follows_the_ticks_and_errors_lead_to_what_is_asked(
    signed_in: tuple[OwnerWalker, Database], page: Page
) -> None:
    owner, _database = signed_in
    home = page.url.rstrip("/")
    page.goto(f"{home}{read(owner, ODD, 'register.csv')}")
    count = page.locator("#go p")
    expect(count).to_contain_text("2 of 5 processes are chosen")
    page.get_by_role("checkbox", name="Wages").uncheck()
    expect(count).to_contain_text("1 of 5 processes is chosen")
    expect(page.get_by_role("checkbox", name="Wages")).to_be_focused()
    page.get_by_role("button", name="Bring in this one").first.click()
    expect(page).to_have_title("Error: What we read – Outsourcing Advisor")
    expect(page.get_by_role("checkbox", name="Wages")).not_to_be_checked()
    page.get_by_role("radio", name="As 2 processes").check()
    expect(page.get_by_role("button", name="Bring in these 3").first).to_be_visible()
    page.get_by_role("button", name="Bring in these 3").first.click()
    expect(page.get_by_text("3 processes were brought in.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 3 processes are in the bin")).to_be_visible()
