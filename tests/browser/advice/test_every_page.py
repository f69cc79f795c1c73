"""S8, S8b: pages that anyone reads, in a real browser, which complains of whatever the page may not do."""

import pytest
from playwright.sync_api import Page, Request

PAGES = ["/", "/help", "/programs", "/accessibility", "/claims", "/how-the-sum-works", "/your-data", "/no/such/page"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nobody_else_for_anything_and_the_browser_has_no_complaint(
    live_server: str, page: Page, path: str
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(live_server + path)
    page.wait_for_load_state("networkidle")
    assert asked
    assert all(url.startswith(live_server) for url in asked)


def test_s8b_reading_sets_no_cookie(live_server: str, page: Page) -> None:
    for path in ("/", "/help", "/accessibility", "/claims", "/how-the-sum-works", "/no/such/page"):
        page.goto(live_server + path)
        assert page.context.cookies() == []
