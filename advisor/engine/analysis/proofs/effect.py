"""What another rule set does: the share of all complete answers that gets another outcome, from what to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS
from advisor.engine.analysis.policy_ranges import CHANGED, Ints, by_difference, by_move, move_class
from advisor.engine.analysis.proofs.joint import Joint, decide_alike, joint
from advisor.engine.analysis.proofs.sampling import SEED, complete_states
from advisor.engine.analysis.proofs.shares import interval
from advisor.engine.analysis.proofs.states import MergeTask, merge_states
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import OUTCOMES, evaluate_codes
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome

STATES = 300_000
"""Combinations that are looked at before merging equal ones: about a fifth of a second. More are estimated."""

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
    def changed(self) -> int:
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
    both = joint(old, new)
    is_alike = decide_alike(old, new, both)
    task = MergeTask(both.space, both.pushes, by_move(old, new), limit=states, sums=6, asked_too=both.asked_too)
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


def _incomplete(old: RuleSet, new: RuleSet, both: Joint, limit: int) -> tuple[bool, Answers | None]:
    """Whether it is settled that incomplete answers get another outcome, and such answers where there are any."""
    judge = by_difference(old, new)
    found = merge_states(
        MergeTask(both.space, both.pushes, judge, unknown=True, limit=limit, sums=6, asked_too=both.asked_too)
    )
    if found is None:
        return False, None
    codes = found.example(CHANGED)
    return True, None if codes is None else both.space.answers(codes)


def _estimate(old: RuleSet, new: RuleSet, both: Joint, size: int, *, is_alike: bool) -> RuleSetEffect | None:
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


def _codes(rule_set: RuleSet, codes: Sequence[Sequence[int]], both: Joint, drawn: Sequence[Ints]) -> list[Ints]:
    """Combinations of the joint space, for the questions of one rule set; it alone decides what is asked."""
    at = both.space.at
    size = len(drawn[0]) if drawn else 0
    return [
        np.array(codes[at[key]], np.uint16)[drawn[at[key]]] if key in at else np.zeros(size, np.uint16)
        for key in space_of(rule_set).at
    ]


def _move(index: int) -> Move:
    return OUTCOMES[index // len(OUTCOMES)], OUTCOMES[index % len(OUTCOMES)]
