"""What a newer rule set does to many sets of answers: who gets which other advice, and the rules that do it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from advisor.engine.batch import DIGITS, OUTCOMES, Batch, Ints, Packed, Table, evaluate_many
from advisor.engine.changes import changed_rules
from advisor.engine.circuit import RuleChange
from advisor.engine.rules import Rule, RuleSet
from advisor.engine.vocabulary import Outcome

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
    changes = _changes(old, new)
    packed: Packed = {}
    before = evaluate_many(old, table, list(changes.values()), packed)
    was = _digits(before, starts)
    becomes = _digits(evaluate_many(new, table, packed=packed), starts)
    size = table.size if starts is None else len(starts)
    pairs = [(one, other) for one in range(len(OUTCOMES)) for other in range(len(OUTCOMES))]
    counts = [_number(_having(was, one, size) & _having(becomes, other, size)) for one, other in pairs]
    moves = {(OUTCOMES[one], OUTCOMES[other]): n for (one, other), n in zip(pairs, counts, strict=True) if n}
    differ = _differing(was, becomes)
    together = differ.copy()

    def count(alone: Ints) -> int:
        turned = differ & ~_differing(alone, becomes)
        together[:] &= ~turned
        return _number(turned)

    rules = {key: count(_digits(before, starts, number)) for number, key in enumerate(changes)}
    policy = 0
    if (old.leave, old.kind) != (new.leave, new.kind):
        other = replace(old, leave=new.leave, kind=new.kind)
        policy = count(_digits(evaluate_many(other, table, packed=packed), starts))
    turned = {key: number for key, number in rules.items() if number}
    return Impact(size, moves, turned, policy, _number(together))


def _digits(batch: Batch, starts: Ints | None, change: int | None = None) -> Ints:
    """The outcomes of processes, with a change or without, as ``Batch.outcome_digits`` gives those of its items."""
    if starts is None:
        return batch.outcome_digits(change)
    outcomes = combine_many(batch.outcomes if change is None else batch.outcomes_with(change), starts)
    bitmaps = np.zeros((DIGITS, -(-len(starts) // 64) * 8), np.uint8)
    for digit, bitmap in enumerate(bitmaps):
        packed = np.packbits(outcomes >> digit & 1, bitorder="little")
        bitmap[: len(packed)] = packed
    return bitmaps.view(np.uint64)


def _having(digits: Ints, number: int, size: int) -> Ints:
    """Which of so many items have this number."""
    found = np.full(digits.shape[1], ~np.uint64(0))
    found[size // 64 :] = (1 << size % 64) - 1
    for place, digit in enumerate(digits):
        found &= digit if number >> place & 1 else ~digit
    return found


def _differing(one: Ints, other: Ints) -> Ints:
    return np.bitwise_or.reduce(one ^ other)


def _number(bitmap: Ints) -> int:
    return int(np.bitwise_count(bitmap).sum())


def _changes(old: RuleSet, new: RuleSet) -> dict[str, RuleChange]:
    """By their keys, the rules that differ; one that looks at what was never asked matches nobody."""
    return {key: (was, now if now and _is_asked(old, now) else None) for key, was, now in changed_rules(old, new)}


def _is_asked(rule_set: RuleSet, rule: Rule) -> bool:
    return all(rule_set.question(condition.question) for condition in rule.when)


def combine_many(outcomes: Ints, starts: Ints) -> Ints:
    """The outcome of each process from those of its parts, as ``evaluate.combine`` forms it."""
    said = np.bitwise_or.reduceat(np.left_shift(1, outcomes.astype(np.uint8)), starts)
    bpo, kpo, both = (said >> code & 1 for code in (_BPO, _KPO, _BOTH))
    leaving = np.where(both | (bpo & kpo), _BOTH, np.where(bpo, _BPO, _KPO))
    staying = np.where(said == 1 << _KEEP, _KEEP, _UNCLEAR)
    return np.where(bpo | kpo | both, leaving, staying).astype(np.uint8)
