"""In how many of the saved processes, and of the test cases, each rule of the draft fires."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from advisor.engine.analysis.processes import cases_of, matching_alike, processes_of
from advisor.engine.analysis.proofs.rule_pairs import box_of
from advisor.engine.analysis.space import SpaceTooLarge, space_of
from advisor.engine.checks.conditions import are_usable
from advisor.engine.evaluation.cases import advise
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition, Question, Section
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.extensions import database
from advisor.models.rule_sets.rule_set_version import is_mentioned, rules_of
from advisor.rule_sets.impact.disclosure import (
    basis_clause,
    basis_sentence,
    disclosed_count,
    enough_to_disclose,
    reads_as_none,
    rounding_note,
)
from advisor.rule_sets.impact.saved_answers import SavedSample, SavedState, sample, saved_state
from advisor.rule_sets.workspace import DraftWorkspace


@dataclass(frozen=True)
class RuleCounts:
    """In how many of a sample of the saved each rule fires, by its key, and whether it is published as it is.

    ``impossible`` are the rules whose conditions no answers can meet; ``cases`` says in how many test cases each fires,
    where these can be run; a rule that they are run without is not in it.
    """

    saved: SavedSample | None = None
    fires: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    impossible: frozenset[str] = frozenset()
    cases: Mapping[str, int] | None = None
    basis: str = ""

    @property
    def never_firing(self) -> frozenset[str]:
        """The rules that fire nowhere, as far as that is told."""
        silent = {key for key, (count, is_published) in self.fires.items() if reads_as_none(count, is_published)}
        return self.impossible | silent

    def says(self, key: str) -> list[str]:
        """All that is told of a rule."""
        sentences = [_("can never fire")] if key in self.impossible else []
        if self.saved is not None and key in self.fires:
            count, is_published = self.fires[key]
            sentences.append(
                _("fires in %(amount)s saved", amount=disclosed_count(self.saved, count, is_published=is_published))
            )
        if self.cases is not None and key in self.cases:
            number = self.cases[key]
            count = format_decimal(number)
            in_cases = ngettext("in %(n)s test case", "in %(n)s test cases", number, n=count)
            sentences.append(in_cases if number else _("in no test case"))
        return [str(each) for each in sentences]


@dataclass(frozen=True, slots=True)
class SavedCount:
    """How many saved processes a rule fires in, by ``disclosed_count``; "" where ``basis`` says why not."""

    amount: str = ""
    going_by: str = ""
    basis: str = ""


def rule_counts(workspace: DraftWorkspace) -> RuleCounts:
    """Count them all."""
    cases = None if workspace.trial is None else _in_cases(workspace.trial.rules)
    rules = _countable(workspace)
    if rules is None:
        return RuleCounts(cases=cases, basis=str(_("Counts stand here when no question blocks the draft.")))
    with database().read() as session:
        saved = sample(session)
    space = space_of(rules)
    each = dict(zip((rule.key for rule in rules.rules), space.rules, strict=True))
    impossible = frozenset(key for key, tests in each.items() if box_of(space, tests) is None)
    if not enough_to_disclose(saved):
        return RuleCounts(impossible=impossible, cases=cases, basis=basis_sentence(saved))
    found = processes_of(rules, saved.tables)
    published = _exactly_told(workspace, rules)
    fires = {key: (found.fires_in(tests), key in published) for key, tests in each.items() if key not in impossible}
    return RuleCounts(saved, fires, impossible, cases, f"{basis_sentence(saved)} {rounding_note()}")


def saved_count(workspace: DraftWorkspace, rules: RuleSet, key: str) -> SavedCount:
    """Count the rule of this key in rules that are only typed. Raises SpaceTooLarge."""
    found = _count(rules, None if workspace.trial is not None and rules is workspace.trial.rules else key)
    saved = found.saved
    if not enough_to_disclose(saved):
        return SavedCount(basis=basis_sentence(saved))
    words = disclosed_count(saved, found.fires[key], is_published=key in _exactly_told(workspace, rules))
    return SavedCount(words, basis_clause(saved), basis_sentence(saved))


def _exactly_told(workspace: DraftWorkspace, rules: RuleSet) -> frozenset[str]:
    """The rules of which a count gives nobody away: published as they are, or on what nobody was ever asked."""
    published = matching_alike(rules, workspace.in_force)
    options = {key: {option.key for option in question.options} for key, question in _questions(workspace.in_force)}
    new = {
        word
        for rule in rules.rules
        for condition in rule.when
        for word in _deciding_words(condition)
        if condition.question not in options or (word != condition.question and word not in options[condition.question])
    }
    if not new:
        return published
    with database().read() as session:
        never = {word for word in new if not is_mentioned(session, word)}
    return published | {rule.key for rule in rules.rules if any(_is_unheard_of(each, never) for each in rule.when)}


def _questions(rules: RuleSet) -> list[tuple[str, Question]]:
    return [(question.key, question) for question in rules.questions]


def _deciding_words(condition: Condition) -> list[str]:
    """The question, and the answers one of which must have been given."""
    positive = condition.test in {"any_of", "includes_any", "includes_all"}
    return [condition.question, *(str(value) for value in condition.values if positive)]


def _is_unheard_of(condition: Condition, never: set[str]) -> bool:
    """Whether nobody can have met it, since its question, or every answer that it looks for, was never published."""
    question, *answers = _deciding_words(condition)
    return question in never or bool(answers and never.issuperset(answers))


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many of the saved each rule fires, while these stand as they did; the answers themselves are not kept."""

    state: SavedState
    saved: SavedSample
    fires: Mapping[str, int]


