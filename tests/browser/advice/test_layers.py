"""The result in layers: what matters is on the first screen, short and light, and every layer opens by its link."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import axe_violations, sideways, small_targets
from tests.browser.person import CASES, Person
from tests.browser.states import OUTCOMES
from tests.browser.windows import WIDE, Windows

PHONE: Any = {"width": 375, "height": 667}
MOST_WORDS = 450

SCREENS, SCREENS_IN_PARTS = 6, 9
"""How many screens of a phone a result may fill before anything is opened."""

CASES_SHOWN = [
    *OUTCOMES.values(),
    "claims-handling",
    "claims-with-duties",
    "recipes-to-a-kitchen",
    "wages-few-providers",
]
"""One of each outcome, and some that have a great deal to say."""

_LENGTH = """() => {
  const words = (text) => (text.match(/\\S*[\\p{L}\\p{N}]\\S*/gu) || []).length;
  const main = document.querySelector("main");
  const unseen = [...main.querySelectorAll(".unseen")].filter((part) => part.checkVisibility());
  const heard = unseen.reduce((sum, part) => sum + words(part.textContent), 0);
  return [words(main.innerText) - heard, document.scrollingElement.scrollHeight];
}"""


def length(person: Person) -> tuple[int, float]:
    """The words in sight, and how many screens of the window the page fills."""
    words, height = person.page.evaluate(_LENGTH)
    viewport = person.page.viewport_size
    assert viewport is not None
    return words, height / viewport["height"]


def on_the_first_screens(person: Person, screens: int) -> bool:
    """Whether the verdict, its sentences, what weighs most and what can be done are on so many screens."""
    viewport = person.page.viewport_size
    assert viewport is not None
    for part in ("h1", ".lead", ".weighs, .open-questions", ".act"):
        for box in [found.bounding_box() for found in person.page.locator(part).all()][:1]:
            assert box is not None
            if box["y"] + box["height"] > screens * viewport["height"]:
                return False
    return True


@pytest.mark.parametrize("case", CASES_SHOWN)
def test_a_result_is_short_before_anything_is_opened(windows: Windows, case: str) -> None:
    person = windows.open(PHONE).having_described(CASES[case])
    words, screens = length(person)
    assert words <= MOST_WORDS
    assert screens <= SCREENS
    assert on_the_first_screens(person, 2)
    person.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert on_the_first_screens(person, 1)


def test_a_result_in_three_parts_is_short_before_anything_is_opened(windows: Windows) -> None:
    person = windows.open(PHONE).having_described(CASES["claims-handling"])
    keying, judging = CASES["payroll-parts"].parts
    person.having_broken_up({"Registering": keying.answers, "Judging the odd ones": judging.answers, "Telling": {}})
    words, screens = length(person)
    assert words <= MOST_WORDS
    assert screens <= SCREENS_IN_PARTS
    for part in ("Registering", "Judging the odd ones", "Telling"):
        expect(person.page.locator(".lead")).to_contain_text(f"“{part}”")
    assert sideways(person.page) == []


def test_every_layer_opens_by_its_link(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["claims-with-duties"])
    links = person_of_either_kind.page.locator(".contents a")
    assert links.count() >= 8
    for link in links.all():
        inside = person_of_either_kind.page.locator(str(link.get_attribute("href")))
        expect(inside).to_be_hidden()
        link.click()
        expect(inside).to_be_visible()


def test_the_risk_that_weighs_most_and_the_next_step_open_by_their_links(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["payroll"])
    for link in person_of_either_kind.page.locator(".weighs a").all():
        inside = person_of_either_kind.page.locator(str(link.get_attribute("href")))
        expect(inside).to_be_hidden()
        link.click()
        expect(inside).to_be_visible()


def test_keys_and_codes_stand_behind_sources(person: Person) -> None:
    person.having_described(CASES["payroll"]).open_layers()
    code = re.compile(r"\b[DG]\d?\.\d\d\b")
    assert not code.search(person.page.locator("main").inner_text())
    person.follow("Rules and sources of these reasons")
    assert code.search(person.page.locator("main").inner_text())
    assert axe_violations(person.page) == small_targets(person.page) == []
    person.follow("Back to the advice")
    assert person.heading == "BPO suits this process"


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["on a phone", "on a desk"])
def test_all_layers_can_be_open_from_the_start(windows: Windows, viewport: dict[str, int]) -> None:
    person = windows.open(viewport, script=False).having_described(CASES["claims-with-duties"])
    person.follow("Open all sections, to read or to print")
    expect(person.page.locator("details.layer:not([open]), #risks details:not([open])")).to_have_count(0)
    assert sideways(person.page) == []
    person.follow("Close all sections")
    expect(person.page.locator("details.layer[open]")).to_have_count(0)


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["on a phone", "on a desk"])
def test_open_layers_are_as_accessible_as_closed_ones(windows: Windows, viewport: dict[str, int]) -> None:
    person = windows.open(viewport).having_described(CASES["claims-with-duties"])
    assert axe_violations(person.page) == small_targets(person.page) == []
    person.open(f"{person.path}?show=all")
    assert axe_violations(person.page) == small_targets(person.page) == []


def test_nine_answers_a_risk_opened_a_question_that_takes_it_away_and_keep(person_of_either_kind: Person) -> None:
    person_of_either_kind.describe(CASES["payroll"])
    assert person_of_either_kind.heading == "BPO suits this process"
    risk = "Nobody in the house steers it any more"
    person_of_either_kind.follow(risk).reads("Before you sign:")
    person_of_either_kind.follow("Once the other firm does it, who here would look after it?")
    person_of_either_kind.answer("knows-time").press("Save")
    person_of_either_kind.reads(f"It no longer names this risk: “{risk}”.")
    person_of_either_kind.follow("Keep this advice").enter(
        "E-mail address", f"journey-{id(person_of_either_kind)}@example.org"
    )
    person_of_either_kind.enter("Password", "three quiet lighthouses at dawn").press("Make the account")
    assert person_of_either_kind.heading == "BPO suits this process"
    person_of_either_kind.reads("Saved in your account")
