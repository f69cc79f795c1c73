"""Every combination of answers, question by question, with those merged that can only go on alike.

Combinations are alike where the same points are reached, the same rules and follow-ups are still open, or where nothing
that follows can make a difference. What is found in the merged states is exact, and small while few rules are open.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate
from types import MappingProxyType
from typing import Any

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS
from advisor.engine.analysis.policy_ranges import OPEN, SIDES, Ints, Judge, Sums
from advisor.engine.analysis.space import UNKNOWN, Codes, Space, Test
from advisor.engine.evaluation.batch import evaluate_codes
from advisor.engine.model.rules import RuleSet

_BITS = 62
"""Rules and follow-ups that can be open at once: one bit of an integer each."""

_NARROW = 2**62
"""Counts below it are held in 64 bits."""

_PACKED = 60
"""Bits of the one integer that holds all sums, each in a field that has room for the points of all rules."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One question: ``to[state, value]`` is the state that the value leads to, -1 where it cannot have the value."""

    variable: int
    to: Ints


@dataclass(frozen=True)
class States:
    """The merged states in the order of the layers; ``ends`` are the classes of the last ones."""

    space: Space
    layers: tuple[Layer, ...]
    ends: Ints

    def total(self, classes: int) -> list[int]:
        """How many combinations end in each class."""
        return [int(number) for number in self._way_counts(classes)[0][0]]

    def tallies(self, classes: int) -> dict[int, list[list[int]]]:
        """For each question and value, how many combinations with that value end in each class."""
        found: dict[int, list[list[int]]] = {}
        behind = self._way_counts(classes)
        reached = np.ones(1, behind[0].dtype)
        for layer, after in zip(self.layers, behind[1:], strict=True):
            weights = self._weights(layer)
            following = np.zeros(len(after), after.dtype)
            found[layer.variable] = []
            for value, weight in enumerate(weights):
                sources = layer.to[:, value] >= 0
                targets = layer.to[sources, value]
                counts = reached[sources] * weight
                np.add.at(following, targets, counts)
                found[layer.variable].append([int(number) for number in (counts[:, None] * after[targets]).sum(axis=0)])
            reached = following
        return found

    def example(self, end: int) -> Codes | None:
        """A combination that ends in the class ``end``, unknown answers first; None where there is none."""
        reaches = [self.ends == end]
        for layer in reversed(self.layers):
            reaches.append(((layer.to >= 0) & reaches[-1][layer.to]).any(axis=1))
        reaches.reverse()
        if not reaches[0][0]:
            return None
        state, codes = 0, [UNKNOWN] * len(self.space.variables)
        for layer, good in zip(self.layers, reaches[1:], strict=True):
            value = next(value for value, to in enumerate(layer.to[state]) if to >= 0 and good[to])
            codes[layer.variable] = value
            state = int(layer.to[state, value])
        return tuple(codes)

    def sample(self, size: int, random: np.random.Generator) -> list[Ints]:
        """So many combinations, each as likely as any other: for each question an array of values."""
        behind = [counts.sum(axis=1).astype(float) for counts in self._way_counts(int(self.ends.max()) + 1)]
        codes: list[Ints] = [np.zeros(0, np.uint8)] * len(self.space.variables)
        states = np.zeros(size, np.intp)
        for layer, after in zip(self.layers, behind[1:], strict=True):
            likely = np.where(layer.to >= 0, after[layer.to] * np.array(self._weights(layer), float), 0).cumsum(axis=1)
            drawn = random.random(size) * likely[states, -1]
            values = (drawn[:, None] >= likely[states]).sum(axis=1).clip(max=layer.to.shape[1] - 1)
            codes[layer.variable] = values.astype(np.uint16)
            states = layer.to[states, values]
        return codes

    def _weights(self, layer: Layer) -> list[int]:
        return [value.weight for value in self.space.variables[layer.variable].values]

    def _way_counts(self, classes: int) -> list[Ints]:
        """For each layer, how many ways lead from each state to each class; the last entry is that of the ends."""
        largest = 1
        for layer in self.layers:
            largest *= sum(self._weights(layer))
        kind: Any = np.int64 if largest < _NARROW else object
        counts = np.zeros((len(self.ends), classes), kind)
        counts[np.arange(len(self.ends)), self.ends] = 1
        found = [counts]
        for layer in reversed(self.layers):
            counts = np.zeros((len(layer.to), classes), kind)
            for value, weight in enumerate(self._weights(layer)):
                leads = layer.to[:, value] >= 0
                counts[leads] += found[-1][layer.to[leads, value]] * weight
            found.append(counts)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class MergeTask:
    """What to merge for. ``pushes`` are the rules that count, each with its points for each of ``sums`` sums.

    ``only`` are the values that a question must have. With ``unknown``, an answer may also be unknown; else every
    question that is asked is answered. A question is asked, too, when the tests of ``asked_too`` for it hold.
    """

    space: Space
    pushes: Sequence[tuple[Sequence[Test], Sequence[int]]]
    judge: Judge
    unknown: bool = False
    only: Mapping[int, Set[int]] = field(default_factory=dict)
    limit: int = PROOF_LIMITS.states
    sums: int = len(SIDES)
    asked_too: Mapping[int, Sequence[Test]] = field(default_factory=dict)

    def asked_when(self) -> Iterator[tuple[int, Sequence[Test]]]:
        """Each follow-up, once for every set of tests that leads to it."""
        for index, variable in enumerate(self.space.variables):
            if variable.asked_when:
                yield index, variable.asked_when
                if index in self.asked_too:
                    yield index, self.asked_too[index]


