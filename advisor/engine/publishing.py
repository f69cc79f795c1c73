"""What keeps a rule set from being published."""

from advisor.engine.cases import CaseResult, run_cases
from advisor.engine.check import check
from advisor.engine.errors import Problem
from advisor.engine.rules import RuleSet


def faults(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Everything that is wrong with a rule set and with what it gives; it can be published where nothing blocks.

    Test cases can be run only where nothing else blocks.
    """
    problems = check(rule_set)
    if any(problem.blocks for problem in problems):
        return problems
    return (*problems, *(_failed(result) for result in run_cases(rule_set) if not result.passed))


def _failed(result: CaseResult) -> Problem:
    case, got = result.case, result.got
    wanted = case.outcome if case.kind is None else f"{case.outcome} with kind {case.kind}"
    given = got.outcome if case.kind is None else f"{got.outcome} with kind {got.kind}"
    return Problem(
        f"cases/{case.key}",
        f"“{case.process}” should come out as {wanted}, and comes out as {given}.",
        "Mend the rules, or the expectation.",
    )
