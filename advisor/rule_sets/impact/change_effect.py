"""What a change of rules does to the advice: the shares before and after, and the test cases that turn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.engine.analysis.processes import run_together
from advisor.engine.analysis.proofs.one_rule import RuleSetEffect
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.impact.effect import effect_of, effect_sentence, method_sentence
from advisor.rule_sets.item_urls import item_url
from advisor.wording.values import percent
from advisor.wording.vocabulary import OUTCOMES


@dataclass(frozen=True, slots=True)
class OutcomeShare:
    """The share of one outcome before and after, in words, and as the widths of two bars (0 to 100)."""

    outcome: str
    name: str
    before: str
    after: str
    was: float
    is_now: float


@dataclass(frozen=True, slots=True)
class TurnedCase:
    """A test case that passes or fails because of the change."""

    name: str
    url: str
    passes: bool


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """What it does in a sentence, how that was found, and the numbers; no shares where there is too much to count."""

    says: str
    how: str
    shares: Sequence[OutcomeShare]
    cases: Sequence[TurnedCase]


def change_effect(before: RuleSet, after: RuleSet, results: Iterable[CaseResult] | None = None) -> ChangeEffect:
    """What ``after`` does to the advice of ``before``; ``results`` are how the test cases of ``before`` come out."""
    found = effect_of(before, after)
    was = {result.case.key: result.passed for result in (run_together(before) if results is None else results)}
    turned = [result for result in run_together(after) if result.passed != was.get(result.case.key)]
    return ChangeEffect(
        says=effect_sentence(found),
        how=method_sentence(found) if found else "",
        shares=_shares(found) if found else [],
        cases=[TurnedCase(it.case.process, item_url("cases", it.case.key), it.passed) for it in turned],
    )


def _shares(found: RuleSetEffect) -> list[OutcomeShare]:
    before, after = (
        {outcome: found.share(sum(n for move, n in found.moves.items() if move[at] is outcome)) for outcome in Outcome}
        for at in (0, 1)
    )
    return [
        OutcomeShare(
            outcome=str(outcome),
            name=str(OUTCOMES[outcome].name),
            before=percent(before[outcome]),
            after=percent(after[outcome]),
            was=round(before[outcome] * 100, 2),
            is_now=round(after[outcome] * 100, 2),
        )
        for outcome in Outcome
    ]
