"""Worlds and limits for the tests of the explanations."""

from dataclasses import replace
from typing import TypeAlias

from hypothesis import assume
from hypothesis import strategies as st

from advisor.engine.explain import LIMITS, Limits
from advisor.engine.rules import RuleSet
from tests.engine.explain.brute import World, size_of, world_of
from tests.engine.strategies import Sheet, fit_items, rule_sets

Arguments: TypeAlias = tuple[RuleSet, Sheet, tuple[tuple[str, Sheet], ...]]
"""What the explanations take: a rule set, answers and parts."""


def drawn_world(data: st.DataObject, most: int = 4_000) -> tuple[World, Arguments]:
    """A small world, and the arguments of the explanations that it stands for."""
    rule_set = data.draw(rule_sets())
    answers, parts = data.draw(fit_items(rule_set))
    world = world_of(rule_set, answers, parts)
    assume(size_of(world) <= most)
    return world, (rule_set, answers, parts)


def exact_limits() -> st.SearchStrategy[Limits]:
    """Limits with which everything in a small world is exact, by each of the methods."""
    wide = replace(LIMITS, cells=0)
    told = {"sets_told": 10_000, "combinations": 100_000}
    return st.sampled_from(
        [
            replace(limits, **told)
            for limits in (LIMITS, wide, replace(wide, samples=1), replace(wide, samples=1, leaf=1, near_points=0))
        ]
    )


@st.composite
def tiny_limits(draw: st.DrawFn) -> Limits:
    """Limits at which looking ends early."""
    few = st.integers(0, 3)
    return Limits(
        ring_points=draw(st.integers(0, 60)),
        box_points=draw(st.integers(0, 20)),
        samples=draw(st.integers(1, 3)),
        boxes=draw(st.integers(0, 8)),
        leaf=draw(st.integers(1, 8)),
        near_points=draw(st.integers(0, 20)),
        checks=draw(few),
        subsets=draw(few),
        cells=draw(st.sampled_from([0, 0, 10**6])),
        sets_told=draw(few),
        combinations=1 + draw(few),
    )
