"""What it takes for a rule to match, as the values that each question may have, and how the rules lie to each other.

Conditions of one rule must all hold, and a question must be asked to be answered. So the answers under which a rule
matches are a box: certain values of certain questions, and anything elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from advisor.engine.analysis.policy_ranges import Ints
from advisor.engine.analysis.space import UNKNOWN, Codes, Space, Test
from advisor.engine.checks.conditions import repeated_rules
from advisor.engine.checks.subjects import subjects
from advisor.engine.model.errors import Problem, quotable
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Side

Box: TypeAlias = Mapping[int, frozenset[int]]

NAMED = 3
"""Rules that a problem names; of more it gives the number."""


def box_of(space: Space, tests: Sequence[Test]) -> Box | None:
    """The values under which all tests hold, and the questions they look at are asked; None: there are none."""
    found: dict[int, frozenset[int]] = {}
    waiting = list(tests)
    while waiting:
        test = waiting.pop()
        if test.variable not in found:
            waiting.extend(space.variables[test.variable].asked_when)
        found[test.variable] = found.get(test.variable, test.accepted) & test.accepted
    return found if all(found.values()) else None


def intersection(one: Box, other: Box) -> Box | None:
    """The box in which two boxes meet, or None."""
    found = dict(one)
    for variable, values in other.items():
        found[variable] = found.get(variable, values) & values
    return found if all(found.values()) else None


def corner_of(space: Space, box: Box) -> Codes:
    """The combination in a box that has no other known answers, and the first of the values that are left."""
    return tuple(min(box[index]) if index in box else UNKNOWN for index in range(len(space.variables)))


def contained_pairs(space: Space, boxes: Sequence[Box | None]) -> Ints:
    """For each pair of rules, whether the first matches only where the second does: a square of booleans."""
    starts = np.cumsum([0, *(len(variable.values) for variable in space.variables)])
    holds = np.ones((len(boxes), int(starts[-1])), np.float32)
    for index, box in enumerate(boxes):
        for variable, values in (box or {}).items():
            row = holds[index, starts[variable] : starts[variable + 1]]
            row[:] = 0
            row[list(values)] = 1
    found: Ints = holds @ (1 - holds).T == 0
    impossible = [index for index, box in enumerate(boxes) if box is None]
    found[impossible, :] = found[:, impossible] = False
    np.fill_diagonal(found, val=False)
    return found


def on_the_same_questions(space: Space, boxes: Sequence[Box | None]) -> Ints:
    """For each pair of rules, whether they look at the same questions and can match together: a square of booleans."""
    found = np.zeros((len(boxes), len(boxes)), bool)
    groups: dict[frozenset[int], list[int]] = {}
    for index, box in enumerate(boxes):
        if box is not None:
            groups.setdefault(frozenset(box), []).append(index)
    for variables, group in groups.items():
        together = np.ones((len(group), len(group)), bool)
        for variable in variables:
            holds = np.zeros((len(group), len(space.variables[variable].values)), np.float32)
            for row, index in enumerate(group):
                holds[row, list((boxes[index] or {})[variable])] = 1
            together &= holds @ holds.T > 0
        found[np.ix_(group, group)] = together
    np.fill_diagonal(found, val=False)
    return found


# ---- Rules that match only together with another, or on the same answers towards opposite sides


OPPOSITE = {Side.BPO: Side.KPO, Side.KPO: Side.BPO}


@dataclass(frozen=True, slots=True)
class _Relation:
    """How a rule lies to others: what is said of it, after its name, and what to do."""

    text: str
    mend: str


_EQUAL = _Relation("fires exactly when {others} does, and pushes to the same side.", "Make one rule of them.")
_EQUAL_OPPOSITE = _Relation(
    "fires exactly when {others} does, and pushes to the opposite side: their points work against each other.",
    "Leave it so where both are meant.",
)
_CONTAINED = _Relation(
    "never fires without {all_others}, and pushes to the same side: its points always come on top.",
    "Leave it so where that is meant.",
)
_CONTAINED_OPPOSITE = _Relation(
    "never fires without {all_others}, and pushes to the opposite side.",
    "Leave it so where it is meant as an exception.",
)
_MEETING = _Relation(
    "looks at the same questions as {others}, and some answers fit both, though they push to opposite sides.",
    "Leave it so where both are meant.",
)


def problems(rule_set: RuleSet, space: Space, boxes: Sequence[Box | None]) -> Iterator[Problem]:
    """Find equal, contained and contradicting rules, with answers under which both match. None of them blocks."""
    contained, meeting = contained_pairs(space, boxes), on_the_same_questions(space, boxes)
    repeated = repeated_rules(rule_set)
    for index, rule in enumerate(subjects(rule_set.rules, "rules")):
        for relation, others in _relations(rule_set.rules, index, contained, meeting[index], repeated).items():
            if others:
                text = f"{rule.start} {_fill_in(relation.text, rule_set.rules, others)}"
                meet = intersection(boxes[index] or {}, boxes[others[0]] or {})
                witness = space.answers(corner_of(space, meet)) if meet else None
                also = tuple(f"rules/{rule_set.rules[other].key}/when" for other in others[:NAMED])
                yield Problem(f"{rule.place}/when", text, relation.mend, blocks=False, witness=witness, also=also)


def _relations(
    rules: Sequence[Rule], index: int, contained: Ints, meeting: Ints, repeated: Mapping[str, str]
) -> dict[_Relation, list[int]]:
    """The other rules by how this one lies to them. Of two that lie to each other alike, the later one tells."""
    rule = rules[index]
    earlier = np.arange(len(rules)) < index
    within, around = contained[index], contained[:, index]
    equal, above, apart = within & around & earlier, within & ~around, meeting & earlier & ~around & ~within

    def on(side: Side | None, others: Ints) -> list[int]:
        return [other for other in others.nonzero()[0].tolist() if rules[other].push.side is side]

    def same(others: Ints) -> list[int]:
        return on(rule.push.side, others)

    def opposite(others: Ints) -> list[int]:
        return on(OPPOSITE.get(rule.push.side), others)

    # ``check`` says of rules that read the same that they are; each of those has the key of the first, or is it.
    first = repeated.get(rule.key)
    new = [other for other in same(equal) if first is None or first != repeated.get(rules[other].key, rules[other].key)]
    return {
        _EQUAL: new,
        _EQUAL_OPPOSITE: opposite(equal),
        _CONTAINED: same(above),
        _CONTAINED_OPPOSITE: opposite(above),
        _MEETING: opposite(apart),
    }


def _fill_in(text: str, rules: Sequence[Rule], others: Sequence[int]) -> str:
    named = rules_named(rules, others)
    if len(others) == 1:
        return text.format(others=f"rule {named}", all_others=f"rule {named}")
    return text.format(others=f"each of rules {named}", all_others=f"rules {named}")


def rules_named(rules: Sequence[Rule], positions: Sequence[int], most: int = NAMED) -> str:
    """Rules in a list: the first few by their keys, the rest by their number."""
    keys = [f"“{quotable(rules[position].key)}”" for position in positions[:most]]
    if len(positions) > most:
        return f"{', '.join(keys)} and {len(positions) - most} more"
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"
