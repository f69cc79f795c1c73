"""The one text checker, and the forms of a text: legal text is kept, and what a database could not keep is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.text import (
    LINE_LIMIT,
    TEXT_LIMIT,
    is_blank,
    isolate_text,
    match_key,
    normalize_line,
    search_key,
    sort_key,
    text_fault,
)
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
    assert [char for char in controls if text_fault(char, one_line=True) is None] == []


COMPOSED, APART = "Café", "Cafe\u0301"

NOTHING_TO_SEE = {
    "nothing": "",
    "blanks": " \t\u00a0\u3000\u2028",
    "zero width": "\u200b\u2060\ufeff",
    "joiners": "\u200d\u200c",
    "soft hyphen": "\u00ad",
    "marks without a letter": "\u0301\u20dd\u0903",
    "directions": "\u202e\u2066\u2069\u202c\u200f",
    "Hangul filler": "\u3164\u115f\u1160\uffa0",
    "Braille blank": "\u2800",
    "variation selectors": "\ufe0f\U000e0100",
    "tags": "\U000e0041\U000e007f",
    "no characters": "\ufffe\U0010ffff\u2065",
}


@pytest.mark.parametrize("text", NOTHING_TO_SEE.values(), ids=NOTHING_TO_SEE)
def test_a_name_that_shows_nothing_is_none(text: str) -> None:
    assert is_blank(text)
    assert normalize_line(text) == ""
    assert not is_blank(text + "a")
    assert normalize_line(text + "a").endswith("a")


@pytest.mark.parametrize("text", ["\x00", "a\x1f", "\ud800", "\x1f\u200b"])
def test_what_cannot_be_stored_is_left_for_the_check_to_refuse(text: str) -> None:
    assert text_fault(normalize_line(text), one_line=True) == CANNOT


def test_a_name_has_one_stored_form() -> None:
    assert normalize_line(f"\u00a0\u200b {APART} \ufeff\n") == normalize_line(COMPOSED) == COMPOSED
    for legal in ("👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "עברית", "\u200fC++\u200e", "می‌خواهم", "a  b", "\U0001fae8"):
        assert normalize_line(legal) == legal


@PROPERTY
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_form_of_a_text_is_its_own_form(text: str) -> None:
    for form in (normalize_line, match_key, search_key):
        assert form(form(text)) == form(text)
    assert match_key(normalize_line(text)) == match_key(text)
    for spelling in ("NFC", "NFD"):
        assert match_key(unicodedata.normalize(spelling, text)) == match_key(text)
        assert search_key(unicodedata.normalize(spelling, text)) == search_key(text)
        assert normalize_line(unicodedata.normalize(spelling, text)) == normalize_line(text)


def test_names_are_one_in_either_spelling_in_capitals_and_with_what_cannot_be_seen() -> None:
    assert len({match_key(name) for name in (COMPOSED, APART, "CAFE\u0301", "\u200eCa\u00adfé", "café ")}) == 1
    assert match_key("Straße") == match_key("STRASSE")
    assert match_key("Pay  roll") == match_key("Pay\u00a0roll") != match_key("Payroll")
    different = [COMPOSED, "Cafe", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "می‌خواهم", "میخواهم"]
    assert len({match_key(name) for name in different}) == len(different)


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "cafe\u0301", "ｃａｆｅ", "ca\u00adfe"])
def test_words_are_found_whatever_accents_and_capitals_they_are_typed_with(words: str) -> None:
    for name in (COMPOSED, APART, "Grand CAFE"):
        assert search_key(words) in search_key(name)
    assert search_key("é") == search_key("e")
    assert search_key("कि") not in search_key("क")


def test_texts_are_sorted_as_people_sort() -> None:
    ordered = [
        "",
        "cafe",
        "CAFE",
        "café",
        "Café 2",
        "cafe 10",
        "Cafeteria",
        "İstanbul",
        "item 2",
        "item ٣",
        "item 10",
        "item " + "9" * 5000,
        "Ökostrom",
        "Payroll",
        "zebra",
    ]
    for start in range(len(ordered)):
        assert sorted(ordered[start:] + ordered[:start], key=sort_key) == sorted(ordered, key=sort_key)
    assert [text.casefold() for text in sorted(ordered, key=sort_key)] == [text.casefold() for text in ordered]


@PROPERTY
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=8))
def test_any_texts_have_one_order(texts: list[str]) -> None:
    turned_round = texts[::-1]
    assert sorted(texts, key=sort_key) == sorted(turned_round, key=sort_key)


@pytest.mark.parametrize("text", ["plain", "עברית", "\u202eon its head", "\u2069\u2069out", "\u2067open"])
def test_a_text_in_a_plain_sentence_cannot_turn_what_stands_around_it(text: str) -> None:
    shown = isolate_text(text)
    assert shown.count("\u2068") == shown.count("\u2069") <= 1
    assert not set(shown[1:-1]) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
