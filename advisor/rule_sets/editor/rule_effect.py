"""What a rule does as it is typed, beside its form: where it fires, what it moves, and the cases it touches."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import TypeAlias

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.engine.analysis.processes import cases_of, run_together
from advisor.engine.analysis.proofs.one_rule import Overlap, PolicyMove, RuleEffect, RuleRelation, rule_effect
from advisor.engine.analysis.proofs.rule_pairs import OPPOSITE
from advisor.engine.analysis.space import SpaceTooLarge, space_of
from advisor.engine.checks.conditions import are_usable
from advisor.engine.checks.trial import RuleSetTrial
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import Push, Rule, RuleSet, TestCase
from advisor.links import link_root
from advisor.models.rule_sets import proof as proofs
from advisor.rule_sets.editor.inputs.field_text import advice_words
from advisor.rule_sets.impact.change_effect import ChangeEffect, change_effect
from advisor.rule_sets.impact.rule_counts import SavedCount, saved_count
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.test_cases.coverage import add_case_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import item_name
from advisor.wording.rules import push_words
from advisor.wording.values import percent
from advisor.wording.vocabulary import SIDES

_RELATIONS = {
    RuleRelation.EQUAL: _l("It %(adds)s, and fires exactly when this one does."),
    RuleRelation.INSIDE: _l("It %(adds)s, and fires whenever this one does."),
    RuleRelation.AROUND: _l("It %(adds)s, and never fires without this one."),
    RuleRelation.MEETS: _l("It %(adds)s, and fires in %(share)s of the answers in which this one does."),
}

_TABLES = {"leave": _l("first table"), "kind": _l("second table")}

RuleParts: TypeAlias = tuple[tuple[Condition, ...], Push]
"""What of a rule decides: its conditions and its points."""

_HIDDEN_KEY = "\x00typed"
"""The key of a rule that has none yet; no other can have it."""


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule that can fire together with the one that is edited."""

    name: str
    url: str
    says: str
    contradicts: bool


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A policy row that comes first because of the rule, where another would. ``rows`` are those, by number."""

    table: str
    row: int
    rows: str
    url: str
    advice: str


@dataclass(frozen=True, slots=True)
class CaseWithRule:
    """A test case in which the rule fires, and whether what is typed makes it pass or fail ("", "passes", "fails")."""

    name: str
    url: str
    fails: bool
    turned: str


@dataclass(frozen=True, slots=True)
class RuleEffectView:
    """Everything beside the form of a rule."""

    share: str
    saved: SavedCount
    is_never: bool
    turns: str
    tried: str
    is_all: bool
    moves: list[DecidedRow]
    others: list[OtherRule]
    together: int
    opposite: int
    opposite_side: str
    """What the opposite ones push towards, as a word."""
    cases: list[CaseWithRule]
    turned: list[CaseWithRule]
    change: "RuleChange | None"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What the rule, as it is typed, does that it did not before; ``before`` says before what."""

    before: str
    effect: ChangeEffect


@dataclass(frozen=True, slots=True)
class _CountedEffect:
    """What the rule does, the test cases in which it fires, and the keys of those that fail with it."""

    effect: RuleEffect
    fires: tuple[TestCase, ...]
    failing: frozenset[str]


def rule_effect_view(workspace: DraftWorkspace, key: str, rule: Rule | None) -> RuleEffectView | None:
    """What the rule that is typed in the place of the one of this key ("" for a new one) does; None where unknown.

    It is unknown while the rule is not complete or looks at what is not there, and where nothing of the draft can be
    tried.
    """
    trial = workspace.trial
    if rule is None or trial is None or not are_usable(trial.rules, rule.when):
        return None
    found = _view(workspace.document, key, rule.when, rule.push, link_root())
    if found is None:
        return None
    rules = _replace_rule(trial.rules, key, rule.when, rule.push)
    saved = SavedCount() if found.is_never else saved_count(workspace, rules, key or _HIDDEN_KEY)
    return replace(found, saved=saved, change=_change(workspace, trial, key, rule))


@lru_cache(maxsize=64)
def _view(document: str, key: str, when: tuple[Condition, ...], push: Push, _root: str | None) -> RuleEffectView | None:
    """What can be said by the draft alone; all links in it begin with the root."""
    trial = proofs.trial_of_document(document)
    assert isinstance(trial, RuleSetTrial)  # noqa: S101 - it was tried just now
    found = _count_effect(trial, key, when, push)
    if found is None:
        return None
    it, rules = found.effect, _replace_rule(trial.rules, key, when, push)
    turned = {result.case.key for result in trial.results if not result.passed} ^ found.failing
    cases = [_case_with_rule(case, found.failing, turned) for case in found.fires]
    return RuleEffectView(
        share=percent(it.share) if it.share is not None else "",
        saved=SavedCount(),
        is_never=it.fires == 0,
        turns=percent(it.turns),
        tried=str(format_decimal(it.tried)),
        is_all=it.is_all,
        moves=list(_moves(trial, rules, it.moves)),
        others=[_other_rule(rules, overlap) for overlap in it.overlaps],
        together=it.together,
        opposite=it.opposite,
        opposite_side=str(SIDES[OPPOSITE[push.side]].towards) if push.side in OPPOSITE else "",
        cases=cases,
        turned=[_case_with_rule(case, found.failing, turned) for case in rules.cases if case.key in turned],
        change=None,
    )


