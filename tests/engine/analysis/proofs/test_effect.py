"""What another rule set does to all answers at once is what it does to each of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, groupby, product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.analysis.proofs.one_rule import STATES, RuleSetEffect, effect
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Condition, Option, Question, Section, asked_questions
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Outcome, Side
from tests.engine.evaluation.test_compare import edited_rules
from tests.engine.random_rule_sets import Sheet
from tests.engine.small_rule_set import SMALL, with_push, without_some
from tests.engine.strategies import PROPERTY, rule_sets
from tests.rule_sets.crowded_rules import crowded_rules

MOST = 3_000
"""Combinations that are tried for one pair of rule sets."""

Pair = tuple[RuleSet, RuleSet]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two small rule sets: the second has other rules, other questions, or hardly anything in common with the first."""
    old = draw(rule_sets())
    match draw(st.integers(0, 3)):
        case 0:
            new = draw(rule_sets())
        case 1:
            new = replace(draw(rule_sets()), questions=old.questions, rules=draw(edited_rules(old)).rules)
        case _:
            new = draw(edited_rules(old))
    assume(prod(len(answers) + 1 for answers in every_answer(old, new).values()) <= MOST)
    return old, new


def content(*rule_sets: RuleSet) -> Iterator[Question]:
    return (q for rule_set in rule_sets for q in rule_set.questions if q.section is not Section.NAME)


def every_answer(old: RuleSet, new: RuleSet) -> dict[str, list[Any]]:
    """For each question every answer that either rule set knows; of numbers one of each band."""
    found: dict[str, dict[Any, None]] = {}
    questions = list(content(old, new))
    for question in questions:
        mine = found.setdefault(question.key, {})
        alike = [q for q in questions if q.key == question.key and q.type is question.type]
        options = list(dict.fromkeys(option.key for q in alike for option in q.options))
        match question.type:
            case AnswerType.CHOICE:
                mine |= dict.fromkeys(options)
            case AnswerType.CHOICES:
                sets = chain.from_iterable(combinations(options, size) for size in range(len(options) + 1))
                mine |= dict.fromkeys(chosen for chosen in sets if any(q.allows(chosen) for q in alike))
            case AnswerType.NUMBER:
                mine |= dict.fromkeys(bands(alike, conditions(old, new)))
    return {key: list(answers) for key, answers in found.items()}


def conditions(*rule_sets: RuleSet) -> list[Condition]:
    holders = chain.from_iterable(
        [*(question.asked_when for question in content(rule_set)), *(rule.when for rule in rule_set.rules)]
        for rule_set in rule_sets
    )
    return list(chain.from_iterable(holders))


def bands(questions: list[Question], held: list[Condition]) -> Iterator[int]:
    """The first of each stretch of numbers that the same questions allow and that meet the same conditions."""
    mine = [c for c in held if c.question == questions[0].key and OPERATORS[c.test].types == {AnswerType.NUMBER}]

    def told_sides(number: int) -> tuple[bool, ...]:
        allowed = [question.allows(number) for question in questions]
        return (*allowed, *(OPERATORS[c.test].accepts(number, c.values) for c in mine))

    least = min(question.minimum or 0 for question in questions)
    most = max(question.maximum or 0 for question in questions)
    numbers = [n for n in range(least, most + 1) if any(question.allows(n) for question in questions)]
    return (next(stretch) for _, stretch in groupby(numbers, key=told_sides))


def every_sheet(old: RuleSet, new: RuleSet, *, complete: bool) -> list[Sheet]:
    """Every set of answers in which what either rule set asks is answered; incomplete ones too, if wanted."""
    answers = every_answer(old, new)
    found: dict[frozenset[Any], Sheet] = {}
    for row in product(*(mine if complete else [None, *mine] for mine in answers.values())):
        sheet = {key: answer for key, answer in zip(answers, row, strict=True) if answer is not None}
        reached = {q.key for rule_set in (old, new) for q in asked_questions(rule_set.questions, sheet).questions}
        counted = {key: answer for key, answer in sheet.items() if key in reached}
        found[frozenset(counted.items())] = counted
    return list(found.values())


def outcomes(pair: Pair, sheet: Any) -> tuple[Outcome, Outcome]:
    one, other = (evaluate(rule_set, sheet).outcome for rule_set in pair)
    return one, other


def known_effect(pair: Pair, states: int = STATES) -> RuleSetEffect:
    found = effect(*pair, states)
    assert found is not None
    return found


@PROPERTY
@given(pairs())
def test_the_moves_are_those_of_every_set_of_complete_answers(pair: Pair) -> None:
    found = effect(*pair)
    if found is None or not found.is_exact:  # two follow-ups that wait for each other
        assert pair[0].questions != pair[1].questions
        return
    sheets = every_sheet(*pair, complete=True)
    assert found.moves == Counter(outcomes(pair, sheet) for sheet in sheets)
    assert found.space == found.size == len(sheets)
    assert found.witnesses.keys() == {move for move in found.moves if move[0] is not move[1]}
    for move, answers in found.witnesses.items():
        assert outcomes(pair, answers) == move


def with_question(key: str, **changed: Any) -> RuleSet:
    questions = (replace(q, **changed) if q.key == key else q for q in SMALL.questions)
    return replace(SMALL, questions=tuple(questions))


WHEN_CORE = (Condition("edge", "any_of", ("yes",)),)


