"""What one rule of a rule set does: where it fires, what it moves, and which other rules fire with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod

import numpy as np

from advisor.engine.analysis.policy_ranges import Ints, by_outcome, by_rows, without
from advisor.engine.analysis.proofs.rule_pairs import OPPOSITE, Box, box_of, intersection
from advisor.engine.analysis.proofs.sampling import AnswerSample, accepts, any_sample, complete_states, with_sums
from advisor.engine.analysis.proofs.states import States
from advisor.engine.analysis.space import UNKNOWN, Space, space_of
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import Rule, RuleSet

_TRIED = 8_192
"""Combinations in which the rule fires that are tried; where there are no more than that, all are."""

_SHOWN = 8
"""Other rules of which the exact share is worked out."""


class RuleRelation(StrEnum):
    """How a rule lies to another that can fire with it."""

    EQUAL = "equal"
    INSIDE = "inside"
    AROUND = "around"
    MEETS = "meets"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another rule that can fire together with it.

    ``relation`` INSIDE: it never fires without the other; AROUND: the other never without it. ``contradicts`` says that
    they look at the same questions and push to opposite sides. ``share`` is that of the complete answers in which it
    fires in which the other does too, from 0.0 to 1.0.
    """

    rule: Rule
    relation: RuleRelation
    is_opposite: bool
    contradicts: bool
    share: float


@dataclass(frozen=True, slots=True)
class PolicyMove:
    """Answers for which another row of a table ("leave", "kind") comes first because of the rule."""

    table: str
    without: int
    row: int
    witness: dict[str, Answer]


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule does. It can never fire where ``fires`` is 0.

    ``fires`` of ``of`` complete combinations of answers, exactly; both are None where follow-ups are too many to count.
    ``turns`` is the share of the complete answers in which it fires that get another outcome because of it, found in a
    sample. Moves were looked for in ``tried`` combinations, unknown answers included; ``is_all`` where there are no
    others. ``overlaps`` are the most telling of the ``together`` rules that can fire with it; ``opposite`` of them push
    to the opposite side.
    """

    fires: int | None
    of: int | None
    turns: float
    tried: int
    is_all: bool
    moves: tuple[PolicyMove, ...]
    overlaps: tuple[Overlap, ...]
    together: int
    opposite: int

    @property
    def share(self) -> float | None:
        """The share of all complete combinations in which it fires, from 0.0 to 1.0."""
        return None if self.fires is None or not self.of else self.fires / self.of


def rule_effect(rule_set: RuleSet, key: str) -> RuleEffect:
    """What the rule of this key does, in a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    index = next(at for at, rule in enumerate(rule_set.rules) if rule.key == key)
    box = box_of(space, space.rules[index])
    every = complete_states(space)
    of = None if every is None else every.total(1)[0]
    if box is None:
        return RuleEffect(0, of, 0.0, 0, is_all=True, moves=(), overlaps=(), together=0, opposite=0)
    if not space.variables:  # nothing is asked, so there is nothing to try
        return RuleEffect(1, 1, 0.0, 0, is_all=False, moves=(), overlaps=(), together=0, opposite=0)
    own = complete_states(space, box)
    everything = _all(rule_set, space, box)
    tried = everything if everything is not None else any_sample(rule_set, space, _TRIED, box)
    complete = None if own is None else with_sums(rule_set, own.sample(_TRIED, np.random.default_rng(1)))
    together = list(_together(rule_set, space, index, box, complete or tried))
    rule = rule_set.rules[index]
    opposite = sum(overlap.is_opposite for overlap in together)
    return RuleEffect(
        fires=None if own is None else own.total(1)[0],
        of=of,
        turns=_turned(rule_set, rule, complete or tried),
        tried=len(tried.sums[0]),
        is_all=everything is not None,
        moves=tuple(_moves(rule_set, space, rule, tried)),
        overlaps=tuple(_exact(space, rule_set, box, own, together[:_SHOWN])),
        together=len(together),
        opposite=opposite,
    )


