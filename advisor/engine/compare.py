"""What a newer rule set does to many sets of answers: who gets which other advice, and the rules that do it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from advisor.engine.batch import OUTCOMES, Batch, Column, Ints, Table, evaluate_many
from advisor.engine.changes import changed_rules
from advisor.engine.questions import Question
from advisor.engine.rules import Bound, Rule, RuleSet
from advisor.engine.vocabulary import Leave, Measure, Outcome

_BPO, _KPO, _BOTH, _KEEP, _UNCLEAR = (
    OUTCOMES.index(outcome) for outcome in (Outcome.BPO, Outcome.KPO, Outcome.BOTH, Outcome.KEEP, Outcome.UNCLEAR)
)


@dataclass(frozen=True, slots=True)
class Impact:
    """How many processes get which advice before and after.

    ``moves[before, after]`` counts processes by outcome. ``rules`` counts, for each rule that was changed, added or
    removed, the processes whose outcome its change alone, made to the old rule set, already turns into the new one;
    ``policy`` counts them for the policy tables. ``together`` counts those that no such change turns alone: it takes
    several, or a question that was changed. A process may be counted for several rules. Impacts of different
    processes add up.
    """

    size: int = 0
    moves: Mapping[tuple[Outcome, Outcome], int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    policy: int = 0
    together: int = 0

    def __add__(self, other: "Impact") -> "Impact":
        return Impact(
            self.size + other.size,
            Counter(self.moves) + Counter(other.moves),
            Counter(self.rules) + Counter(other.rules),
            self.policy + other.policy,
            self.together + other.together,
        )

    @property
    def changed(self) -> int:
        """Processes that get another outcome."""
        return sum(count for (before, after), count in self.moves.items() if before is not after)


def compare(old: RuleSet, new: RuleSet, table: Table, starts: Ints | None = None) -> Impact:
    """Evaluate every item of a table with both rule sets. Raises SpaceTooLarge.

    ``starts`` holds, for items that are the parts of processes, the position of the first part of each process;
    without it every item is a process in one piece.
    """
    before, after = evaluate_many(old, table), evaluate_many(new, table)
    was, becomes = combine_many(before.outcomes, starts), combine_many(after.outcomes, starts)
    kinds = len(OUTCOMES)
    counts = np.bincount(was.astype(np.intp) * kinds + becomes, minlength=kinds * kinds)
    moves = {
        (OUTCOMES[index // kinds], OUTCOMES[index % kinds]): int(count) for index, count in enumerate(counts) if count
    }
    differ = np.flatnonzero(was != becomes)
    if not len(differ):
        return Impact(len(was), moves)
    return Impact(len(was), moves, *_causes(old, new, table, before, starts, differ, becomes[differ]))


def combine_many(outcomes: Ints, starts: Ints | None) -> Ints:
    """The outcome of each process from those of its parts, as ``evaluate.combine`` forms it."""
    if starts is None:
        return outcomes
    said = np.bitwise_or.reduceat(np.left_shift(1, outcomes.astype(np.uint8)), starts)
    bpo, kpo, both = (said >> code & 1 for code in (_BPO, _KPO, _BOTH))
    leaving = np.where(both | (bpo & kpo), _BOTH, np.where(bpo, _BPO, _KPO))
    staying = np.where(said == 1 << _KEEP, _KEEP, _UNCLEAR)
    return np.where(bpo | kpo | both, leaving, staying).astype(np.uint8)


def _causes(
    old: RuleSet, new: RuleSet, table: Table, before: Batch, starts: Ints | None, differ: Ints, becomes: Ints
) -> tuple[dict[str, int], int, int]:
    """Count the processes that each changed rule decides alone, those that the policy does, and those that neither do.

    Points add up, so of the rules only the changed one is evaluated.
    """
    if starts is None:
        items, own_starts = differ, None
    else:
        sizes = np.diff(starts, append=table.size)[differ]
        own_starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        items = np.repeat(starts[differ] - own_starts, sizes) + np.arange(sizes.sum())
    part = Table(len(items), {key: Column(c.answers, c.numbers[items]) for key, c in table.columns.items()})
    points = [side[items].astype(np.int32) for side in (before.bpo, before.kpo, before.keep)]
    found = {}
    alone = np.zeros(len(differ), bool)
    for key, was, now in changed_rules(old, new):
        changed = list(points)
        for rule, sign in ((was, -1), (now, 1)):
            if rule is not None:
                changed = [sums + sign * own for sums, own in zip(changed, _pushes(old, rule, part), strict=True)]
        decided = combine_many(_outcomes(old, changed), own_starts) == becomes
        found[key] = int(decided.sum())
        alone |= decided
    by_policy = np.zeros(len(differ), bool)
    if (old.leave, old.kind) != (new.leave, new.kind):
        by_policy = combine_many(_outcomes(new, points), own_starts) == becomes
    together = int((~(alone | by_policy)).sum())
    return {key: count for key, count in found.items() if count}, int(by_policy.sum()), together


def _pushes(rule_set: RuleSet, rule: Rule, table: Table) -> list[Ints]:
    """The points that one rule alone gives each item: bpo, kpo, keep."""
    if any(rule_set.question(condition.question) is None for condition in rule.when):
        return [np.zeros(table.size, np.int32)] * 3  # nobody was asked what it looks at
    alone = evaluate_many(replace(rule_set, questions=_looked_at(rule_set, rule), rules=(rule,)), table)
    return [side.astype(np.int32) for side in (alone.bpo, alone.kpo, alone.keep)]


def _looked_at(rule_set: RuleSet, rule: Rule) -> tuple[Question, ...]:
    """The questions that a rule looks at, and those that decide whether they are asked, which come before them."""
    keys = {condition.question for condition in rule.when}
    for question in reversed(rule_set.questions):
        if question.key in keys:
            keys |= {condition.question for condition in question.asked_when}
    return tuple(question for question in rule_set.questions if question.key in keys)


def _outcomes(rule_set: RuleSet, points: Sequence[Ints]) -> Ints:
    """What the policy of a rule set makes of points."""
    bpo, kpo, keep = points
    measures = {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: keep,
        Measure.LEAN: bpo - kpo,
        Measure.EVIDENCE: bpo + kpo,
    }
    kinds = _first([(row.when, OUTCOMES.index(Outcome(row.kind.value))) for row in rule_set.kind], measures)
    stays = _first([(row.when, int(row.leave is Leave.KEEP)) for row in rule_set.leave], measures)
    return np.where(stays == 1, _KEEP, kinds).astype(np.uint8)


def _first(rows: Sequence[tuple[Sequence[Bound], int]], measures: Mapping[Measure, Ints]) -> Ints:
    """For each item, the number that stands beside the first row that fits."""
    found = np.empty(len(measures[Measure.BPO]), np.uint8)
    for bounds, number in reversed(rows):
        fits = np.ones(len(found), bool)
        for bound in bounds:
            measured = measures[bound.measure]
            if bound.at_least is not None:
                fits &= measured >= bound.at_least
            if bound.at_most is not None:
                fits &= measured <= bound.at_most
        found[fits] = number
    return found
