"""S16: text that would be code elsewhere is shown letter by letter on every page, and is never run."""

from collections.abc import Callable

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

FORBIDDEN = "main :is(script, img, iframe, object, embed, style), [onload], [onerror], [onfocus], [href^='javascript:' i]"


def is_shown_literally(person: Person, text: str) -> None:
    """The text stands on the page letter by letter, and nothing came of it."""
    words = person.page.locator("main").inner_text()
    values = person.page.locator("input[type=text]").evaluate_all("boxes => boxes.map((box) => box.value)")
    assert text in " ".join(words.split()) or text in values, person.path
    assert person.page.locator(FORBIDDEN).count() == 0, person.path
    assert "49" not in person.page.title()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_name_that_would_be_code_is_shown_letter_by_letter_everywhere(person: Person, payload: str) -> None:
    case = CASES["finance-function"]
    odd = {**case.answers, "steps": "set", "complexity": "very-complex"}
    parts = {f"1 {payload}": {}, f"2 {payload}": {}}
    check: Callable[[], None] = lambda: is_shown_literally(person, payload)  # noqa: E731
    person.begin(payload)
    check()
    person.press("Continue")
    check()
    person.having_answered(payload, odd, until="complexity")
    person.answer("very-complex").press("Continue")
    check()
    person.having_answered(payload, case.answers)
    check()
    assert payload in person.page.title()
    result = person.path
    for page in ("answers", "name", "delete", "parts", "questions/volume"):
        person.open(result.replace("result", page))
        check()
    person.open(result.replace("result", "parts"))
    person.enter("First part", f"1 {payload}").enter("Second part", f"2 {payload}").press("Continue")
    check()
    person.answer_all({}, parts)
    assert person.path == result
    for part in parts:
        is_shown_literally(person, part)
    for page in ("answers", "parts", "delete"):
        person.open(result.replace("result", page))
        is_shown_literally(person, next(iter(parts)))
    person.open("/your-data")
    check()


def test_a_clash_over_a_name_that_would_be_code_shows_it_letter_by_letter(windows: Windows) -> None:
    payload = PAYLOADS[0]
    first = windows.open().begin(payload)
    identity = first.path.split("/")[2]
    first.open(f"/assessments/{identity}/name")
    second = windows.beside(first).open(first.path)
    first.enter("What do you call the process?", f"{payload} 1").press("Save")
    second.enter("What do you call the process?", f"{payload} 2").press("Save")
    expect(second.page.get_by_role("alert")).to_contain_text(f"{payload} 1")
    is_shown_literally(second, f"{payload} 2")


def test_nothing_of_an_address_is_shown_as_code(person: Person) -> None:
    for path in ("/<script>alert(1)</script>", "/claims/<img src=x onerror=alert(1)>", "/?q=<svg onload=alert(1)>"):
        person.open(path)
        assert person.page.locator(FORBIDDEN).count() == 0
