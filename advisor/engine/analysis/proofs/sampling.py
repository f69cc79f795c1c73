"""Random combinations of answers, always the same ones for the same rule set."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from advisor.engine.analysis.policy_ranges import Ints, Sums
from advisor.engine.analysis.proofs.states import MergeTask, States, merge_states
from advisor.engine.analysis.space import UNKNOWN, Codes, Space, Test
from advisor.engine.evaluation.batch import evaluate_codes
from advisor.engine.model.rules import RuleSet

SEED = 20_261_101
"""Where every sample starts: the same rule set gets the same sample everywhere."""

_UNKNOWN = (0.0, 0.15, 0.4, 0.7)
"""How likely an answer is to be unknown: some combinations have nearly all answers, others few."""


@dataclass(frozen=True)
class AnswerSample:
    """Combinations of answers: for each question an array of values, one for each combination, and their sums."""

    codes: Sequence[Ints]
    sums: Sums

    def at(self, index: int) -> Codes:
        """One of the combinations."""
        return tuple(int(values[index]) for values in self.codes)

    def matched(self, tests: Sequence[Test]) -> Ints:
        """Whether all tests hold, for each combination."""
        held = np.ones(len(self.sums[0]), bool)
        for test in tests:
            held &= accepts(test, self.codes[test.variable])
        return held


def complete_states(
    space: Space,
    only: Mapping[int, Set[int]] = MappingProxyType({}),
    asked_too: Mapping[int, Sequence[Test]] = MappingProxyType({}),
) -> States | None:
    """All combinations of complete answers, whatever they lead to; None where the follow-ups are too many to say."""
    return merge_states(
        MergeTask(space, (), lambda low, _high: np.zeros(low[0].shape, np.int64), only=only, asked_too=asked_too)
    )


def complete_sample(rule_set: RuleSet, states: States, size: int) -> AnswerSample:
    """So many combinations of complete answers, each as likely as any other."""
    return with_sums(rule_set, states.sample(size, np.random.default_rng(SEED)))


def any_sample(rule_set: RuleSet, space: Space, size: int, only: Mapping[int, Set[int]] | None = None) -> AnswerSample:
    """So many combinations, unknown answers included. Questions in ``only`` have one of these values."""
    random = np.random.default_rng(SEED)
    unknown = np.array(_UNKNOWN)[random.integers(len(_UNKNOWN), size=size)]
    codes: list[Ints] = []
    for index, variable in enumerate(space.variables):
        if only and index in only:
            drawn = np.array(sorted(only[index]))[random.integers(len(only[index]), size=size)]
        else:
            drawn = random.integers(1, len(variable.values), size=size)
            drawn[random.random(size) < unknown] = UNKNOWN
        for test in variable.asked_when:
            drawn[~accepts(test, codes[test.variable])] = UNKNOWN
        codes.append(drawn)
    return with_sums(rule_set, codes)


def accepts(test: Test, values: Ints) -> Ints:
    """Whether each of the values of the question of a test is one that it accepts."""
    table = np.zeros(max((*test.accepted, int(values.max(initial=0)))) + 1, bool)
    table[list(test.accepted)] = True
    return table[values]


def with_sums(rule_set: RuleSet, codes: Sequence[Ints]) -> AnswerSample:
    """Combinations together with their sums."""
    batch = evaluate_codes(rule_set, codes)
    bpo, kpo, keep = (number.astype(np.int64) for number in (batch.bpo, batch.kpo, batch.keep))
    return AnswerSample(codes, (bpo, kpo, keep))
