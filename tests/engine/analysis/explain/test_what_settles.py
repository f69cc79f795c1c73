"""What settles the advice is what trying every completion finds."""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.analysis.explain import Settlement, SufficientAnswers, what_settles
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.operators import Answer
from advisor.engine.model.vocabulary import Outcome
from tests.engine.analysis.explain.brute_force import Place, World, same
from tests.engine.analysis.explain.worlds import EXACT, drawn_world, tiny_limits, worlds
from tests.engine.strategies import PROPERTY


@PROPERTY
@given(st.data())
def test_what_settles_the_advice_of_any_rule_set_is_found(data: st.DataObject) -> None:
    world, arguments = drawn_world(data, most=1_000)
    told = what_settles(*arguments)
    check_possible(world, told)
    check_next_questions(world, told)
    check_suffices(world, told.suffices)


@pytest.mark.parametrize("method", EXACT)
def test_the_outcomes_still_possible_are_those_of_all_completions(method: str) -> None:
    for world, arguments in worlds():
        check_possible(world, what_settles(*arguments, limits=EXACT[method]))


def check_possible(world: World, told: Settlement) -> None:
    expected = possible(world, frozenset(world.now))
    assert not told.undecided
    assert {found.outcome for found in told.possible} == expected
    assert told.possible[0].outcome is world.outcome()
    assert told.settled == (len(expected) == 1)
    check_witnesses(world, told)


def check_witnesses(world: World, told: Settlement) -> None:
    for found in told.possible:
        given = evaluate_parts(world.rule_set, found.answers, [("", own) for own in found.parts])
        assert given.outcome is found.outcome
        sheets: dict[Place, Answer] = {(key, None): answer for key, answer in found.answers.items()}
        for number, own in enumerate(found.parts):
            sheets |= {(key, number): answer for key, answer in own.items()}
        assert all(same(sheets.get(place), answer) for place, answer in world.now.items()), "an answer was changed"


@pytest.mark.parametrize("method", EXACT)
def test_what_suffices_is_a_smallest_set_of_answers(method: str) -> None:
    for world, arguments in worlds():
        told = what_settles(*arguments, limits=EXACT[method])
        assert told.suffices.while_unanswered != told.settled
        assert told.suffices.is_smallest
        check_suffices(world, told.suffices)


def check_suffices(world: World, found: SufficientAnswers) -> None:
    kept = frozenset(world.unanswered_places()) if found.while_unanswered else frozenset()
    assert set(found.answers) <= set(world.now)
    assert possible(world, kept.union(found.answers)) == {world.outcome()}
    for place in found.answers if found.is_minimal else ():
        assert len(possible(world, kept.union(found.answers) - {place})) > 1
    if found.is_smallest:
        assert found.is_minimal
        for fewer in combinations(world.now, max(0, len(found.answers) - 1)):
            assert not found.answers or len(possible(world, kept.union(fewer))) > 1


@pytest.mark.parametrize("method", EXACT)
def test_the_next_questions_are_in_the_order_of_what_they_settle(method: str) -> None:
    for world, arguments in worlds():
        check_next_questions(world, what_settles(*arguments, limits=EXACT[method]))


def check_next_questions(world: World, told: Settlement) -> None:
    places = [place for place in world.unanswered_places() if world.is_asked[place]]
    expected = {place: settles(world, place) for place in places}
    order = sorted(places, key=lambda place: -expected[place])
    assert told.next_questions is not None
    found = [((question.question, question.part), question.settles) for question in told.next_questions]
    assert found == [(place, expected[place]) for place in order]


def test_one_question_or_two_are_named_where_the_advice_is_not_clear() -> None:
    named = set()
    for world, arguments in worlds():
        told = what_settles(*arguments).would_tell
        assert told == would_tell(world)
        named.add(len(told))
    assert {0, 1} <= named


def would_tell(world: World) -> tuple[Place, ...]:
    best: tuple[float | Fraction, tuple[Place, ...]] = (0, ())
    if world.outcome() is Outcome.UNCLEAR:
        asked = [place for place in world.unanswered_places() if world.is_asked[place]]
        for size in (1, 2):
            for places in combinations(asked, size):
                after = [
                    world.advice(sheets).outcome is not Outcome.UNCLEAR
                    for sheets in world.every_combination({place: world.equally_likely(place) for place in places})
                ]
                best = max(best, (Fraction(sum(after), len(after)), places), key=lambda found: found[0])
    return best[1]


def test_where_looking_ends_early_nothing_is_guessed() -> None:
    open_ends: Counter[str] = Counter()
    for seed, (world, arguments) in enumerate(worlds()):
        told = what_settles(*arguments, limits=tiny_limits(seed))
        expected = possible(world, frozenset(world.now))
        found = {it.outcome for it in told.possible}
        assert found <= expected <= found | set(told.undecided)
        assert not found & set(told.undecided)
        assert told.undecided if told.settled is None else told.settled == (len(expected) == 1)
        check_witnesses(world, told)
        check_suffices(world, told.suffices)
        for question in told.next_questions or ():
            assert question.settles == settles(world, (question.question, question.part))
        open_ends["possible"] += bool(told.undecided)
        open_ends["suffices"] += not told.suffices.is_smallest
        open_ends["next question"] += told.next_questions is None
    assert min(open_ends.values()) > 0, "looking did not end early"


@cache
def possible(world: World, fixed: frozenset[Place]) -> set[Outcome]:
    """The outcomes where the answers in these places stay, and the others are any, or unknown."""
    choices = {place: [None, *world.answers(place)] for place in world.places if place not in fixed}
    return {world.advice(sheets).outcome for sheets in world.every_combination(choices)}


@cache
def settles(world: World, place: Place) -> Fraction:
    """The chance that two completions with the same answer in this place have the same outcome."""
    choices = {other: world.equally_likely(other) for other in world.unanswered_places()}
    chance = Fraction(0)
    for answer in choices[place]:
        outcomes = [world.advice(sheets).outcome for sheets in world.every_combination({**choices, place: [answer]})]
        squares = sum(count**2 for count in Counter(outcomes).values())
        chance += Fraction(squares, len(outcomes) ** 2 * len(choices[place]))
    return chance
