"""What keeps a rule set from being published."""

from dataclasses import dataclass

from advisor.engine.analysis.proofs.words import advice
from advisor.engine.checks.check import check
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that is wrong with a rule set and with what it gives; it can be published where nothing blocks.

    ``results`` is None where something else blocks: test cases cannot be run then.
    """

    problems: tuple[Problem, ...]
    results: tuple[CaseResult, ...] | None


def examine(rule_set: RuleSet) -> Examination:
    """Check a rule set, and where nothing blocks, run its test cases once."""
    problems = check(rule_set)
    if any(problem.blocks for problem in problems):
        return Examination(problems, None)
    from advisor.engine.evaluation.cases_batch import run_together  # it loads NumPy, which most commands do without

    results = run_together(rule_set)
    return Examination((*problems, *(_failed(result) for result in results if not result.passed)), results)


def faults(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Everything that is wrong with a rule set and with what it gives."""
    return examine(rule_set).problems


def _failed(result: CaseResult) -> Problem:
    case = result.case
    wanted, given = advice(case.outcome), advice(result.outcome)
    if case.kind is not None:
        wanted, given = f"{wanted} with kind {advice(case.kind)}", f"{given} with kind {advice(result.kind)}"
    return Problem(
        f"cases/{case.key}",
        f"“{case.process}” should come out as {wanted}, and comes out as {given}.",
        "Mend the rules, or the expectation.",
    )
