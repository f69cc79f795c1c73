"""Workbooks from people who mean harm, and from programs that know no better: refused in words, quickly and cheaply."""

import io
import zipfile
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.errors import RuleSetError
from advisor.exchange.rule_sets import read_with_places, write_rule_set
from advisor.exchange.xlsx import Unfit, read_workbook
from tests.engine.strategies import PROPERTY
from tests.exchange import hostile
from tests.exchange.hostile import SHEET, TEXTS, sheet, texts, with_members
from tests.exchange.samples import SMALL


@pytest.fixture(scope="module")
def refused() -> dict[str, tuple[str, hostile.Refusal]]:
    """What becomes of every hostile file."""
    listed = list(hostile.bombs())
    found = hostile.refusals(data for _, data, _ in listed)
    return {what: (said, it) for (what, _, said), it in zip(listed, found, strict=True)}


def test_i7_every_hostile_workbook_is_refused_for_what_it_is(refused: dict[str, tuple[str, hostile.Refusal]]) -> None:
    assert {what: it.said for what, (said, it) in refused.items() if said not in it.said or not it.said} == {}


def test_i7_each_is_refused_within_2_seconds(refused: dict[str, tuple[str, hostile.Refusal]]) -> None:
    assert {what: it.seconds for what, (_, it) in refused.items() if it.seconds > 2} == {}


def test_i7_none_takes_100_megabytes(refused: dict[str, tuple[str, hostile.Refusal]]) -> None:
    assert max(it.megabytes for _, it in refused.values()) < 100


def test_what_is_compared_with_hostile_files_is_read() -> None:
    (one,) = read_workbook(hostile.plain_workbook())
    assert (one.name, one.rows) == ("Rules", {1: {0: "Key"}, 2: {0: "steps"}})


def test_i7_a_member_that_holds_more_than_the_archive_says_is_refused() -> None:
    data = bytearray(with_members({SHEET: sheet("<row><c><v>1</v></c></row>" * 100)}))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        info = file.getinfo(SHEET)
    real = info.file_size.to_bytes(4, "little")
    assert data.count(real) >= 2
    lying = bytes(data).replace(real, (100).to_bytes(4, "little"))
    with pytest.raises(RuleSetError, match="broken"):
        read_workbook(lying)


def test_i7_a_locked_archive_is_refused() -> None:
    data = bytearray(hostile.plain_workbook())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # of the first member: "encrypted"
    with pytest.raises(RuleSetError, match="locked by a password"):
        read_workbook(bytes(data))


def test_i7_a_link_in_the_archive_is_refused() -> None:
    out = io.BytesIO(hostile.plain_workbook())
    with zipfile.ZipFile(out, "a") as file:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(RuleSetError, match="whose name no workbook has"):
        read_workbook(out.getvalue())


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
@given(st.binary(max_size=400))
def test_s17_whatever_stands_in_the_members_is_read_or_refused(inside: bytes) -> None:
    for member in (SHEET, TEXTS, hostile.WORKBOOK):
        with suppress(RuleSetError):
            read_workbook(with_members({member: inside}))


def test_values_are_read_in_every_way_of_writing_them() -> None:
    rows = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r></is></c><c><v>3</v></c>'
        '<c><v>4.0</v></c><c><v>1.5E0</v></c><c t="str"><v>text</v></c></row>'
        '<row r="4"><c r="B4" t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>1+1</f><v>2</v></c><c r="F4" s="1"/>'
        "<c><v>1e999</v></c></row>"
    )
    shared = texts(b"<si><t>a_x000D_b_x005F_x0041__xD800_</t><rPh><t>reading</t></rPh></si>")
    (read,) = read_workbook(with_members({SHEET: sheet(rows), TEXTS: shared}))
    assert read.rows[1] == {0: "a\rb_x0041__xD800_", 1: "two runs", 2: 3, 3: 4, 4: 1.5, 5: "text"}
    told = {1: "TRUE or FALSE", 2: "the error #REF!", 3: "a formula", 6: "a number that is too large"}
    assert read.rows[4] == {column: Unfit(what) for column, what in told.items()}


def test_the_starter_set_as_a_workbook_is_far_from_every_limit() -> None:
    data = write_rule_set(starter.rule_set(), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = file.infolist()
    assert len(data) < 200_000
    assert len(members) < 50
    assert max(it.file_size / it.compress_size for it in members) < 20
