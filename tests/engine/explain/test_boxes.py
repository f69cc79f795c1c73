"""What a box of the starter set's answer space can give is the same by each method."""

from dataclasses import replace
from random import Random

from advisor import starter
from advisor.engine.explain.boxes import Box, outcomes_in
from advisor.engine.explain.limits import LIMITS
from advisor.engine.explain.situation import Situation, situation_of

BY_POINTS = replace(LIMITS, cells=0, leaf=10**6, box_points=10**7, samples=1)
BY_BOUNDS = replace(BY_POINTS, leaf=1, boxes=10**6)


def test_sums_and_bounds_find_what_looking_at_every_point_finds() -> None:
    random = Random(1)
    seen = set()
    for parts in (0, 1, 2, 3):
        situation = situation_of(starter.rule_set(), {}, [(str(part), {}) for part in range(parts)])
        for _ in range(30):
            box = drawn_box(random, situation)
            expected = outcomes_in(situation, box, BY_POINTS)
            assert expected.is_complete
            for limits in (LIMITS, BY_BOUNDS):
                found = outcomes_in(situation, box, limits)
                assert found.is_complete
                assert found.points.keys() == expected.points.keys()
                for outcome, codes in found.points.items():
                    assert all(code in values for code, values in zip(codes, box, strict=True))
                    assert outcomes_in(situation, tuple((code,) for code in codes), BY_POINTS).points == {
                        outcome: codes
                    }
            seen.add(frozenset(expected.points))
    assert len(seen) > 8, "the boxes are all alike"


def drawn_box(random: Random, situation: Situation) -> Box:
    """One value for most slots, two for up to six of them."""
    free = random.sample(range(len(situation.slots)), 6)
    return tuple(
        tuple(sorted(random.sample(range(len(slot.variable.values)), 2 if index in free else 1)))
        for index, slot in enumerate(situation.slots)
    )
