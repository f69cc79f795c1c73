"""Which questions a quick pass asks: those that settle most, the same of every process that has no answers yet."""

from advisor.assessments.progress import Progress
from advisor.engine.analysis.explain.next_questions import next_questions
from advisor.engine.analysis.explain.situation import situation_of
from advisor.engine.analysis.limits import EXPLANATION_LIMITS
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet

AT_ONCE = 3
"""Questions that are asked of a process at a time."""


@cached_per_rule_set
def most_telling(rule_set: RuleSet) -> tuple[Question, ...]:
    """The core questions with one answer to choose, the one that settles most of what is unknown first.

    Where the rules are too large to count that, they come in the order of the questions.
    """
    asked = [q for q in rule_set.section(Section.CORE) if q.type is AnswerType.CHOICE]
    try:
        found = next_questions(situation_of(rule_set, {}, ()), EXPLANATION_LIMITS) or ()
    except SpaceTooLarge:
        found = ()
    rank = {question.question: place for place, question in enumerate(found)}
    return tuple(sorted(asked, key=lambda question: rank.get(question.key, len(rank))))


def open_questions(progress: Progress) -> list[Question]:
    """What is asked next of a process in one piece: of its open questions those that settle most; none in parts."""
    if progress.in_parts:
        return []
    is_open = {place.question.key for place in progress.route() if progress.is_open(place)}
    return [question for question in most_telling(progress.rule_set) if question.key in is_open][:AT_ONCE]
