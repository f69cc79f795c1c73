"""The result on paper: one sheet of what matters, or all of it with its sources, and nothing for screens alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.looks import sideways
from tests.browser.person import CASES, RULES, Person
from tests.browser.windows import Windows

SHEET = {"width": 665, "height": 1000}
"""An A4 sheet less its margins, in CSS pixels."""


@pytest.fixture
def paper(windows: Windows) -> Person:
    """A result as it lies on paper."""
    person = windows.open(SHEET).having_described(CASES["payroll"])
    person.open(f"{person.path}?show=all").page.emulate_media(media="print")
    return person


def test_what_nobody_opened_is_left_out_and_the_rest_is_one_sheet(windows: Windows, tmp_path: Path) -> None:
    person = windows.open(SHEET).having_described(CASES["claims-handling"])
    assert sheets(person, tmp_path) == 1
    person.page.emulate_media(media="print")
    person.reads(CASES["claims-handling"].process, "rules version 1", "The risk that weighs most", "Next step")
    person.does_not_read("Why we say this", "Your answers", "Keep this advice")
    person.page.emulate_media(media="screen")
    person.page.locator("summary", has_text="Your answers").click()
    person.page.emulate_media(media="print")
    person.reads("Your answers", "Two of these, each a good part of the work")
    person.does_not_read("Why we say this")


def sheets(person: Person, folder: Path) -> int:
    """How many sheets the browser makes of the page."""
    file = folder / "result.pdf"
    person.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


def test_paper_shows_the_advice_its_reasons_its_sources_and_the_version(paper: Person) -> None:
    paper.reads("Payroll", "BPO suits this process", "Why we say this", "What this does not tell you", "Your answers")
    cited = paper.page.locator(".cited .claim")
    told = paper.page.locator(".reason .because").all_inner_texts()
    reasoned = {source for rule in RULES.rules if rule.because in told for source in rule.sources}
    names = {claim.locator("b").inner_text() for claim in cited.all()}
    assert reasoned
    assert reasoned < names
    for identity in names:
        claim = RULES.claim(identity)
        assert claim is not None
        expect(cited.filter(has_text=identity)).to_contain_text(claim.place)
        if identity in reasoned:
            expect(cited.filter(has_text=identity)).to_contain_text(claim.text)
    expect(paper.page.locator(".sheet-foot")).to_be_visible()
    expect(paper.page.locator(".sheet-foot")).to_contain_text("rules version 1")


def test_paper_shows_nothing_that_only_a_screen_can_use(paper: Person) -> None:
    for part in ("header.top", "footer.bottom", "nav", "aside", ".skip", ".sharpen", ".offer", ".change", "button"):
        expect(paper.page.locator(part).filter(visible=True)).to_have_count(0)
    paper.does_not_read("Try it", "Try other answers")


def test_paper_is_wide_enough_for_every_line(paper: Person) -> None:
    assert sideways(paper.page) == []


def test_paper_keeps_the_colours_of_the_pictures_and_does_not_break_them(paper: Person) -> None:
    page = paper.page
    assert page.locator("html").evaluate("html => getComputedStyle(html).printColorAdjust") == "exact"
    for part in (".verdict", ".reason", ".balance", ".claim"):
        breaks = page.locator(part).first.evaluate("part => getComputedStyle(part).breakInside")
        assert breaks == "avoid", f"{part} may break over two sheets"
    assert page.locator("h2").first.evaluate("heading => getComputedStyle(heading).breakAfter") == "avoid"


def test_the_browser_makes_a_few_sheets_of_it(paper: Person, tmp_path: Path) -> None:
    paper.page.emulate_media(media="null")
    assert 2 <= sheets(paper, tmp_path) <= 8


def test_the_button_prints_and_is_not_there_without_a_script(windows: Windows) -> None:
    person = windows.open()
    person.page.add_init_script("window.print = () => { window.printed = true; };")
    person.having_described(CASES["payroll"]).press("Print")
    assert person.page.evaluate("window.printed") is True
    without = windows.open(script=False).having_described(CASES["payroll"])
    expect(without.page.get_by_role("button", name="Print", exact=True)).to_have_count(0)


def test_paper_asks_nothing_and_lists_no_question_that_is_open_still(windows: Windows) -> None:
    person = windows.open(SHEET).having_described(CASES["payroll"])
    person.follow("Open all sections, to read or to print")
    asked = [link.inner_text() for link in person.page.locator("#sharpen li a").all()]
    assert asked, "the screen has such questions"
    person.page.emulate_media(media="print")
    for part in ("#sharpen", ".sharpen", ".undo", ".stale .button"):
        expect(person.page.locator(part).filter(visible=True)).to_have_count(0)
    person.does_not_read("Sharpen it", *asked)