def _all(rule_set: RuleSet, space: Space, box: Box) -> AnswerSample | None:
    """Every combination in a box, unknown answers included, where there are few."""
    values = [
        sorted(box[index]) if index in box else list(range(len(variable.values)))
        for index, variable in enumerate(space.variables)
    ]
    if prod(map(len, values)) > _TRIED:
        return None
    grid = np.meshgrid(*values, indexing="ij") if values else []
    codes: list[Ints] = []
    for variable, numbers in zip(space.variables, grid, strict=True):
        found = numbers.ravel().copy()
        for test in variable.asked_when:
            found[~accepts(test, codes[test.variable])] = UNKNOWN
        codes.append(found)
    return with_sums(rule_set, codes) if codes else None


def _turned(rule_set: RuleSet, rule: Rule, sample: AnswerSample) -> float:
    judge, less = by_outcome(rule_set), without(rule.push, sample.sums)
    return float((judge(sample.sums, sample.sums) != judge(less, less)).mean())


def _moves(rule_set: RuleSet, space: Space, rule: Rule, sample: AnswerSample) -> Iterator[PolicyMove]:
    """Each pair of rows once, with the first answers that were found for it."""
    judge, less = by_rows(rule_set), without(rule.push, sample.sums)
    rows, before = judge(sample.sums, sample.sums), judge(less, less)
    kinds = len(rule_set.kind)
    tables = {"leave": (before // kinds, rows // kinds), "kind": (before % kinds, rows % kinds)}
    for table, (was, becomes) in tables.items():
        differ = np.flatnonzero(was != becomes)
        pairs = was[differ] * max(kinds, len(rule_set.leave)) + becomes[differ]
        for first in sorted(np.unique(pairs, return_index=True)[1]):
            at = int(differ[first])
            yield PolicyMove(table, int(was[at]), int(becomes[at]), space.answers(sample.at(at)))


def _together(rule_set: RuleSet, space: Space, index: int, box: Box, sample: AnswerSample) -> Iterator[Overlap]:
    """Every other rule that can fire with it, the most telling first; the shares are those of the sample."""
    rule = rule_set.rules[index]
    found = []
    for other, tests in zip(rule_set.rules, space.rules, strict=True):
        theirs = box_of(space, tests) if other is not rule else None
        if theirs is None or intersection(box, theirs) is None:
            continue
        is_opposite = other.push.side is OPPOSITE.get(rule.push.side)
        contradicts = is_opposite and theirs.keys() == box.keys()
        share = float(sample.matched(tests).mean())
        found.append(Overlap(other, _relation(box, theirs), is_opposite, contradicts, share))
    order = list(RuleRelation)
    return iter(sorted(found, key=lambda it: (order.index(it.relation), not it.contradicts, -it.share)))


def _relation(box: Box, other: Box) -> RuleRelation:
    is_inside, is_around = _inside(box, other), _inside(other, box)
    if is_inside and is_around:
        return RuleRelation.EQUAL
    return RuleRelation.INSIDE if is_inside else RuleRelation.AROUND if is_around else RuleRelation.MEETS


def _inside(box: Box, other: Box) -> bool:
    return all(variable in box and box[variable] <= values for variable, values in other.items())


def _exact(
    space: Space, rule_set: RuleSet, box: Box, own: States | None, overlaps: Sequence[Overlap]
) -> Iterator[Overlap]:
    """The same with exact shares, where they can be counted."""
    at = {rule.key: index for index, rule in enumerate(rule_set.rules)}
    for overlap in overlaps:
        theirs = box_of(space, space.rules[at[overlap.rule.key]])
        meet = intersection(box, theirs) if theirs is not None else None
        states = complete_states(space, meet) if meet is not None and own is not None else None
        if own is None or states is None:
            yield overlap
        else:
            share = states.total(1)[0] / own.total(1)[0]
            yield Overlap(overlap.rule, overlap.relation, overlap.is_opposite, overlap.contradicts, share)
