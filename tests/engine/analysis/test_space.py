"""The answer space tells apart exactly what the conditions tell apart."""

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.analysis.space import UNKNOWN, space_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question, asked_questions
from advisor.engine.model.rules import RuleSet
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import PROPERTY, any_answers, rule_sets


def hashable(sheet: Sheet) -> Sheet:
    """Without the answers that no reader of answers lets through: they cannot be counted among different ones."""
    return {key: answer for key, answer in sheet.items() if can_be_counted(answer)}


def can_be_counted(answer: object) -> bool:
    try:
        hash(answer)
    except TypeError:
        return False
    return not isinstance(answer, bool | float)


@PROPERTY
@given(st.data())
def test_the_answers_of_the_same_values_get_the_same_advice(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    sheet = data.draw(any_answers(rule_set))
    space = space_of(rule_set)
    codes = space.codes(sheet)
    stands_for_it = evaluate(rule_set, space.answers(codes))
    given_by = evaluate(rule_set, sheet)
    assert (stands_for_it.points, stands_for_it.outcome) == (given_by.points, given_by.outcome)
    assert [finding.state for finding in stands_for_it.findings] == [finding.state for finding in given_by.findings]


@PROPERTY
@given(st.data())
def test_the_values_are_those_of_the_answers_that_count(data: st.DataObject) -> None:
    rule_set = data.draw(rule_sets())
    sheet = data.draw(any_answers(rule_set))
    space = space_of(rule_set)
    counted = asked_questions(rule_set.questions, sheet).answers
    known = {key for key, answer in counted.items() if answer is not None}
    for variable, code in zip(space.variables, space.codes(sheet), strict=True):
        assert (code != UNKNOWN) == (variable.question.key in known)
        assert code < len(variable.values)


@PROPERTY
@given(rule_sets())
def test_every_answer_of_a_question_is_in_one_of_its_values(rule_set: RuleSet) -> None:
    for variable in space_of(rule_set).variables:
        if variable.question.type is not AnswerType.NUMBER:
            assert sum(value.weight for value in variable.values[1:]) == number_of_answers(variable.question)
        assert len({answer for value in variable.values for answer in value.answers}) == sum(
            len(value.answers) for value in variable.values
        )


def number_of_answers(question: Question) -> int:
    options = len(question.options)
    if question.type is not AnswerType.CHOICES:
        return options
    most = options if question.most is None else question.most
    return len([*chain.from_iterable(combinations(range(options), size) for size in range(most + 1))])


def test_the_starter_set_has_a_small_space() -> None:
    sizes = [len(variable.values) for variable in space_of(starter.rule_set()).variables]
    assert max(sizes) <= 6
