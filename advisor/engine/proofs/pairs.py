"""Rules that match only together with another, or on the same answers towards opposite sides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.checks.rules import repeated
from advisor.engine.checks.subjects import subjects
from advisor.engine.errors import Problem
from advisor.engine.proofs.boxes import Box, both, corner, inside, on_the_same_questions
from advisor.engine.proofs.judging import Ints
from advisor.engine.proofs.words import NAMED, rules_named
from advisor.engine.rules import Rule, RuleSet
from advisor.engine.space import Space
from advisor.engine.vocabulary import Side

_OPPOSITE = {Side.BPO: Side.KPO, Side.KPO: Side.BPO}


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
    contained, meeting = inside(space, boxes), on_the_same_questions(space, boxes)
    said = repeated(rule_set)
    for index, rule in enumerate(subjects(rule_set.rules, "rules")):
        for relation, others in _relations(rule_set.rules, index, contained, meeting[index], said).items():
            if others:
                text = f"{rule.start} {_filled(relation.text, rule_set.rules, others)}"
                meet = both(boxes[index] or {}, boxes[others[0]] or {})
                witness = space.answers(corner(space, meet)) if meet else None
                also = tuple(f"rules/{rule_set.rules[other].key}/when" for other in others[:NAMED])
                yield Problem(f"{rule.place}/when", text, relation.mend, blocks=False, witness=witness, also=also)


def _relations(
    rules: Sequence[Rule], index: int, contained: Ints, meeting: Ints, said: Mapping[str, str]
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
        return on(_OPPOSITE.get(rule.push.side), others)

    # ``check`` says of rules that read the same that they are; each of those has the key of the first, or is it.
    first = said.get(rule.key)
    new = [other for other in same(equal) if first is None or first != said.get(rules[other].key, rules[other].key)]
    return {
        _EQUAL: new,
        _EQUAL_OPPOSITE: opposite(equal),
        _CONTAINED: same(above),
        _CONTAINED_OPPOSITE: opposite(above),
        _MEETING: opposite(apart),
    }


def _filled(text: str, rules: Sequence[Rule], others: Sequence[int]) -> str:
    named = rules_named(rules, others)
    if len(others) == 1:
        return text.format(others=f"rule {named}", all_others=f"rule {named}")
    return text.format(others=f"each of rules {named}", all_others=f"rules {named}")
