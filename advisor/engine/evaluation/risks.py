"""The risks of one advice: what tends to go wrong with work that is answered for like this."""

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.evidence import Grade, Risk
from advisor.engine.model.questions import Answers, Condition, all_hold
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome, State

MOST = 6
"""Risks that are told of one advice."""

_GRADES = list(Grade)


@dataclass(frozen=True, slots=True)
class PartAtRisk:
    """A part of the process in which a risk shows: its name, "" for a process in one piece, and the answers that the
    risk rests on, in the order in which it looks at them; none where the advice alone shows it.
    """

    part: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class ShownRisk:
    """A risk that shows. ``weight`` is the number of groups that make it weigh more, of the part where most hold."""

    risk: Risk
    weight: int
    parts: tuple[PartAtRisk, ...]


def risks_shown(rule_set: RuleSet, recommendation: Recommendation) -> tuple[ShownRisk, ...]:
    """The risks that show, the weightiest first; of equal weight the one on firmer ground, then in their order.

    Parts that stay in the house are not at risk, unless none leaves it: then it is what would go wrong all the same.
    """
    leaving = [part for part in recommendation.pieces if part.outcome is not Outcome.KEEP] or recommendation.pieces
    shown = (_shown(risk, recommendation.outcome, leaving) for risk in rule_set.risks)
    return tuple(sorted(filter(None, shown), key=lambda it: (-it.weight, _GRADES.index(it.risk.grade))))


def _shown(risk: Risk, outcome: Outcome, parts: Sequence[Recommendation]) -> ShownRisk | None:
    at_risk = []
    weight = 0
    for part in parts:
        answers = part.answers
        shows = _holding(risk.shows, answers)
        if _holding(risk.unless, answers) or not (shows or {outcome, part.outcome} & set(risk.outcomes)):
            continue
        more = _holding(risk.more, answers)
        weight = max(weight, len(more))
        looked_at = dict.fromkeys(condition.question for group in (*shows, *more) for condition in group)
        at_risk.append(PartAtRisk(part.part, {key: answers[key] for key in looked_at}))
    return ShownRisk(risk, weight, tuple(at_risk)) if at_risk else None


def _holding(groups: Sequence[Sequence[Condition]], answers: Answers) -> list[Sequence[Condition]]:
    """The groups that hold; one without conditions says nothing and never does."""
    return [group for group in groups if group and all_hold(group, answers) is State.MATCHED]
