"""All sums of points that answers can reach, where the rules fall into small blocks that share no question.

The sums are one number, a score state: each counts for the product of (most + 1) of those before it, in the order of
``Side``, where the most is what the blocks can reach together. Those of the blocks add up. A set of score states is one
Python integer, bit s for state s; a block that can add d shifts it by d. So what any answers to any number of questions
can reach takes some shifts and ORs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.policy_ranges import SIDES, by_outcome
from advisor.engine.analysis.space import UNKNOWN, Space, space_of
from advisor.engine.evaluation.batch import OUTCOMES, Ints, evaluate_codes
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome

Points: TypeAlias = Ints
"""Many points: a row for each question, a column for each point, in it the value."""

VALUE = np.uint16
"""The type of the values of points."""

BLOCK_POINTS = 20_000
"""Combinations of answers to the questions of one block; where it would have more, a rule set has no sums."""

SCORE_STATES_LIMIT = 1_000_000
"""Score states; with more, a rule set has no sums."""


@dataclass(frozen=True, slots=True, eq=False)
class QuestionBlock:
    """Questions that rules or follow-ups tie together; every combination of their values, and the score state it adds.

    ``sizes`` is how many values each of them has; the last one's change fastest.
    """

    variables: tuple[int, ...]
    sizes: tuple[int, ...]
    points: Points
    score_states: Ints

    def values(self, row: int) -> dict[int, int]:
        """The values of its variables in one combination."""
        return dict(zip(self.variables, self.points[:, row].tolist(), strict=True))

    def rows(self, values: Sequence[Sequence[int]]) -> Ints:
        """The numbers of the combinations in which its variables, one after the other, have one of these values."""
        rows = np.zeros(1, np.intp)
        for size, each in zip(self.sizes, values, strict=True):
            rows = np.add.outer(rows * size, np.array(each, np.intp)).ravel()
        return rows

    def within(self, box: Sequence[Sequence[int]], of: Collection[int] | None = None) -> Ints:
        """The numbers of the combinations that lie in a box of the space.

        Where only ``of`` some variables, what these add to the number: the others add theirs.
        """
        return self.rows([box[at] if of is None or at in of else (UNKNOWN,) for at in self.variables])


@dataclass(frozen=True)
class Sums:
    """The blocks of a rule set; for each score state the number of its outcome, for each outcome its score states."""

    blocks: tuple[QuestionBlock, ...]
    outcomes: Ints
    sets: Mapping[Outcome, int]

    @property
    def score_states(self) -> int:
        """How many score states there are."""
        return len(self.outcomes)


def every_point(box: Sequence[Sequence[int]]) -> Points:
    """All points of a box; the last variable changes fastest."""
    size = prod(map(len, box))
    points = np.empty((len(box), size), VALUE)
    each = size
    for row, values in zip(points, box, strict=True):
        each //= len(values)
        row[:] = np.tile(np.repeat(np.array(values, VALUE), each), size // (each * len(values)))
    return points


def outcomes_at(rule_set: RuleSet, codes: Sequence[Ints]) -> Ints:
    """The outcomes of many points of the space, by number. Quicker than ``evaluate_codes`` where there are sums."""
    sums = sums_of(rule_set)
    if sums is None:
        return evaluate_codes(rule_set, codes).outcomes
    score_states = np.zeros(len(codes[0]), np.intp)
    for block in sums.blocks:
        rows = np.zeros(len(score_states), np.intp)
        for variable, size in zip(block.variables, block.sizes, strict=True):
            rows *= size
            rows += codes[variable]
        score_states += block.score_states[rows]
    found: Ints = sums.outcomes[score_states]
    return found


@cached_per_rule_set
def sums_of(rule_set: RuleSet) -> Sums | None:
    """The sums of a rule set; None where its rules tie too many questions together. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    groups = _groups(space)
    if any(prod(len(space.variables[v].values) for v in g) > BLOCK_POINTS for g in groups):
        return None
    blocks = [_block(rule_set, space, group) for group in groups]
    # Rules that never match together do not add up: far fewer score states than the points of all rules would make.
    shape = tuple(1 + sum(int(block.sums[at].max()) for block in blocks) for at in range(len(SIDES)))
    if prod(shape) > SCORE_STATES_LIMIT:
        return None
    sums = np.unravel_index(np.arange(prod(shape)), shape, order="F")
    outcomes = by_outcome(rule_set)(sums, sums).astype(np.uint8)
    sets = {
        outcome: int.from_bytes(np.packbits(outcomes == number, bitorder="little").tobytes(), "little")
        for number, outcome in enumerate(OUTCOMES)
    }
    return Sums(tuple(block.to_question_block(shape) for block in blocks), outcomes, sets)


@dataclass(frozen=True, slots=True)
class _Block:
    """The same as a QuestionBlock, with the sum of each side in place of the score states."""

    variables: tuple[int, ...]
    sizes: tuple[int, ...]
    points: Points
    sums: tuple[Ints, ...]

    def to_question_block(self, shape: tuple[int, ...]) -> QuestionBlock:
        """With score states of this shape."""
        score_states = np.ravel_multi_index(self.sums, shape, order="F")
        return QuestionBlock(self.variables, self.sizes, self.points, score_states)


def _block(rule_set: RuleSet, space: Space, group: Sequence[int]) -> _Block:
    sizes = tuple(len(space.variables[variable].values) for variable in group)
    points = np.indices(sizes, dtype=VALUE).reshape(len(sizes), -1)
    codes = [np.zeros(points.shape[1], VALUE) for _ in space.variables]
    for variable, row in zip(group, points, strict=True):
        codes[variable] = row
    return _Block(tuple(group), sizes, points, evaluate_codes(rule_set, codes).sums)


def _groups(space: Space) -> list[list[int]]:
    """The questions, those together that a rule or a follow-up ties together.

    Whether a question is asked at which no rule and no other question looks makes no difference to any sum.
    """
    group_of = [{variable} for variable in range(len(space.variables))]
    ties = [{test.variable for test in tests} for tests in space.rules]
    follow_ups = [{at, *(test.variable for test in v.asked_when)} for at, v in enumerate(space.variables)]
    looked_at = set().union(*ties, *({test.variable for test in v.asked_when} for v in space.variables))
    ties += [tie for at, tie in enumerate(follow_ups) if at in looked_at]
    for tie in ties:
        together = set().union(*(group_of[variable] for variable in tie))
        for variable in together:
            group_of[variable] = together
    return [sorted(group) for variable, group in enumerate(group_of) if variable == min(group)]
