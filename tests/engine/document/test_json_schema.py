"""The published JSON Schema: current, valid, and of one mind with the code that reads documents."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from advisor import starter
from advisor.engine.document.document import dumps, from_plain, json_schema, to_plain
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from tests.engine.document.test_document import REFUSED
from tests.engine.document_edits import change_document
from tests.engine.documents import clean_rule_set
from tests.engine.mutations import mutations
from tests.engine.strategies import PROPERTY, rule_sets

PUBLISHED = Path(__file__).parents[3] / "docs" / "rule-set.schema.json"
VALIDATOR = Draft202012Validator(json_schema())


def is_read(document: object) -> bool:
    try:
        from_plain(document)
    except RuleSetError:
        return False
    return True


def test_the_published_schema_is_the_one_that_the_code_makes() -> None:
    expected = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == expected, "Write json_schema() to docs/rule-set.schema.json."


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_the_starter_rule_set_fits_the_schema() -> None:
    VALIDATOR.validate(json.loads(starter.text()))


@PROPERTY
@given(rule_sets())
def test_every_rule_set_that_is_written_fits_the_schema(rule_set: RuleSet) -> None:
    VALIDATOR.validate(json.loads(dumps(rule_set)))


@PROPERTY
@given(rule_sets(), st.data())
def test_the_schema_refuses_exactly_what_the_reader_refuses(rule_set: RuleSet, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([rule_set, clean_rule_set()]))
    document = data.draw(mutations(to_plain(whole)))
    assert VALIDATOR.is_valid(document) is is_read(document)


@pytest.mark.parametrize("name", [name for name in REFUSED if "surrogate" not in name])
def test_the_schema_refuses_each_error_of_form(name: str) -> None:
    assert not VALIDATOR.is_valid(change_document(REFUSED[name][0]))
