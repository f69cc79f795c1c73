"""What a newer rule set does to many sets of answers: who gets which other advice, and the rules that do it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from advisor.engine.batch import OUTCOMES, Ints, Packed, Table, evaluate_many
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
    removed, the processes whose outcome its change alone, made to the old rule set, already turns into the new one.
    """

    size: int
    moves: Mapping[tuple[Outcome, Outcome], int]
    rules: Mapping[str, int]

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
    after = evaluate_many(new, table, packed=packed)
    was, becomes = combine_many(before.outcomes, starts), combine_many(after.outcomes, starts)
    kinds = len(OUTCOMES)
    counts = np.bincount(was * np.uint8(kinds) + becomes, minlength=kinds * kinds)
    moves = {
        (OUTCOMES[index // kinds], OUTCOMES[index % kinds]): int(count) for index, count in enumerate(counts) if count
    }
    differ = was != becomes
    decided = {
        key: int(np.count_nonzero(differ & (combine_many(before.outcomes_with(number), starts) == becomes)))
        for number, key in enumerate(changes)
    }
    return Impact(len(was), moves, {key: count for key, count in decided.items() if count})


def _changes(old: RuleSet, new: RuleSet) -> dict[str, RuleChange]:
    """By their keys, the rules that differ; one that looks at what was never asked matches nobody."""
    return {key: (was, now if now and _is_asked(old, now) else None) for key, was, now in changed_rules(old, new)}


def _is_asked(rule_set: RuleSet, rule: Rule) -> bool:
    return all(rule_set.question(condition.question) for condition in rule.when)


def combine_many(outcomes: Ints, starts: Ints | None) -> Ints:
    """The outcome of each process from those of its parts, as ``evaluate.combine`` forms it."""
    if starts is None:
        return outcomes
    said = np.bitwise_or.reduceat(np.left_shift(1, outcomes.astype(np.uint8)), starts)
    bpo, kpo, both = (said >> code & 1 for code in (_BPO, _KPO, _BOTH))
    leaving = np.where(both | (bpo & kpo), _BOTH, np.where(bpo, _BPO, _KPO))
    staying = np.where(said == 1 << _KEEP, _KEEP, _UNCLEAR)
    return np.where(bpo | kpo | both, leaving, staying).astype(np.uint8)
