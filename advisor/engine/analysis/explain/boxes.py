"""Boxes of the answer space: for each variable the values that it may have, and what the advice can be inside.

Where a process has parts, each part is looked at alone, beside every set of answers to the questions of the process:
given those, the parts have nothing to do with each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.bounds import wanted_in
from advisor.engine.analysis.explain.reachable import combine_masks, outcomes_of_parts, outcomes_reached, scoped_blocks
from advisor.engine.analysis.explain.situation import Situation
from advisor.engine.analysis.explain.sums import VALUE, Points, every_point, outcomes_at
from advisor.engine.analysis.limits import ExplanationLimits
from advisor.engine.analysis.space import Codes, space_of
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome

Box: TypeAlias = tuple[tuple[int, ...], ...]
"""For each variable the values that it may have."""


@dataclass(frozen=True, slots=True)
class BoxOutcomes:
    """The outcomes found in a box, each with a point; ``is_complete`` where there are no others."""

    points: dict[Outcome, Codes]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class BoxTable:
    """What one part gives in a box.

    ``outcomes`` has a row for each point of the variables that all parts share, a column for each of its ``own``.
    """

    own: tuple[int, ...]
    points: Points
    outcomes: Ints


def box_around(situation: Situation, free: Sequence[int]) -> Box:
    """These variables may have any value; the others stay as they are."""
    box: list[tuple[int, ...]] = [(code,) for code in situation.codes]
    for index in free:
        box[index] = tuple(range(len(situation.variables[index].base.values)))
    return tuple(box)


def outcomes_in(
    situation: Situation, box: Box, limits: ExplanationLimits, *, other_than: Outcome | None = None
) -> BoxOutcomes:
    """The outcomes that a box has; where there is one ``other_than`` this, one of those does.

    All of them where the limits allow it, else what was found.
    """
    by_sums = _by_sums(situation, box, limits, other_than)
    if by_sums is not None:
        return BoxOutcomes(by_sums, is_complete=True)
    slimmer = reduce_box(situation, box)
    if situation.in_parts and points_in_tables(situation, slimmer) <= limits.box_points // len(situation.parts):
        return BoxOutcomes(_all_outcomes(situation, slimmer), is_complete=True)
    some = some_points(slimmer, limits.samples)
    numbers, first = np.unique(situation.outcomes(some), return_index=True)
    points = {OUTCOMES[n]: tuple(some[:, at].tolist()) for n, at in zip(numbers.tolist(), first.tolist(), strict=True)}
    missing = set(OUTCOMES) - points.keys() - {other_than}
    if situation.in_parts or (other_than is not None and points.keys() - {other_than}):
        return BoxOutcomes(points, is_complete=not missing)
    found, is_complete = wanted_in(situation.rule_set, slimmer, missing, limits)
    return BoxOutcomes(points | found, is_complete)


def _by_sums(
    situation: Situation, box: Box, limits: ExplanationLimits, other_than: Outcome | None
) -> dict[Outcome, Codes] | None:
    blocks = scoped_blocks(situation.rule_set)
    if blocks is None or blocks.sums.score_states > limits.score_states:
        return None
    if situation.in_parts:
        boxes = [[box[index] for index in part] for part in situation.parts]
        found = outcomes_of_parts(blocks, boxes, limits.box_points, other_than)
        if found is None:
            return None
    else:
        found = {outcome: [values] for outcome, values in outcomes_reached(blocks.sums, box, other_than).items()}
    points = {}
    for outcome, each in found.items():
        codes = {
            index: values[at]
            for part, values in zip(situation.parts, each, strict=True)
            for at, index in enumerate(part)
        }
        points[outcome] = tuple(codes[index] for index in range(len(box)))
    return points


def some_points(box: Box, number: int) -> Points:
    """Points spread over a box, the same ones each time."""
    spread = np.random.default_rng(number)
    return np.stack([np.array(values, VALUE)[spread.integers(len(values), size=number)] for values in box])


def reduce_box(situation: Situation, box: Box) -> Box:
    """A smaller box with the same outcomes: without values that nothing tells apart from another one in it."""
    slimmer = list(box)
    for part in situation.parts:
        for index in part:
            values = slimmer[index]
            asked_when = situation.variables[index].base.asked_when
            if any(test.accepted.isdisjoint(slimmer[part[test.variable]]) for test in asked_when):
                slimmer[index] = values[:1]
            elif len(values) > 1:
                alike = alike_values(situation, index)
                slimmer[index] = tuple({alike[code]: code for code in values}.values())
    return tuple(slimmer)


def points_in_tables(situation: Situation, box: Box) -> int:
    """How many points the tables of a box have."""
    return sum(prod(len(box[index]) for index in part) for part in situation.parts)


def tables_of(situation: Situation, box: Box) -> tuple[Points, list[BoxTable]]:
    """The points of the variables that all pieces share, and the table of each part."""
    shared = situation.shared_variables
    shared_points = every_point([box[index] for index in shared])
    rows = shared_points.shape[1]
    owns = [tuple(index for index in part if index not in shared) for part in situation.parts]
    points = [every_point([box[index] for index in own]) for own in owns]
    parts = []
    for part, own, each in zip(situation.parts, owns, points, strict=True):
        codes = {at: np.repeat(row, each.shape[1]) for at, row in zip(shared, shared_points, strict=True)}
        codes |= {at: np.tile(row, rows) for at, row in zip(own, each, strict=True)}
        parts.append([codes[index] for index in part])
    # All parts at once: looking at few points takes hardly less time than looking at many.
    together = outcomes_at(situation.rule_set, [np.concatenate(columns) for columns in zip(*parts, strict=True)])
    ends = np.cumsum([rows * each.shape[1] for each in points])[:-1]
    tables = [
        BoxTable(own, each, outcomes.reshape(rows, -1))
        for own, each, outcomes in zip(owns, points, np.split(together, ends), strict=True)
    ]
    return shared_points, tables


def _all_outcomes(situation: Situation, box: Box) -> dict[Outcome, Codes]:
    shared_points, tables = tables_of(situation, box)
    sets = np.stack([np.bitwise_or.reduce(1 << table.outcomes, axis=1) for table in tables])
    found: dict[Outcome, Codes] = {}
    different, first = np.unique(sets, axis=1, return_index=True)
    for masks, row in zip(different.T.tolist(), first.tolist(), strict=True):
        for outcome, numbers in combine_masks(tuple(masks)).items():
            if outcome not in found:
                codes = dict(zip(situation.shared_variables, shared_points[:, row].tolist(), strict=True))
                for table, number in zip(tables, numbers, strict=True):
                    at = int(np.argmax(table.outcomes[row] == number))
                    codes |= dict(zip(table.own, table.points[:, at].tolist(), strict=True))
                found[outcome] = tuple(codes[index] for index in range(len(situation.variables)))
    return found


def alike_values(situation: Situation, index: int) -> list[int]:
    """For each value of a variable the first value of which every test says the same: they are alike."""
    return _first_alike(situation.rule_set)[situation.variables[index].position]


@cached_per_rule_set
def _first_alike(rule_set: RuleSet) -> list[list[int]]:
    space = space_of(rule_set)
    accepted: list[set[frozenset[int]]] = [set() for _ in space.variables]
    for test in chain(*space.rules, *(variable.asked_when for variable in space.variables)):
        accepted[test.variable].add(test.accepted)
    found = []
    for variable, sets in zip(space.variables, accepted, strict=True):
        accepts = np.zeros((len(variable.values), len(sets)), bool)
        for column, codes in enumerate(sets):
            accepts[list(codes), column] = True
        first: dict[bytes, int] = {}
        found.append([first.setdefault(row.tobytes(), code) for code, row in enumerate(accepts)])
    return found
