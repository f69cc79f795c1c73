"""Long forms on a phone: what is folded can be opened, and is sent whether it is or not."""

from playwright.sync_api import expect

from tests.browser.person import CASES, RULES
from tests.browser.windows import PHONE, Windows


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
    person.open_layers().reads("Payments or bank details")


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
