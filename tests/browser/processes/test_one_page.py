"""One page is one sheet of A4, whatever stands on it: on paper by the browser, and as PDF."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.looks import sideways
from tests.browser.person import CASES, Person
from tests.browser.states import LONG_NAME
from tests.browser.windows import Windows
from tests.poppler import pdf_facts

LONG_NAMES = {
    "words": LONG_NAME,
    "capitals": "W" * 200,
    "Chinese": "外包" * 100,
    "Arabic": "الاستعانة بمصادر خارجية " * 8,
    "marks": "e\u0301\u0302\u0303" * 50,
}


def one_page(person: Person, more: str = "") -> Page:
    """The one page of the advice that is open."""
    address = person.page.url.partition("?")[0].rsplit("/", 1)[0]
    return person.open(f"{address}/one-page{more}").page


def sheets(page: Page, folder: Path) -> int:
    """How many sheets the browser makes of a page."""
    file = folder / "page.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    return int(pdf_facts(file.read_bytes())["Pages"])


def pdf(person: Person) -> bytes:
    """The PDF that the page leads to."""
    address = person.page.get_by_role("link", name="Take the PDF").get_attribute("href")
    reply = person.page.context.request.get(person.url + str(address))
    assert reply.headers["content-type"] == "application/pdf"
    return reply.body()


def test_typical_processes_fit_one_sheet(windows: Windows, tmp_path: Path) -> None:
    person = windows.open()
    for case in list(CASES.values())[::25]:
        page = one_page(person.having_described(case))
        assert sheets(page, tmp_path) == 1, case.process


@pytest.mark.parametrize("kind", LONG_NAMES)
def test_long_names_in_parts_fit_one_sheet(windows: Windows, tmp_path: Path, kind: str) -> None:
    name = LONG_NAMES[kind][:200].strip()
    person = windows.open().having_answered(name, CASES["finance-function"].answers)
    parts = {name[:-1] + str(number): case.answers for number, case in enumerate(list(CASES.values())[:5])}
    page = one_page(person.having_broken_up(parts), f"?for={name[:100]}")
    assert sheets(page, tmp_path) == 1
    assert sideways(page) == []
    made = pdf(person)
    assert pdf_facts(made)["Pages"] == "1"
