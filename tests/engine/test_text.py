"""The one text checker: legal text is never changed, and what a database could not keep is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.text import LINE_LIMIT, TEXT_LIMIT, text_fault
from tests.engine.strategies import PROPERTY

CANNOT = "contains characters that cannot be stored"


@PROPERTY
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=LINE_LIMIT))
def test_any_other_characters_are_accepted_however_odd(text: str) -> None:
    assert text_fault(text) is None
    assert text_fault(text, LINE_LIMIT, one_line=True) is None


@PROPERTY
@given(st.text(max_size=9), st.characters(categories=["Cc", "Cs"]), st.text(max_size=9))
def test_control_characters_and_lone_surrogates_are_refused_wherever_they_stand(
    before: str, odd: str, after: str
) -> None:
    assert text_fault(before + odd + after, one_line=True) == CANNOT
    if odd not in "\n\r\t":
        assert text_fault(before + odd + after) == CANNOT


@pytest.mark.parametrize(
    "legal", ["👩‍👩‍👧‍👦" * 50, "\u202eעברית\u202c", "e" + "\u0301" * 99, "\ufeff", "\ufffe", "\U0010ffff", "\u2028"]
)
def test_long_odd_but_legal_text_is_accepted(legal: str) -> None:
    assert text_fault(legal) is None


def test_lines_and_tabs_belong_to_longer_texts_alone() -> None:
    assert text_fault("one\r\n\ttwo") is None
    assert text_fault("one\ttwo", one_line=True) == CANNOT


@pytest.mark.parametrize("limit", [LINE_LIMIT, TEXT_LIMIT])
def test_length_is_counted_in_characters(limit: int) -> None:
    assert text_fault("👍" * limit, limit) is None
    fault = text_fault("👍" * (limit + 1), limit)
    assert fault == f"is {limit + 1:,} characters long; at most {limit:,} can be stored"


def test_the_checker_knows_every_control_character_there_is() -> None:
    controls = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc"]
    assert [char for char in controls if text_fault(char) is None] == ["\t", "\n", "\r"]
