"""I4, I7: JSON and TOML from people who mean harm, as large as a file may be, are refused quickly and cheaply."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import SIZE_LIMIT
from advisor.exchange.rule_sets import write_rule_set
from tests.effort import limit
from tests.exchange.samples import read_rule_set
from tests.exchange.sheets import hostile_files
from tests.rule_sets.crowded_rules import crowded_rules

SECONDS, MEGABYTES = 1.0, 100
"""That a file may take at most, on a machine with nothing else to do, though it is as large as a file may be."""


def fill(head: str, unit: str, tail: str) -> bytes:
    """As often in between as fits."""
    return (head + unit * ((SIZE_LIMIT - len(head) - len(tail)) // len(unit)) + tail).encode()


def number_items(pattern: str, separator: str, head: str = "", tail: str = "") -> bytes:
    """Many of them that all differ, such as keys."""
    number = (SIZE_LIMIT - len(head) - len(tail)) // len(separator + pattern % 0)
    return (head + separator.join(pattern % at for at in range(number)) + tail).encode()


JSON: Mapping[str, bytes] = {
    "numbers in place of rules": fill('{"format":1,"rules":[', "1,", "1]}"),
    "rules without anything": fill('{"format":1,"rules":[', "{},", "{}]}"),
    "lists in place of questions": fill('{"format":1,"questions":[', "[],", "[]]}"),
    "unknown keys": number_items('"k%06d":1', ",", "{", "}"),
    "the last key stands twice": number_items('"k%06d":1', ",", "{", ',"k100000":1}'),
    "answers to nothing": number_items('"k%06d":1', ",", '{"format":1,"cases":[{"key":"a","answers":{', "}}]}"),
    "nesting": fill("", "[", ""),
    "nesting of tables": fill("", '{"a":', ""),
    "one long text": fill('{"format":1,"note":"', "x", '"}'),
    "digits": fill('{"format":', "9", "}"),
}

TOML: Mapping[str, bytes] = {
    "keys": number_items("k%06d = 1", "\n"),
    "tables": number_items("[k%06d]", "\n"),
    "tables in tables": number_items("[a.b.c.d.e.f.g.h.k%06d]", "\n"),
    "keys in keys": number_items("a." * 18 + "k%06d = 1", "\n"),
    "lists of tables": fill("", "[[rules]]\n", ""),
    "tables in a line": fill("a = [", "{a=1},", "]"),
    "numbers": fill("a = [", "1,", "]"),
    "fractions": fill("a = [", "1.5,", "]"),
    "times": fill("a = [", "1979-05-27T07:32:00Z,", "]"),
    "digits": fill("a = ", "9", ""),
    "parts of a number": fill("a = ", "1_", "1"),
    "nesting": fill("a = ", "[", ""),
    "nesting of tables": fill("a = ", "{a=", ""),
    "parts of a key": fill("a", ".a", "=1"),
    "a long key": fill("", "a", " = 1"),
    "comments": fill("", "#\n", "a = 1"),
}


@pytest.mark.parametrize(("files", "name"), [(JSON, "rules.json"), (TOML, "rules.toml")], ids=["json", "toml"])
def test_i4_each_is_refused_within_a_second_and_100_megabytes(files: Mapping[str, bytes], name: str) -> None:
    before = limit(SECONDS)
    found = dict(zip(files, hostile_files.refusals(files.values(), name), strict=True))
    most = max(before, limit(SECONDS))
    assert {what for what, it in found.items() if not it.said} == set()
    assert {what: it.seconds for what, it in found.items() if it.seconds > most} == {}
    assert max(it.megabytes for it in found.values()) < MEGABYTES


def grown_rules() -> RuleSet:
    """400 rules with as many test cases as fit into a file."""
    rules = crowded_rules()
    small = len(dumps(replace(rules, cases=())).encode())
    each = (len(dumps(rules).encode()) - small) / len(rules.cases)
    number = int((SIZE_LIMIT * 0.85 - small) / each)
    cases = [replace(rules.cases[at % len(rules.cases)], key=f"case-{at}") for at in range(number)]
    return replace(rules, cases=tuple(cases))


@pytest.mark.parametrize("file_format", ["json", "toml"])
def test_the_largest_rule_sets_that_people_make_are_read(file_format: str) -> None:
    for rules in (starter.rule_set(), grown_rules()):
        data = dumps(rules).encode() if file_format == "json" else write_rule_set(rules, file_format)
        assert len(data) <= SIZE_LIMIT
        assert read_rule_set(data, f"rules.{file_format}") == rules
    assert len(json.loads(dumps(grown_rules()))["cases"]) > 2_500
