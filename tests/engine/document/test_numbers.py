"""Whole numbers from outside."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import paths
from advisor.engine.document.text import WHOLE_NUMBER_LIMIT, whole_number

ODD = (
    "",
    " ",
    "²",
    "１２",
    "١٢",
    "Ⅻ",
    "1_000",
    "1,000",
    " 5",
    "5 ",
    "5\n",
    "1e3",
    "1.0",
    "0x10",
    "+",
    "--1",
    "9" * 5_000,
)


@given(st.integers(0, WHOLE_NUMBER_LIMIT))
def test_what_stands_in_digits_is_read(number: int) -> None:
    assert whole_number(str(number)) == whole_number(f"000{number}") == number


@pytest.mark.parametrize("text", [*ODD, "+5", "-5", None, 5, b"5"])
def test_anything_else_is_none(text: object) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize("text", ODD)
def test_a_sign_makes_nothing_else_a_number(text: str) -> None:
    assert whole_number(text, -WHOLE_NUMBER_LIMIT) is None
    assert (whole_number("-5", -9), whole_number("+5", -9), whole_number("5", -9)) == (-5, 5, 5)


def test_it_lies_within_its_bounds() -> None:
    read = [whole_number(text, 1, 99) for text in ("0", "1", "99", "100")]
    assert read == [None, 1, 99, None]
    assert whole_number("0", most=-1) is None, "the place of something in a list of nothing"
    assert whole_number(str(WHOLE_NUMBER_LIMIT + 1)) is None


def test_nothing_else_looks_whether_a_text_is_made_of_digits() -> None:
    """Each that did knew other digits, and one read numbers of thousands of digits."""
    looking = re.compile(r"\.is(?:decimal|digit|numeric)\(")
    found = [path.name for path in (paths.ROOT / "advisor").rglob("*.py") if looking.search(path.read_text())]
    assert sorted(found) == ["codes.py"], "a code, which is no number"
