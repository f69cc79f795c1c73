"""Workbooks from people who mean harm, and from programs that know no better: refused in words, quickly and cheaply."""

import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from datetime import date, timedelta
from functools import cache

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from advisor import starter
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.rule_sets import read_with_places, write_rule_set
from advisor.exchange.sheets.reader import UNPACKED_LIMIT, NotAValue, read_sheets
from tests.engine.strategies import PROPERTY
from tests.exchange.samples import SMALL
from tests.exchange.sheets import hostile_files
from tests.exchange.sheets.hostile_files import SHEET, TEXTS, sheet, texts, with_members

Costs = dict[str, tuple[str, hostile_files.Refusal]]


@pytest.fixture(scope="module")
def refusal_costs() -> Costs:
    """What becomes of every hostile file."""
    return {**costs(hostile_files.bombs(), "rules.xlsx"), **costs(hostile_files.open_document_bombs(), "items.ods")}


def costs(bombs: Iterable[tuple[str, bytes, str]], name: str) -> Costs:
    listed = list(bombs)
    found = hostile_files.refusals((data for _, data, _ in listed), name)
    return {what: (said, it) for (what, _, said), it in zip(listed, found, strict=True)}


def test_i7_every_hostile_workbook_is_refused_for_what_it_is(refusal_costs: Costs) -> None:
    assert {what: it.said for what, (said, it) in refusal_costs.items() if said not in it.said or not it.said} == {}


def test_i7_each_is_refused_within_2_seconds(refusal_costs: Costs) -> None:
    assert {what: it.seconds for what, (_, it) in refusal_costs.items() if it.seconds > 2} == {}


def test_i7_none_takes_100_megabytes(refusal_costs: Costs) -> None:
    assert max(it.megabytes for _, it in refusal_costs.values()) < 100


def test_i7_what_is_odd_and_takes_little_is_read() -> None:
    found = costs(((what, data, "no such sheet") for what, data in hostile_files.odd_but_harmless()), "rules.xlsx")
    assert {what: it.said for what, (said, it) in found.items() if said not in it.said} == {}
    assert {what: it.seconds for what, (_, it) in found.items() if it.seconds > 2} == {}
    assert max(it.megabytes for _, it in found.values()) < 100


def test_a_workbook_of_many_parts_and_equal_styles_is_read_as_any_other() -> None:
    """Programs write a part for each comment, drawing and table, and a style for each cell that was ever painted."""
    parts = {f"xl/drawings/drawing{n}.xml": b"<a/>" for n in range(120)}
    data = with_members({**parts, hostile_files.STYLES: hostile_files.styles(10_000)})
    assert read_sheets(data, "xlsx") == read_sheets(hostile_files.plain_workbook(), "xlsx")


def test_what_is_compared_with_hostile_files_is_read() -> None:
    (one,) = read_sheets(hostile_files.plain_workbook(), "xlsx")
    assert (one.name, one.rows) == ("Rules", {1: {0: "Key"}, 2: {0: "steps"}})


def test_i7_a_member_that_holds_more_than_the_archive_says_is_refused() -> None:
    data = bytearray(with_members({SHEET: sheet("<row><c><v>1</v></c></row>" * 100)}))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        info = file.getinfo(SHEET)
    real = info.file_size.to_bytes(4, "little")
    assert data.count(real) >= 2
    lying = bytes(data).replace(real, (100).to_bytes(4, "little"))
    with pytest.raises(RuleSetError, match="broken"):
        read_sheets(lying, "xlsx")


@pytest.mark.parametrize("at", [14, 18, 26])
def test_i7_a_member_whose_own_header_is_another_than_that_of_the_list_harms_nothing(at: int) -> None:
    """Of a check sum, a size and the length of a name."""
    data = bytearray(hostile_files.plain_workbook())
    data[at] ^= 1
    with suppress(RuleSetError):
        assert read_sheets(bytes(data), "xlsx") == read_sheets(hostile_files.plain_workbook(), "xlsx")


def test_i7_a_member_that_was_changed_is_refused_by_its_check_sum() -> None:
    data = with_members({}, zipfile.ZIP_STORED)
    with pytest.raises(RuleSetError, match="broken"):
        read_sheets(data.replace(b">steps<", b">stops<"), "xlsx")


def test_i7_members_that_share_their_bytes_count_each_of_them() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/a.xml", bytes(1_000_000))
        first = file.infolist()[0]
        for number in range(30):
            other = copy(first)
            other.filename = other.orig_filename = f"xl/{number}.xml"
            file.filelist.append(other)
    with pytest.raises(RuleSetError, match="unpacks to more than 20 MB"):
        read_sheets(out.getvalue(), "xlsx")


def test_i7_a_locked_archive_is_refused() -> None:
    data = bytearray(hostile_files.plain_workbook())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # of the first member: "encrypted"
    with pytest.raises(RuleSetError, match="locked by a password"):
        read_sheets(bytes(data), "xlsx")


