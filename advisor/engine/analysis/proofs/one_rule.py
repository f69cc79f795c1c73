"""What one rule does: where it fires, what it moves, which rules fire with it; and what another rule set changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS
from advisor.engine.analysis.policy_ranges import (
    CHANGED,
    SIDES,
    Ints,
    by_difference,
    by_move,
    by_outcome,
    by_rows,
    move_class,
    remove_push,
)
from advisor.engine.analysis.proofs.rule_pairs import OPPOSITE, Box, box_of, intersection
from advisor.engine.analysis.proofs.shared_space import SharedSpace, decide_alike, shared_space
from advisor.engine.analysis.proofs.shares import interval
from advisor.engine.analysis.proofs.states import (
    SEED,
    AnswerSample,
    MergeTask,
    States,
    accepts,
    any_sample,
    complete_states,
    merge_states,
    with_sums,
)
from advisor.engine.analysis.space import UNKNOWN, Space, space_of
from advisor.engine.evaluation.batch import OUTCOMES, evaluate_codes
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Outcome

_TRIED = 8_192
"""Combinations in which the rule fires that are tried; where there are no more than that, all are."""

_SHOWN = 8
"""Other rules of which the exact share is worked out."""

_SUMS = 2 * len(SIDES)
"""Sums of two rule sets together."""


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
    everything = _every_state(rule_set, space, box)
    tried = everything if everything is not None else any_sample(rule_set, space, _TRIED, box)
    complete = None if own is None else with_sums(rule_set, own.sample(_TRIED, np.random.default_rng(1)))
    together = list(_overlaps(rule_set, space, index, box, complete or tried))
    rule = rule_set.rules[index]
    opposite = sum(overlap.is_opposite for overlap in together)
    return RuleEffect(
        fires=None if own is None else own.total(1)[0],
        of=of,
        turns=_changed_share(rule_set, rule, complete or tried),
        tried=len(tried.sums[0]),
        is_all=everything is not None,
        moves=tuple(_moves(rule_set, space, rule, tried)),
        overlaps=tuple(_exact(space, rule_set, box, own, together[:_SHOWN])),
        together=len(together),
        opposite=opposite,
    )


def _every_state(rule_set: RuleSet, space: Space, box: Box) -> AnswerSample | None:
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


def _changed_share(rule_set: RuleSet, rule: Rule, sample: AnswerSample) -> float:
    judge, less = by_outcome(rule_set), remove_push(rule.push, sample.sums)
    return float((judge(sample.sums, sample.sums) != judge(less, less)).mean())


def _moves(rule_set: RuleSet, space: Space, rule: Rule, sample: AnswerSample) -> Iterator[PolicyMove]:
    """Each pair of rows once, with the first answers that were found for it."""
    judge, less = by_rows(rule_set), remove_push(rule.push, sample.sums)
    rows, before = judge(sample.sums, sample.sums), judge(less, less)
    kinds = len(rule_set.kind)
    tables = {"leave": (before // kinds, rows // kinds), "kind": (before % kinds, rows % kinds)}
    for table, (was, becomes) in tables.items():
        differ = np.flatnonzero(was != becomes)
        pairs = was[differ] * max(kinds, len(rule_set.leave)) + becomes[differ]
        for first in sorted(np.unique(pairs, return_index=True)[1]):
            at = int(differ[first])
            yield PolicyMove(table, int(was[at]), int(becomes[at]), space.answers(sample.at(at)))


def _overlaps(rule_set: RuleSet, space: Space, index: int, box: Box, sample: AnswerSample) -> Iterator[Overlap]:
    """Every other rule that can fire with it, the most telling first; the shares are those of the sample."""
    rule = rule_set.rules[index]
    found = []
    for other, tests in zip(rule_set.rules, space.rules, strict=True):
        theirs = box_of(space, tests) if other is not rule else None
        if theirs is None or intersection(box, theirs) is None:
            continue
        is_opposite = other.push.side is OPPOSITE.get(rule.push.side)
        contradicts = is_opposite and theirs.keys() == box.keys()
        share = float(sample.all_hold(tests).mean())
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


STATES = 1_000_000
"""Combinations that are looked at before merging equal ones: under a second. More are estimated."""

Move: TypeAlias = tuple[Outcome, Outcome]
"""The outcome before and after."""


@dataclass(frozen=True)
class RuleSetEffect:
    """What becomes of all complete answers: those in which every question is answered that either rule set asks.

    ``space`` is how many there are. Where ``is_exact``, ``moves`` counts all of them by the outcome before and after;
    else those of a random sample. ``witnesses`` are answers for each move to another outcome.
    ``is_alike``: all that decides is the same, so every set of answers gets the same advice. ``incomplete``: where no
    complete answers get another outcome, incomplete ones that do. ``is_settled``: there are no others than these.
    """

    space: int
    moves: Mapping[Move, int]
    is_exact: bool
    witnesses: Mapping[Move, Answers] = field(default_factory=dict)
    is_alike: bool = False
    is_settled: bool = False
    incomplete: Answers | None = None

    @property
    def size(self) -> int:
        """How many combinations were counted."""
        return sum(self.moves.values())

    @property
    def changed_outcomes(self) -> int:
        """How many of them get another outcome."""
        return sum(count for (was, is_now), count in self.moves.items() if was is not is_now)

    def share(self, count: int) -> float:
        """The share of so many, from 0.0 to 1.0."""
        return count / self.size if self.size else 0.0

    def interval(self, count: int) -> tuple[float, float]:
        """The range in which the share of so many lies: with 99 % certainty where it is an estimate."""
        share = self.share(count)
        return (share, share) if self.is_exact or not self.size else interval(share, self.size)


def effect(old: RuleSet, new: RuleSet, states: int = STATES, sample: int = PROOF_LIMITS.sample) -> RuleSetEffect | None:
    """What ``new`` does to the advice of ``old``, for a process in one piece; neither is blocked by ``check``.

    Exact where it takes at most so many ``states``, else an estimate from a ``sample``, always the same one; None where
    the follow-ups are too many for that. Raises SpaceTooLarge.
    """
    both = shared_space(old, new)
    is_alike = decide_alike(old, new, both)
    task = MergeTask(both.space, both.pushes, by_move(old, new), limit=states, sums=_SUMS, asked_too=both.asked_too)
    found = merge_states(task)
    if found is None:
        return _estimate(old, new, both, sample, is_alike=is_alike)
    counts = found.total(len(OUTCOMES) ** 2)
    moves = {_move(index): count for index, count in enumerate(counts) if count}
    witnesses = {}
    for was, is_now in moves:
        if was is not is_now:
            codes = found.example(move_class(OUTCOMES.index(was), OUTCOMES.index(is_now)))
            if codes is not None:
                witnesses[was, is_now] = both.space.answers(codes)
    is_settled, incomplete = True, None
    if not witnesses and not is_alike:
        is_settled, incomplete = _incomplete(old, new, both, states)
    return RuleSetEffect(
        sum(counts),
        moves,
        is_exact=True,
        witnesses=witnesses,
        is_alike=is_alike,
        is_settled=is_settled,
        incomplete=incomplete,
    )


def _incomplete(old: RuleSet, new: RuleSet, both: SharedSpace, limit: int) -> tuple[bool, Answers | None]:
    """Whether it is settled that incomplete answers get another outcome, and such answers where there are any."""
    judge = by_difference(old, new)
    found = merge_states(
        MergeTask(both.space, both.pushes, judge, unknown=True, limit=limit, sums=_SUMS, asked_too=both.asked_too)
    )
    if found is None:
        return False, None
    codes = found.example(CHANGED)
    return True, None if codes is None else both.space.answers(codes)


def _estimate(old: RuleSet, new: RuleSet, both: SharedSpace, size: int, *, is_alike: bool) -> RuleSetEffect | None:
    states = complete_states(both.space, asked_too=both.asked_too)
    if states is None:
        return None
    drawn = states.sample(size, np.random.default_rng(SEED))
    was, is_now = (
        evaluate_codes(rule_set, _codes(rule_set, codes, both, drawn)).outcomes.astype(np.int64)
        for rule_set, codes in ((old, both.before), (new, both.after))
    )
    classes = move_class(was, is_now)
    different, firsts, counts = np.unique(classes, return_index=True, return_counts=True)
    moves, witnesses = {}, {}
    for index, first, count in zip(different, firsts, counts, strict=True):
        move = _move(int(index))
        moves[move] = int(count)
        if move[0] is not move[1]:
            witnesses[move] = both.space.answers([int(values[first]) for values in drawn])
    return RuleSetEffect(
        states.total(1)[0], moves, is_exact=False, witnesses=witnesses, is_alike=is_alike, is_settled=is_alike
    )


def _codes(rule_set: RuleSet, codes: Sequence[Sequence[int]], both: SharedSpace, drawn: Sequence[Ints]) -> list[Ints]:
    """Combinations of the shared space, for the questions of one rule set; it alone decides what is asked."""
    at = both.space.positions
    size = len(drawn[0]) if drawn else 0
    return [
        np.array(codes[at[key]], np.uint16)[drawn[at[key]]] if key in at else np.zeros(size, np.uint16)
        for key in space_of(rule_set).positions
    ]


def _move(index: int) -> Move:
    return OUTCOMES[index // len(OUTCOMES)], OUTCOMES[index % len(OUTCOMES)]
