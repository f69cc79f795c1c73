"""Which unanswered question settles most, by exact counting over completions.

Counts are whole numbers in floats: exact below 2**53, and beyond that there is no answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd, prod
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.explain.boxes import (
    Box,
    BoxTable,
    alike_values,
    box_around,
    outcomes_in,
    points_in_tables,
    reduce_box,
    tables_of,
)
from advisor.engine.analysis.explain.situation import OUTCOME_OF, Parts, Situation, situation_of
from advisor.engine.analysis.explain.sufficient_answers import sufficient_answers
from advisor.engine.analysis.explain.sums import Points, QuestionBlock, Sums, every_point, sums_of
from advisor.engine.analysis.explain.values import NextQuestion, PossibleOutcome, Settlement
from advisor.engine.analysis.limits import EXPLANATION_LIMITS, ExplanationLimits
from advisor.engine.evaluation.batch import OUTCOMES, Ints
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome


def counts_of(sums: Sums, box: Sequence[Sequence[int]], weights: Mapping[int, Ints]) -> dict[int, list[Ints]]:
    """For each question with ``weights`` and each of its values in the box, the weight of each outcome."""
    adds = [_Adds.of(block, box, weights) for block in sums.blocks]
    totals = [np.ones(1)]
    for add in adds:
        totals.append(add.carry_forward(totals[-1]))
    to_come = np.stack([sums.outcomes[: len(totals[-1])] == number for number in range(len(OUTCOMES))]).astype(float)
    counts: dict[int, list[Ints]] = {}
    for block, add, before in zip(reversed(sums.blocks), reversed(adds), reversed(totals[:-1]), strict=True):
        leading = np.stack(
            [to_come[:, score_state : score_state + len(before)] @ before for score_state in add.score_states.tolist()]
        )
        for variable, row in zip(block.variables, block.points[:, add.rows], strict=True):
            if variable in weights:
                adds = (add.weights[:, None] * leading[add.at]).T
                sums_of_values = np.stack([np.bincount(row, each, max(box[variable]) + 1) for each in adds], axis=1)
                counts[variable] = list(sums_of_values[list(box[variable])])
        to_come = add.carry_backward(to_come, len(before))
    return counts


@dataclass(frozen=True, slots=True)
class _Adds:
    """What one block can add: its combinations in a box, their weights, and which of the ``score_states`` each adds."""

    rows: Ints
    weights: Ints
    score_states: Ints
    at: Ints
    totals: Ints

    @classmethod
    def of(cls, block: QuestionBlock, box: Sequence[Sequence[int]], weights: Mapping[int, Ints]) -> "_Adds":
        rows = block.within(box)
        weight = np.ones(len(rows))
        for variable, row in zip(block.variables, block.points[:, rows], strict=True):
            if variable in weights:
                weight *= weights[variable][row]
        score_states, at = np.unique(block.score_states[rows], return_inverse=True)
        return cls(rows, weight, score_states, at, np.bincount(at, weight))

    def carry_forward(self, totals: Ints) -> Ints:
        """From in how many combinations each score state is reached before this block, those after it."""
        after = np.zeros(len(totals) + int(self.score_states[-1]))
        for score_state, number in zip(self.score_states.tolist(), self.totals.tolist(), strict=True):
            after[score_state : score_state + len(totals)] += number * totals
        return after

    def carry_backward(self, to_come: Ints, size: int) -> Ints:
        """From what is to come at each state after this block, that at each of the ``size`` states before it."""
        before = np.zeros((len(to_come), size))
        for score_state, number in zip(self.score_states.tolist(), self.totals.tolist(), strict=True):
            before += number * to_come[:, score_state : score_state + size]
        return before


_EXACT = 2**53
"""Floats have every whole number up to this one."""

Weights: TypeAlias = Mapping[int, Ints]
"""For each unanswered variable how likely each of its values is, as whole numbers; unknown has none."""

Counts: TypeAlias = Mapping[int, Sequence[Ints]]
"""For each unanswered variable and each of its values, how many completions give each outcome."""

_SETS = np.arange(2 ** len(OUTCOMES))

_WITHIN = (_SETS >> np.arange(len(OUTCOMES))[:, None] & 1).astype(float)
"""Whether an outcome (row) is in a set of outcomes (column)."""

_TOGETHER = np.array(
    [
        [
            sum(
                (-1.0) ** (int(more) ^ int(few)).bit_count()
                for more in _SETS
                if OUTCOME_OF[more] == o and few & ~more == 0 and more
            )
            for o in range(len(OUTCOMES))
        ]
        for few in _SETS
    ]
)
"""From how often all parts' outcomes are within each set, how often the process has each outcome (Möbius inversion)."""


