"""Which outcomes the answers in a box reach, by the sums of points: every one of them, each with a point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import product
from math import prod
from operator import or_
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.situation import OUTCOME_OF
from advisor.engine.analysis.explain.sums import QuestionBlock, Sums, sums_of
from advisor.engine.analysis.policy_ranges import bits
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome

Values: TypeAlias = dict[int, int]
"""The value of some variables of the space."""

Box: TypeAlias = Sequence[Sequence[int]]
"""For each variable of the space the values that it may have."""

Adds: TypeAlias = Mapping[int, int]
"""What the combinations of a block add in a box, each sum with the first combination that does."""


class Steps:
    """The score states that some blocks reach in a box, one block after the other."""

    def __init__(self, blocks: Sequence[QuestionBlock], box: Box) -> None:
        self._blocks = blocks
        self._adds = [_adds(block, box) for block in blocks]

    @cached_property
    def _states_by_step(self) -> list[int]:
        reached = [1]
        for adds in self._adds:
            reached.append(_shift(reached[-1], adds))
        return reached

    @property
    def score_states(self) -> int:
        """The score states reached in the end."""
        return self._states_by_step[-1]

    def leading_to(self, score_states: int) -> int:
        """The score states from which these blocks lead to one of ``score_states``."""
        for adds in self._adds:
            score_states = reduce(or_, (score_states >> add for add in adds))
        return score_states

    def values(self, score_states: int) -> Values:
        """Values that lead to one of ``score_states``, some of which are reached; block by block, from the last."""
        score_state = (score_states & self.score_states).bit_length() - 1
        values: Values = {}
        for block, before, adds in zip(self._blocks[::-1], self._states_by_step[-2::-1], self._adds[::-1], strict=True):
            add = next(add for add in adds if add <= score_state and before >> (score_state - add) & 1)
            values |= block.values(adds[add])
            score_state -= add
        return values


def outcomes_reached(sums: Sums, box: Box, other_than: Outcome | None = None) -> dict[Outcome, Values]:
    """The outcomes in a box of the space, each with the values of a point; or one of them ``other_than`` this."""
    steps = Steps(sums.blocks, box)
    reached = [outcome for outcome in OUTCOMES if outcome is not other_than and sums.sets[outcome] & steps.score_states]
    return {outcome: steps.values(sums.sets[outcome]) for outcome in (reached[:1] if other_than else reached)}


@lru_cache(maxsize=1024)
def combine_masks(masks: tuple[int, ...]) -> Mapping[Outcome, tuple[int, ...]]:
    """The outcomes that parts with these possible outcomes give together, each with an outcome of every part.

    A mask has bit i for the i-th outcome, which is what stands for it in what is returned.
    """
    sets: dict[int, tuple[int, ...]] = {0: ()}
    for mask in masks:
        more: dict[int, tuple[int, ...]] = {}
        for outcomes, numbers in sets.items():
            for number in bits(mask):
                more.setdefault(outcomes | 1 << number, (*numbers, number))
        sets = more
    found: dict[Outcome, tuple[int, ...]] = {}
    for outcomes, numbers in sets.items():
        found.setdefault(OUTCOMES[OUTCOME_OF[outcomes]], numbers)
    return found


def _adds(block: QuestionBlock, box: Box) -> Adds:
    return _adds_of(block, tuple(tuple(box[variable]) for variable in block.variables))


@lru_cache(maxsize=1024)
def _adds_of(block: QuestionBlock, values: tuple[tuple[int, ...], ...]) -> Adds:
    rows = block.rows(values)[::-1]
    # Backwards, so that the first combination that adds so much stands for it.
    return dict(zip(block.score_states[rows].tolist(), rows.tolist(), strict=True))


def _shift(score_states: int, adds: Iterable[int]) -> int:
    """The score states that one of ``adds`` more leads to from these."""
    after = 0
    for add in adds:
        after |= score_states << add
    return after


# ---- Which outcomes a process in parts reaches, given a box for each part, by the sums of points


@dataclass(frozen=True, eq=False)
class ScopedBlocks:
    """The blocks of a rule set: of the ``whole`` process, of parts alone (``own``), and those ``mixed`` of both.

    ``process`` and ``parts`` are the variables that are asked of either.
    """

    sums: Sums
    process: frozenset[int]
    parts: frozenset[int]
    whole: tuple[QuestionBlock, ...]
    own: tuple[QuestionBlock, ...]
    mixed: tuple[QuestionBlock, ...]

    def own_box(self, box: Box) -> tuple[tuple[int, ...], ...]:
        """The box as far as a part's own blocks look at it."""
        looked_at = {variable for block in self.own for variable in block.variables}
        return tuple(tuple(values) if at in looked_at else () for at, values in enumerate(box))


