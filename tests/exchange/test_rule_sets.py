"""Rule sets as files: whatever can be a rule set comes back from JSON, TOML and a workbook exactly as it was."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.rules import CasePart, RuleSet
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.rule_sets import IN_FORMATS, write_rule_set
from advisor.wording.terminal import describe
from tests.engine.strategies import PROPERTY
from tests.engine.strategies import rule_sets as sound_rule_sets
from tests.exchange.samples import SMALL, read_rule_set

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r\"'\\⟦_x\ufffe"),
    max_size=60,
)
ANSWERS = st.dictionaries(
    TEXTS,
    st.none()
    | TEXTS
    | st.sampled_from(["not-sure", "'not-sure", "''not-sure", "none"])
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.lists(TEXTS, max_size=3).map(tuple),
    max_size=4,
)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Rule sets with any texts and any answers in their test cases; whether they make sense is not asked here."""
    case = replace(
        SMALL.cases[0],
        because=draw(TEXTS),
        answers=draw(ANSWERS),
        parts=tuple(
            CasePart(name, answers) for name, answers in draw(st.dictionaries(TEXTS, ANSWERS, max_size=2)).items()
        ),
    )
    rule = replace(SMALL.rules[0], because=draw(TEXTS), weighed=draw(TEXTS))
    return replace(SMALL, rules=(rule,), cases=(case,), limits=tuple(draw(st.lists(TEXTS, max_size=3))))


@pytest.mark.parametrize("file_format", IN_FORMATS)
@given(rule_set=rule_sets())
def test_a_rule_set_survives_the_round_trip_unchanged(file_format: str, rule_set: RuleSet) -> None:
    data = write_rule_set(rule_set, file_format)
    assert read_rule_set(data, f"rules.{file_format}") == rule_set


@PROPERTY
@pytest.mark.parametrize("file_format", IN_FORMATS)
@given(rule_set=sound_rule_sets())
def test_so_does_a_rule_set_of_any_shape(file_format: str, rule_set: RuleSet) -> None:
    assert read_rule_set(write_rule_set(rule_set, file_format)) == rule_set


@pytest.mark.parametrize("file_format", IN_FORMATS)
def test_so_does_the_starter_set_and_its_content_tells_the_format(file_format: str) -> None:
    assert dumps(read_rule_set(write_rule_set(starter.rule_set(), file_format))) == starter.text()


