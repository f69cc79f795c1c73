"""Long pages on a phone: what is folded can be opened, and nothing is lost without a script, on paper, or by a link."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import axe_violations, small_targets
from tests.browser.person import CASES, RULES, Person
from tests.browser.windows import PHONE, Windows

FOLDED = ("Where our sources disagree", "Sharpen it", "Before you act", "Your answers")
WITHIN = ("Higher skill does not make a better choice.", "Name one person who owns it", "Which of these does the work")
"""A few words of the folded parts."""


@pytest.fixture
def phone(windows: Windows) -> Person:
    """Somebody with a phone, at the longest result of all."""
    return windows.open(PHONE).having_described(CASES["claims-handling"])


def height(person: Person) -> int:
    return int(person.page.evaluate("document.scrollingElement.scrollHeight"))


def test_a_result_is_half_as_long_on_a_phone_and_each_part_opens_by_its_heading(phone: Person) -> None:
    folded = height(phone)
    phone.does_not_read(*WITHIN)
    for name in FOLDED:
        phone.page.get_by_role("heading", name=name, exact=True).click()
    phone.reads(*WITHIN)
    assert folded < 0.6 * height(phone)
    assert axe_violations(phone.page) == small_targets(phone.page) == []


def test_a_link_into_a_folded_part_opens_it(phone: Person) -> None:
    phone.page.evaluate("location.hash = 'sharpen'")
    phone.reads("Which of these does the work")
    phone.does_not_read("Name one person who owns it")
    phone.page.reload()
    phone.reads("Which of these does the work")


def test_nothing_is_folded_on_paper_that_was_on_the_phone(phone: Person) -> None:
    phone.page.emulate_media(media="print")
    phone.reads("Higher skill does not make a better choice.", "Name one person who owns it", "Your answers")
    phone.page.emulate_media(media="screen")
    phone.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(phone.page.locator("[data-fold]:not([open])")).to_have_count(0)


def test_nothing_is_folded_without_a_script_or_where_there_is_room(windows: Windows) -> None:
    for person in (windows.open(PHONE, script=False), windows.open()):
        person.having_described(CASES["claims-handling"]).reads(*WITHIN)


def test_the_further_questions_of_what_if_are_folded_and_still_sent(windows: Windows) -> None:
    person = windows.open(PHONE, script=False).having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    question = RULES.question("sensitive")
    assert question is not None
    person.does_not_read(question.text)
    person.page.get_by_text("more questions").click()
    person.choose("Payments or bank details").press("See what it gives")
    person.reads(question.text)
    person.follow("Keep these answers, copy or put back")
    expect(person.button("Keep these answers")).to_be_in_viewport()
    person.press("Keep these answers")
    assert "/result" in person.path
    person.reads("Payments or bank details")


def test_the_filters_of_the_list_are_folded_on_a_phone_unless_one_is_set(windows: Windows) -> None:
    person = windows.open(PHONE).having_described(CASES["payroll"])
    person.open("/register").enter("E-mail address", "phone@example.org")
    person.enter("Password", "three quiet lighthouses at dawn").press("Make the account")
    person.open("/processes")
    field = person.page.get_by_label("Name of the process or part")
    expect(field).to_be_hidden()
    first = person.page.locator(".list tbody tr").bounding_box()
    assert first is not None
    assert first["y"] < PHONE["height"], "the list begins on the first screen"
    person.page.get_by_text("Find or filter").click()
    person.enter("Name of the process or part", "pay").press("Show")
    expect(field).to_be_visible()
    person.reads("1 of 1 processes.")
