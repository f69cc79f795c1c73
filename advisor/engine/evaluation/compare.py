"""What a newer rule set does to many sets of answers: who gets which other advice, and the rules that do it."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from advisor.engine.evaluation.asked_again import asked_again
from advisor.engine.evaluation.batch import DIGITS, OUTCOMES, AnswerTable, Batch, Ints, Packed, evaluate_many
from advisor.engine.evaluation.cases import changed_rules
from advisor.engine.evaluation.circuit import RuleChange
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Outcome

_BPO, _KPO, _BOTH, _KEEP, _UNCLEAR = (
    OUTCOMES.index(outcome) for outcome in (Outcome.BPO, Outcome.KPO, Outcome.BOTH, Outcome.KEEP, Outcome.UNCLEAR)
)


Move = tuple[Outcome, Outcome]
"""From one outcome to another."""

Moves = Mapping[Move, int]
"""How many go from one outcome to another."""


class MinorChange(StrEnum):
    """What becomes of an advice whose outcome stays."""

    STRENGTH = "strength"
    """The strength or the kind of a part is another one."""
    POINTS = "points"
    """Only the points are others."""
    NOTHING = "nothing"


Counted = TypeVar("Counted", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Impact:
    """How many processes get which advice before and after.

    ``moves[before, after]`` counts processes by outcome. ``rules`` counts, for each rule that was changed, added or
    removed, the processes whose outcome its change alone, made to the old rule set, already turns into the new one, by
    their moves; ``policy`` counts them for the policy tables. What takes several changes, or a question that was
    changed, is counted for none. A process may be counted for several rules. ``minor`` counts those whose outcome
    stays. ``asked`` counts those that are asked a question again, or a new one, by their move or minor change. Impacts
    of different processes add up.
    """

    size: int = 0
    moves: Moves = field(default_factory=dict)
    rules: Mapping[str, Moves] = field(default_factory=dict)
    policy: Moves = field(default_factory=dict)
    minor: Mapping[MinorChange, int] = field(default_factory=dict)
    asked: Mapping[Any, int] = field(default_factory=dict)

    def __add__(self, other: "Impact") -> "Impact":
        return Impact(
            self.size + other.size,
            Counter(self.moves) + Counter(other.moves),
            {
                key: Counter(self.rules.get(key, {})) + Counter(other.rules.get(key, {}))
                for key in {**self.rules, **other.rules}
            },
            Counter(self.policy) + Counter(other.policy),
            Counter(self.minor) + Counter(other.minor),
            Counter(self.asked) + Counter(other.asked),
        )

    @property
    def changed_outcomes(self) -> int:
        """Processes that get another outcome."""
        return sum(count for (before, after), count in self.moves.items() if before is not after)


def compare(old: RuleSet, new: RuleSet, table: AnswerTable, starts: Ints | None = None) -> Impact:
    """Evaluate every item of a table with both rule sets. Raises SpaceTooLarge.

    ``starts`` holds, for items that are the parts of processes, the position of the first part of each process;
    without it every item is a process in one piece.
    """
    changes = _changes(old, new)
    packed: Packed = {}
    before = evaluate_many(old, table, list(changes.values()), packed)
    after = evaluate_many(new, table, packed=packed)
    was, becomes = _digits(before, starts), _digits(after, starts)
    size = table.size if starts is None else len(starts)
    among = {
        (outcome, newer): _items_with(was, one, size) & _items_with(becomes, other, size)
        for one, outcome in enumerate(OUTCOMES)
        for other, newer in enumerate(OUTCOMES)
    }
    moves = _numbers(among)
    differ = {move: among[move] for move in moves if move[0] is not move[1]}

    def count(alone: Ints) -> Moves:
        turned = ~_differences(alone, becomes)
        return _numbers({move: bitmap & turned for move, bitmap in differ.items()})

    rules = {key: count(_digits(before, starts, number)) for number, key in enumerate(changes)}
    policy: Moves = {}
    if (old.leave, old.kind) != (new.leave, new.kind):
        other_rows = replace(old, leave=new.leave, kind=new.kind)
        policy = count(_digits(evaluate_many(other_rows, table, packed=packed), starts))
    minor = _minor(before, after, starts, ~_differences(was, becomes), size)
    asks = _of_processes(_pack(asked_again(old, new, table)), table.size, starts)
    asked: dict[Any, int] = _numbers({change: bitmap & asks for change, bitmap in chain(differ.items(), minor.items())})
    return Impact(size, moves, {key: moved for key, moved in rules.items() if moved}, policy, _numbers(minor), asked)


def _minor(before: Batch, after: Batch, starts: Ints | None, stays: Ints, size: int) -> dict[MinorChange, Ints]:
    """Which of the processes whose outcome stays change in what; in points where nothing greater changes."""
    stays = stays & _first(size)
    others = [
        _of_processes(_differences(*_as_wide(one, other)), before.size, starts)
        for one, other in zip(before.detail_digits(), after.detail_digits(), strict=True)
    ]
    kind, strength, *points = others
    strength = kind | strength
    any_points = np.bitwise_or.reduce(points)
    return {
        MinorChange.STRENGTH: stays & strength,
        MinorChange.POINTS: stays & any_points & ~strength,
        MinorChange.NOTHING: stays & ~any_points & ~strength,
    }


def _as_wide(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The digits of two numbers, with as many noughts before them as make them as long as each other."""
    width = max(len(one), len(other), 1)
    return tuple(np.pad(digits, ((0, width - len(digits)), (0, 0))) for digits in (one, other))  # type: ignore[return-value]