def next_questions(situation: Situation, limits: ExplanationLimits) -> tuple[NextQuestion, ...] | None:
    """The unanswered questions that are asked, the one that settles most first; None beyond the limits."""
    free = situation.unknown_variables()
    box = tuple(
        tuple(range(1, len(variable.base.values))) if index in free else (variable.code,)
        for index, variable in enumerate(situation.variables)
    )
    weights = {index: _weights(situation, index) for index in free}
    total = prod(int(weight.sum()) for weight in weights.values())
    if total * len(_SETS) > _EXACT:
        return None
    counts = _counts(situation, box, weights, limits)
    if counts is None:
        return None
    found = []
    for index in free:
        variable = situation.variables[index]
        if variable.is_asked:
            settles = sum((_count_agreeing(counted) for counted in counts[index]), Fraction(0)) / total
            found.append(NextQuestion(variable.question.key, variable.part, settles))
    return tuple(sorted(found, key=lambda question: -question.settles))


def would_tell(situation: Situation, limits: ExplanationLimits) -> tuple[int, ...]:
    """The variable, or two, whose answers most often give an advice where there is none now; one, beyond the limits."""
    free = [index for index in situation.unknown_variables() if situation.variables[index].is_asked]
    weights = {index: _weights(situation, index) for index in free}
    chosen = list(combinations(free, 1))
    pairs = list(combinations(free, 2))
    if sum(prod(np.count_nonzero(weights[index]) for index in pair) for pair in pairs) <= limits.box_points:
        chosen += pairs
    each = [every_point([np.flatnonzero(weights[index]).tolist() for index in variables]) for variables in chosen]
    ends = np.cumsum([0, *(points.shape[1] for points in each)])
    points = situation.points(int(ends[-1]))
    chances = np.ones(int(ends[-1]), np.int64)
    for variables, start, rows in zip(chosen, ends.tolist(), each, strict=False):
        for index, row in zip(variables, rows, strict=True):
            points[index, start : start + len(row)] = row
            chances[start : start + len(row)] *= weights[index][row]
    tells = situation.outcomes(points) != OUTCOMES.index(Outcome.UNCLEAR)
    best: tuple[Fraction, tuple[int, ...]] = (Fraction(0), ())
    for variables, start, end in zip(chosen, ends.tolist(), ends.tolist()[1:], strict=False):
        advised = int(chances[start:end][tells[start:end]].sum())
        share = Fraction(advised, int(chances[start:end].sum()))
        if share > best[0]:
            best = (share, variables)
    return best[1]


def _counts(situation: Situation, box: Box, weights: Weights, limits: ExplanationLimits) -> Counts | None:
    sums = sums_of(situation.rule_set)
    if sums is not None and len(situation.parts) == 1 and sums.score_states <= limits.score_states:
        return counts_of(sums, box, weights)
    slimmer = reduce_box(situation, box)
    if points_in_tables(situation, slimmer) > limits.box_points:
        return None
    return _counts_in_tables(
        situation, slimmer, {index: _slim_weights(situation, index, slimmer, weights) for index in weights}
    )


def _slim_weights(situation: Situation, index: int, slimmer: Box, weights: Weights) -> Ints:
    """The weights of the values that are left: those that are like one of them count there."""
    alike = alike_values(situation, index)
    left = {alike[code]: code for code in slimmer[index]}
    weight = np.zeros(len(alike), np.int64)
    for code, number in enumerate(weights[index].tolist()):
        weight[left.get(alike[code], slimmer[index][0])] += number
    return weight


