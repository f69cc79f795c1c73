"""What it takes for a rule to match, as the values that each question may have, and how the rules lie to each other.

Conditions of one rule must all hold, and a question must be asked to be answered. So the answers under which a rule
matches are a box: certain values of certain questions, and anything elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from advisor.engine.proofs.judging import Ints
from advisor.engine.space import UNKNOWN, Codes, Space, Test

Box: TypeAlias = Mapping[int, frozenset[int]]


def box_of(space: Space, tests: Sequence[Test]) -> Box | None:
    """The values under which all tests hold, and the questions they look at are asked; None: there are none."""
    found: dict[int, frozenset[int]] = {}
    waiting = list(tests)
    while waiting:
        test = waiting.pop()
        if test.variable not in found:
            waiting.extend(space.variables[test.variable].asked_when)
        found[test.variable] = found.get(test.variable, test.accepted) & test.accepted
    return found if all(found.values()) else None


def both(one: Box, other: Box) -> Box | None:
    """The box in which two boxes meet, or None."""
    found = dict(one)
    for variable, values in other.items():
        found[variable] = found.get(variable, values) & values
    return found if all(found.values()) else None


def corner(space: Space, box: Box) -> Codes:
    """The combination in a box that has no other known answers, and the first of the values that are left."""
    return tuple(min(box[index]) if index in box else UNKNOWN for index in range(len(space.variables)))


def inside(space: Space, boxes: Sequence[Box | None]) -> Ints:
    """For each pair of rules, whether the first matches only where the second does: a square of booleans."""
    starts = np.cumsum([0, *(len(variable.values) for variable in space.variables)])
    holds = np.ones((len(boxes), int(starts[-1])), np.float32)
    for index, box in enumerate(boxes):
        for variable, values in (box or {}).items():
            row = holds[index, starts[variable] : starts[variable + 1]]
            row[:] = 0
            row[list(values)] = 1
    found: Ints = holds @ (1 - holds).T == 0
    impossible = [index for index, box in enumerate(boxes) if box is None]
    found[impossible, :] = found[:, impossible] = False
    np.fill_diagonal(found, val=False)
    return found


def on_the_same_questions(space: Space, boxes: Sequence[Box | None]) -> Ints:
    """For each pair of rules, whether they look at the same questions and can match together: a square of booleans."""
    found = np.zeros((len(boxes), len(boxes)), bool)
    groups: dict[frozenset[int], list[int]] = {}
    for index, box in enumerate(boxes):
        if box is not None:
            groups.setdefault(frozenset(box), []).append(index)
    for variables, group in groups.items():
        together = np.ones((len(group), len(group)), bool)
        for variable in variables:
            holds = np.zeros((len(group), len(space.variables[variable].values)), np.float32)
            for row, index in enumerate(group):
                holds[row, list((boxes[index] or {})[variable])] = 1
            together &= holds @ holds.T > 0
        found[np.ix_(group, group)] = together
    np.fill_diagonal(found, val=False)
    return found
