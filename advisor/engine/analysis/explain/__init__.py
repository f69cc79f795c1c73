"""What would change the advice, and what settles it: exact, or saying where it is not.

    what_would_change(rule_set, answers, parts) -> WouldChange
    what_settles(rule_set, answers, parts)      -> Settles
    smallest_changes(rule_set, answers, parts)  -> the nearest other outcomes alone, for whoever needs no more

All take what ``evaluate_parts`` takes. Questions on the content count, core and sharpening; those of the name section
cannot change anything. Budgets are numbers of points, so equal answers always get equal explanations.
"""

from advisor.engine.analysis.explain.limits import LIMITS, ExplanationLimits
from advisor.engine.analysis.explain.next_questions import settles
from advisor.engine.analysis.explain.reach import verdict_and_reaches
from advisor.engine.analysis.explain.situation import Parts, situation_of
from advisor.engine.analysis.explain.smallest_changes import nearest_of, targets_of
from advisor.engine.analysis.explain.values import (
    AdviceMove,
    AnswerChange,
    AnswerReach,
    Band,
    ChangeSet,
    NextQuestion,
    Possible,
    Settles,
    Suffices,
    Target,
    WouldChange,
)
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.questions import Answers, Section
from advisor.engine.model.rules import RuleSet

__all__ = [
    "LIMITS",
    "AdviceMove",
    "AnswerChange",
    "AnswerReach",
    "Band",
    "ChangeSet",
    "ExplanationLimits",
    "NextQuestion",
    "Possible",
    "Settles",
    "Suffices",
    "Target",
    "WouldChange",
    "smallest_changes",
    "what_settles",
    "what_would_change",
]


def what_would_change(
    rule_set: RuleSet, answers: Answers, parts: Parts = (), limits: ExplanationLimits = LIMITS
) -> WouldChange:
    """The reach of each answer alone, and the fewest changes for each other outcome. Raises SpaceTooLarge."""
    situation = situation_of(rule_set, answers, parts)
    now, reaches = verdict_and_reaches(situation, limits)
    targets = targets_of(situation, now.outcome, limits)
    sizes = [target.size for target in targets if target.size is not None]
    bounds = [target.at_least for target in targets if target.at_least is not None]
    distance = min(sizes, default=None)
    if distance is not None and distance > min(bounds):
        distance = None
    core = {question.key for question in rule_set.section(Section.CORE)}
    return WouldChange(
        outcome=now.outcome,
        kind=now.kind,
        lean=now.lean,
        reaches=reaches,
        unless=tuple(r for r in reaches if r.question in core and r.can_change and not r.is_answered),
        distance=distance,
        at_least=min(bounds, default=None),
        targets=targets,
    )


def smallest_changes(
    rule_set: RuleSet, answers: Answers, parts: Parts = (), limits: ExplanationLimits = LIMITS
) -> tuple[Target, ...]:
    """The other outcomes that take the fewest changes of answers, each with all of its smallest sets.

    None where no change gives another outcome, or none within the limits. Raises SpaceTooLarge.
    """
    situation = situation_of(rule_set, answers, parts)
    now = evaluate_parts(rule_set, answers, parts).outcome
    return nearest_of(situation, now, limits)


def what_settles(rule_set: RuleSet, answers: Answers, parts: Parts = (), limits: ExplanationLimits = LIMITS) -> Settles:
    """What is still possible, a smallest set of answers that suffices, the next question. Raises SpaceTooLarge."""
    return settles(situation_of(rule_set, answers, parts), limits)
