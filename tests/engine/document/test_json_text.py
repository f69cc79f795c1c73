"""JSON from outside: what is hostile or ambiguous is refused, with words for the sender."""

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import parse
from advisor.engine.document.reading import DEPTH_LIMIT, PROBLEMS_LIMIT, VALUES_LIMIT, load_json
from advisor.engine.model.errors import RuleSetError
from tests.engine.strategies import PROPERTY

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def refusal(text: str | bytes) -> str:
    with pytest.raises(RuleSetError) as caught:
        load_json(text)
    (problem,) = caught.value.problems
    assert (problem.place, problem.blocks) == ("", True)
    problem.text.encode()
    return problem.text


@PROPERTY
@given(VALUES)
def test_ordinary_json_is_read_as_it_is(value: Any) -> None:
    assert load_json(json.dumps(value)) == value
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value


@PROPERTY
@given(st.text(max_size=30) | st.binary(max_size=30))
def test_anything_else_is_refused_and_never_crashes(text: str | bytes) -> None:
    with suppress(RuleSetError):
        load_json(text)


def nest(levels: int, opening: str, inner: str, closing: str) -> str:
    return opening * levels + inner + closing * levels


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_is_limited_before_anything_is_built(opening: str, closing: str) -> None:
    deep = DEPTH_LIMIT // (opening.count("[") + opening.count("{"))
    load_json(nest(deep, opening, "1", closing))
    assert refusal(nest(deep + 1, opening, "1", closing)) == (
        f"This is not JSON that can be read: nested deeper than {DEPTH_LIMIT} levels."
    )
    assert "nested deeper" in refusal(nest(100_000, opening, "1", closing))
    assert "nested deeper" in refusal(opening * 100_000)


def test_brackets_inside_texts_are_no_nesting() -> None:
    text = "[{" * 100 + '\\"' + "[" * 100
    assert load_json(json.dumps([text, "\\", "[" * 50])) == [text, "\\", "[" * 50]


def test_a_key_that_stands_twice_is_refused() -> None:
    expected = 'This is not JSON that can be read: the key "a" stands twice in one object.'
    assert refusal('{"a": 1, "a": 1}') == expected
    assert refusal('[{"b": {"a": 1, "c": 2, "\\u0061": 3}}]') == expected
    assert "\\ud800" in refusal('{"\\ud800": 1, "\\ud800": 2}')


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_refused(word: str) -> None:
    assert refusal(f'{{"points": {word}}}') == f"This is not JSON that can be read: {word} is not a number here."


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "1" * 400 + ".0"])
def test_a_number_that_would_become_infinite_is_refused(digits: str) -> None:
    assert "too large" in refusal(digits)


@pytest.mark.parametrize("digits", ["9" * 21, "-" + "9" * 20, "1" * 100_000])
def test_giant_whole_numbers_are_refused_before_they_are_read(digits: str) -> None:
    assert "more than 20 digits" in refusal(digits)


def test_twenty_digits_are_read() -> None:
    assert load_json("9" * 20) == 10**20 - 1
    assert load_json("1e308") == 1e308
    assert load_json("1e-999") == 0
    assert math.isclose(float(str(load_json("0.1"))), 0.1)


@pytest.mark.parametrize("text", [b"\xff\xfe", b'"\xed\xa0\x80"', b"\x00", b"\xef\xbb\xbf{}"])
def test_bytes_that_are_not_plain_utf_8_json_are_refused(text: bytes) -> None:
    assert refusal(text).startswith("This is not JSON that can be read: ")


@pytest.mark.parametrize("text", ["", " ", "{", "[1,]", "{'a': 1}", "{a: 1}", "1 2", '"\n"', "// no\n1"])
def test_what_is_not_json_is_refused(text: str) -> None:
    assert refusal(text).startswith("This is not JSON that can be read: ")


def test_a_lone_surrogate_in_a_document_is_refused_where_it_stands() -> None:
    with pytest.raises(RuleSetError) as caught:
        parse('{"format": 1, "limits": ["\\ud800"], "\\udc00": 1}')
    found = [str(problem) for problem in caught.value.problems]
    assert "limits/0: “0” contains characters that cannot be stored." in found
    assert "\\udc00: “\\udc00” is not known here." in found


def test_values_are_counted_before_any_is_built() -> None:
    load_json("[" + "1," * (VALUES_LIMIT - 2) + "1]")
    for text in ("[" + "1," * VALUES_LIMIT + "1]", "[" + "{}," * VALUES_LIMIT + "1]"):
        assert refusal(text) == "This is not JSON that can be read: it has more than 120,000 values."
    text = "[{,:" * VALUES_LIMIT
    assert load_json(json.dumps([text])) == [text], "what stands in a text is none"


def test_what_is_stored_already_is_read_however_large_it_has_grown() -> None:
    with pytest.raises(RuleSetError) as caught:
        parse('{"format": 1, "limits": [' + '"x",' * VALUES_LIMIT + '"x"]}')
    assert "more than" not in str(caught.value)


def test_the_first_thousand_problems_are_told_and_that_there_are_more() -> None:
    with pytest.raises(RuleSetError) as caught:
        parse('{"format": 1, "rules": [' + "1," * 5_000 + "1]}")
    assert len(caught.value.problems) == PROBLEMS_LIMIT + 1
    assert "The first 1,000 problems are told" in caught.value.problems[-1].text
