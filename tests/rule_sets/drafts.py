"""Drafts as programs make them, past the pages."""

from dataclasses import replace

from advisor import starter
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.rule_sets.draft import edit, start


def store_draft(database: Database, rules: RuleSet) -> None:
    """Make this the draft."""
    who = Actor("operator")
    with database.write() as session:
        start(session, who)
        edit(session, who, lambda _present: rules, kind="draft changed", what="everything")


def without_keep() -> RuleSet:
    """The starter rules, with a bound on keeping that no answers reach, and without the cases that expect it."""
    rules = starter.rule_set()
    far = tuple(
        replace(row, when=tuple(replace(bound, at_least=500, at_most=None) for bound in row.when)) if row.when else row
        for row in rules.leave
    )
    cases = tuple(case for case in rules.cases if case.outcome != Outcome.KEEP and not case.parts)
    return replace(rules, leave=far, cases=cases)
