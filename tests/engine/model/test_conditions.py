"""Three-valued conditions, held against tests that are written a second time."""

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.checks.subjects import holders
from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Condition, Question, all_hold
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import State
from tests.engine import oracle
from tests.engine.documents import clean_rule_set
from tests.engine.strategies import PROPERTY, any_answers, rule_sets

STATES = st.lists(st.sampled_from([None, "yes", "no"]), max_size=4)


def every_condition(rule_set: RuleSet) -> list[Condition]:
    return [condition for holder in holders(rule_set) for condition in holder.conditions]


@PROPERTY
@given(rule_sets(), st.data())
def test_a_condition_is_matched_failed_or_unknown_as_its_words_say(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    for condition in every_condition(rule_set):
        question = rule_set.question(condition.question)
        assert question is not None
        if question.allows(answers.get(question.key)):
            assert condition.state(answers) == oracle.state([asdict(condition)], answers)


@PROPERTY
@given(STATES)
def test_conditions_hold_together_as_the_weakest_of_them(answers: list[str | None]) -> None:
    given = {f"q{number}": answer for number, answer in enumerate(answers)}
    conditions = [Condition(key, "any_of", ("yes",)) for key in given]
    expected = State.MATCHED
    if None in answers:
        expected = State.UNKNOWN
    if "no" in answers:
        expected = State.NOT_MATCHED
    assert all_hold(conditions, given) is expected


def test_no_conditions_hold() -> None:
    assert all_hold((), {}) is State.MATCHED


def test_every_operator_suits_a_type_and_every_type_has_an_operator() -> None:
    assert all(operator.types and operator.wording for operator in OPERATORS.values())
    assert set().union(*(operator.types for operator in OPERATORS.values())) == set(AnswerType)


def test_both_ends_of_a_range_are_included() -> None:
    between = Condition("volume", "between", (3, 5))
    states = [between.state({"volume": number}) for number in (2, 3, 5, 6)]
    assert states == [State.NOT_MATCHED, State.MATCHED, State.MATCHED, State.NOT_MATCHED]


def test_none_of_these_is_known_to_include_nothing() -> None:
    included = Condition("needs", "includes_any", ("law",))
    assert included.state({"needs": ()}) is State.NOT_MATCHED
    assert Condition("needs", "none_of", ("law",)).state({"needs": ()}) is State.MATCHED


def test_a_question_allows_what_fits_its_type_and_nothing_else() -> None:
    def question(key: str) -> Question:
        found = clean_rule_set().question(key)
        assert found is not None
        return found

    steps, needs, volume = question("steps"), question("needs"), question("volume")
    assert all(question.allows(None) for question in (steps, needs, volume))
    assert [steps.allows(answer) for answer in ("same", "none", ("same",), 0)] == [True, False, False, False]
    chosen: list[object] = [(), ("law", "speech"), ("law", "law"), "law", ["law"], ([],)]
    assert [needs.allows(answer) for answer in chosen] == [True, True] + [False] * 4
    assert [volume.allows(answer) for answer in (0, 1000, -1, 1001, True, 3.0, "3")] == [True, True] + [False] * 5