def test_i7_a_link_in_the_archive_is_refused() -> None:
    out = io.BytesIO(hostile_files.plain_workbook())
    with zipfile.ZipFile(out, "a") as file:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(RuleSetError, match="whose name no workbook has"):
        read_sheets(out.getvalue(), "xlsx")


@cache
def _sound() -> bytes:
    return write_rule_set(SMALL, "xlsx")


@PROPERTY
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=40))
def test_s17_a_damaged_workbook_is_read_or_refused_and_nothing_else(at: int, damage: bytes) -> None:
    data = bytearray(_sound())
    at %= len(data)
    data[at : at + len(damage)] = damage
    with suppress(RuleSetError):
        read_with_places(bytes(data), "rules.xlsx")


@PROPERTY
@given(st.sampled_from([SHEET, TEXTS, hostile_files.STYLES, hostile_files.WORKBOOK]), st.binary(max_size=400))
def test_s17_whatever_stands_in_the_members_is_read_or_refused(member: str, inside: bytes) -> None:
    with suppress(RuleSetError):
        read_sheets(with_members({member: inside}), "xlsx")


def test_values_are_read_in_every_way_of_writing_them() -> None:
    rows = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t xml:space="preserve">two </t></r><r><t>runs</t></r></is>'
        "</c><c><v>3</v></c>"
        '<c><v>4.0</v></c><c><v>1.5E0</v></c><c t="str"><v>text</v></c></row>'
        '<row r="4"><c r="B4" t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>1+1</f><v>2</v></c><c r="F4" s="1"/>'
        '<c><v>1e999</v></c><c t="d"><v>2024-01-02</v></c></row>'
    )
    shared = texts(b"<si><t>a_x000D_b_x005F_x0041__xD800_</t><rPh><t>reading</t></rPh></si>")
    (read,) = read_sheets(with_members({SHEET: sheet(rows), TEXTS: shared}), "xlsx")
    assert read.rows[1] == {0: "a\rb_x0041__xD800_", 1: "two runs", 2: 3, 3: 4, 4: 1.5, 5: "text"}
    told = {
        1: "TRUE or FALSE",
        2: "the error #REF!",
        3: "a formula",
        6: "a number that is too large",
        7: "a date or a time",
    }
    assert read.rows[4] == {column: NotAValue(what) for column, what in told.items()}


def test_a_sheet_that_does_not_begin_in_its_corner_keeps_the_places_of_its_cells() -> None:
    (read,) = read_sheets(
        with_members({SHEET: sheet('<row r="7"><c r="C7"><v>1</v></c><c r="E7"><v>2</v></c></row>')}), "xlsx"
    )
    assert read.rows == {7: {2: 1, 4: 2}}


def test_what_is_written_with_a_prefix_is_read_alike() -> None:
    rows = '<x:row><x:c t="e"><x:v>#N/A</x:v></x:c><x:c><x:f>A1</x:f></x:c><x:c r="C1"><x:v>3</x:v></x:c></x:row>'
    whole = f'<x:worksheet xmlns:x="{hostile_files.MAIN[7:-1]}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    (read,) = read_sheets(with_members({SHEET: whole.encode()}), "xlsx")
    assert read.rows == {1: {0: NotAValue("the error #N/A"), 1: NotAValue("a formula"), 2: 3}}


def test_what_a_spreadsheet_makes_of_a_cell_is_never_read_as_another_value() -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("A chart")
    typed = [
        "1.10",
        1.1,
        date(2024, 1, 2),
        timedelta(hours=30),
        True,
        "=1+1",
        "#REF!",
        " a ",
        "a\nb",
        "'1",
        0.5,
        "",
        "0012",
    ]
    first = book.worksheets[0]
    first.append(typed)
    first["B1"].number_format, first["K1"].number_format = "0.00", "0%"
    book.epoch = CALENDAR_MAC_1904
    book.create_sheet("Hidden").sheet_state = "hidden"
    book["Hidden"]["B2"] = "kept"
    out = io.BytesIO()
    book.save(out)
    seen, hidden = read_sheets(out.getvalue(), "xlsx")
    day, error = NotAValue("a date or a time"), NotAValue("the error #REF!")
    read = ["1.10", 1.1, day, day, NotAValue("TRUE or FALSE"), NotAValue("a formula"), error, " a ", "a\nb", "'1", 0.5]
    assert seen.rows == {1: {**dict(enumerate(read)), 12: "0012"}}
    assert (hidden.name, hidden.rows) == ("Hidden", {2: {1: "kept"}})


def test_the_starter_set_as_a_workbook_is_far_from_every_limit() -> None:
    data = write_rule_set(starter.rule_set(), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = file.infolist()
    assert len(data) < 200_000
    assert sum(it.file_size for it in members) < UNPACKED_LIMIT / 10
