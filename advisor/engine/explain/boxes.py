"""Boxes of the answer space: for each slot the values that it may have, and what the advice can be anywhere inside."""

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.batch import OUTCOMES
from advisor.engine.explain.situation import VALUE, Points, Situation
from advisor.engine.space import Codes
from advisor.engine.vocabulary import Outcome

Box: TypeAlias = tuple[tuple[int, ...], ...]
"""For each slot the values that it may have."""

BOX_BUDGET = 300_000
"""Points of a box that are looked at, at most."""

SAMPLES = 2_048
"""Points of a larger box that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcomes found in a box, each with a point; ``is_complete`` where there are no others."""

    points: dict[Outcome, Codes]
    is_complete: bool


def outcomes_in(situation: Situation, box: Box) -> Found:
    """The outcomes that a box has."""
    is_complete = size_of(box) <= BOX_BUDGET
    points = every_point(box) if is_complete else some_points(box, SAMPLES)
    outcomes = situation.advice(points).outcomes
    numbers, first = np.unique(outcomes, return_index=True)
    found = {OUTCOMES[n]: tuple(points[:, at].tolist()) for n, at in zip(numbers.tolist(), first.tolist(), strict=True)}
    return Found(found, is_complete)


def size_of(box: Box) -> int:
    """How many points a box has."""
    return prod(map(len, box))


def every_point(box: Box) -> Points:
    """All points of a box; the last slot changes fastest."""
    points = np.empty((len(box), size_of(box)), VALUE)
    each = points.shape[1]
    for row, values in zip(points, box, strict=True):
        each //= len(values)
        row[:] = np.tile(np.repeat(np.array(values, VALUE), each), points.shape[1] // (each * len(values)))
    return points


def some_points(box: Box, number: int) -> Points:
    """Points spread over a box, the same ones each time."""
    spread = np.random.default_rng(number)
    return np.stack([np.array(values, VALUE)[spread.integers(len(values), size=number)] for values in box])
