"""How much one rule set may hold, so that every check of it ends soon (docs/decisions/0019)."""

from collections.abc import Iterator

from advisor.engine.checks.subjects import RISK_GROUPS, subjects
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet

MOST = {
    "questions": 200,
    "rules": 5_000,
    "leave": 100,
    "kind": 100,
    "sources": 500,
    "claims": 5_000,
    "disagreements": 500,
    "tensions": 500,
    "guidance": 500,
    "risks": 200,
    "limits": 100,
    "cases": 5_000,
}
"""The most things in each list of the document."""

OPTIONS_LIMIT = 200
"""The most options of one question."""

CONDITIONS_LIMIT = 50
"""The most conditions of one thing; more than one on the same question are rarely of use."""

RISK_CONDITIONS_LIMIT = 200
"""The most conditions of one risk, in all of its groups."""

_WORDS = {
    "leave": "rows in the table that decides whether it leaves",
    "kind": "rows in the table that decides the kind of work",
    "cases": "test cases",
    "guidance": "pieces of guidance",
    "limits": "sentences on what the advice does not tell",
}


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find lists that are too long. The rest of a rule set that has one could take minutes to check."""
    for name, most in MOST.items():
        if (number := len(getattr(rule_set, name))) > most:
            yield _too_many(name, "The rule set", number, most, _WORDS.get(name, name))
    for question in subjects(rule_set.questions[: MOST["questions"]], "questions"):
        if (number := len(question.item.options)) > OPTIONS_LIMIT:
            yield _too_many(f"{question.place}/options", question.start, number, OPTIONS_LIMIT, "options")
        if (number := len(question.item.asked_when)) > CONDITIONS_LIMIT:
            yield _too_many(f"{question.place}/asked_when", question.start, number, CONDITIONS_LIMIT, "conditions")
    for name in ("rules", "disagreements", "tensions", "guidance"):
        for thing in subjects(getattr(rule_set, name)[: MOST[name]], name):
            if (number := len(thing.item.when)) > CONDITIONS_LIMIT:
                yield _too_many(f"{thing.place}/when", thing.start, number, CONDITIONS_LIMIT, "conditions")
    for risk in subjects(rule_set.risks[: MOST["risks"]], "risks"):
        if (
            number := max(len(risk.item.conditions), sum(len(getattr(risk.item, name)) for name in RISK_GROUPS))
        ) > RISK_CONDITIONS_LIMIT:
            yield _too_many(risk.place, risk.start, number, RISK_CONDITIONS_LIMIT, "conditions")


def _too_many(place: str, subject: str, number: int, most: int, what: str) -> Problem:
    text = f"{subject} has {number:,} {what}; {most:,} is the most."
    return Problem(place, text, "Take some out, then check again: nothing else was looked at.")
