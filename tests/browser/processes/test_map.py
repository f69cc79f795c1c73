"""The map as a browser draws it: where its marks stand, that none covers another, and that the keyboard gets there."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.applications import borrow_application
from tests.conftest import settings_for
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep_random

COUNT = 30

DRAWN = """
() => {
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height];
  };
  const all = (from, what) => [...from.querySelectorAll(what)];
  const map = all(document, "svg.process-map").find((map) => getComputedStyle(map).display != "none");
  const scale = (what) => all(map, `[aria-hidden] text[${what}]`).map((it) => [Number(it.textContent), ...middle(it)]);
  return {
    across: scale("dy='16'"),
    up: scale("dx='-6'"),
    marks: all(map, "a").map((mark) => [mark.textContent, ...middle(mark.querySelector("rect"))]),
    rows: all(document, "table.list tbody tr").map((row) => row.textContent),
  };
}
"""


@pytest.fixture
def owner(live_server: str, sqlite_url: str, tmp_path: Path, page: Page) -> Iterator[OwnerWalker]:
    """An owner whose browser is ``page``, on the list of processes that are answered at random."""
    with borrow_application(settings_for(sqlite_url, tmp_path)) as app:
        owner = OwnerWalker.signed_in(app, app.extensions["database"], "olga@example.com")
        keep_random(app.extensions["database"], owner.owner, COUNT)
        (cookie,) = (owner.client._cookies or {}).values()
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
        page.goto(f"{live_server}/processes")
        yield owner


@pytest.mark.usefixtures("owner")
def test_marks_stand_apart_and_where_the_axes_say(page: Page) -> None:
    seen = 0
    for width in (320, 375, 767, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        drawn = page.evaluate(DRAWN)
        marks = [(x, y) for _words, x, y, *_size in drawn["marks"]]
        assert all(round(side, 1) >= 24 for _words, _x, _y, *size in drawn["marks"] for side in size)
        assert all(_distance(one, other) >= 24 for one, other in combinations(marks, 2)), (
            f"they cover each other at {width}"
        )
        places = _places(drawn)
        stretched = width / (320 if width < 768 else 768)  # the same marks stand on every phone, and on every desk
        alone = {
            number
            for number, place in places.items()
            if all(_distance(place, other, stretched) > 45 for key, other in places.items() if key != number)
        }
        stands = {int(found[1]): (x, y) for words, x, y, *_ in drawn["marks"] if (found := re.match(r"(\d+) P", words))}
        assert alone <= set(stands)
        assert all(_distance(stands[number], places[number]) < 1 for number in alone)
        crowds = [int(found[1]) for words, *_ in drawn["marks"] if (found := re.match(r"(\d+) processes", words))]
        assert len(stands) + sum(crowds) == COUNT
        seen += len(alone)
    assert seen > 10, "or this test sees next to nothing"


def _places(drawn: dict[str, Any]) -> dict[int, tuple[float, float]]:
    """Where each process of the table stands by the numbers on the axes."""
    (none, left, *_), *_between, (most, right, *_) = drawn["across"]
    (_none, _x, bottom, *_), *_between, (_most, _x, top, *_) = drawn["up"]
    assert none == 0
    found = (re.search(r"^\D*(\d+)\b.*BPO (\d+), KPO (\d+)\s", row, re.DOTALL) for row in drawn["rows"])
    numbers = [tuple(map(int, match.groups())) for match in found if match]
    assert len(numbers) == COUNT
    return {
        number: (left + (right - left) * bpo / most, bottom + (top - bottom) * kpo / most)
        for number, bpo, kpo in numbers
    }


def _distance(one: tuple[float, float], other: tuple[float, float], stretched: float = 1) -> float:
    return max(abs(one[0] - other[0]) / stretched, abs(one[1] - other[1]))


@pytest.mark.usefixtures("owner")
def test_the_keyboard_reaches_each_mark_and_may_skip_them_all(page: Page) -> None:
    skip = page.get_by_role("link", name="Skip the map")
    skip.focus()
    expect(skip).to_be_in_viewport(ratio=1)
    marks = page.locator("svg.process-map:visible a")
    for place in range(marks.count()):
        page.keyboard.press("Tab")
        expect(marks.nth(place)).to_be_focused()
        name = marks.nth(place).locator("title").text_content() or ""
        expect(page.get_by_role("link", name=name, exact=True).and_(marks.nth(place))).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".take-away a").first).to_be_focused()
    skip.press("Enter")
    expect(page).to_have_url(re.compile("#take-away$"))
    crowd = page.get_by_role("link", name=re.compile(r"^\d+ processes: "))
    marks.and_(crowd).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".found[role=status]")).to_contain_text("points.")
