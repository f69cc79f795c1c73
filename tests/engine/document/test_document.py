"""The document format: what is written is read again, and what cannot be used is refused with its place."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from advisor import starter
from advisor.engine.document.document import FORMAT, dumps, from_plain, parse, sha256, to_plain
from advisor.engine.document.reading import INTEGER_LIMIT
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from tests.engine.document_edits import Change, add, change_document, condition, drop, put
from tests.engine.documents import clean_document, clean_rule_set
from tests.engine.strategies import PROPERTY, rule_sets


def refusals(document: object) -> list[str]:
    with pytest.raises(RuleSetError) as caught:
        from_plain(document)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


@PROPERTY
@given(rule_sets())
def test_a_rule_set_survives_the_round_trip_unchanged(rule_set: RuleSet) -> None:
    text = dumps(rule_set)
    assert parse(text) == rule_set
    assert parse(text.encode()) == rule_set
    assert dumps(parse(text)) == text


@PROPERTY
@given(rule_sets())
def test_a_rule_set_survives_the_round_trip_as_a_plain_document(rule_set: RuleSet) -> None:
    plain = to_plain(rule_set)
    assert from_plain(plain) == rule_set
    assert to_plain(from_plain(plain)) == plain


def test_the_starter_rule_set_survives_the_round_trip_byte_for_byte() -> None:
    assert dumps(parse(starter.text())) == starter.text()


def test_the_clean_document_is_written_as_it_was_read_without_what_has_its_default() -> None:
    document = clean_document()
    assert to_plain(from_plain(document)) == document
    explicit = change_document(put("questions/steps/hint", ""), put("questions/steps/asked_when", []))
    assert to_plain(from_plain(explicit)) == document


def test_the_text_is_compact_says_its_format_first_and_keeps_letters_as_they_are() -> None:
    text = dumps(parse(json.dumps(change_document(put("limits/0", "“naïve” 👍")))))
    assert text.startswith(f'{{"format":{FORMAT},"questions":[{{"key":"closest"')
    assert "“naïve” 👍" in text


def test_the_fingerprint_is_that_of_the_text() -> None:
    assert sha256("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert sha256(dumps(clean_rule_set())) != sha256(starter.text())


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert from_plain(change_document(put("rules/routine/push/points", 3.0), put("format", 1.0))) == clean_rule_set()


REFUSED: dict[str, tuple[Change, list[str]]] = {
    "an unknown key": (
        put("rules/routine/becuase", "So."),
        ["rules/routine/becuase: “becuase” is not known here. Did you mean “because”?"],
    ),
    "an unknown list": (put("ruels", []), ["ruels: “ruels” is not known here. Did you mean “rules”?"]),
    "an unknown key that cannot be stored": (
        put("rules/routine/a\x00\ud800", 1),
        ["rules/routine/a\\u0000\\ud800: “a\\u0000\\ud800” is not known here."],
    ),
    "a missing key": (drop("rules/routine/because"), ["rules/routine/because: The reason is missing. Add it."]),
    "another format": (put("format", 2), ["format: The document must say format = 1."]),
    "no format": (drop("format"), ["format: The document must say format = 1."]),
    "a format that is merely equal to one": (put("format", True), ["format: The document must say format = 1."]),
    "a number instead of a text": (
        put("rules/routine/because", 7),
        ["rules/routine/because: The reason must be text, not 7."],
    ),
    "a text instead of a list": (put("limits", "none"), ['limits: The list of limits must be a list, not "none".']),
    "a list instead of a table": (
        put("rules/routine/push", []),
        ["rules/routine/push: The push must be a table of keys and values, not []."],
    ),
    "a list instead of answers": (
        put("cases/hours/answers", ["steps"]),
        ['cases/hours/answers: The list of answers must be a table of keys and values, not ["steps"].'],
    ),
    "a text instead of a thing with a key": (
        add("rules", "routine"),
        ['rules/5: “5” must be a table of keys and values, not "routine".'],
    ),
    "a truth instead of a number": (
        put("rules/routine/push/points", True),
        ["rules/routine/push/points: The number of points must be a whole number, not true."],
    ),
    "half a number": (
        put("questions/volume/minimum", 0.5),
        ["questions/volume/minimum: The least number must be a whole number, not 0.5."],
    ),
    "a number that not every reader keeps": (
        put("questions/volume/maximum", INTEGER_LIMIT + 1),
        ["questions/volume/maximum: The greatest number must be a whole number, not 9007199254740992."],
    ),
    "an answer of no type": (
        put("cases/hours/answers/steps", {"same": True}),
        ['cases/hours/answers/steps: “steps” must be text or a list of texts or a whole number, not {"same": true}.'],
    ),
    "an answer of several numbers": (
        put("cases/hours/answers/needs", [1]),
        ["cases/hours/answers/needs/0: “0” must be text, not 1."],
    ),
    "a word that is none of the known": (
        put("rules/routine/push/side", "bpoo"),
        ['rules/routine/push/side: The side must be one of bpo, kpo, keep, both, not "bpoo". Did you mean “bpo”?'],
    ),
    "an outcome that is a number": (
        put("cases/hours/outcome", 1),
        ["cases/hours/outcome: The expected outcome must be one of bpo, kpo, both, keep, unclear, not 1."],
    ),
    "no points": (
        put("rules/routine/push/points", 0),
        ["rules/routine/push/points: A rule pushes 1 to 5 points, not 0."],
    ),
    "six points": (
        put("rules/routine/push/points", 6),
        ["rules/routine/push/points: A rule pushes 1 to 5 points, not 6."],
    ),
    "a test that is not in the table": (
        put("rules/routine/when/0/test", "anyof"),
        ["rules/routine/when/0/test: “anyof” is not a test. Did you mean “any_of”?"],
    ),
    "a test without a value": (
        put("rules/routine/when/0/values", []),
        ["rules/routine/when/0/values: “is” takes at least one value, not 0."],
    ),
    "a test with too many values": (
        put("rules/many/when/0/values", [1, 2]),
        ["rules/many/when/0/values: “is at least” takes one value, not 2."],
    ),
    "a range with one end": (
        put("rules/many/when/0", condition("volume", "between", 1)),
        ["rules/many/when/0/values: “is between” takes two values, not 1."],
    ),
    "options in a test on numbers": (
        put("rules/many/when/0/values", ["many"]),
        ["rules/many/when/0/values: “is at least” takes whole numbers."],
    ),
    "numbers in a test on options": (
        put("rules/routine/when/0/values", [3]),
        ["rules/routine/when/0/values: “is” takes options by their keys."],
    ),
    "a text that cannot be stored": (
        put("rules/routine/because", "a\x00b"),
        ["rules/routine/because: The reason contains characters that cannot be stored."],
    ),
    "a lone surrogate": (
        put("rules/routine/because", "\ud800"),
        ["rules/routine/because: The reason contains characters that cannot be stored."],
    ),
    "a text that is too long": (
        put("rules/routine/because", "x" * 4001),
        ["rules/routine/because: The reason is 4,001 characters long; at most 4,000 can be stored."],
    ),
    "an answer under a key that cannot be stored": (
        put("cases/hours/answers/a\x7f", "same"),
        ["cases/hours/answers/a\\u007f: The key “a\\u007f” contains characters that cannot be stored."],
    ),
    "an answer under a key with a lone surrogate": (
        put("cases/hours/answers/a\ud800", "same"),
        ["cases/hours/answers/a\\ud800: The key “a\\ud800” contains characters that cannot be stored."],
    ),
}


@pytest.mark.parametrize(("change", "problems"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_with_its_place_and_a_way_to_mend_it(change: Change, problems: list[str]) -> None:
    assert refusals(change_document(change)) == problems


@pytest.mark.parametrize("other", [None, 1, "text", [], [clean_document()]])
def test_something_else_than_a_document_is_refused(other: object) -> None:
    (problem,) = refusals(other)
    assert problem.startswith(
        ": The document must be a table of keys and values, not" if other is not None else ": The"
    )


def test_every_error_of_form_is_reported_at_once() -> None:
    names = (
        "an unknown list",
        "no format",
        "a text instead of a list",
        "no points",
        "half a number",
        "a lone surrogate",
    )
    apart = [REFUSED[name] for name in (*names, "options in a test on numbers", "an outcome that is a number")]
    expected = {problem for _, problems in apart for problem in problems}
    assert set(refusals(change_document(*(change for change, _ in apart)))) == expected


def test_problems_can_be_stored_and_sent_whatever_was_in_the_document() -> None:
    hostile: Mapping[str, Any] = {"\ud800": "\udfff", "format": "\x00", "rules": [{"key": "\ud800\x00", "x" * 9999: 1}]}
    for problem in refusals(hostile):
        problem.encode()
        assert "\x00" not in problem
        assert len(problem) < 300


def test_any_value_of_the_engine_becomes_plain() -> None:
    rule = clean_rule_set().rules[0]
    assert to_plain({"rules": (rule,), "none": None}) == {
        "rules": [clean_document()["rules"][0]],
        "none": None,
    }
