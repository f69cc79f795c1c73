"""What a rule does as it is typed, beside its form: where it fires, what it moves, and the cases it touches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.engine.cases import CaseSummary, summarise_cases
from advisor.engine.evaluate import evaluate
from advisor.engine.proofs.one_rule import Lies, Move, Overlap, RuleEffect, rule_effect
from advisor.engine.questions import Condition
from advisor.engine.rules import Push, Rule, RuleSet
from advisor.engine.space import SpaceTooLarge
from advisor.models.parsed import rules_of
from advisor.presenter.shares import percent
from advisor.presenter.wording import adds
from advisor.rule_sets.counts import SavedCount, saved_count
from advisor.rule_sets.covering import add_case_url, advice_words
from advisor.rule_sets.desk import Desk
from advisor.rule_sets.places import thing_url

_LIES = {
    Lies.EQUAL: _l("Fires exactly when this one does"),
    Lies.INSIDE: _l("Fires whenever this one does"),
    Lies.AROUND: _l("Never fires without this one"),
}

_TABLES = {"leave": _l("first table"), "kind": _l("second table")}

_HIDDEN_KEY = "\x00typed"
"""The key of a rule that has none yet; no other can have it."""


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule that can fire together with the one that is edited."""

    key: str
    url: str
    adds: str
    says: str
    contradicts: bool
    share: str


@dataclass(frozen=True, slots=True)
class MovedTo:
    """A policy row that comes first because of the rule, where another would. ``rows`` are those, by number."""

    table: str
    row: int
    rows: str
    url: str
    advice: str


@dataclass(frozen=True, slots=True)
class TouchedCase:
    """A test case in which the rule fires, and whether what is typed makes it pass or fail ("", "passes", "fails")."""

    name: str
    url: str
    fails: bool
    turned: str


@dataclass(frozen=True, slots=True)
class EffectShown:
    """Everything beside the form of a rule."""

    share: str
    saved: SavedCount
    is_never: bool
    turns: str
    tried: str
    is_all: bool
    moves: list[MovedTo]
    others: list[OtherRule]
    together: int
    opposite: int
    cases: list[TouchedCase]
    turned: list[TouchedCase]


@dataclass(frozen=True, slots=True)
class _Found:
    effect: RuleEffect
    cases: tuple[CaseSummary, ...]


def effect_shown(desk: Desk, key: str, rule: Rule | None) -> EffectShown | None:
    """What the rule that is typed in the place of the one of this key ("" for a new one) does; None where unknown.

    It is unknown while the rule is not complete, and while something else in the draft keeps it from being evaluated.
    """
    if rule is None or any(
        not f"{problem.place}/".startswith((f"rules/{key}/", "cases/")) for problem in desk.blocking
    ):
        return None
    found = _found(desk.document, key, rule.when, rule.push)
    if found is None:
        return None
    it, rules = found.effect, _typed(desk.rules, key, rule.when, rule.push)
    before = {result.case.key: result.passed for result in desk.results or ()}
    cases = [_touched(result, before) for result in found.cases if (key or _HIDDEN_KEY) in result.fired]
    turned = [case for result in found.cases if (case := _touched(result, before)).turned]
    return EffectShown(
        share=percent(it.share) if it.share is not None else "",
        saved=saved_count(desk, rules, key or _HIDDEN_KEY) if it.fires != 0 else SavedCount(),
        is_never=it.fires == 0,
        turns=percent(it.turns),
        tried=str(format_decimal(it.tried)),
        is_all=it.is_all,
        moves=list(_moves(rules, it.moves)),
        others=[_other(overlap) for overlap in it.overlaps],
        together=it.together,
        opposite=it.opposite,
        cases=cases,
        turned=turned,
    )


@lru_cache(maxsize=64)
def _found(document: str, key: str, when: tuple[Condition, ...], push: Push) -> _Found | None:
    rules = _typed(rules_of(document), key, when, push)
    try:
        return _Found(rule_effect(rules, key or _HIDDEN_KEY), tuple(summarise_cases(rules)))
    except SpaceTooLarge:
        return None


def _typed(rules: RuleSet, key: str, when: tuple[Condition, ...], push: Push) -> RuleSet:
    """The rules with these conditions and points in the place of those of a rule, or as one rule more."""
    if rules.rule(key) is None:
        return replace(rules, rules=(*rules.rules, Rule(key or _HIDDEN_KEY, when, push, "", ())))
    changed = (replace(rule, when=when, push=push) if rule.key == key else rule for rule in rules.rules)
    return replace(rules, rules=tuple(changed))


def _touched(result: CaseSummary, before: dict[str, bool]) -> TouchedCase:
    was = before.get(result.case.key)
    turned = "" if was is None or was == result.passed else "passes" if result.passed else "fails"
    return TouchedCase(result.case.process, thing_url("cases", result.case.key), not result.passed, turned)


def _moves(rules: RuleSet, moves: tuple[Move, ...]) -> Iterator[MovedTo]:
    """By the row that comes first, with one example for each."""
    for table, name in _TABLES.items():
        for row in sorted({move.row for move in moves if move.table == table}):
            mine = [move for move in moves if (move.table, move.row) == (table, row)]
            got = evaluate(rules, mine[0].witness)
            rows = sorted({move.without + 1 for move in mine})
            yield MovedTo(
                table=str(name),
                row=row + 1,
                rows=_listed(rows),
                url=add_case_url(mine[0].witness, got.outcome),
                advice=advice_words(got.outcome, got.kind),
            )


def _listed(numbers: list[int]) -> str:
    *firsts, last = map(str, numbers)
    return str(_("%(firsts)s or %(last)s", firsts=", ".join(firsts), last=last)) if firsts else last


def _other(overlap: Overlap) -> OtherRule:
    says: Any = _LIES.get(overlap.lies, "")
    return OtherRule(
        key=overlap.rule.key,
        url=thing_url("rules", overlap.rule.key),
        adds=adds(overlap.rule.push),
        says=str(says),
        contradicts=overlap.contradicts or (overlap.is_opposite and overlap.lies is not Lies.MEETS),
        share=percent(overlap.share),
    )
