"""S16: text that would be code elsewhere is shown letter by letter on every page, and is never run."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import CASES, Person
from tests.browser.windows import Windows

PAYLOADS = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>' autofocus onfocus=alert(4) x='",
    "</title></textarea></style><iframe src=javascript:alert(5)></iframe>",
    "{{ 7 * 7 }} ${7*7} %(name)s {0} <%= 7*7 %> &lt;b&gt;&amp;",
    "javascript:alert(6)//<a href=javascript:alert(7)>x</a>",
]

FORBIDDEN = (
    "main :is(script, img, iframe, object, embed, style), [onload], [onerror], [onfocus], [href^='javascript:' i]"
)


def is_shown_literally(person: Person, text: str) -> None:
    """The text stands on the page letter by letter, and nothing came of it."""
    words = person.page.locator("main").inner_text()
    values = person.page.locator("input[type=text]").evaluate_all("boxes => boxes.map((box) => box.value)")
    assert text in " ".join(words.split()) or text in values, person.path
    assert person.page.locator(FORBIDDEN).count() == 0, person.path
    assert "49" not in person.page.title()


@pytest.mark.parametrize(
    ("name", "parts"), [(PAYLOADS[0] + PAYLOADS[1], PAYLOADS[2:4]), (PAYLOADS[3] + PAYLOADS[4], PAYLOADS[:2])]
)
def test_names_that_would_be_code_are_shown_letter_by_letter_everywhere(
    person: Person, name: str, parts: list[str]
) -> None:
    case = CASES["finance-function"]
    person.begin(name)
    is_shown_literally(person, name)
    person.press("Continue")
    is_shown_literally(person, name)
    odd = {**case.answers, "steps": "set", "complexity": "very-complex"}
    person.having_answered(name, odd, until="complexity").answer("very-complex").press("Continue")
    is_shown_literally(person, name)
    person.having_answered(name, case.answers)
    assert name in person.page.title()
    result = person.path
    for page in ("result", "answers", "name", "delete", "parts", "questions/swing"):
        person.open(result.replace("result", page))
        is_shown_literally(person, name)
    person.open(result.replace("result", "parts"))
    person.enter("First part", parts[0]).enter("Second part", parts[1]).press("Continue")
    is_shown_literally(person, parts[0])
    person.open(result).having_broken_up({part: {} for part in parts})
    for page in ("result", "answers", "parts", "delete"):
        person.open(result.replace("result", page))
        for text in (name, *parts):
            is_shown_literally(person, text)
    person.open("/your-data")
    is_shown_literally(person, name)


def test_a_clash_over_a_name_that_would_be_code_shows_it_letter_by_letter(windows: Windows) -> None:
    payload = PAYLOADS[0]
    first = windows.open().begin(payload)
    identity = first.path.split("/")[2]
    first.open(f"/assessments/{identity}/name")
    second = windows.next_tab(first).open(first.path)
    first.enter("What do you call the process?", f"{payload} 1").press("Save")
    second.enter("What do you call the process?", f"{payload} 2").press("Save")
    expect(second.page.get_by_role("alert")).to_contain_text(f"{payload} 1")
    is_shown_literally(second, f"{payload} 2")


def test_nothing_of_an_address_is_shown_as_code(person: Person) -> None:
    for path in ("/<script>alert(1)</script>", "/claims/<img src=x onerror=alert(1)>", "/?q=<svg onload=alert(1)>"):
        person.open(path)
        assert person.page.locator(FORBIDDEN).count() == 0
