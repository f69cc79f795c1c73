"""What was foretold of each answer comes true on the page where answers are tried, in a real browser."""

from itertools import combinations

import pytest
from playwright.sync_api import expect

from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, Question
from tests.assessments.foretold import CHANGED, NUMBERS, THEN, check_foretold
from tests.browser.person import CASES, Person, labels_of
from tests.browser.windows import PHONE, WIDE, Windows
from tests.reading import HtmlPage

PROCESS = "finance-function"
"""One of those of tests/assessments/result/test_what_would_change.py, which tries many without a browser."""


def test_each_changed_answer_does_what_had_been_foretold(person: Person) -> None:
    person.having_described(CASES[PROCESS])
    result, address = HtmlPage(person.page.content()), person.path.replace("/result", "/what-if")
    ways = HtmlPage(person.open(address.replace("/what-if", "/other-ways")).page.content())
    what_if = HtmlPage(person.open(address).page.content())
    check_foretold(
        result, ways, what_if, PROCESS, lambda question, saved: _verdicts(person.open(address), question, saved)
    )


def _verdicts(person: Person, question: Question, saved: Answer) -> dict[str, str]:
    """The verdict that each other answer to a question gives, by the answer in words; of many, some of each kind."""
    page = person.page
    for folded in page.locator("details.further:not([open]) > summary").all():
        folded.click()
    found = {}
    if question.type is AnswerType.NUMBER:
        for number in NUMBERS:
            page.get_by_label(question.text).first.fill(str(number))
            expect(page.locator(CHANGED).first).to_contain_text(f"{number:,}")
            found[str(number)] = page.locator(THEN).inner_text()
        return found
    boxes = page.locator(f'input[name^=answer-][name$="-{question.key}"]')
    several = question.type is AnswerType.CHOICES
    keys = [option.key for option in question.options]
    answers: list[tuple[str, ...]] = [(key,) for key in keys + [NONE_OF_THESE] * several]
    answers += combinations(keys, 2) if question.most == 2 else ()
    for answer in answers:
        if saved in (answer[0], answer):
            continue
        for box in boxes.all() if several else []:
            box.set_checked(False)
        for key in answer:
            boxes.and_(page.locator(f'[value="{key}"]')).check()
        label = "; ".join(labels_of(question, key)[0] for key in answer)
        expect(page.locator(CHANGED)).to_have_text(label)
        found[label] = page.locator(THEN).inner_text()
    return found


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


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["at a desk", "on a phone"])
def test_what_cannot_be_tried_says_so_at_once(windows: Windows, size: dict[str, int]) -> None:
    person = windows.open(size).having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    for wish in ("cost", "better", "cover"):
        person.page.locator(f'input[name$="-aims"][value="{wish}"]').check()
    expect(person.page.locator(".gives").get_by_text("Choose at most two")).to_be_visible()
    expect(person.page.locator(CHANGED)).to_have_count(0)
