"""Read off compiled groups, the risks of an advice and what is told beside it are those that are worked out anew."""

from dataclasses import replace
from itertools import product
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.evaluation.advice import disagreements_shown, guidance_shown, usual_process
from advisor.engine.evaluation.compiled_advice import CompiledItems, CompiledRisks
from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.evaluation.risks import MOST, AdvisedPart, risks_of_parts
from advisor.engine.model.evidence import Disagreement, Guidance
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from tests.engine.documents import clean_rule_set
from tests.engine.strategies import PROPERTY, fit_items, rule_sets

STARTER = starter.rule_set()
CLEAN = clean_rule_set()

Told: TypeAlias = list[tuple[str, list[tuple[str, dict[str, Answer]]]]]
"""Risks, each with its parts and the answers that it rests on there."""


def told_keys(rule_set: RuleSet, advice: Recommendation) -> list[str]:
    items: list[Disagreement | Guidance] = [*rule_set.disagreements, *rule_set.guidance]
    compiled, shown = CompiledItems(rule_set, items), 0
    for part in advice.all_parts:
        shown |= compiled.shown_items(advice.outcome, part.answers, part.outcome, part.kind)
    return [item.key for at, item in enumerate(items) if shown >> at & 1]


def risks(rule_set: RuleSet, outcome: Outcome, parts: list[AdvisedPart], compiled: CompiledRisks | None = None) -> Told:
    compiled = compiled or CompiledRisks(rule_set)
    found = []
    for place, at_risk in compiled.shown_risks(
        outcome, [(compiled.groups_held(part.answers), part.outcome) for part in parts]
    ):
        at = [(parts[it.part], compiled.looked_at(it.holding)) for it in at_risk]
        found.append(
            (rule_set.risks[place].key, [(part.part, {key: part.answers[key] for key in keys}) for part, keys in at])
        )
    return found


def plain_shown(rule_set: RuleSet, outcome: Outcome, parts: list[AdvisedPart]) -> Told:
    shown = risks_of_parts(rule_set.risks, outcome, parts)[:MOST]
    return [(it.risk.key, [(part.part, dict(part.answers)) for part in it.parts]) for it in shown]


@PROPERTY
@given(st.data())
def test_they_are_the_same_under_any_rules(data: st.DataObject) -> None:
    for rule_set in (STARTER, data.draw(rule_sets())):
        answers, parts = data.draw(fit_items(rule_set))
        advice = evaluate_parts(rule_set, answers, parts)
        shown: list[Disagreement | Guidance] = [
            *disagreements_shown(rule_set, "", advice),
            *guidance_shown(rule_set, "", advice),
        ]
        of_advice = replace(rule_set, guidance=tuple(it for it in rule_set.guidance if it.brief is None))
        advised = [AdvisedPart(it.part, it.outcome, it.answers) for it in advice.all_parts]
        assert risks(rule_set, advice.outcome, advised) == plain_shown(rule_set, advice.outcome, advised)
        if usual_process(rule_set, "", advice.all_parts[0].answers) is None:
            assert told_keys(of_advice, advice) == [it.key for it in shown]


def test_groups_count_as_often_as_they_stand_and_never_where_they_are_empty() -> None:
    (risk, *_) = CLEAN.risks
    group, other = risk.shows[0], risk.unless[0]
    variants = [
        replace(risk, key=f"{number}", shows=shows, more=more, unless=unless, outcomes=outcomes)
        for number, (shows, more, unless, outcomes) in enumerate(
            product(
                ((), ((),), (group,)),
                (((),), (group,), (other, group, group)),
                ((), ((),), (other,)),
                ((), (Outcome.BPO,)),
            )
        )
    ]
    sheets: list[dict[str, Answer]] = [
        {},
        {"steps": "some"},
        {"steps": "each"},
        {"steps": "some", "needs": ("law", "speech")},
    ]
    for first in range(0, len(variants), MOST):
        rule_set = replace(CLEAN, risks=tuple(variants[first : first + MOST]))
        compiled = CompiledRisks(rule_set)
        for outcome, one, two, own, others in product((Outcome.BPO, Outcome.KEEP), Outcome, Outcome, sheets, sheets):
            parts = [AdvisedPart("One", one, own), AdvisedPart("Two", two, others)]
            assert risks(rule_set, outcome, parts, compiled) == plain_shown(rule_set, outcome, parts)
