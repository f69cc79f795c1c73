"""The share of all complete answers that each outcome has, and how far each answer shifts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, sqrt

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS, ProofLimits
from advisor.engine.analysis.policy_ranges import by_outcome, pushes_of
from advisor.engine.analysis.proofs.blocks import Progress, Tallies, count_blocks
from advisor.engine.analysis.proofs.states import MergeTask, complete_sample, complete_states, merge_states
from advisor.engine.analysis.space import UNKNOWN, Space, Value, Variable, sets_with, space_of
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome

_SPREADS = 2.5758293035489004
"""Standard deviations on either side that hold 99 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many combinations give each outcome, in the order of the outcomes."""

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many combinations there are."""
        return sum(self.counts)

    def count(self, outcome: Outcome) -> int:
        """How many of them give this outcome."""
        return self.counts[OUTCOMES.index(outcome)]

    def share(self, outcome: Outcome) -> float:
        """The share of this outcome, from 0.0 to 1.0."""
        return self.count(outcome) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Shares:
    """The outcomes of all complete answers: sets of answers in which every question that is asked is answered.

    ``space`` is how many there are. Where ``is_exact``, all of them were counted; else ``whole`` and ``answers`` count
    a random sample, and only their shares mean anything. ``answers`` has, for each question, the combinations with an
    answer: an option, the lowest number of a band, or None where the question is not asked. An option of several
    choices has the combinations that include it.
    """

    space: int
    whole: Tally
    answers: Mapping[str, Mapping[Answer, Tally]]
    is_exact: bool

    def shift(self, question: str, answer: Answer, outcome: Outcome) -> float:
        """How much larger the share of an outcome is among the combinations with this answer, from -1.0 to 1.0."""
        return self.answers[question][answer].share(outcome) - self.whole.share(outcome)

    def interval(self, outcome: Outcome) -> tuple[float, float]:
        """The range in which the share of this outcome lies: with 99 % certainty where it is an estimate."""
        share, size = self.whole.share(outcome), self.whole.total
        return (share, share) if self.is_exact or not size else interval(share, size)


def interval(share: float, size: int) -> tuple[float, float]:
    """The range in which a share lies with 99 % certainty that was found in a random sample of at least one.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    square = _SPREADS**2
    middle = (share + square / (2 * size)) / (1 + square / size)
    reach = _SPREADS / (1 + square / size) * sqrt(share * (1 - share) / size + square / (4 * size**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def estimate_shares(rule_set: RuleSet, limits: ProofLimits = PROOF_LIMITS) -> Shares | None:
    """The shares in a random sample, at once and always the same; None where the follow-ups are too many to draw one.

    Raises SpaceTooLarge.
    """
    space = space_of(rule_set)
    states = complete_states(space)
    if states is None:
        return None
    if not space.variables:
        return count_shares(rule_set, None, limits)
    sample = complete_sample(rule_set, states, limits.sample)
    outcomes = by_outcome(rule_set)(sample.sums, sample.sums)
    tallies: Tallies = {}
    for index, values in enumerate(sample.codes):
        pairs = values.astype(np.int64) * len(OUTCOMES) + outcomes
        number = len(space.variables[index].values)
        counts = np.bincount(pairs, minlength=number * len(OUTCOMES)).reshape(number, -1)
        tallies[index] = [[int(count) for count in value] for value in counts]
    return _shares(space, tallies, states.total(1)[0])


def count_shares(
    rule_set: RuleSet, progress: Progress | None = None, limits: ProofLimits = PROOF_LIMITS
) -> Shares | None:
    """The exact shares, or None where counting would take more than the limits allow. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    pushes = pushes_of(rule_set, space)
    states = merge_states(MergeTask(space, pushes, by_outcome(rule_set), limit=limits.states))
    if states is not None:
        whole = Tally(tuple(states.total(len(OUTCOMES))))
        return Shares(whole.total, whole, _answers(space, states.tallies(len(OUTCOMES)), is_exact=True), is_exact=True)
    tallies = count_blocks(rule_set, space, progress, limits.work)
    return None if tallies is None else _shares(space, tallies, None)


def _shares(space: Space, tallies: Tallies, number: int | None) -> Shares:
    """From counts of all combinations, or, of ``number`` combinations, from those of a sample."""
    first = next(iter(tallies.values()))
    whole = Tally(tuple(sum(counts) for counts in zip(*first, strict=True)))
    is_exact = number is None
    answers = _answers(space, tallies, is_exact=is_exact)
    return Shares(whole.total if number is None else number, whole, answers, is_exact)


def _answers(space: Space, tallies: Tallies, *, is_exact: bool) -> dict[str, dict[Answer, Tally]]:
    return {
        variable.question.key: _of_question(variable, tallies[index], is_exact=is_exact)
        for index, variable in enumerate(space.variables)
    }


def _of_question(variable: Variable, values: Sequence[Sequence[int]], *, is_exact: bool) -> dict[Answer, Tally]:
    """From the tallies of the values those of the answers, each of which has a part of the combinations of a value."""
    found: dict[Answer, Tally] = {}
    answers: list[Answer]
    match variable.question.type:
        case AnswerType.CHOICES:
            answers = [option.key for option in variable.question.options]
        case _:
            answers = [answer for value in variable.values[1:] for answer in value.answers]
    parts = {answer: [_part(variable, value, answer) for value in variable.values[1:]] for answer in answers}
    every = lcm(*(part.denominator for each in parts.values() for part in each))
    for answer, each in parts.items():
        counts = [0] * len(OUTCOMES)
        for part, tally in zip(each, values[1:], strict=True):
            counts = [count + int(part * every) * of for count, of in zip(counts, tally, strict=True)]
        found[answer] = Tally(tuple(count // every for count in counts) if is_exact else tuple(counts))
    if any(values[UNKNOWN]):
        whole = (count if is_exact else count * every for count in values[UNKNOWN])
        found[None] = Tally(tuple(whole))
    return found


def _part(variable: Variable, value: Value, answer: Answer) -> Fraction:
    """Which part of the combinations with a value have this answer, or have this one of several options."""
    if not isinstance(answer, str) or variable.question.type is not AnswerType.CHOICES:
        return Fraction(answer in value.answers, len(value.answers))
    looked_at = variable.looked_at
    having = 0
    for chosen in value.answers:
        if isinstance(chosen, tuple) and answer not in looked_at:
            having += sets_with(variable.question, len(looked_at), chosen, answer)
        elif isinstance(chosen, tuple) and answer in chosen:
            having += sets_with(variable.question, len(looked_at), chosen)
    return Fraction(having, value.weight)
