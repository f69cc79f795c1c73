"""Moments are told by the clock of whoever reads, in UTC where a browser does not tell it, and nothing moves for it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.browser.person import CASES, Person
from tests.browser.windows import PHONE, WIDE, Windows
from tests.factories import PASSWORD

KOLKATA, KIRITIMATI = "Asia/Kolkata", "Pacific/Kiritimati"
"""Half an hour off the hour, and as far ahead of UTC as anybody lives."""

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


def history(person: Person) -> Person:
    person.having_described(CASES["payroll"])
    return person.open(person.path.split("?")[0].replace("/result", "/history"))


def first_advice(person: Person) -> tuple[datetime, str]:
    """The moment of the first advice, and its words."""
    time = person.page.locator("main time").first
    return datetime.fromisoformat(str(time.get_attribute("datetime"))), time.inner_text()


def test_with_a_script_they_are_told_by_the_clock_of_the_browser(windows: Windows) -> None:
    at, words = first_advice(history(windows.open(timezone_id=KOLKATA)))
    there = at.astimezone(ZoneInfo(KOLKATA))
    assert words == f"{there:%-d %B %Y}, {there:%H:%M} GMT+5:30"


def test_days_are_those_of_the_reader(windows: Windows) -> None:
    person = windows.open(timezone_id=KIRITIMATI)
    person.having_described(CASES["payroll"]).open("/your-data")
    at, words = first_advice(person)
    there = at.astimezone(ZoneInfo(KIRITIMATI))
    assert words == f"{there:%-d %B %Y}"


def test_without_one_they_are_told_in_utc_and_the_page_says_so(windows: Windows) -> None:
    person = history(windows.open(script=False, timezone_id=KOLKATA))
    at, words = first_advice(person)
    assert words == f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
    person.reads("Dates and times are in UTC.")


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "desk"])
def test_nothing_on_the_page_moves_for_it(windows: Windows, viewport: dict[str, int]) -> None:
    person = history(windows.open(viewport, timezone_id=KOLKATA))
    assert person.page.evaluate(SHIFTS) == 0
    person.open("/your-data")
    assert person.page.evaluate(SHIFTS) == 0


def test_no_cookie_is_needed_for_it(windows: Windows) -> None:
    person = windows.open(timezone_id=KOLKATA).open("/versions")
    assert "GMT+5:30" in first_advice(person)[1]
    assert person.page.context.cookies() == []


def test_a_decision_is_proposed_for_the_day_of_the_reader(windows: Windows) -> None:
    person = windows.open(timezone_id=KIRITIMATI)
    person.open("/register").enter("E-mail address", "kiri@example.org").enter("Password", PASSWORD)
    person.press("Make the account").having_described(CASES["payroll"])
    person.open(person.path.split("?")[0].replace("/result", "/decision"))
    today = datetime.now(ZoneInfo(KIRITIMATI))
    assert person.page.get_by_label("When did you decide?").input_value() == f"{today.day}/{today.month}/{today.year}"
