"""An owner with twenty processes: from a pasted list over the quick pass to papers, a link and a second opinion."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import CASES, Person
from tests.browser.processes.test_owner_pages import signed_in
from tests.browser.processes.test_second_opinion import ask, in_an_own_browser
from tests.poppler import pdf_facts, pdf_text

__all__ = ["signed_in"]

NAMES = ["Payroll", "Market research", *(f"Process {number}" for number in range(3, 21))]
ROUTINE = CASES["payroll"].answers
EXPERT = CASES["market-research"].answers


def download(page: Page, press: Callable[[], object]) -> bytes:
    """The file that a link gives."""
    with page.expect_download() as waited:
        press()
    return waited.value.path().read_bytes()


def take_along(person: Person, at: str) -> None:
    """One sheet for the partner, and a brief for providers."""
    page = person.page
    person.follow("One page, for a partner or a board")
    sheet = download(page, lambda: page.get_by_role("link", name="Take the PDF", exact=True).click())
    assert pdf_facts(sheet)["Pages"] == "1"
    assert "Payroll" in pdf_text(sheet)
    person.open(f"{at}/brief").reads("Payroll")
    brief = download(page, lambda: page.get_by_role("link", name="PDF", exact=True).click())
    assert "Payroll" in pdf_text(brief)
    assert download(page, lambda: page.get_by_role("link", name="Word document", exact=True).click())[:2] == b"PK"


def share_and_revoke(person: Person, browser: Browser, at: str, verdict: str) -> None:
    """A link that a stranger reads, until it is revoked."""
    page = person.page
    person.open(f"{at}/share/new").press("Make the link")
    link = page.locator("#link").input_value()
    path = link[link.index("/shared/") :]
    stranger = Person(browser.new_context().new_page(), person.url).open(path)
    assert stranger.heading == verdict
    person.open(f"{at}/share")
    page.locator("summary", has_text="Revoke").first.click()
    page.get_by_role("button", name="Revoke the link", exact=True).first.click()
    stranger.open(path)
    assert stranger.heading == "This link leads nowhere"
    stranger.page.context.close()


def settle_with_others(person: Person, browser: Browser, at: str) -> None:
    """Two people see it otherwise, and the owner gives in."""
    page = person.page
    person.open(f"{at}/opinions")
    for address in [ask(person, name) for name in ("Priya", "Ben")]:
        guest = in_an_own_browser(browser, person.url, address)
        guest.follow("Begin").answer_all(EXPERT)
        guest.press("Hand them in").reads("Your answers are handed in. Thank you.")
        guest.page.context.close()
    person.open(f"{at}/opinions").follow("Settle on one set of answers")
    for group in page.get_by_role("group").all():
        group.get_by_label("(Priya and Ben)").check()
    person.press("Settle on these answers")


@pytest.mark.usefixtures("signed_in")
def test_from_a_pasted_list_to_what_is_handed_on(page: Page, browser: Browser) -> None:
    home = page.url.rstrip("/")
    person = Person(page, home).open("/processes").follow("Bring a list in")

    # a pasted list, looked at first
    page.locator("textarea").fill("\n".join(NAMES))
    person.press("See what is read")
    page.get_by_role("button", name="Bring in these 20").first.click()
    person.reads("20 processes were brought in.")

    # the quick pass: first advice on all of them, on one page
    person.open("/processes/quick-pass/answers")
    rows = page.locator("select")
    assert rows.count() == 60
    for place in range(60):
        question = str(rows.nth(place).get_attribute("name")).rpartition(".")[2]
        answers = EXPERT if place in range(3, 6) else ROUTINE
        rows.nth(place).select_option(value=str(answers[question]))
    person.press("Save and advise").reads("Saved: 20 processes have advice")
    person.follow("Your processes")
    expect(page.locator("table.list")).to_contain_text("First advice, from 3 of 9 answers")

    # one of them sharpened, to ordinary advice
    person.follow("Payroll").reads("First advice")
    person.follow("Sharpen it: answer the rest").answer_all(ROUTINE)
    person.does_not_read("First advice")
    verdict = person.heading
    at = re.match(r"/assessments/[0-9a-f-]{36}", person.path)
    assert at is not None

    take_along(person, at[0])
    share_and_revoke(person, browser, at[0], verdict)
    settle_with_others(person, browser, at[0])
    assert person.heading != verdict

    # a day to come back to it
    person.open(f"{at[0]}/decision").choose("Wait, and look at it again")
    person.enter("When do you want to look at it again?", "1/3/2036").press("Save")
    calendar = download(page, lambda: page.get_by_role("link", name="Take the day into your calendar").click())
    assert b"DTSTART;VALUE=DATE:20360301" in calendar
