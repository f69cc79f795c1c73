"""Browser windows, and whatever the browser complains of in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

from tests.browser.person import Person

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}


class Watch:
    """Notes what no page may cause: console messages, errors, refused styles, dialogs, requests to other hosts."""

    def __init__(self, context: BrowserContext, homes: tuple[str, ...]) -> None:
        self._homes = homes
        self._noted: list[tuple[str, str]] = []
        self._refused: set[str] = set()
        self.sent: list[str] = []
        """The forms that were sent, as paths, in their order."""
        context.on("console", self._message)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", self._dialog)

    @property
    def complaints(self) -> list[str]:
        """Everything noted, except that a page came with 4xx or 5xx: a refused form does, and the browser says so."""
        return [
            words
            for address, words in self._noted
            if not (words.startswith("Failed to load resource") and address in self._refused)
        ]

    def forget(self) -> None:
        """Begin anew, after a complaint that was meant."""
        self._noted.clear()

    def _message(self, message: ConsoleMessage) -> None:
        self._noted.append((message.location["url"], message.text))

    def _error(self, error: WebError) -> None:
        self._noted.append(("", str(error.error)))

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._homes):
            self._noted.append((request.url, f"a request to {request.url}"))
        if request.method == "POST":
            self.sent.append(request.url)

    def _response(self, response: Response) -> None:
        is_tried = response.status == 422 and response.request.resource_type == "fetch"  # a live form, sent by itself
        if (response.status >= 400 and response.request.is_navigation_request()) or is_tried:
            self._refused.add(response.url)

    def _dialog(self, dialog: Dialog) -> None:
        self._noted.append((dialog.page.url if dialog.page else "", f"a dialog: {dialog.message}"))
        dialog.dismiss()


class Windows:
    """Opens browsers of their own (no cookie yet) on one server, and tabs beside others."""

    def __init__(self, browser: Browser, url: str, *also: str) -> None:
        self._browser = browser
        self._url = url
        self._homes = (url, *also)
        self._contexts: list[BrowserContext] = []
        self.watches: list[Watch] = []

    def open(self, viewport: dict[str, int] | None = None, *, script: bool = True, **more: Any) -> Person:
        """Somebody new, with a browser of their own."""
        options = {"viewport": viewport or WIDE, "java_script_enabled": script, "locale": "en-GB", **more}
        context = self._browser.new_context(**options)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        self.watches.append(Watch(context, self._homes))
        return Person(context.new_page(), self._url, self.watches[-1].sent)

    def next_tab(self, person: Person) -> Person:
        """The same person's next tab."""
        return Person(person.page.context.new_page(), self._url, person.sent)

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()

    @property
    def complaints(self) -> list[str]:
        """What any of them complained of."""
        return [complaint for watch in self.watches for complaint in watch.complaints]


@contextmanager
def watch_windows(browser: Browser, url: str, *also: str) -> Iterator[Windows]:
    """Windows that are closed at the end, and must not have complained of anything."""
    windows = Windows(browser, url, *also)
    try:
        yield windows
    finally:
        windows.close()
    assert windows.complaints == []