def _change(workspace: DraftWorkspace, trial: RuleSetTrial, key: str, rule: Rule) -> RuleChange | None:
    """Against the rule as the draft has it; where it says the same, against that of the version in force."""
    stored, published = trial.rules.rule(key), workspace.in_force.rule(key)
    if stored is None or (stored.when, stored.push) != (rule.when, rule.push):
        base, before = stored, _("Before: the draft as it is stored.")
    elif published is not None and (published.when, published.push) != (rule.when, rule.push):
        if not are_usable(trial.rules, published.when):
            return None
        base = published
        before = _("Before: the draft with this rule as version %(n)s has it.", n=workspace.in_force_number)
    else:
        return None
    was = None if base is None else (base.when, base.push)
    return RuleChange(str(before), _count_change(workspace.document, key, was, (rule.when, rule.push)))


@lru_cache(maxsize=64)
def _change_found(document: str, key: str, was: RuleParts | None, now: RuleParts) -> tuple[RuleSet, RuleSet]:
    """The rules before and after: the same objects each time, by which is known what was found of them."""
    trial = proofs.trial_of_document(document)
    assert isinstance(trial, RuleSetTrial)  # noqa: S101 - it was tried just now
    before = trial.rules if was is None else _replace_rule(trial.rules, key, *was)
    return before, _replace_rule(trial.rules, key, *now)


def _count_change(document: str, key: str, was: RuleParts | None, now: RuleParts) -> ChangeEffect:
    return change_effect(*_change_found(document, key, was, now))


def _count_effect(trial: RuleSetTrial, key: str, when: tuple[Condition, ...], push: Push) -> _CountedEffect | None:
    stored = trial.rules
    rules, key = _replace_rule(stored, key, when, push), key or _HIDDEN_KEY
    try:
        effect = rule_effect(rules, key)
        tests = next(tests for rule, tests in zip(rules.rules, space_of(rules).rules, strict=True) if rule.key == key)
        fires = tuple(compress(rules.cases, cases_of(rules).fires(tests)))
    except SpaceTooLarge:
        return None
    results = trial.results if rules is stored else run_together(rules)
    failing = frozenset(result.case.key for result in results if not result.passed)
    return _CountedEffect(effect, fires, failing)


def _replace_rule(rules: RuleSet, key: str, when: tuple[Condition, ...], push: Push) -> RuleSet:
    """The rules with these conditions and points in the place of those of a rule, or as one rule more."""
    present = rules.rule(key)
    if present is None:
        return replace(rules, rules=(*rules.rules, Rule(key or _HIDDEN_KEY, when, push, "", ())))
    if (present.when, present.push) == (when, push):
        return rules
    changed = (replace(rule, when=when, push=push) if rule.key == key else rule for rule in rules.rules)
    return replace(rules, rules=tuple(changed))


def _case_with_rule(case: TestCase, failing: Set[str], turned: Set[str]) -> CaseWithRule:
    fails = case.key in failing
    word = "" if case.key not in turned else "fails" if fails else "passes"
    return CaseWithRule(case.process, item_url("cases", case.key), fails, word)


def no_effect_sentence(workspace: DraftWorkspace, rule: Rule | None) -> str:
    """Why it is not shown what the rule does, where the draft can be tried."""
    if rule is None:
        return str(_("This is shown once the rule is complete."))
    if workspace.trial is not None and not are_usable(workspace.trial.rules, rule.when):
        return str(_("This rule looks at something that is not there, or that has to be mended first."))
    return str(_("Conditions look at too many answers of one question for all of them to be told apart."))


def _moves(trial: RuleSetTrial, rules: RuleSet, moves: tuple[PolicyMove, ...]) -> Iterator[DecidedRow]:
    """By the row that comes first, with one example for each; a row that only closes a gap is none."""
    for table, name in _TABLES.items():
        for row in sorted({move.row for move in moves if move.table == table}):
            mine = [move for move in moves if (move.table, move.row) == (table, row)]
            got = evaluate(rules, mine[0].witness)
            number = trial.number_of(table, row)
            rows = sorted(n + 1 for n in {trial.number_of(table, move.without) for move in mine} if n is not None)
            if number is None or not rows:
                continue
            yield DecidedRow(
                table=str(name),
                row=number + 1,
                rows=_list_numbers(rows),
                url=add_case_url(mine[0].witness, got.outcome),
                advice=advice_words(got.outcome, got.kind),
            )


def _list_numbers(numbers: list[int]) -> str:
    *firsts, last = map(str, numbers)
    return str(_("%(firsts)s or %(last)s", firsts=", ".join(firsts), last=last)) if firsts else last


def _other_rule(rules: RuleSet, overlap: Overlap) -> OtherRule:
    adds, share = push_words(overlap.rule.push), percent(overlap.share)
    says = str(_RELATIONS[overlap.relation]) % {"adds": adds, "share": share}
    return OtherRule(
        name=item_name(rules, "rules", overlap.rule.key),
        url=item_url("rules", overlap.rule.key),
        says=says,
        contradicts=overlap.contradicts or (overlap.is_opposite and overlap.relation is not RuleRelation.MEETS),
    )
