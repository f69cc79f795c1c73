"""The test cases of a rule set, and what another rule set makes of one of them, or of any one set of answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from advisor.engine.evaluation.evaluate import Recommendation, combine_outcomes, evaluate_parts
from advisor.engine.evaluation.risks import MOST, AdvisedPart, risks_of_parts
from advisor.engine.model.answers import WorkItem, plain_answers, read_work_item
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Scope, asked_questions
from advisor.engine.model.rules import Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import Kind, Outcome, Strength

UnexpectedRisks: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The keys of risks that should be told and are not, and of those that should not show and do."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A test case, and what its answers lead to."""

    case: TestCase
    outcome: Outcome
    kind: Kind
    missing_risks: tuple[str, ...] = ()
    """The keys of the risks that should be told, and are not."""
    unwanted_risks: tuple[str, ...] = ()
    """The keys of the risks that should not show, and do."""

    @property
    def passed(self) -> bool:
        """Whether the outcome is the expected one, and the kind and the risks too where the case names any."""
        return self.is_expected and not self.missing_risks and not self.unwanted_risks

    @property
    def is_expected(self) -> bool:
        """Whether the advice is the expected one, whatever the risks are."""
        return self.outcome is self.case.outcome and self.case.kind in {None, self.kind}


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """One test case under two rule sets, and what differs in the rules that match, in the process or in its parts.

    ``other`` are rules that match under both, and push otherwise.
    """

    before: Recommendation
    after: Recommendation
    came: tuple[Rule, ...]
    went: tuple[Rule, ...]
    other: tuple[tuple[Rule, Rule], ...]


def case_difference(old: RuleSet, new: RuleSet, case: TestCase) -> CaseDifference | None:
    """Hold a test case of ``new`` against both rule sets; None where it cannot be answered so under ``old``."""
    if read_case(old, case)[1]:
        return None
    before, after = advise(old, case), advise(new, case)
    was, becomes = ({rule.key: rule for rule in got.matched_rules} for got in (before, after))
    return CaseDifference(
        before,
        after,
        came=tuple(rule for key, rule in becomes.items() if key not in was),
        went=tuple(rule for key, rule in was.items() if key not in becomes),
        other=tuple((was[key], rule) for key, rule in becomes.items() if key in was and was[key].push != rule.push),
    )


def run_cases(rule_set: RuleSet) -> tuple[CaseResult, ...]:
    """Evaluate every test case of a rule set that ``check`` does not block, one after the other."""
    advices = ((case, advise(rule_set, case)) for case in rule_set.cases)
    return tuple(case_result(rule_set, case, advice.outcome, advice.kind) for case, advice in advices)


def case_result(rule_set: RuleSet, case: TestCase, outcome: Outcome, kind: Kind) -> CaseResult:
    """The result of a case that leads to this outcome and kind; its risks are looked at where it expects any."""
    if not case.risks and not case.no_risks:
        return CaseResult(case, outcome, kind)
    advice = advise(rule_set, case)
    return CaseResult(case, outcome, kind, *unexpected_risks(rule_set, case, [it.outcome for it in advice.all_parts]))


def unexpected_risks(rule_set: RuleSet, case: TestCase, outcomes: Sequence[Outcome]) -> UnexpectedRisks:
    """The risks that are missing, and the unwanted ones, where the parts of a case come out like this.

    Rules and policy decide no more of it than those outcomes.
    """
    names = [part.part for part in case.parts] or [""]
    parts = [
        AdvisedPart(name, outcome, asked_questions(rule_set.questions, answers).answers)
        for name, outcome, answers in zip(names, outcomes, answers_of(rule_set, case), strict=True)
    ]
    shown = [it.risk.key for it in risks_of_parts(rule_set.risks, combine_outcomes(set(outcomes)), parts)]
    missing = tuple(key for key in case.risks if key not in shown[:MOST])
    return missing, tuple(key for key in case.no_risks if key in shown)


def advise(rule_set: RuleSet, case: TestCase) -> Recommendation:
    """The advice on a case that ``read_case`` does not refuse."""
    return evaluate_parts(rule_set, *_counted_answers(rule_set, case))


def answers_of(rule_set: RuleSet, case: TestCase) -> list[Answers]:
    """The answers of each part of such a case; one set where it is in one piece."""
    answers, parts = _counted_answers(rule_set, case)
    return [{**answers, **own} for _, own in parts] or [answers]


def read_case(rule_set: RuleSet, case: TestCase, place: str = "") -> tuple[WorkItem, list[Problem]]:
    """Read a test case as what a person would send, with the same refusals."""
    parts = [(part.part, plain_answers(part.answers)) for part in case.parts]
    return read_work_item(rule_set, case.process, plain_answers(case.answers), parts, place)


def _counted_answers(rule_set: RuleSet, case: TestCase) -> tuple[Answers, Sequence[tuple[str, Answers]]]:
    """The answers for the whole and those of each part; there may be thousands of cases, so few are read once more."""
    parts = [(part.part, part.answers) for part in case.parts]
    if parts:
        apart = {question.key for question in rule_set.questions if question.scope is Scope.PART}
        if any(not own.keys() <= apart for _, own in parts):  # what is answered there counts in every part
            item, _ = read_case(rule_set, case)
            return item.answers, item.parts
    return case.answers, parts


Parts: TypeAlias = Sequence[tuple[str, Mapping[str, Answer]]]

Verdict: TypeAlias = tuple[tuple[Outcome, Kind, Strength], ...]
"""What an advice says: of the process, then of each part. Two that are equal read the same."""


def verdict(recommendation: Recommendation) -> Verdict:
    """What is said, without the reasons for it."""
    return tuple((it.outcome, it.kind, it.strength) for it in (recommendation, *recommendation.parts))


def rules_that_decide(before: RuleSet, after: RuleSet, answers: Answers, parts: Parts = ()) -> tuple[str, ...]:
    """Keys of the rules whose change alone, made to ``before``, already gives what ``after`` says.

    Empty where both say the same, and where it takes several changes together.
    """
    wanted = verdict(evaluate_parts(after, answers, parts))
    if verdict(evaluate_parts(before, answers, parts)) == wanted:
        return ()
    return tuple(
        key
        for key, _, changed in changed_rules(before, after)
        if verdict(evaluate_parts(_with_rule(before, key, changed), answers, parts)) == wanted
    )


def changed_rules(before: RuleSet, after: RuleSet) -> Iterator[tuple[str, Rule | None, Rule | None]]:
    """The key of each rule that was changed, added or removed, the rule before and the rule after."""
    old, new = ({rule.key: rule for rule in rule_set.rules} for rule_set in (before, after))
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _with_rule(rule_set: RuleSet, key: str, changed: Rule | None) -> RuleSet:
    """The rule set with one rule as ``changed`` has it, or without it."""
    rules = {rule.key: rule for rule in rule_set.rules}
    if changed is None:
        del rules[key]
    else:
        rules[key] = changed
    return replace(rule_set, rules=tuple(rules.values()))