def _of_processes(bitmap: Ints, size: int, starts: Ints | None) -> Ints:
    """Which processes have a part among these of so many items."""
    if starts is None:
        return bitmap
    return _pack(np.maximum.reduceat(np.unpackbits(bitmap.view(np.uint8), count=size, bitorder="little"), starts))


def _pack(bits: Ints) -> Ints:
    """Truth values as a bitmap of 64-bit words."""
    bitmap = np.zeros(-(-len(bits) // 64) * 8, np.uint8)
    packed = np.packbits(bits, bitorder="little")
    bitmap[: len(packed)] = packed
    return bitmap.view(np.uint64)


def _digits(batch: Batch, starts: Ints | None, change: int | None = None) -> Ints:
    """The outcomes of processes, with a change or without, as ``Batch.outcome_digits`` gives those of its items."""
    if starts is None:
        return batch.outcome_digits(change)
    outcomes = combine_many(batch.outcomes if change is None else batch.outcomes_with(change), starts)
    return np.stack([_pack(outcomes >> digit & 1) for digit in range(DIGITS)])


def _items_with(digits: Ints, number: int, size: int) -> Ints:
    """Which of so many items have this number."""
    found = _first(size)
    for place, digit in enumerate(digits):
        found &= digit if number >> place & 1 else ~digit
    return found


def _first(size: int) -> Ints:
    """The bitmap of so many items."""
    found = np.full(-(-size // 64), ~np.uint64(0))
    found[size // 64 :] = (1 << size % 64) - 1
    return found


def _differences(one: Ints, other: Ints) -> Ints:
    return np.bitwise_or.reduce(one ^ other)


def _numbers(bitmaps: Mapping[Counted, Ints]) -> dict[Counted, int]:
    """How many there are of each, without those of which there is none."""
    counts = {counted: int(np.bitwise_count(bitmap).sum()) for counted, bitmap in bitmaps.items()}
    return {counted: count for counted, count in counts.items() if count}


def _changes(old: RuleSet, new: RuleSet) -> dict[str, RuleChange]:
    """By their keys, the rules that differ; one that looks at what was never asked matches nobody."""
    return {key: (was, now if now and _is_asked(old, now) else None) for key, was, now in changed_rules(old, new)}


def _is_asked(rule_set: RuleSet, rule: Rule) -> bool:
    return all(rule_set.question(condition.question) for condition in rule.when)


def combine_many(outcomes: Ints, starts: Ints) -> Ints:
    """The outcome of each process from those of its parts, as ``evaluate.combine`` forms it."""
    outcomes_of = np.bitwise_or.reduceat(np.left_shift(1, outcomes.astype(np.uint8)), starts)
    bpo, kpo, both = (outcomes_of >> code & 1 for code in (_BPO, _KPO, _BOTH))
    leaving = np.where(both | (bpo & kpo), _BOTH, np.where(bpo, _BPO, _KPO))
    staying = np.where(outcomes_of == 1 << _KEEP, _KEEP, _UNCLEAR)
    return np.where(bpo | kpo | both, leaving, staying).astype(np.uint8)
