"""What the result page foretells of each answer comes true on the page where answers are tried, in a real browser."""

import pytest
from playwright.sync_api import expect

from advisor.engine.questions import Section
from tests.browser.person import CASES, RULES, Person, labels_of
from tests.browser.windows import Windows

PROCESSES = [
    *("payroll", "market-research", "finance-function", "recipes", "inherited", "data-entry"),
    *("bookkeeping", "legal-services", "grand-analyst", "telemarketing"),
]
CORE = [question for question in RULES.questions if question.section is Section.CORE]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_changed_answer_does_what_the_result_page_had_foretold(person: Person, process: str) -> None:
    person.having_described(CASES[process])
    result, verdict = person.path, person.heading
    foretold = {question.key: _foretold(person, question.text) for question in CORE}
    assert set(foretold) == {question.key for question in CORE}
    person.open(result.replace("/result", "/what-if"))
    then = person.page.locator(".then .words strong")
    for question in CORE:
        row = person.page.locator("fieldset", has=person.page.locator("legend", has_text=question.text))
        saved = row.locator("input:checked").get_attribute("value")
        outcomes = set()
        for option in question.options:
            if option.key != saved:
                row.get_by_label(labels_of(question, option.key)[0], exact=True).check()
                expect(person.page.locator(".changes li").first).to_be_visible()
                expect(person.page.locator(".from-to strong").first).to_have_text(option.label)
                outcomes.add(then.inner_text())
        others = {words for words in outcomes if words != verdict}
        assert len(others) == len(foretold[question.key]), f"{question.key}: {others}, not {foretold[question.key]}"
        for words in foretold[question.key]:
            assert any(words.split(" in-house")[0] in other for other in others), f"{question.key}: {words}"
        row.locator(f'input[value="{saved}"]').check()
        expect(person.page.get_by_text("Nothing yet.")).to_be_visible()


def _foretold(person: Person, question: str) -> list[str]:
    """The advices that the result page says another answer to this question alone could lead to."""
    cannot = [" ".join(text.split()) for text in person.page.locator(".cannot li").all_text_contents()]
    row = person.page.locator(".reaches > li").filter(has=person.page.locator("p:first-child", has_text=question))
    ways = row.locator(".trace span", has_text="would make it").all_text_contents()
    assert (question in cannot) != bool(ways), f"{question} stands in just one of the two lists"
    return [" ".join(way.split("would make it")[1].split(". Try it")[0].split()) for way in ways]


def test_the_page_works_without_a_script(windows: Windows) -> None:
    person = windows.open(script=False).having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    person.page.locator('input[name$="-edge"][value="core"]').check()
    person.press("See what it gives")
    expect(person.page.locator(".then .words strong")).to_have_text("Keep this process in-house for now")
    person.press("Keep these answers")
    assert person.heading == "Keep this process in-house for now"


def test_the_change_is_said_in_one_short_sentence_and_the_focus_stays(person: Person) -> None:
    person.having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    chosen = person.page.locator('input[name$="-edge"]:checked')
    chosen.focus()
    person.page.keyboard.press("ArrowDown")
    expect(person.page.locator(".changes li")).to_have_count(1)
    expect(person.page.locator("[role=status]")).to_contain_text("With these answers")
    assert person.page.evaluate("document.activeElement.name").endswith("-edge")
