"""What is told beside a verdict, made ready for quick evaluation: groups of conditions as the bits of one number.

It says the same as ``advice.py`` and ``risks.py`` do, of answers that all count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from advisor.engine.evaluation.compiled_rules import CompiledRules, Mask
from advisor.engine.evaluation.risks import MOST
from advisor.engine.model.evidence import Disagreement, Grade, Guidance, Risk
from advisor.engine.model.questions import Answers, Condition
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side

_GRADES = list(Grade)


class CompiledGroups:
    """Groups of conditions, in their order."""

    def __init__(self, rule_set: RuleSet, groups: Iterable[Sequence[Condition]]) -> None:
        rules = [Rule(str(place), tuple(group), Push(Side.BPO, 1), "", ()) for place, group in enumerate(groups)]
        self._rules = CompiledRules(replace(rule_set, rules=tuple(rules)))

    def groups_held(self, answers: Answers) -> Mask:
        """A bit for each group, the first group's lowest: whether all of its conditions hold for these answers."""
        return self._rules.ranks(self._rules.match(answers))


class CompiledItems:
    """Disagreements or guidance: which of them are told, as a bit for each, the first one's lowest."""

    def __init__(self, rule_set: RuleSet, items: Sequence[Disagreement | Guidance]) -> None:
        self._groups = CompiledGroups(rule_set, [item.when for item in items])
        self._fitting: dict[Outcome, Mask] = {
            outcome: sum(1 << at for at, item in enumerate(items) if not item.outcomes or outcome in item.outcomes)
            for outcome in Outcome
        }
        # Disagreements bear on the kind too, which is given even where the advice is to keep.
        self._of_kind: dict[Kind, Mask] = {
            kind: self._fitting[Outcome(kind.value)]
            & sum(1 << at for at, item in enumerate(items) if isinstance(item, Disagreement))
            for kind in Kind
        }

    def shown_items(self, outcome: Outcome, answers: Answers, of_part: Outcome, kind: Kind) -> Mask:
        """Those that one part calls for; of several parts they are told where any of them does."""
        fitting = self._fitting
        return self._groups.groups_held(answers) & (fitting[outcome] | fitting[of_part] | self._of_kind[kind])


class PartAtRiskBits(NamedTuple):
    """Which part, by its place, and which groups of the risk show it there or make it weigh more."""

    part: int
    holding: Mask


ShownBits: TypeAlias = list[tuple[int, list[PartAtRiskBits]]]
"""Risks, by their places, each with the parts in which it shows."""


class _CompiledRisk(NamedTuple):
    place: int
    shows: Mask
    more: Mask
    unless: Mask
    outcomes: frozenset[Outcome]
    grade: int


class CompiledRisks:
    """Which risks show, and what they rest on."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._groups: list[Sequence[Condition]] = []
        self._risks = [self._compile(place, risk) for place, risk in enumerate(rule_set.risks)]
        self._held = CompiledGroups(rule_set, self._groups)

    def groups_held(self, answers: Answers) -> Mask:
        """The groups that hold in one part."""
        return self._held.groups_held(answers)

    def shown_risks(self, outcome: Outcome, parts: Sequence[tuple[Mask, Outcome]]) -> ShownBits:
        """The risks told, by their places, of parts with these groups and outcomes, as ``risks_shown`` says."""
        all_parts = [(place, held, of_part) for place, (held, of_part) in enumerate(parts)]
        leaving = [part for part in all_parts if part[2] is not Outcome.KEEP] or all_parts
        found = []
        for place, shows, more, unless, outcomes, grade in self._risks:
            at_risk = [
                PartAtRiskBits(part, held & (shows | more))
                for part, held, of_part in leaving
                if not held & unless and (held & shows or outcome in outcomes or of_part in outcomes)
            ]
            if at_risk:
                weight = max([(it.holding & more).bit_count() for it in at_risk])
                found.append((-weight, grade, place, at_risk))
        found.sort()  # by weight, then by grade, then by place: no two are of the same place
        return [(place, at_risk) for _, _, place, at_risk in found[:MOST]]

    def looked_at(self, holding: Mask) -> tuple[str, ...]:
        """The questions that these groups look at, each once, in their order."""
        groups = [group for place, group in enumerate(self._groups) if holding >> place & 1]
        return tuple(dict.fromkeys(condition.question for group in groups for condition in group))

    def _compile(self, place: int, risk: Risk) -> _CompiledRisk:
        shows, more, unless = (self._add(groups) for groups in (risk.shows, risk.more, risk.unless))
        return _CompiledRisk(place, shows, more, unless, frozenset(risk.outcomes), _GRADES.index(risk.grade))

    def _add(self, groups: Iterable[Sequence[Condition]]) -> Mask:
        """Put in the groups of a field; one without conditions says nothing and never holds."""
        first = len(self._groups)
        self._groups += filter(None, groups)
        return (1 << len(self._groups)) - (1 << first)
