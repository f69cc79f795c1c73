"""The map has the numbers and points of the table, and can be read with one process, with twenty and with hundreds."""

import gzip
import re
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.engine.model.vocabulary import Outcome
from advisor.models import Assessment, Database
from advisor.models.base import utc_now
from advisor.models.processes.process_list import ProcessLine
from advisor.processes.list.map import NARROW, WIDE, Frame, MapMark, ProcessMap, process_map
from advisor.processes.list.query import ListQuery, ListRow, fits
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.reading import Tag
from tests.visiting import text_of

GROUPS = ["Finance", "HR and payroll", "Customer service, Leeds", "Operations", "IT", "Legal", "Wave 1", "Head office"]
FRAMES = {320 - 2 * 16 - 15: NARROW, 768 - 2 * 32 - 15: WIDE}
"""By the fewest pixels that each picture is wide: beside the margins of the page and a scroll bar."""
HEIGHT = 540
TARGET = 24


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def row(number: int, outcome: Outcome | None, bpo: int | None = None, kpo: int | None = None) -> ListRow:
    advice = (outcome, outcome, "clear", None, None, bpo, kpo, 0) if outcome else (None,) * 8
    at = utc_now()
    line = ProcessLine(UUID(int=number), number, f"Process {number}", 1, None, at, at, None, None, None, [], 1, *advice)
    return ListRow(line, ())


def crowd(count: int, most: int = 20) -> list[ListRow]:
    chance = Random(count * most)
    return [
        row(number, chance.choice(list(Outcome)), chance.randint(0, most), chance.randint(0, most))
        for number in range(1, count + 1)
    ]


def draw_map(rows: list[ListRow], frame: Frame = WIDE) -> ProcessMap:
    found = process_map(rows, frame, lambda **asked: repr(asked))
    assert found is not None
    return found


def members(mark: MapMark, rows: list[ListRow]) -> list[ListRow]:
    """Those that one finds by following the mark."""
    if not mark.is_crowd:
        return [row for row in rows if str(row.line.id) in mark.url]
    asked: dict[str, Any] = dict(re.findall(r"'(\w+)': '([^']*)'", mark.url))
    query = ListQuery.read(asked)
    return [row for row in rows if fits(row, query)]


def place_of(row: ListRow, found: ProcessMap) -> tuple[float, float]:
    """Where its points are by the scale that is written on the axes."""
    first, *_between, last = found.ticks
    across, down = ((last.x - first.x) / last.points, (last.y - first.y) / last.points)
    return first.x + across * (row.line.bpo or 0), first.y + down * (row.line.kpo or 0)


def test_without_advice_there_is_no_map() -> None:
    assert process_map([]) is None
    assert process_map([row(1, None)]) is None


def test_bpo_points_lie_to_the_right_and_kpo_points_upwards() -> None:
    found = draw_map([row(1, Outcome.BPO, 12, 0), row(2, Outcome.KPO, 0, 12), row(3, None)])
    bpo, kpo = sorted(found.marks, key=lambda mark: mark.number)
    assert bpo.x > kpo.x
    assert bpo.y > kpo.y, "a picture is measured from its top"
    assert (found.left_out, found.outcomes) == (1, ["bpo", "kpo"])
    assert bpo.label == "1 Process 1: BPO, BPO 12, KPO 0"


def test_what_has_the_same_points_is_one_mark_that_counts_them_and_opens_their_list() -> None:
    rows = [row(7, Outcome.BPO, 9, 1), row(4, Outcome.KEEP, 9, 1), row(2, Outcome.BPO, 9, 1), row(5, Outcome.BPO, 9, 4)]
    one, several = draw_map(rows).marks
    assert (one.number, one.is_crowd, one.outcomes) == (5, False, ["bpo"])
    assert (several.number, several.is_crowd, several.outcomes) == (3, True, ["bpo", "keep"])
    assert several.label == "3 processes: BPO 2, Keep in-house for now 1"
    assert [found.number for found in members(several, rows)] == [7, 4, 2]


def test_nobody_without_a_list_is_led_to_one() -> None:
    found = process_map(crowd(60))
    assert found is not None
    assert {mark.url for mark in found.marks} == {""}


@pytest.mark.parametrize("count", [1, 2, 12, 60, 200, 500])
def test_every_process_is_found_by_one_mark_and_marks_do_not_touch(count: int) -> None:
    for most in (0, 3, 11, 20, 31, 47, 100):
        rows = crowd(count, most)
        for width, frame in FRAMES.items():
            found = draw_map(rows, frame)
            of_marks = [members(mark, rows) for mark in found.marks]
            reached = [row.number for of_mark in of_marks for row in of_mark]
            assert sorted(reached) == list(range(1, count + 1))
            counts = [mark.number if mark.is_crowd else 1 for mark in found.marks]
            assert [len(of_mark) for of_mark in of_marks] == counts
            assert len(found.marks) <= frame.marks
            places = [(mark.x * width / 100, mark.y * HEIGHT / 100) for mark in found.marks]
            near = [
                (one, other)
                for at, one in enumerate(places)
                for other in places[:at]
                if max(abs(one[0] - other[0]), abs(one[1] - other[1])) < TARGET
            ]
            assert near == []
            assert all(8 < mark.x < 94 and 4 < mark.y < 90 for mark in found.marks), "within the frame"
            assert 2 <= len(found.ticks) <= 11


