"""The watch that every test of this folder stands under notices what it is there for."""

import pytest
from playwright.sync_api import ConsoleMessage, Dialog, Error

from tests.browser.windows import Windows

FAULTS = [
    ("console", "Content Security Policy", "document.body.setAttribute('style', 'color: red')"),
    ("console", "404", "document.body.insertAdjacentHTML('beforeend', '<img src=/static/none.png>')"),
    ("console", "Content Security Policy", "fetch('https://elsewhere.example/').catch(() => null)"),
    ("pageerror", "a mistake", "setTimeout(() => { throw new Error('a mistake') })"),
    ("dialog", "hello", "setTimeout(() => alert('hello'))"),
]


@pytest.mark.parametrize(("event", "words", "fault"), FAULTS)
def test_whatever_the_browser_complains_of_is_noticed(windows: Windows, event: str, words: str, fault: str) -> None:
    person = windows.open().open()
    watch = windows.watches[0]
    assert watch.complaints == []
    try:
        with person.page.expect_event(event, lambda noticed: words in _words_of(noticed)):
            person.page.evaluate(f"() => {{ {fault} }}")
        assert any(words in complaint for complaint in watch.complaints)
    finally:
        watch.forget()


def _words_of(noticed: ConsoleMessage | Dialog | Error) -> str:
    return noticed.text if isinstance(noticed, ConsoleMessage) else noticed.message
