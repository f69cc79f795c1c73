"""In how many of the saved processes, and of the test cases, each rule of the draft fires."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.checks.conditions import is_usable
from advisor.engine.firing import matches_alike, processes_of
from advisor.engine.proofs.boxes import box_of
from advisor.engine.questions import Section
from advisor.engine.rules import RuleSet
from advisor.engine.space import SpaceTooLarge, space_of
from advisor.extensions import database
from advisor.models.parsed import rules_of
from advisor.rule_sets.desk import Desk
from advisor.rule_sets.saved import sample
from advisor.rule_sets.telling import amount, basis, can_tell, going_by, privacy


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """What the list of rules says of each rule by its key, and what its counts go by.

    ``never`` are the rules that fire nowhere, as far as that is told: no answers can meet their conditions, or none
    that are saved do.
    """

    says: Mapping[str, list[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    basis: str = ""
    privacy: str = ""


@dataclass(frozen=True, slots=True)
class SavedCount:
    """In how many saved processes a rule fires, as ``amount`` says it; "" where that is not told, as ``basis`` says."""

    amount: str = ""
    going_by: str = ""
    basis: str = ""


def rule_counts(desk: Desk) -> RuleCounts:
    """Count them all."""
    with database().read() as session:
        drawn = sample(session)
    says: dict[str, list[str]] = {rule.key: [] for rule in desk.rules.rules}
    never = set()
    rules = _countable(desk)
    try:
        tests = space_of(rules).rules if rules is not None else ()
        found = processes_of(rules, drawn.tables) if rules is not None else None
    except SpaceTooLarge:
        found = None
    if rules is None or found is None:
        return RuleCounts(_with_cases(desk, says), basis=str(_("Counts stand here when no question blocks the draft.")))
    for rule, own in zip(rules.rules, tests, strict=True):
        if box_of(space_of(rules), own) is None:
            says[rule.key].append(str(_("can never fire")))
            never.add(rule.key)
        elif can_tell(drawn):
            is_published = matches_alike(rule, desk.rules, desk.in_force)
            count = found.fires_in(own)
            said = amount(drawn, count, is_published=is_published)
            says[rule.key].append(str(_("fires in %(amount)s saved", amount=said)))
            if said == amount(drawn, 0, is_published=is_published):
                never.add(rule.key)
    return RuleCounts(_with_cases(desk, says), frozenset(never), basis(drawn), privacy() if can_tell(drawn) else "")


def saved_count(desk: Desk, rules: RuleSet, key: str) -> SavedCount:
    """Count the rule of this key in rules that are only typed. Raises SpaceTooLarge."""
    with database().read() as session:
        drawn = sample(session)
    if not can_tell(drawn):
        return SavedCount(basis=basis(drawn))
    at, rule = next((at, rule) for at, rule in enumerate(rules.rules) if rule.key == key)
    count = processes_of(rules, drawn.tables).fires_in(space_of(rules).rules[at])
    said = amount(drawn, count, is_published=matches_alike(rule, rules, desk.in_force))
    return SavedCount(said, going_by(drawn), basis(drawn))


def _with_cases(desk: Desk, says: Mapping[str, list[str]]) -> Mapping[str, list[str]]:
    """The same with the number of test cases; without where they cannot be run."""
    if desk.results is None:
        return says
    fires = Counter(key for result in desk.results for key in result.fired)

    def cases(number: int) -> str:
        return str(
            ngettext("in %(num)d test case", "in %(num)d test cases", number) if number else _("in no test case")
        )

    return {key: [*said, cases(fires[key])] for key, said in says.items()}


def _countable(desk: Desk) -> RuleSet | None:
    """The rules of the draft as far as they can be held against answers; None where a question keeps all from it."""
    if any(problem.place.split("/")[0] == "questions" for problem in desk.blocking):
        return None
    return _usable(desk.document)


@lru_cache(maxsize=8)
def _usable(document: str) -> RuleSet:
    rules = rules_of(document)
    on_the_name = {question.key for question in rules.section(Section.NAME)}
    usable = [
        rule for rule in rules.rules if all(c.question not in on_the_name and is_usable(rules, c) for c in rule.when)
    ]
    return rules if len(usable) == len(rules.rules) else replace(rules, rules=tuple(usable))
