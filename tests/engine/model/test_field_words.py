"""What is wrong with a document is told without the names of its fields, which its admins never see."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from advisor.engine.document.document import from_plain
from advisor.engine.model import evidence, policy, questions, rules
from advisor.engine.model.errors import Problem, RuleSetError, field_words
from tests.engine.documents import clean_document, clean_rule_set

KINDS = (
    *(questions.Question, questions.Option, questions.Condition),
    *(
        rules.Rule,
        rules.Push,
        policy.Bound,
        policy.LeaveRow,
        policy.KindRow,
        rules.TestCase,
        rules.CasePart,
        rules.RuleSet,
    ),
    *(evidence.Source, evidence.Claim, evidence.View, evidence.Disagreement, evidence.Contradiction, evidence.Guidance),
)
NAMES = sorted({field.name for kind in KINDS for field in fields(kind)})


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_words(name: str) -> None:
    assert "“" not in field_words(name)
    assert "_" not in field_words(name)


def spoilt(thing: Any, here: Any) -> Iterator[None]:
    """Take out each field once, and then put something else in its place, all through a document."""
    if isinstance(here, dict):
        for key, value in list(here.items()):
            del here[key]
            yield
            here[key] = thing
            yield
            here[key] = value
            yield from spoilt(thing, value)
    elif isinstance(here, list):
        for each in here[:2]:
            yield from spoilt(thing, each)


def problems_of(document: Any) -> tuple[Problem, ...]:
    try:
        from_plain(json.loads(json.dumps(document)))
    except RuleSetError as error:
        return error.problems
    return ()


def test_no_fault_of_form_is_told_by_the_name_of_a_field() -> None:
    document = clean_document()
    of_answers = {question.key for question in clean_rule_set().questions}
    told = 0
    for _ in spoilt(1.5, document):
        for problem in problems_of(document):
            told += 1
            said = f"{problem.text} {problem.mend}"
            named = [name for name in NAMES if f"“{name}”" in said and name not in of_answers]
            assert not named, said
            assert "asked_when" not in said, said
    assert told > 100
