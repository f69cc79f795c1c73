"""The map has the numbers and points of the table, and can be read with one process, with twenty and with hundreds."""

import gzip
import re
from random import Random

import pytest

from advisor.engine.model.vocabulary import Outcome
from advisor.models import Database
from advisor.models.base import now
from advisor.models.process_list import ProcessLine
from advisor.processes.list.map import MARKS_LIMIT, NARROW, WIDE, process_map
from advisor.processes.list.query import ListRow
from tests.assessments.walker import CORE, EXPERT, ROUTINE
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.visiting import text_of


def row(number: int, outcome: Outcome | None, bpo: int | None = None, kpo: int | None = None) -> ListRow:
    from uuid import UUID

    advice = (outcome, outcome, "clear", None, None, bpo, kpo, 0) if outcome else (None,) * 8
    at = now()
    line = ProcessLine(UUID(int=number), number, f"Process {number}", 1, None, at, at, None, None, None, [], 1, *advice)
    return ListRow(line, ())


def crowd(count: int, most: int = 20) -> list[ListRow]:
    chance = Random(count)
    return [
        row(number, chance.choice(list(Outcome)), chance.randint(0, most), chance.randint(0, most))
        for number in range(1, count + 1)
    ]


def test_without_advice_there_is_no_map() -> None:
    assert process_map([]) is None
    assert process_map([row(1, None)]) is None


def test_bpo_points_lie_to_the_right_and_kpo_points_upwards() -> None:
    found = process_map([row(1, Outcome.BPO, 12, 0), row(2, Outcome.KPO, 0, 12), row(3, None)])
    assert found is not None
    bpo, kpo = sorted(found.marks, key=lambda mark: mark.number)
    assert bpo.x > kpo.x
    assert bpo.y > kpo.y, "a picture is measured from its top"
    assert (found.left_out, found.outcomes) == (1, ["bpo", "kpo"])


def test_what_has_the_same_points_and_advice_is_one_mark_that_counts_them() -> None:
    found = process_map([row(7, Outcome.BPO, 9, 1), row(4, Outcome.BPO, 9, 1), row(5, Outcome.BPO, 9, 2)])
    assert found is not None
    assert sorted((mark.number, mark.more) for mark in found.marks) == [(4, 1), (5, 0)]


@pytest.mark.parametrize("lines", [WIDE, NARROW])
def test_what_nothing_is_beside_stands_exactly_where_its_points_put_it(lines: int) -> None:
    rows = [row(1, Outcome.BPO, 12, 0), row(2, Outcome.KPO, 0, 12), row(3, Outcome.BOTH, 10, 10)]
    found = process_map(rows, lines)
    assert found is not None
    ticks = {tick.points: (tick.x, tick.y) for tick in found.ticks}
    by_number = {mark.number: mark for mark in found.marks}
    one, other, both = by_number[1], by_number[2], by_number[3]
    assert (other.x, one.y) == ticks[0]
    assert (both.x, both.y) == ticks[10]
    assert one.x - both.x == pytest.approx((ticks[10][0] - ticks[0][0]) / 5, abs=0.02)
    assert (other.right, other.down) == (0, 0)


@pytest.mark.parametrize("lines", [WIDE, NARROW])
def test_different_advice_at_one_place_stands_apart(lines: int) -> None:
    found = process_map([row(n, outcome, 9, 1) for n, outcome in enumerate(Outcome, start=1)], lines)
    assert found is not None
    assert len({(mark.x, mark.y) for mark in found.marks}) == 1
    assert len({(mark.right, mark.down) for mark in found.marks}) == len(Outcome)


@pytest.mark.parametrize("lines", [WIDE, NARROW])
@pytest.mark.parametrize("most", [3, 20, 100])
@pytest.mark.parametrize("count", [1, 20, 200, 500])
def test_every_process_is_on_the_map_once_within_its_frame_and_few_marks_do_for_many(
    count: int, most: int, lines: int
) -> None:
    found = process_map(crowd(count, most), lines)
    assert found is not None
    assert sum(1 + mark.more for mark in found.marks) == count
    assert len(found.marks) <= MARKS_LIMIT
    assert all(11 <= mark.x <= 91 and 7 <= mark.y <= 87 for mark in found.marks)
    assert len({mark.number for mark in found.marks}) == len(found.marks)
    assert 2 <= len(found.ticks) <= 8


def test_the_picture_is_drawn_of_the_numbers_in_the_table_and_hidden_from_who_reads_the_table(
    owner: OwnerWalker,
) -> None:
    for name, answers in (("Wages", ROUTINE), ("Law", EXPERT), ("Core", CORE)):
        owner.finish(answers, name=name)
    owner.begin("Letters")
    owner.open("/processes")
    (picture,) = owner.page.select("svg.process-map.wide-only")
    assert picture["aria-hidden"] == "true"
    drawn = {text_of(mark.select_one("text")): mark.select_one("circle, rect, path") for mark in picture.select("svg")}
    assert {number: (tag.name, tag["fill"]) for number, tag in drawn.items() if tag} == {
        "1": ("circle", "#1d5c9e"),
        "2": ("rect", "#b3560a"),
        "3": ("circle", "#ffffff"),
    }
    numbers = {text_of(line.select_one(".count")): text_of(line) for line in owner.page.select("table.list tbody tr")}
    assert "BPO 7, KPO 0" in numbers["1"]
    assert "BPO 0, KPO 6" in numbers["2"]
    legend = [text_of(item) for item in owner.page.select(".legend li")]
    assert legend == ["BPO", "KPO", "Keep in-house for now"]
    assert "1 process is not finished, so it is not on the map." in owner.words


def test_the_map_follows_the_filter(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Law", EXPERT)):
        owner.finish(answers, name=name)
    owner.open("/processes?advice=kpo")
    assert [text_of(mark) for mark in owner.page.select("svg.wide-only svg text")] == ["2"]
    owner.open("/processes?q=nothing")
    assert not owner.page.select("svg.process-map")


def test_500_processes_of_every_kind_with_their_map_come_under_15_kb(owner: OwnerWalker, database: Database) -> None:
    keep(database, owner.owner, 480, unfinished=20)
    owner.open("/processes")
    assert "500 processes. Page 1 of 5." in owner.words
    drawn = sum(
        1 + int(re.sub(r"\D", "", text_of(more)) or 0)
        for more in owner.page.select("svg.wide-only > text[paint-order]")
    )
    marks = owner.page.select("svg.wide-only svg")
    assert drawn + len(marks) - len(owner.page.select("svg.wide-only > text[paint-order]")) == 480
    assert len(gzip.compress(owner.response.data)) < 15 * 1024
