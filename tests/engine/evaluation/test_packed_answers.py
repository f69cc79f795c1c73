"""Answers that were packed are read back as they were; what would lose something is not packed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.evaluation.batch import unpack
from advisor.engine.evaluation.packed_answers import NO_NUMBER, layout_of
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Option, Question
from advisor.engine.model.rules import RuleSet
from tests.engine.small_rule_set import SMALL
from tests.engine.strategies import PROPERTY, any_answers, fit_answers, rule_sets

KEY = SMALL.questions[0].key


def read_back(rule_set: RuleSet, packed: bytes) -> list[dict[str, Answer]]:
    """Each item with its known answers. The options of a set have the order of the question."""
    table = unpack(rule_set, packed)
    columns = {key: [column.answers[number] for number in column.numbers] for key, column in table.columns.items()}
    items = [{key: answers[at] for key, answers in columns.items()} for at in range(table.size)]
    return [known_answers(item) for item in items]


def known_answers(answers: Answers) -> dict[str, Answer]:
    return {
        key: frozenset(answer) if isinstance(answer, tuple) else answer  # type: ignore[misc]
        for key, answer in answers.items()
        if answer is not None
    }


@PROPERTY
@given(st.data())
def test_what_is_packed_is_read_back_as_it_was(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    items = [data.draw(fit_answers(rule_set)) for _ in range(data.draw(st.integers(1, 5)))]
    packed = layout_of(rule_set).pack(items)
    assert packed is not None
    assert len(packed) == len(items) * layout_of(rule_set).width
    assert read_back(rule_set, packed) == [known_answers(item) for item in items]


@PROPERTY
@given(st.data())
def test_answers_of_any_sort_are_packed_whole_or_not_at_all(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    sheet = data.draw(any_answers(rule_set))
    questions = {question.key: question for question in rule_set.questions}
    fits = all(key in questions and questions[key].allows(answer) for key, answer in sheet.items())
    packed = layout_of(rule_set).pack([sheet])
    assert (packed is not None) == fits
    if packed is not None:
        assert read_back(rule_set, packed) == [known_answers(sheet)]


@pytest.mark.parametrize("number", [0, -1, 2**62, -(2**63) + 1, 2**63 - 1])
def test_every_number_that_fits_is_packed(number: int) -> None:
    rules = with_question(type=AnswerType.NUMBER, options=())
    packed = layout_of(rules).pack([{KEY: number}])
    assert packed is not None
    assert read_back(rules, packed) == [{KEY: number}]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, NO_NUMBER])
def test_a_number_that_has_no_room_is_not(number: int) -> None:
    assert layout_of(with_question(type=AnswerType.NUMBER, options=())).pack([{KEY: number}]) is None


@pytest.mark.parametrize("kind", [AnswerType.CHOICE, AnswerType.CHOICES])
@pytest.mark.parametrize("number", [1, 7, 8, 9, 255, 256, 300])
def test_any_number_of_options_has_room(kind: AnswerType, number: int) -> None:
    options = tuple(Option(f"o{at}", "An option") for at in range(number))
    rules = with_question(type=kind, options=options)
    last = options[-1].key
    given: list[Answer] = [(last,), (), (options[0].key, last)] if kind is AnswerType.CHOICES else [last, "o0"]
    if number == 1 and kind is AnswerType.CHOICES:
        given.pop()
    packed = layout_of(rules).pack([{KEY: answer} for answer in [None, *given]])
    assert packed is not None
    assert read_back(rules, packed) == [{}, *(known_answers({KEY: answer}) for answer in given)]


def with_question(**changed: Any) -> RuleSet:
    first: Question = replace(SMALL.questions[0], minimum=None, maximum=None, **changed)
    return replace(SMALL, questions=(first, *SMALL.questions[1:]))
