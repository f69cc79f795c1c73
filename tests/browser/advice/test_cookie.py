"""S8b: one cookie, which comes with the first name and holds a token and a key, and nothing else."""

import base64
import json
import zlib
from typing import Any

from tests.browser.person import CASES, Person
from tests.browser.states import READING


def cookies(person: Person) -> list[dict[str, Any]]:
    return [dict(cookie) for cookie in person.page.context.cookies()]


def contents(cookie: dict[str, Any]) -> dict[str, Any]:
    """What the cookie holds; it is signed, not secret."""
    text = cookie["value"]
    packed = text.startswith(".")
    part = text.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    held: dict[str, Any] = json.loads(zlib.decompress(raw) if packed else raw)
    return held


def is_in_order(person: Person) -> None:
    (cookie,) = cookies(person)
    assert cookie["name"] == "session"
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == "127.0.0.1"
    assert len(cookie["name"] + cookie["value"]) < 1024
    assert set(contents(cookie)) <= {"csrf_token", "visitor"}


def test_pages_that_anybody_reads_set_no_cookie(person: Person) -> None:
    for path in (*READING.values(), "/nowhere"):
        person.open(path)
        assert cookies(person) == [], path
    assert person.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_one_cookie_comes_with_the_name_and_is_in_order_ever_after(person: Person) -> None:
    person.open().follow("Describe a process")
    is_in_order(person)
    key = contents(cookies(person)[0])["visitor"]
    person.having_described(CASES["payroll"])
    is_in_order(person)
    for path in ("answers", "parts", "name", "delete", "questions/swing", "result"):
        person.open(f"/assessments/{person.path.split('/')[2]}/{path}")
        is_in_order(person)
    for path in (*READING.values(), "/nowhere"):
        person.open(path)
        is_in_order(person)
    assert contents(cookies(person)[0])["visitor"] == key, "the key stays the same"
    assert person.page.evaluate("document.cookie") == "", "no script can read it"


def test_the_key_goes_with_the_answers(person: Person) -> None:
    person.begin("Payroll").open("/your-data")
    person.page.locator("summary").click()
    person.press("Delete everything now")
    assert all("visitor" not in contents(cookie) for cookie in cookies(person))


def test_a_form_without_its_cookie_is_refused_in_words(person: Person) -> None:
    person.begin("Payroll")
    person.page.context.clear_cookies()
    person.answer("vital").press("Continue")
    assert person.heading == "This form is too old"
    person.reads("your browser keeps no cookies")