@pytest.mark.parametrize(
    "new",
    [
        with_question("cases", maximum=20_000),
        with_question("cases", minimum=50),
        with_question("written", asked_when=WHEN_CORE),
        with_question("written", asked_when=()),
        with_question("skill", asked_when=WHEN_CORE),
        with_question("steps", options=SMALL.question("steps").options[:-1]),  # type: ignore[union-attr]
        with_question("steps", type=AnswerType.CHOICES),
        replace(
            SMALL,
            questions=tuple(q for q in SMALL.questions if q.key != "cases"),
            rules=tuple(rule for rule in SMALL.rules if rule.key != "many-cases"),
        ),
    ],
    ids=[
        "more",
        "from later",
        "other way",
        "no follow-up",
        "new follow-up",
        "fewer options",
        "other type",
        "not asked",
    ],
)
def test_questions_that_differ_are_cut_and_asked_as_both_have_them(new: RuleSet) -> None:
    for pair in ((SMALL, new), (new, SMALL)):
        sheets = every_sheet(*pair, complete=True)
        assert known_effect(pair).moves == Counter(outcomes(pair, sheet) for sheet in sheets)


@PROPERTY
@given(pairs())
def test_that_nothing_changes_is_said_only_where_no_answers_complete_or_not_get_another_outcome(pair: Pair) -> None:
    found = effect(*pair)
    if found is None or found.changed_outcomes or not found.is_settled:
        return
    different = [sheet for sheet in every_sheet(*pair, complete=False) if len(set(outcomes(pair, sheet))) == 2]
    assert (found.incomplete is not None) == bool(different)
    if found.incomplete is not None:
        assert len(set(outcomes(pair, found.incomplete))) == 2
    assert not (found.is_alike and different)


@PROPERTY
@given(pairs())
def test_what_decides_alike_gives_every_set_of_answers_the_same_advice(pair: Pair) -> None:
    found = effect(*pair)
    if found is not None and found.is_alike:
        for sheet in every_sheet(*pair, complete=False):
            one, other = (evaluate(rule_set, sheet) for rule_set in pair)
            assert (one.outcome, one.kind, one.strength, one.points) == (
                *(other.outcome, other.kind, other.strength, other.points),
            )


@PROPERTY
@given(pairs())
def test_an_estimate_has_witnesses_that_are_right(pair: Pair) -> None:
    found = effect(*pair, states=0, sample=300)
    if found is None:
        return
    assert not found.is_exact
    assert found.size == 300
    for move, answers in found.witnesses.items():
        assert outcomes(pair, answers) == move


def test_other_words_change_no_advice() -> None:
    old = starter.rule_set()
    reworded = replace(
        old,
        questions=tuple(replace(q, text=f"{q.text} Please.", hint="Think of a normal week.") for q in old.questions),
        rules=tuple(replace(rule, because="It is so.", sources=("D2.04",)) for rule in reversed(old.rules)),
        kind=tuple(replace(row, says="So it is.") for row in old.kind),
        guidance=(),
    )
    found = known_effect((old, reworded))
    assert (found.is_alike, found.is_settled, found.changed_outcomes) == (True, True, 0)


def test_a_rule_that_only_changes_the_points_is_not_alike_but_changes_no_outcome() -> None:
    before = replace(SMALL, leave=SMALL.leave[-1:], kind=SMALL.kind[-1:])
    found = known_effect((before, with_push(before, {"set-steps": Push(Side.KPO, 5)})))
    assert (found.is_alike, found.is_settled, found.changed_outcomes, found.incomplete) == (False, True, 0, None)


def test_a_rule_taken_out_of_the_starter_rules_is_counted_exactly() -> None:
    old = starter.rule_set()
    pair = old, without_some(old, old.rules[0].key)
    found = known_effect(pair)
    assert found.is_exact
    assert found.space > 1_000_000_000
    assert 0 < found.changed_outcomes < found.space
    for move, answers in found.witnesses.items():
        assert outcomes(pair, answers) == move


def test_an_estimate_holds_the_exact_share_in_its_interval() -> None:
    old = starter.rule_set()
    pair = old, with_push(old, {rule.key: Push(rule.push.side, 1) for rule in old.rules[:4]})
    exact, estimate = known_effect(pair), known_effect(pair, states=0)
    assert (exact.is_exact, estimate.is_exact) == (True, False)
    assert estimate.space == exact.space
    low, high = estimate.interval(estimate.changed_outcomes)
    assert low <= exact.share(exact.changed_outcomes) <= high
    assert estimate == known_effect(pair, states=0)


def test_an_option_that_only_the_newer_rules_know_is_unknown_to_the_older() -> None:
    name, question, *others = SMALL.questions
    longer = replace(question, options=(*question.options, Option("new", "A new answer")))
    found = known_effect((SMALL, replace(SMALL, questions=(name, longer, *others))))
    assert not found.is_alike
    assert found.space > known_effect((SMALL, SMALL)).space


def test_questions_that_wait_for_each_other_in_two_versions_are_not_counted() -> None:
    first, second = (
        replace(SMALL.questions[1], key=key, asked_when=(Condition("root", "any_of", (way,)),))
        for key, way in (("one", "a"), ("two", "b"))
    )
    root = replace(SMALL.questions[1], key="root", asked_when=(), options=(Option("a", "A"), Option("b", "B")))
    after_first = Condition("one", "any_of", (first.options[0].key,))
    after_second = Condition("two", "any_of", (second.options[0].key,))
    old = replace(SMALL, questions=(root, first, replace(second, asked_when=(after_first,))), rules=())
    new = replace(SMALL, questions=(root, second, replace(first, asked_when=(after_second,))), rules=())
    assert effect(old, new) is None


@pytest.mark.parametrize("states", [0, 10_000])
def test_many_rules_are_estimated(states: int) -> None:
    old = crowded_rules()
    found = known_effect((old, without_some(old, old.rules[0].key)), states=states)
    assert not found.is_exact
    assert found.changed_outcomes
