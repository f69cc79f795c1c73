"""Questions and claims that nothing makes use of."""

from collections.abc import Iterator

from advisor.engine.checks.evidence import citations
from advisor.engine.checks.subjects import holders, subjects
from advisor.engine.model.errors import Problem
from advisor.engine.model.evidence import Claim, Pull
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet

_DECIDE = frozenset({"rules", "questions"})
"""Lists whose conditions have a part in the advice, or in what else is asked."""


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find what is asked for nothing, and what the sources say that has no effect."""
    looked_at = {
        (holder.collection, condition.question) for holder in holders(rule_set) for condition in holder.conditions
    }
    used = {question for _, question in looked_at}
    decides = {question for collection, question in looked_at if collection in _DECIDE}
    for question in subjects(rule_set.questions, "questions"):
        if question.key not in used and not _compares(question.item):
            text = f"{question.start} is asked for nothing: no rule or advice looks at it."
            yield Problem(question.place, text, "Use it or take it out.", blocks=False)
        elif question.key not in decides and question.item.section is Section.CORE:
            text = (
                f"No rule looks at the answer to {question.name}: it can change what is told with the advice, "
                "and never the advice itself."
            )
            mend = "Let a rule look at it, or ask it after the result."
            yield Problem(question.place, text, mend, blocks=False)
    cited = {key for citation in citations(rule_set) for key in citation.claims}
    for claim in subjects(rule_set.claims, "claims"):
        if claim.key not in cited and _pulls(claim.item):
            text = f"{claim.start} has no effect: no rule, disagreement, guidance or usual process rests on it."
            yield Problem(claim.place, text, "Use it, or make it context.", blocks=False)


def _compares(question: Question) -> bool:
    """Whether the answer says where such processes are usually filed, which is held against the content."""
    return any(option.filed_under for option in question.options)


def _pulls(claim: Claim) -> bool:
    return not claim.withdrawn and any(pull is not Pull.CONTEXT for pull in claim.pull)