@cached_per_rule_set
def scoped_blocks(rule_set: RuleSet) -> ScopedBlocks | None:
    """The blocks of a rule set, sorted; None where it has no sums."""
    sums = sums_of(rule_set)
    if sums is None:
        return None
    variables = list(enumerate(space_of(rule_set).variables))
    parts = frozenset(at for at, variable in variables if variable.question.scope is Scope.PART)
    process = frozenset(at for at, _ in variables) - parts
    whole = tuple(block for block in sums.blocks if parts.isdisjoint(block.variables))
    own = tuple(block for block in sums.blocks if process.isdisjoint(block.variables))
    mixed = tuple(block for block in sums.blocks if block not in {*whole, *own})
    return ScopedBlocks(sums, process, parts, whole, own, mixed)


def outcomes_of_parts(
    blocks: ScopedBlocks, boxes: Sequence[Box], most: int, other_than: Outcome | None = None
) -> dict[Outcome, list[Values]] | None:
    """The outcomes of a process, given the box of each of its parts, each with the values of a point for every part.

    The boxes agree on the questions of the process. Only one outcome is found where it is to be ``other_than`` this.
    None where more than ``most`` combinations would be looked at.
    """
    whole = Steps(blocks.whole, boxes[0])
    starts = np.array(bits(whole.score_states))
    rows = [block.within(boxes[0], blocks.process) for block in blocks.mixed]
    columns = [[block.within(box, blocks.parts) for block in blocks.mixed] for box in boxes]
    rows = [
        _different(block, row, [own[at] for own in columns])
        for at, (block, row) in enumerate(zip(blocks.mixed, rows, strict=True))
    ]
    if len(starts) * prod(map(len, rows)) * max(prod(map(len, own)) for own in columns) > most:
        return None
    masks = []
    for box, own in zip(boxes, columns, strict=True):
        score_states = starts[:, None]
        for block, row, column in zip(blocks.mixed, rows, own, strict=True):
            more = block.score_states[np.add.outer(row, column)]
            score_states = (score_states[:, None, :, None] + more[:, None, :]).reshape(len(score_states) * len(row), -1)
        masks.append(np.bitwise_or.reduce(_outcomes_by_state(blocks, blocks.own_box(box))[score_states], axis=1))
    found: dict[Outcome, list[Values]] = {}
    different, first = np.unique(np.stack(masks), axis=1, return_index=True)
    for mask, at in zip(different.T.tolist(), first.tolist(), strict=True):
        for outcome, numbers in combine_masks(tuple(mask)).items():
            if outcome is not other_than and outcome not in found:
                start, *chosen = np.unravel_index(at, [len(starts), *map(len, rows)])
                tied = [int(row[each]) for row, each in zip(rows, chosen, strict=True)]
                shared = whole.values(1 << int(starts[start]))
                found[outcome] = [
                    shared | _values(blocks, box, tied, int(starts[start]), blocks.sums.sets[OUTCOMES[number]])
                    for box, number in zip(boxes, numbers, strict=True)
                ]
                if other_than:
                    return found
    return found


def _different(block: QuestionBlock, rows: Ints, columns: Sequence[Ints]) -> Ints:
    """Rows of a mixed block, without those that add the same as another, whatever the columns."""
    added = block.score_states[np.add.outer(rows, np.concatenate(columns))]
    return rows[sorted({tuple(score_states): at for at, score_states in enumerate(added.tolist())}.values())]


@lru_cache(maxsize=64)
def _outcomes_by_state(blocks: ScopedBlocks, own: tuple[tuple[int, ...], ...]) -> Ints:
    """For each state the outcomes that a part's own questions lead to from there, in this box: bit i for the i-th."""
    steps = Steps(blocks.own, own)
    size = -(-blocks.sums.score_states // 8)
    leading = [steps.leading_to(blocks.sums.sets[outcome]).to_bytes(size, "little") for outcome in OUTCOMES]
    planes = np.frombuffer(b"".join(leading), np.uint8).reshape(len(OUTCOMES), -1)
    found: Ints = np.zeros(8 * size, np.uint8)
    for number, plane in enumerate(np.unpackbits(planes, axis=1, bitorder="little")):
        found |= plane << number
    return found


def _values(blocks: ScopedBlocks, box: Box, rows: Sequence[int], start: int, goal: int) -> Values:
    """Values of a part that lead from a score state and these rows of the mixed blocks to the goal: there are some."""
    own = Steps(blocks.own, box)
    for columns in product(*(block.within(box, blocks.parts).tolist() for block in blocks.mixed)):
        chosen = [(block, row + column) for block, row, column in zip(blocks.mixed, rows, columns, strict=True)]
        left = goal >> (start + sum(int(block.score_states[at]) for block, at in chosen))
        if own.score_states & left:
            return reduce(or_, (block.values(at) for block, at in chosen), own.values(left))
    raise LookupError("nothing leads to the goal")
