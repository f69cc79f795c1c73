"""Beside the policy tables stands a picture of which row decides where, and the same facts as a table."""

from dataclasses import replace

from advisor import starter
from advisor.engine.model.vocabulary import Measure
from advisor.models import Database
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of


def test_the_picture_stands_beside_the_table_with_the_same_facts_in_words(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/kind")
    picture = admin.page.select_one("svg.plane-picture")
    assert picture is not None
    assert picture["aria-hidden"] == "true"
    assert "The draft does not change this table." in admin.text
    table = admin.page.select_one("table.cells")
    assert table is not None
    columns = len(table.select("thead th")) - 1
    lines = table.select("tbody tr")
    assert {len(line.select("td")) for line in lines} == {columns} == {len(lines)}
    assert text_of(lines[-1].select_one("td")) == "1", "no points at all: too little is known"
    assert text_of(lines[-1].select("td")[20]) == "3", "BPO is far ahead"
    legend = [text_of(line) for line in admin.page.select(".plot-key li:not(.whole)")]
    assert legend[0] == "1 Row 1: We can't say yet"
    assert legend[2] == "3 Row 3: BPO (Clear)"
    assert len(legend) == 8


def test_each_row_says_in_words_what_it_covers_and_how_much_it_decides(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/kind")
    third = text_of(admin.page.select_one("#thing-2"))
    assert "BPO is ahead by 8 points or more: BPO (Clear)" in third
    assert "It decides about 15.4% of all complete sets of answers." in third
    admin.open(f"{DRAFT}/kind/2")
    assert "What it does It decides about 15.4% of all complete sets of answers." in admin.text


def test_each_colour_and_mark_of_the_picture_stands_in_its_legend(admin: Admin) -> None:
    admin.start().edit("kind/1", when__0__at_least="9")
    admin.open(f"{DRAFT}/kind")
    picture, key = admin.page.select_one("svg.plane-picture"), admin.page.select_one(".plot-key")
    assert picture is not None
    assert key is not None
    looks = [
        {str(it.get(side)) for it in of.select("rect, circle") for side in ("fill", "stroke")} for of in (picture, key)
    ]
    assert looks[0] - {"#ffffff"} <= looks[1]


def test_what_the_draft_moves_has_a_frame_and_is_told_in_the_table(admin: Admin) -> None:
    admin.start().edit("kind/1", when__0__at_least="9")
    admin.open(f"{DRAFT}/kind")
    framed = admin.page.select('svg.plane-picture rect[stroke="#a8201a"]')
    told = [cell for cell in admin.page.select("table.cells td") if "was" in text_of(cell)]
    assert len(framed) == len(told) > 0
    assert f"A red frame: {len(told)} cells get another advice than in force." in admin.text


def test_another_strength_is_another_advice_and_other_words_are_not(admin: Admin) -> None:
    admin.start().edit("kind/2", says="BPO is well ahead.")
    admin.open(f"{DRAFT}/kind")
    assert "The draft changes this table, and no cell gets another advice than in force." in admin.text
    admin.edit("kind/2", strength="slight")
    admin.open(f"{DRAFT}/kind")
    assert "cells get another advice than in force" in admin.text


def test_the_first_table_is_a_strip_of_keep_points(admin: Admin) -> None:
    admin.start().edit("leave/0", when__0__at_least="6")
    admin.open(f"{DRAFT}/leave")
    assert "2 cells get another advice than in force" in admin.text
    cells = [text_of(cell) for cell in admin.page.select("table.cells td")]
    assert cells[:7] == ["2", "2", "2", "2", "2 was 1", "2 was 1", "1"]


def test_where_something_blocks_the_picture_shows_what_can_still_be_evaluated(admin: Admin) -> None:
    admin.start().edit("rules/core-done-well", sources=[])
    for page in ("kind", "leave"):
        admin.open(f"{DRAFT}/{page}")
        assert admin.page.select_one(".plane svg") is not None
    admin.open(f"{DRAFT}/questions/complexity/answers/complex/remove")
    admin.submit()
    admin.open(f"{DRAFT}/kind")
    assert admin.page.select_one("svg.plane-picture") is not None
    assert "of the draft have to be mended first. They are left out here." in admin.text


def test_a_row_that_is_left_out_has_no_colour_and_the_others_keep_their_numbers(
    admin: Admin, database: Database
) -> None:
    rules = starter.rule_set()
    never = replace(rules.kind[2], when=(replace(rules.kind[2].when[0], at_least=9, at_most=2),))
    store_draft(database, replace(rules, kind=(*rules.kind[:2], never, *rules.kind[3:])))
    admin.open(f"{DRAFT}/kind")
    legend = [text_of(line) for line in admin.page.select(".plot-key li:not(.whole)")]
    numbers = [int(line.split()[0]) for line in legend]
    assert (numbers[:3], numbers[-1]) == ([1, 2, 4], 8)
    assert "It is left out of the picture until it is mended." in text_of(admin.page.select_one("#thing-2"))
    assert "It decides" in text_of(admin.page.select_one("#thing-3"))
    admin.open(f"{DRAFT}/kind/7")
    assert "What it does It decides" in admin.text


def test_points_that_no_row_fits_are_a_row_of_their_own(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/kind/7/remove")
    admin.submit()
    admin.open(f"{DRAFT}/kind")
    legend = [text_of(line) for line in admin.page.select(".plot-key li:not(.whole)")]
    assert legend[-1] == "– We can't say yet: no row fits these points"
    assert "Answers whose points no row of the second table fits" in admin.text


def test_where_nothing_can_be_tried_the_page_says_why_there_is_no_picture(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/leave/{len(starter.rule_set().leave) - 1}/remove")
    admin.submit()
    for page in ("kind", "leave"):
        admin.open(f"{DRAFT}/{page}")
        assert admin.page.select_one(".plane") is None
        assert "Nothing of the draft can be tried yet. No row of the first table fits" in admin.text


def test_rows_that_look_at_points_for_both_are_a_band_in_the_picture_and_stand_in_brackets(admin: Admin) -> None:
    assert any(bound.measure is Measure.BOTH for row in starter.rule_set().kind for bound in row.when)
    admin.start().open(f"{DRAFT}/kind")
    assert "A band along the top: what is advised there if there are points for both, part by part." in admin.text
    assert admin.page.select('svg.plane-picture rect[stroke-width="0.5"]')
    assert any("(2)" in text_of(cell) for cell in admin.page.select("table.cells td"))
