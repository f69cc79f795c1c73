"""What would change the advice is what trying every change finds."""

from itertools import product
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.engine.evaluate import Recommendation
from advisor.engine.explain import Change, Target, what_would_change
from advisor.engine.operators import Answer
from advisor.engine.vocabulary import Outcome
from tests.engine.explain.brute import Place, World, same, size_of, world_of
from tests.engine.strategies import PROPERTY, fit_items, rule_sets

Found = dict[Outcome, tuple[int, set[frozenset[tuple[Place, Answer]]]]]
"""For each outcome the fewest changes, and all of the least sets."""


def drawn_world(data: st.DataObject, most: int = 4_000) -> tuple[World, Any]:
    """A small world, and the arguments of the explanations that it stands for."""
    rule_set = data.draw(rule_sets())
    answers, parts = data.draw(fit_items(rule_set))
    world = world_of(rule_set, answers, parts)
    assume(size_of(world) <= most)
    return world, (rule_set, answers, parts)


def said(advice: Recommendation) -> tuple[object, ...]:
    return advice.outcome, advice.kind, advice.strength, advice.points.lean


def answers_told(world: World, change: Change) -> list[Answer]:
    """Every answer that a change allows."""
    place = (change.question, change.part)
    if not change.bands:
        return list(change.answers)
    assert all(answer in world.others(place) for answer in change.answers)
    return [
        number
        for number in world.others(place)
        if isinstance(number, int)
        for band in change.bands
        if (band.least is None or number >= band.least) and (band.greatest is None or number <= band.greatest)
    ]


@PROPERTY
@given(st.data())
def test_each_move_gives_what_was_foretold_and_no_other_answer_is_left_out(data: st.DataObject) -> None:
    world, arguments = drawn_world(data, most=10**9)
    told = what_would_change(*arguments)
    assert [(reach.question, reach.part) for reach in told.reaches] == [
        place for place in world.places if world.is_asked[place]
    ]
    for reach in told.reaches:
        place = (reach.question, reach.part)
        others = []
        for move in reach.moves:
            assert move.change.answers
            for answer in answers_told(world, move.change):
                assert said(world.advice({**world.now, place: answer})) == (
                    *(move.outcome, move.kind),
                    *(move.strength, move.lean),
                )
                others.append(answer)
        assert sorted(others, key=str) == sorted(world.others(place), key=str)
        after = [world.advice({**world.now, place: answer}) for answer in others] or [world.advice(world.now)]
        leans = [advice.points.lean for advice in after]
        assert (reach.least, reach.most) == (min(leans), max(leans))
        assert set(reach.outcomes) == {advice.outcome for advice in after}
        assert reach.can_change == any(advice.outcome != world.outcome() for advice in after)
        assert reach.is_answered == (place in world.now)


@PROPERTY
@given(st.data())
def test_the_fewest_changes_are_those_that_trying_all_of_them_finds(data: st.DataObject) -> None:
    world, arguments = drawn_world(data)
    told = what_would_change(*arguments)
    expected = fewest_changes(world)
    assert told.outcome is world.outcome()
    assert {target.outcome for target in told.targets} == set(Outcome) - {told.outcome}
    for target in told.targets:
        size, sets = expected.get(target.outcome, (None, set()))
        assert (target.size, target.at_least) == (size, size)
        found = [one for changed in target.sets for one in combinations_of(world, changed.changes)]
        assert len(found) == len(set(found)), "the same combination is told twice"
        assert set(found) <= sets
        assert target.is_complete == (size is not None and set(found) == sets)
    assert told.distance == min((size for size, _ in expected.values()), default=None)


def fewest_changes(world: World) -> Found:
    found: Found = {}
    choices: dict[Place, list[Answer]] = {place: [world.now.get(place), *world.others(place)] for place in world.places}
    for sheets in world.every(choices):
        changed = frozenset(
            (place, answer)
            for place, answer in sheets.items()
            if answer is not None and not same(answer, world.now.get(place))
        )
        outcome = world.advice(sheets).outcome
        size, sets = found.get(outcome, (len(changed) + 1, set()))
        if len(changed) < size:
            found[outcome] = (len(changed), {changed})
        elif len(changed) == size:
            sets.add(changed)
    del found[world.outcome()]
    return found


def combinations_of(world: World, changes: tuple[Change, ...]) -> list[frozenset[tuple[Place, Answer]]]:
    each = [[((c.question, c.part), answer) for answer in answers_told(world, c)] for c in changes]
    return [frozenset(chosen) for chosen in product(*each)]


def places(target: Target) -> list[frozenset[Place]]:
    return [frozenset((change.question, change.part) for change in found.changes) for found in target.sets]