def test_what_nothing_is_near_stands_exactly_where_the_scale_says() -> None:
    alone = 0
    for count, most in ((1, 9), (3, 20), (12, 20), (25, 40), (40, 100)):
        rows = crowd(count, most)
        for width, frame in FRAMES.items():
            found = draw_map(rows, frame)
            at = {row.number: place_of(row, found) for row in rows}
            stands = {mark.number: (mark.x, mark.y) for mark in found.marks if not mark.is_crowd}
            for number, place in at.items():
                others = (other for key, other in at.items() if key != number)
                if all(_distance(place, other, width) > 2 * TARGET for other in others):
                    alone += 1
                    assert stands[number] == pytest.approx(place, abs=0.1)
            for number, place in stands.items():
                assert _distance(place, at[number], width) < 1.5 * TARGET, "nor is what is moved moved far"
    assert alone > 40


def _distance(one: tuple[float, float], other: tuple[float, float], width: int) -> float:
    return max(abs(one[0] - other[0]) * width, abs(one[1] - other[1]) * HEIGHT) / 100


def test_each_mark_is_a_link_with_the_number_in_the_table(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Law", EXPERT)):
        owner.finish(answers, name=name)
    owner.begin("Letters")
    owner.open("/processes")
    (picture,) = owner.page.select("svg.process-map.wide-only")
    marks = {text_of(mark.select_one("text")): mark for mark in picture.select("a")}
    assert {number: _shape(mark) for number, mark in marks.items()} == {
        "1": ("circle", "#1d5c9e"),
        "2": ("rect", "#b3560a"),
    }
    numbers = {text_of(line.select_one(".count")): line for line in owner.page.select("table.list tbody tr")}
    assert "BPO 7, KPO 0" in text_of(numbers["1"])
    assert text_of(marks["1"].select_one("title")) == "1 Wages: BPO, BPO 7, KPO 0"
    for number, mark in marks.items():
        (link,) = numbers[number].select("th a")
        assert mark["href"] == link["href"]
    legend = [text_of(item) for item in owner.page.select(".legend li")]
    assert legend == ["BPO", "KPO"]
    assert "1 process is not finished, so it is not on the map." in owner.words


def _shape(mark: Tag) -> tuple[str, object]:
    shape = mark.select("circle, rect, path")[-1]
    return shape.name, shape["fill"]


def test_a_crowd_opens_as_the_list_of_those_in_it_whatever_else_is_asked(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Bills", ROUTINE), ("Rent", ROUTINE), ("Law", EXPERT)):
        owner.finish(answers, name=name)
    owner.open("/processes?decided=no&sort=name")
    (crowd,) = (mark for mark in owner.page.select("svg.narrow-only a") if "×3" in text_of(mark))
    owner.open(str(crowd["href"]))
    assert [text_of(link) for link in owner.page.select("table.list tbody th a")] == ["Bills", "Rent", "Wages"]
    assert "3 of 4 processes. Only those with 7 BPO and 0 KPO points." in owner.words
    for strange in ("bpo=9-1", "bpo=-", "kpo=a-b", "kpo=00000-1", "bpo=7"):
        owner.open(f"/processes?{strange}")
        assert len(owner.page.select("table.list tbody tr")) == 4, strange


def test_the_map_follows_the_filter(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Law", EXPERT)):
        owner.finish(answers, name=name)
    owner.open("/processes?advice=kpo")
    assert [text_of(mark) for mark in owner.page.select("svg.wide-only a text")] == ["2"]
    owner.open("/processes?q=nothing")
    assert not owner.page.select("svg.process-map")


def test_500_processes_of_every_kind_with_their_map_come_under_15_kb(owner: OwnerWalker, database: Database) -> None:
    made = keep(database, owner.owner, 480, unfinished=20)
    chance = Random(1)
    with database.write() as session:
        for number, one in enumerate(
            session.scalars(select(Assessment).where(Assessment.id.in_([it.id for it in made])))
        ):
            one.groups = chance.sample(GROUPS, k=number % 4)
            one.look_again_on = date(2027, 1 + number % 12, 1 + number % 28) if number % 3 else None
    owner.open("/processes")
    assert "500 processes. Page 1 of 7." in owner.words
    texts = [text_of(mark) for mark in owner.page.select("svg.wide-only a text")]
    assert sum(int(text.removeprefix("×")) if "×" in text else 1 for text in texts) == 480
    assert len(gzip.compress(owner.response.data)) < 15 * 1024
    owner.open(str(owner.page.select_one("a[rel=next]")["href"]))  # type: ignore[index]
    assert not owner.page.select("svg.process-map, #overview")
    link = next(it for it in owner.page.select(".found a") if text_of(it) == "Summary and map of all pages")
    owner.open(str(link["href"]))
    assert owner.page.select("svg.process-map, #overview")