def _counts_in_tables(situation: Situation, box: Box, weights: Weights) -> Counts:
    shared_points, tables = tables_of(situation, box)
    chances = _chances(situation.shared_variables, shared_points, weights)
    own = [_chances(table.own, table.points, weights) for table in tables]
    within = [_counts_within(table, chance) for table, chance in zip(tables, own, strict=True)]
    together = (prod(within) * chances[:, None]) @ _TOGETHER
    counts = {}
    for index, row in zip(situation.shared_variables, shared_points, strict=True):
        if index in weights:
            counts[index] = _by_value(together, row, box[index])
    for number, (table, chance) in enumerate(zip(tables, own, strict=True)):
        others = prod(within[:number] + within[number + 1 :], start=chances[:, None])
        adds = _completions_by_outcome(table, chance, others)
        for index, row in zip(table.own, table.points, strict=True):
            if index in weights:
                counts[index] = _by_value(adds, row, box[index])
    return counts


def _completions_by_outcome(table: BoxTable, chances: Ints, others: Ints) -> Ints:
    """For each point of a part's own questions, how many completions give the process each outcome.

    ``others`` has, for each row of the table, how often all the other parts' outcomes are within each set of outcomes.
    """
    within = np.zeros((table.outcomes.shape[1], len(_SETS)))
    for number, is_within in enumerate(_WITHIN):
        within += ((table.outcomes == number).T @ others) * is_within
    return (within * chances[:, None]) @ _TOGETHER


def _by_value(added: Ints, row: Ints, values: Sequence[int]) -> list[Ints]:
    """The sums of what points add, by the value that a variable has in each of them."""
    sums = np.stack([np.bincount(row, column, max(values) + 1) for column in added.T], axis=1)
    return list(sums[list(values)])


def _counts_within(table: BoxTable, chances: Ints) -> Ints:
    """For each row of a table, how often its outcome is within each set of outcomes."""
    counted = np.stack([(table.outcomes == number) @ chances for number in range(len(OUTCOMES))], axis=1)
    within: Ints = counted @ _WITHIN
    return within


def _chances(variables: Sequence[int], points: Points, weights: Weights) -> Ints:
    chances = np.ones(points.shape[1])
    for index, row in zip(variables, points, strict=True):
        if index in weights:
            chances *= weights[index][row]
    return chances


def _count_agreeing(counted: Ints) -> Fraction:
    """How many completions these are, times the chance that two of them have the same outcome."""
    counts = [round(count) for count in counted.tolist()]
    return Fraction(sum(count**2 for count in counts), sum(counts))


def _weights(situation: Situation, index: int) -> Ints:
    weights = [value.weight for value in situation.variables[index].base.values[1:]]
    return np.array([0, *weights]) // gcd(*weights)


# ---- What is still possible, what suffices, and which question settles most


def what_settles(
    rule_set: RuleSet, answers: Answers, parts: Parts = (), limits: ExplanationLimits = EXPLANATION_LIMITS
) -> Settlement:
    """What is still possible, a smallest set of answers that suffices, the next question. Raises SpaceTooLarge."""
    situation = situation_of(rule_set, answers, parts)
    now = OUTCOMES[situation.outcomes(situation.points(1))[0]]
    found = outcomes_in(situation, box_around(situation, situation.unknown_variables()), limits)
    points = {now: situation.codes, **{outcome: codes for outcome, codes in found.points.items() if outcome is not now}}
    settled = False if len(points) > 1 else True if found.is_complete else None
    return Settlement(
        possible=tuple(PossibleOutcome(outcome, *situation.answers(codes)) for outcome, codes in points.items()),
        undecided=() if found.is_complete else tuple(outcome for outcome in OUTCOMES if outcome not in points),
        settled=settled,
        suffices=sufficient_answers(situation, now, limits, while_unanswered=not settled),
        next_questions=next_questions(situation, limits),
        would_tell=_names_of(situation, would_tell(situation, limits)) if now is Outcome.UNCLEAR else (),
    )


def _names_of(situation: Situation, variables: Sequence[int]) -> tuple[tuple[str, int | None], ...]:
    return tuple((situation.variables[index].question.key, situation.variables[index].part) for index in variables)
