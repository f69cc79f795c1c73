"""What settles the advice is what trying every completion finds."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.evaluate import evaluate_parts
from advisor.engine.explain import Suffices, what_settles
from advisor.engine.operators import Answer
from advisor.engine.vocabulary import Outcome
from tests.engine.explain.brute import Place, World, same
from tests.engine.explain.drawn import drawn_world, exact_limits, tiny_limits
from tests.engine.strategies import PROPERTY


@PROPERTY
@given(st.data())
def test_the_outcomes_still_possible_are_those_of_all_completions(data: st.DataObject) -> None:
    world, arguments = drawn_world(data)
    told = what_settles(*arguments, limits=data.draw(exact_limits()))
    expected = possible(world, set(world.now))
    assert not told.undecided
    assert {found.outcome for found in told.possible} == expected
    assert told.possible[0].outcome is world.outcome()
    assert told.settled == (len(expected) == 1)
    for found in told.possible:
        given = evaluate_parts(world.rule_set, found.answers, [("", own) for own in found.parts])
        assert given.outcome is found.outcome
        sheets: dict[Place, Answer] = {(key, None): answer for key, answer in found.answers.items()}
        for number, own in enumerate(found.parts):
            sheets |= {(key, number): answer for key, answer in own.items()}
        assert all(same(sheets.get(place), answer) for place, answer in world.now.items()), "an answer was changed"


@PROPERTY
@given(st.data())
def test_what_suffices_does_and_is_as_small_as_it_says(data: st.DataObject) -> None:
    world, arguments = drawn_world(data, most=1_500)
    told = what_settles(*arguments, limits=data.draw(exact_limits()))
    assert told.suffices.while_unanswered != told.settled
    assert told.suffices.is_smallest
    check_what_suffices(world, told.suffices)


def check_what_suffices(world: World, found: Suffices) -> None:
    kept = set(world.unanswered()) if found.while_unanswered else set()
    assert set(found.answers) <= set(world.now)
    assert possible(world, {*found.answers, *kept}) == {world.outcome()}
    for place in found.answers if found.is_minimal else ():
        assert len(possible(world, {*found.answers, *kept} - {place})) > 1
    if found.is_smallest:
        assert found.is_minimal
        for fewer in combinations(world.now, max(0, len(found.answers) - 1)):
            assert not found.answers or len(possible(world, {*fewer, *kept})) > 1


@PROPERTY
@given(st.data())
def test_the_next_questions_are_in_the_order_of_what_they_settle(data: st.DataObject) -> None:
    world, arguments = drawn_world(data)
    told = what_settles(*arguments, limits=data.draw(exact_limits())).next_questions
    assert told is not None
    places = [place for place in world.unanswered() if world.is_asked[place]]
    expected = {place: settles(world, place) for place in places}
    order = sorted(places, key=lambda place: -expected[place])
    assert [((found.question, found.part), found.settles) for found in told] == [(p, expected[p]) for p in order]


@PROPERTY
@given(st.data())
def test_one_question_or_two_are_named_where_the_advice_is_not_clear(data: st.DataObject) -> None:
    world, arguments = drawn_world(data)
    told = what_settles(*arguments, limits=data.draw(exact_limits())).would_tell
    best: tuple[float | Fraction, tuple[Place, ...]] = (0, ())
    if world.outcome() is Outcome.UNCLEAR:
        asked = [place for place in world.unanswered() if world.is_asked[place]]
        for size in (1, 2):
            for places in combinations(asked, size):
                after = [
                    world.advice(sheets).outcome is not Outcome.UNCLEAR
                    for sheets in world.every({place: world.equally_likely(place) for place in places})
                ]
                best = max(best, (Fraction(sum(after), len(after)), places), key=lambda found: found[0])
    assert told == best[1]


@PROPERTY
@given(st.data())
def test_where_looking_ends_early_nothing_is_guessed(data: st.DataObject) -> None:
    world, arguments = drawn_world(data, most=1_500)
    told = what_settles(*arguments, limits=data.draw(tiny_limits()))
    expected = possible(world, set(world.now))
    found = {it.outcome for it in told.possible}
    assert found <= expected <= found | set(told.undecided)
    assert not found & set(told.undecided)
    if told.settled is None:
        assert told.undecided
    else:
        assert told.settled == (len(expected) == 1)
    check_what_suffices(world, told.suffices)
    for question in told.next_questions or ():
        assert question.settles == settles(world, (question.question, question.part))


def possible(world: World, fixed: set[Place]) -> set[Outcome]:
    """The outcomes where the answers in these places stay, and the others are any, or unknown."""
    choices = {place: [None, *world.answers(place)] for place in world.places if place not in fixed}
    return {world.advice(sheets).outcome for sheets in world.every(choices)}


def settles(world: World, place: Place) -> Fraction:
    """The chance that two completions with the same answer in this place have the same outcome."""
    choices = {other: world.equally_likely(other) for other in world.unanswered()}
    chance = Fraction(0)
    for answer in choices[place]:
        outcomes = [world.advice(sheets).outcome for sheets in world.every({**choices, place: [answer]})]
        squares = sum(count**2 for count in Counter(outcomes).values())
        chance += Fraction(squares, len(outcomes) ** 2 * len(choices[place]))
    return chance
