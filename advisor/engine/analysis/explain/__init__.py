"""What would change the advice, and what settles it: exact, or saying where it is not.

    what_would_change(rule_set, answers, parts) -> WouldChange
    what_settles(rule_set, answers, parts)      -> Settles

Both take what ``evaluate_parts`` takes. Questions on the content count, core and sharpening; those of the name section
cannot change anything. Budgets are numbers of points, so equal answers always get equal explanations.
"""

from advisor.engine.analysis.explain.next_questions import what_settles
from advisor.engine.analysis.explain.values import (
    AdviceMove,
    AnswerChange,
    AnswerReach,
    Band,
    ChangeSet,
    NextQuestion,
    PossibleOutcome,
    Settlement,
    SufficientAnswers,
    Target,
    WouldChange,
)
from advisor.engine.analysis.explain.would_change import what_would_change
from advisor.engine.analysis.limits import EXPLANATION_LIMITS, ExplanationLimits

__all__ = [
    "EXPLANATION_LIMITS",
    "AdviceMove",
    "AnswerChange",
    "AnswerReach",
    "Band",
    "ChangeSet",
    "ExplanationLimits",
    "NextQuestion",
    "PossibleOutcome",
    "Settlement",
    "SufficientAnswers",
    "Target",
    "WouldChange",
    "what_settles",
    "what_would_change",
]