def merge_states(task: MergeTask) -> States | None:
    """The states of all combinations, judged at the end, or None where there would be more than the limit."""
    order = _order(task)
    if order is None:
        return None
    plan = _Plan(task, order)
    if not plan.fits:
        return None
    sums, bits, layers, made = np.full(1, plan.always, np.int64), np.zeros(1, np.int64), [], 0
    for place, variable in enumerate(order):
        values = len(task.space.variables[variable].values)
        made += len(sums) * values
        if made > task.limit:
            return None
        allowed = plan.allowed_values(place, bits)
        grown = [plan.step(place, value, sums, bits) for value in range(values)]
        every = np.concatenate([new for new, _ in grown]), np.concatenate([new for _, new in grown])
        plan.settle(place, *every)
        to = np.full(values * len(sums), -1, np.intp)
        kept = np.flatnonzero(allowed.T.ravel())
        if not len(kept):
            return None
        sums, bits, to[kept] = _distinct(every[0][kept], every[1][kept])
        layers.append(Layer(variable, to.reshape(values, -1).T.copy()))
    if not order:
        plan.settle(-1, sums, bits)
    return States(task.space, tuple(layers), -1 - sums)


def _distinct(sums: Ints, bits: Ints) -> tuple[Ints, Ints, Ints]:
    """The different pairs, and for each pair given its position among them."""
    order = np.lexsort((bits, sums))
    sums, bits = sums[order], bits[order]
    new = np.ones(len(order), bool)
    new[1:] = (sums[1:] != sums[:-1]) | (bits[1:] != bits[:-1])
    at = np.empty(len(order), np.intp)
    at[order] = np.cumsum(new) - 1
    return sums[new], bits[new], at


def _order(task: MergeTask) -> list[int] | None:
    """The questions in the order that leaves the fewest rules open, each after those that its follow-ups look at.

    None where two wait for each other: that can only be where two rule sets ask them in opposite orders.
    """
    space = task.space
    holders = [{test.variable for test in tests} for tests, _ in task.pushes]
    parents: list[set[int]] = [set() for _ in space.variables]
    for variable, tests in task.asked_when():
        holders.append({test.variable for test in tests} | {variable})
        parents[variable] |= {test.variable for test in tests}
    placed: set[int] = set()
    order: list[int] = []
    while len(order) < len(space.variables):
        free = [v for v in range(len(parents)) if v not in placed and parents[v] <= placed]
        if not free:
            return None

        def open_after(variable: int) -> int:
            now = placed | {variable}
            return sum(1 for holder in holders if holder & now and not holder <= now)

        order.append(min(free, key=open_after))
        placed.add(order[-1])
    return order


@dataclass(frozen=True, slots=True)
class _Closer:
    """Points of a rule whose last condition is looked at: pushed where its bit is set (``bit`` None: always)."""

    bit: int | None
    packed: int


