"""All test cases of a rule set at once: how they come out, and where each rule fires. It tells what ``cases`` tells."""

import numpy as np

from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, AnswerTable, Ints, evaluate_codes, table_of
from advisor.engine.evaluation.cases import CaseResult, answers_of, case_result, run_cases
from advisor.engine.evaluation.evaluate import kind_together, outcome_together
from advisor.engine.evaluation.firing import Processes, processes_of
from advisor.engine.model.rules import RuleSet, cached_per, cached_per_rule_set


def run_together(rule_set: RuleSet) -> tuple[CaseResult, ...]:
    """Evaluate every test case of a rule set that ``check`` does not block, as ``run_cases`` does it."""
    if not rule_set.cases:
        return ()
    try:
        cases = cases_of(rule_set)
    except SpaceTooLarge:
        return run_cases(rule_set)
    batch = evaluate_codes(rule_set, cases.codes)
    outcomes = [OUTCOMES[number] for number in batch.outcomes]
    kinds = [KINDS[number] for number in batch.kinds]
    ends = [*cases.starts[1:], len(outcomes)]
    return tuple(
        case_result(rule_set, case, outcomes[start], kinds[start])
        if end - start == 1
        else case_result(
            rule_set, case, outcome_together(set(outcomes[start:end])), kind_together(set(kinds[start:end]))
        )
        for case, start, end in zip(rule_set.cases, cases.starts, ends, strict=True)
    )


@cached_per_rule_set
def cases_of(rule_set: RuleSet) -> Processes:
    """The test cases as processes, in their order. Raises SpaceTooLarge."""
    return processes_of(rule_set, [table_of_cases(rule_set)])


@cached_per("questions", "cases")
def table_of_cases(rule_set: RuleSet) -> tuple[AnswerTable, Ints]:
    """The answers of the test cases, a row for each part, with the first row of each case."""
    own = [answers_of(rule_set, case) for case in rule_set.cases]
    starts = np.cumsum([0, *map(len, own)])[:-1]
    return table_of(part for parts in own for part in parts), starts