@cached_per_rule_set
def _counted_last(_rules: RuleSet) -> list[_Counts]:
    return []


def _count(rules: RuleSet, only: str | None) -> _Counts:
    """Of every rule, or of the one of this key alone. Raises SpaceTooLarge."""
    kept = _counted_last(rules)
    with database().read() as session:
        state = saved_state(session)
        for known in kept:
            if known.state == state:
                return known
        saved = sample(session)
    fires: dict[str, int] = {}
    if enough_to_disclose(saved):
        processes = processes_of(rules, saved.tables)
        for rule, tests in zip(rules.rules, space_of(rules).rules, strict=True):
            if only in (None, rule.key):
                fires[rule.key] = processes.fires_in(tests)
    found = _Counts(state, replace(saved, tables=()), fires)
    if only is None:
        kept[:] = [found]
    return found


def answer_count(workspace: DraftWorkspace, question: str, option: str) -> SavedCount | None:
    """In how many of the saved an answer was given, told as of a rule that looks at it alone; None where none can."""
    asked, rules = workspace.rules.question(question), _countable(workspace)
    if asked is None or rules is None or asked.section is Section.NAME:
        return None
    test = "includes_any" if asked.type is AnswerType.CHOICES else "any_of"
    probe = Rule(_PROBE, (Condition(question, test, (option,)),), Push(Side.KEEP, 1), "", ())
    try:
        return saved_count(workspace, replace(rules, rules=(*rules.rules, probe)), _PROBE)
    except SpaceTooLarge:
        return None


_PROBE = " "
"""The key of a rule that only counts; none that is written is blank."""


def _in_cases(rules: RuleSet) -> Mapping[str, int]:
    """In how many test cases each rule fires."""
    try:
        found = cases_of(rules)
    except SpaceTooLarge:
        fired = ({rule.key for rule in advise(rules, case).matched_rules} for case in rules.cases)
        return Counter(key for keys in fired for key in keys)
    tests = space_of(rules).rules
    return {rule.key: found.fires_in(own) for rule, own in zip(rules.rules, tests, strict=True)}


def _countable(workspace: DraftWorkspace) -> RuleSet | None:
    """The rules of the draft as far as they can be held against answers; None where a question keeps all from it."""
    rules = _usable(workspace.document)
    if any(problem.place.split("/")[0] == "questions" for problem in workspace.blocking_problems):
        if workspace.trial is None:
            return None
        rules = workspace.trial.rules
    try:
        space_of(rules)
    except SpaceTooLarge:
        return None
    return rules


@lru_cache(maxsize=8)
def _usable(document: str) -> RuleSet:
    rules = rules_of(document)
    usable = [rule for rule in rules.rules if are_usable(rules, rule.when)]
    return rules if len(usable) == len(rules.rules) else replace(rules, rules=tuple(usable))
