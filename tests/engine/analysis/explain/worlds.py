"""Worlds and limits for the tests of the explanations."""

from dataclasses import replace
from functools import cache
from typing import TypeAlias

from hypothesis import assume
from hypothesis import strategies as st

from advisor.engine.analysis.explain import EXPLANATION_LIMITS, ExplanationLimits
from advisor.engine.model.rules import RuleSet
from tests.engine.analysis.explain.brute_force import World, size_of, world_of
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import Sheet, made_item, made_rule_set
from tests.engine.strategies import fit_items, rule_sets

Arguments: TypeAlias = tuple[RuleSet, Sheet, tuple[tuple[str, Sheet], ...]]
"""What the explanations take: a rule set, answers and parts."""


def drawn_world(data: st.DataObject, most: int = 4_000) -> tuple[World, Arguments]:
    """A small world, and the arguments of the explanations that it stands for."""
    rule_set = data.draw(rule_sets())
    answers, parts = data.draw(fit_items(rule_set))
    world = world_of(rule_set, answers, parts)
    assume(size_of(world) <= most)
    return world, (rule_set, answers, parts)


SEEDS = (1103, 1149, 1594, 1607, 1698, 1765, 1771, 1862, 2314, 2461, 2566, 2950, 3154, 3541)
"""Seeds of rule sets in which answers matter, from the first 4,000: few of them do, and looking for them takes long."""


@cache
def worlds() -> list[tuple[World, Arguments]]:
    """Small worlds in which the answers matter, always the same ones: in one piece and in parts."""
    found = [made for seed in SEEDS for made in worlds_of(seed)]
    assert len(found) > 30, "the rule sets of these seeds are others by now: look for new seeds"
    return found


def worlds_of(seed: int) -> list[tuple[World, Arguments]]:
    """Those of one rule set, if any."""
    dice = Dice(seed)
    rule_set = made_rule_set(dice)
    found: list[tuple[World, Arguments]] = []
    if len(rule_set.questions) > 3 and len(rule_set.rules) > 3 and len(rule_set.kind) > 2:
        for _ in range(8):
            answers, parts = made_item(dice, rule_set)
            world = world_of(rule_set, answers, parts)
            if 100 <= size_of(world) <= 3_000 and world.unanswered_places() and matters(world, dice):
                found.append((world, (rule_set, answers, parts)))
    return found


def matters(world: World, dice: Dice) -> bool:
    """Whether answers lead to three outcomes or more."""
    places = {place: [None, *world.answers(place)] for place in world.places}
    some = [{place: dice.pick(answers) for place, answers in places.items()} for _ in range(12)]
    return len({world.advice(sheets).outcome for sheets in some}) > 2


_ALL = replace(EXPLANATION_LIMITS, sets_shown=10_000, combinations=100_000, clashing=100_000, answers_shown=10_000)

EXACT = {
    "sums": _ALL,
    "points": replace(_ALL, score_states=0),
    "bounds": replace(_ALL, score_states=0, samples=1, leaf=1, near_points=0),
    "bounds and leaves": replace(_ALL, score_states=0, samples=1, leaf=20),
}
"""Limits with which everything in a small world is exact, by each of the methods."""


def tiny_limits(seed: int) -> ExplanationLimits:
    """Limits at which looking ends early."""
    dice = Dice(seed)
    return ExplanationLimits(
        sphere_points=dice.number(0, 60),
        box_points=dice.number(0, 10),
        samples=dice.number(1, 3),
        boxes=dice.number(0, 4),
        leaf=dice.number(1, 4),
        near_points=dice.number(0, 8),
        checks=dice.number(0, 3),
        subsets=dice.number(0, 2),
        score_states=dice.pick([0, 0, 10**6]),
        sets_shown=dice.number(1, 6),
        combinations=dice.number(1, 9),
        clashing=dice.number(0, 5),
        answers_shown=10_000,
    )