@pytest.mark.parametrize("file_format", ["json", "toml"])
def test_the_mark_by_which_editors_know_utf_8_does_no_harm(file_format: str) -> None:
    data = b"\xef\xbb\xbf" + write_rule_set(starter.rule_set(), file_format)
    assert dumps(read_rule_set(data)) == starter.text()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "rules.json", "The file is empty"),
        (b"{", "rules.json", "This is not JSON"),
        (b'{"format": 1, "format": 1}', "", "stands twice"),
        (b'{"a": ' * 30 + b"1" + b"}" * 30, "", "deeper than 20 levels"),
        (b"a = ", "rules.toml", "This is not TOML"),
        (b"a = 1\na = 2\n", "rules.toml", "This is not TOML"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "rules.toml", "deeper than 20 levels"),
        (b"a = " + b"[" * 30 + b"]" * 30, "rules.toml", "deeper than 20 levels"),
        ("note = 'Büro'\n".encode("latin-1"), "rules.toml", "not UTF-8"),
        (b"a = " + b"9" * 5000, "rules.toml", "This is not TOML"),
        (b"a" + b".a" * 500_000 + b" = 1", "rules.toml", "deeper than 20 levels"),
        (b"[a" + b" . 'b'" * 100_000 + b"]", "", "deeper than 20 levels"),
        ('{"format": 1}'.encode("utf-16"), "rules.json", "UTF-16"),
        (b"PK\x03\x04\xff", "rules.xlsx", "broken"),
        (b"PK\x03\x04\xff", "rules.json", "though its name ends in .json"),
        (b"<html><table><tr><td>Rules</td></tr></table></html>", "rules.xlsx", "this is a web page"),
        (b'{"format": 1}', "rules.xlsx", "this is not a workbook"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
            "rules.xlsx",
            "older .xls file, or a workbook with a password",
        ),
        (b"a,b\n", "rules.csv", "whose name ends in .csv. Choose a JSON, TOML or Excel"),
        (b"%PDF-1.7", "rules.pdf", "whose name ends in .pdf. Choose a JSON, TOML or Excel"),
        (b"a,b\n", "rules.txt", "This is not TOML"),
        (write_rule_set(SMALL, "dmn"), "rules.dmn", "go out as DMN, and cannot be read back from it. Choose a JSON"),
        (write_rule_set(SMALL, "dmn"), "", "go out as DMN, and cannot be read back"),
        (b"<html></html>", "rules.html", "This is XML or a web page"),
    ],
)
def test_i8_a_file_that_is_not_what_it_should_be_is_refused_in_words(data: bytes, name: str, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        read_rule_set(data, name)


def test_i4_every_problem_of_form_is_named_with_its_place() -> None:
    document = json.loads(write_rule_set(SMALL, "json"))
    document["rules"][0]["push"]["points"] = 9
    document["questions"][1]["scope"] = "proces"
    document["extra"] = True
    with pytest.raises(RuleSetError) as refused:
        read_rule_set(json.dumps(document).encode())
    places = {problem.place for problem in refused.value.problems}
    assert places == {"rules/core-stays/push/points", "questions/edge/scope", "extra"}


def test_what_the_checks_find_in_the_rest_is_named_with_the_problems_of_form() -> None:
    document = json.loads(write_rule_set(SMALL, "json"))
    document["rules"][0]["push"]["points"] = 9
    document["rules"][1]["sources"] = ["S.9"]
    document["cases"][0]["outcome"] = "bpoo"
    with pytest.raises(RuleSetError) as refused:
        read_rule_set(json.dumps(document).encode())
    places = [problem.place for problem in refused.value.problems]
    assert places == ["rules/core-stays/push/points", "cases/routine/outcome", f"rules/{SMALL.rules[1].key}/sources/0"]


def test_toml_is_read_whatever_its_name_ends_in() -> None:
    assert read_rule_set(write_rule_set(SMALL, "toml"), "rules.toml.bak") == SMALL


def test_a_fault_hides_only_what_rests_on_it() -> None:
    document = json.loads(write_rule_set(SMALL, "json"))
    document["format"] = 99
    document["extra"] = True
    document["questions"][1]["scope"] = "proces"  # of “edge”, which rules look at
    del document["claims"][0]["id"]
    document["rules"][0]["push"]["points"] = 9
    document["rules"][0]["key"] = ""
    document["rules"].append({**document["rules"][1], "because": " "})
    with pytest.raises(RuleSetError) as refused:
        read_rule_set(json.dumps(document).encode())
    again = len(document["rules"]) - 1
    assert {problem.place for problem in refused.value.problems} == {
        *("format", "extra", "questions/edge/scope", "claims/0/id", "rules/0/push/points"),
        *(f"rules/{again}/key", f"rules/{SMALL.rules[1].key}/because"),
    }


@given(st.binary(max_size=200), st.sampled_from(["", "a.json", "a.toml", "a.xlsx"]))
def test_s17_no_file_makes_the_reader_do_anything_but_read_or_refuse(data: bytes, name: str) -> None:
    with pytest.raises(RuleSetError):
        read_rule_set(data, name)


def test_a_rule_set_in_words_says_every_question_rule_claim_and_policy_row() -> None:
    text = describe(starter.rule_set())
    rule_set = starter.rule_set()
    wanted = [question.text for question in rule_set.questions]
    wanted += [option.label for question in rule_set.questions for option in question.options]
    wanted += [rule.because for rule in rule_set.rules]
    wanted += [claim_id for rule in rule_set.rules for claim_id in rule.sources]
    wanted += [row.says for row in with_sentences(rule_set.leave)] + [row.says for row in with_sentences(rule_set.kind)]
    assert [words for words in wanted if words not in text] == []


def test_a_rule_in_words_is_a_sentence_with_points_and_claims() -> None:
    text = describe(SMALL)
    assert "core-stays: 4 points to keeping it in-house when “How core it is” is “Core”." in text
    assert "many-calls: 1 point to BPO when “Calls a day” is at least 100." in text
    assert "G.1 (general guidance, everywhere; weak): Equipment matters." in text
    assert "Asked when “The tools” includes “A telephone”." in text
    assert "3. the lean (BPO minus KPO) at most -1: KPO (clear)." in text