class _Plan:
    """For each place in the order and each value, what becomes of the sums and of the bits of what is open."""

    def __init__(self, task: MergeTask, order: Sequence[int]) -> None:
        self.task, self.order = task, order
        places = {variable: place for place, variable in enumerate(order)}
        values = [len(task.space.variables[variable].values) for variable in order]
        self.clear = [[0] * number for number in values]
        self.set = [[0] * number for number in values]
        self.closers: list[list[list[_Closer]]] = [[[] for _ in range(number)] for number in values]
        most = np.sum([points for _, points in task.pushes] or [[0] * task.sums], axis=0).tolist()
        widths = [number.bit_length() for number in most]
        self.fields = list(zip(accumulate(widths, initial=0), ((1 << width) - 1 for width in widths), strict=False))
        """For each sum where its field begins, and the ones that fill it."""
        self.asked: list[list[int]] = [[] for _ in order]
        self.follow_ups = [0] * (len(order) + 1)
        self.rest: list[list[tuple[int, int, int]]] = [[] for _ in range(len(order) + 1)]
        self.fits = sum(widths) <= _PACKED
        self.always = 0
        if not self.fits:
            return
        used = [0] * (len(order) + 1)
        for index, asked_when in task.asked_when():
            tests = {places[test.variable]: test.accepted for test in asked_when}
            bit = self._open(used, tests, places[index])
            self.asked[places[index]].append(bit)
            for place in range(min(tests), places[index]):
                self.follow_ups[place] |= 1 << bit
        self.most = np.zeros((len(order) + 1, task.sums), np.int64)
        singles = [np.zeros((number, task.sums), np.int64) for number in values]
        for tests_of, points in task.pushes:
            packed = sum(number << start for number, (start, _) in zip(points, self.fields, strict=True))
            tests = {places[test.variable]: test.accepted for test in tests_of}
            if not tests:
                self.always += packed
                continue
            first, last = min(tests), max(tests)
            bit_of_rule = self._open(used, tests, last) if first < last else None
            for value in tests[last]:
                self.closers[last][value].append(_Closer(bit_of_rule, packed))
                if bit_of_rule is None:
                    singles[last][value] += points
            if bit_of_rule is not None:
                self.most[: first + 1] += points
                for place in range(first, last):
                    self.rest[place] += [(bit_of_rule, at, number) for at, number in enumerate(points) if number]
        for place, single in enumerate(singles):
            self.most[: place + 1] += single.max(axis=0)

    def _open(self, used: list[int], tests: Mapping[int, Set[int]], until: int) -> int:
        """Give a bit to what is open from its first test up to the place ``until``."""
        first = min(tests)
        taken = 0
        for place in range(first, until):
            taken |= used[place]
        bit = next(bit for bit in range(_BITS + 1) if not taken >> bit & 1)
        if bit == _BITS:
            self.fits = False
            return 0
        for place in range(first, until):
            used[place] |= 1 << bit
        for place, accepted in tests.items():
            for value in range(len(self.clear[place])):
                if value not in accepted and place > first:
                    self.clear[place][value] |= 1 << bit
                elif value in accepted and place == first:
                    self.set[place][value] |= 1 << bit
        if until not in tests or until > first:
            for value in range(len(self.clear[until])):
                self.clear[until][value] |= 1 << bit
        return bit

    def allowed_values(self, place: int, bits: Ints) -> Ints:
        """Whether each state can have each value of the question at ``place``."""
        variable = self.order[place]
        values = len(self.clear[place])
        is_asked = np.full(len(bits), not self.asked[place])
        for bit in self.asked[place]:
            is_asked |= (bits >> bit & 1).astype(bool)
        only = self.task.only.get(variable)
        found = np.repeat(is_asked[:, None], values, axis=1)
        found[:, UNKNOWN] = ~is_asked | self.task.unknown
        if only is not None:
            found[:, [value for value in range(values) if value not in only]] = False
        return found

    def step(self, place: int, value: int, sums: Ints, bits: Ints) -> tuple[Ints, Ints]:
        """The sums and bits after a value; the sums of a settled state are its class, and stay."""
        added = np.zeros_like(sums)
        for closer in self.closers[place][value]:
            added += closer.packed if closer.bit is None else (bits >> closer.bit & 1) * closer.packed
        after = bits & ~self.clear[place][value] | self.set[place][value]
        return np.where(sums < 0, sums, sums + added), after

    def settle(self, place: int, sums: Ints, bits: Ints) -> None:
        """Judge the states, in place: a settled one keeps its class, as -1 less it, and what is open of follow-ups."""
        low = tuple(sums >> start & ones for start, ones in self.fields)
        high = [one + most for one, most in zip(low, self.most[place + 1], strict=True)]
        for bit, at, points in self.rest[place] if place >= 0 else ():
            high[at] = high[at] + (bits >> bit & 1) * points
        classes = self.task.judge(low, tuple(high))
        settled = (classes != OPEN) & (sums >= 0)
        sums[settled] = -1 - classes[settled]
        bits[sums < 0] &= self.follow_ups[place] if place >= 0 else 0


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

    def all_hold(self, tests: Sequence[Test]) -> Ints:
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
    return AnswerSample(codes, tuple(sums.astype(np.int64) for sums in evaluate_codes(rule_set, codes).sums))
