"""What would change the advice is what trying every change finds."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.analysis.explain import (
    EXPLANATION_LIMITS,
    AnswerChange,
    ExplanationLimits,
    WouldChange,
    what_would_change,
)
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Section
from advisor.engine.model.vocabulary import Outcome
from tests.engine.analysis.explain.brute_force import Place, World, same
from tests.engine.analysis.explain.worlds import EXACT, Arguments, drawn_world, tiny_limits, worlds
from tests.engine.strategies import PROPERTY

Found = dict[Outcome, tuple[int, set[frozenset[tuple[Place, Answer]]]]]
"""For each outcome the fewest changes, and all of the least sets."""


def advice_fields(advice: Recommendation) -> tuple[object, ...]:
    return advice.outcome, advice.kind, advice.strength, advice.points.lean


def answers_shown(world: World, change: AnswerChange) -> list[Answer]:
    """Every answer that a change allows."""
    place = (change.question, change.part)
    if not change.bands:
        return list(change.answers)
    assert all(answer in world.other_answers(place) for answer in change.answers)
    return [
        number
        for number in world.other_answers(place)
        if isinstance(number, int)
        for band in change.bands
        if (band.least is None or number >= band.least) and (band.greatest is None or number <= band.greatest)
    ]


@PROPERTY
@given(st.data())
def test_each_move_of_any_rule_set_gives_what_was_foretold(data: st.DataObject) -> None:
    check_reaches(*drawn_world(data, most=10**9))


def test_each_move_gives_what_was_foretold_and_no_other_answer_is_left_out() -> None:
    for world, arguments in worlds():
        check_reaches(world, arguments)


def check_reaches(world: World, arguments: Arguments) -> None:
    told = what_would_change(*arguments, limits=tiny_limits(0))
    assert [(reach.question, reach.part) for reach in told.reaches] == [
        place for place in world.places if world.is_asked[place]
    ]
    core = {question.key for question in world.rule_set.section(Section.CORE)}
    for reach in told.reaches:
        place = (reach.question, reach.part)
        others = []
        for move in reach.moves:
            assert move.change.answers
            for answer in answers_shown(world, move.change):
                foretold = (move.outcome, move.kind, move.strength, move.lean)
                then = {**world.now, place: answer}
                assert advice_fields(world.advice(then)) == foretold
                assert world.brings(then) == frozenset(move.contradictions)
                others.append(answer)
        assert sorted(others, key=str) == sorted(world.other_answers(place), key=str)
        after = [world.advice({**world.now, place: answer}) for answer in others] or [world.advice(world.now)]
        leans = [advice.points.lean for advice in after]
        assert (reach.least, reach.most) == (min(leans), max(leans))
        assert set(reach.outcomes) == {advice.outcome for advice in after}
        assert reach.can_change == any(advice.outcome != world.outcome() for advice in after)
        assert reach.is_answered == (place in world.now)
        turns = any(
            advice.outcome != world.outcome() and not world.brings({**world.now, place: answer})
            for answer, advice in zip(others, after, strict=False)
        )
        assert (reach in told.unless) == (turns and reach.question in core and not reach.is_answered)


@PROPERTY
@given(st.data())
def test_the_fewest_changes_of_any_rule_set_are_found(data: st.DataObject) -> None:
    check_fewest(*drawn_world(data, most=1_000), EXACT["sums"])


@pytest.mark.parametrize("method", EXACT)
def test_the_fewest_changes_are_those_that_trying_all_of_them_finds(method: str) -> None:
    for world, arguments in worlds():
        check_fewest(world, arguments, EXACT[method])


def check_fewest(world: World, arguments: Arguments, limits: ExplanationLimits) -> None:
    told = what_would_change(*arguments, limits=limits)
    expected = fewest_changes(world)
    assert told.outcome is world.outcome()
    assert {target.outcome for target in told.targets} == set(Outcome) - {told.outcome}
    for target in told.targets:
        size, sets = expected.get(target.outcome, (None, set()))
        assert (target.size, target.at_least) == (size, size)
        assert target.is_complete == (size is not None)
        assert sets_shown(world, told, target.outcome) == sets
    assert told.distance == min((size for size, _ in expected.values()), default=None)


def test_contradictions_keep_ways_out_and_some_of_them_make_the_shortest_way_longer() -> None:
    """What the others hold would be empty, were no way of these worlds a contradiction."""
    dropped = longer = 0
    for _, arguments in worlds():
        told = what_would_change(*arguments, limits=EXACT["sums"])
        without = what_would_change(replace(arguments[0], tensions=()), *arguments[1:], limits=EXACT["sums"])
        dropped += any(move.contradictions for reach in told.reaches for move in reach.moves)
        longer += [target.size for target in told.targets] != [target.size for target in without.targets]
    assert dropped > 5
    assert longer > 3


def test_where_looking_ends_early_only_what_is_known_is_said() -> None:
    for seed, (world, arguments) in enumerate(worlds()):
        told = what_would_change(*arguments, limits=tiny_limits(seed))
        expected = fewest_changes(world)
        for target in told.targets:
            size, sets = expected.get(target.outcome, (None, set()))
            if target.size is not None:
                assert target.size == target.at_least == size
            elif target.at_least is not None:
                assert size is None or size >= target.at_least
            else:
                assert size is None
            found = sets_shown(world, told, target.outcome)
            assert found <= sets
            if target.is_complete or not arguments[0].tensions:
                assert target.is_complete == (bool(found) and found == sets)
        nearest = min((size for size, _ in expected.values()), default=None)
        if told.distance is not None:
            assert told.distance == nearest
        elif told.at_least is not None:
            assert nearest is None or nearest >= told.at_least
        else:
            assert nearest is None


def test_how_far_it_was_looked_is_said() -> None:
    looked = {
        target.at_least
        for world, arguments in worlds()
        for target in what_would_change(
            *arguments, limits=replace(EXPLANATION_LIMITS, score_states=0, sphere_points=8)
        ).targets
        if target.size is None
    }
    assert 2 in looked


def sets_shown(world: World, told: WouldChange, outcome: Outcome) -> set[frozenset[tuple[Place, Answer]]]:
    """Every combination of answers that the least sets of an outcome tell, each once."""
    (target,) = (target for target in told.targets if target.outcome is outcome)
    found = [one for changed in target.sets for one in combinations_of(world, changed.changes)]
    assert len(found) == len(set(found)), "the same combination is told twice"
    return set(found)


@cache
def fewest_changes(world: World) -> Found:
    found: Found = {}
    choices: dict[Place, list[Answer]] = {
        place: [world.now.get(place), *world.other_answers(place)] for place in world.places
    }
    for sheets in world.every_combination(choices):
        changed = frozenset(
            (place, answer)
            for place, answer in sheets.items()
            if answer is not None and not same(answer, world.now.get(place))
        )
        outcome = world.advice(sheets).outcome
        if world.brings(sheets) or world.gives_up_with_more(dict(changed)):
            continue
        size, sets = found.get(outcome, (len(changed) + 1, set()))
        if len(changed) < size:
            found[outcome] = (len(changed), {changed})
        elif len(changed) == size:
            sets.add(changed)
    del found[world.outcome()]
    return found


def combinations_of(world: World, changes: tuple[AnswerChange, ...]) -> list[frozenset[tuple[Place, Answer]]]:
    each = [[((c.question, c.part), answer) for answer in answers_shown(world, c)] for c in changes]
    return [frozenset(chosen) for chosen in product(*each)]
