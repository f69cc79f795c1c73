"""The risks of one advice: what tends to go wrong with work that is answered for like this."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import NamedTuple

from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.evidence import Grade, Risk
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Condition, Question, all_hold
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


class AdvisedPart(NamedTuple):
    """A part with what it is advised and the answers that counted; a process in one piece has no name for it."""

    part: str
    outcome: Outcome
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
    parts = [AdvisedPart(it.part, it.outcome, it.answers) for it in recommendation.all_parts]
    return risks_of_parts(rule_set.risks, recommendation.outcome, parts)


def risks_of_parts(risks: Sequence[Risk], outcome: Outcome, parts: Sequence[AdvisedPart]) -> tuple[ShownRisk, ...]:
    """The same from the parts, of which there is one at least, and the outcome of all of them together."""
    leaving = [part for part in parts if part.outcome is not Outcome.KEEP] or parts
    shown = (_shown_risk(risk, outcome, leaving) for risk in risks)
    return tuple(sorted(filter(None, shown), key=lambda it: (-it.weight, _GRADES.index(it.risk.grade))))


_SETS = 500
"""Sets of as many options as may be chosen that are tried."""


def risks_that_could_go(
    rule_set: RuleSet, answers: Answers, parts: Sequence[tuple[str, Answers]], question: Question, part: int | None
) -> tuple[Risk, ...]:
    """The risks told of the advice that an answer to ``question``, for all or for the part of that place, rules out.

    Of sets of options it tries none, each alone, and as many at once as may be chosen.
    """
    looking = [test for risk in rule_set.risks for test in risk.conditions if test.question == question.key]
    if not looking:
        return ()
    told = [shown.risk for shown in risks_shown(rule_set, evaluate_parts(rule_set, answers, parts))[:MOST]]
    gone: set[str] = set()
    for answer in _answers_to_try(question, looking):
        own = {question.key: answer}
        others = [(name, {**its, **own} if at == part else its) for at, (name, its) in enumerate(parts)]
        whole = answers if others and part is not None else {**answers, **own}
        stay = {shown.risk.key for shown in risks_shown(rule_set, evaluate_parts(rule_set, whole, others))}
        gone.update(risk.key for risk in told if risk.key not in stay)
    return tuple(risk for risk in told if risk.key in gone)


def _answers_to_try(question: Question, looking: Sequence[Condition]) -> list[Answer]:
    """Answers to a question, among them those that the conditions tell apart."""
    options = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        most = len(options) if question.most is None else question.most
        return [(), *((option,) for option in options), *islice(combinations(options, most), _SETS)]
    if question.type is AnswerType.NUMBER:
        ends = {end for test in looking for end in test.values if isinstance(end, int)}
        return [at for at in sorted({end + step for end in ends for step in (-1, 0, 1)}) if question.allows(at)]
    return [*options]


def _shown_risk(risk: Risk, outcome: Outcome, parts: Sequence[AdvisedPart]) -> ShownRisk | None:
    at_risk = []
    weight = 0
    for part in parts:
        answers = part.answers
        shows = _groups_that_hold(risk.shows, answers)
        if _groups_that_hold(risk.unless, answers) or not (shows or {outcome, part.outcome} & set(risk.outcomes)):
            continue
        more = _groups_that_hold(risk.more, answers)
        weight = max(weight, len(more))
        looked_at = dict.fromkeys(condition.question for group in (*shows, *more) for condition in group)
        at_risk.append(PartAtRisk(part.part, {key: answers[key] for key in looked_at}))
    return ShownRisk(risk, weight, tuple(at_risk)) if at_risk else None


def _groups_that_hold(groups: Sequence[Sequence[Condition]], answers: Answers) -> list[Sequence[Condition]]:
    """The groups that hold; one without conditions says nothing and never does."""
    return [group for group in groups if group and all_hold(group, answers) is State.MATCHED]
