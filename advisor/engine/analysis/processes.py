"""Answers that many processes gave, held against a rule set: in how many each rule fires, and where their points lie.

A process in parts counts once for a rule that fires in any of its parts, and lies wherever one of them does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from advisor.engine.analysis.policy_ranges import Sums
from advisor.engine.analysis.proofs.states import accepts, with_sums
from advisor.engine.analysis.space import UNKNOWN, SpaceTooLarge, Test, Variable, space_of
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, AnswerTable, Ints, evaluate_codes, table_of
from advisor.engine.evaluation.cases import CaseResult, UnexpectedRisks, answers_of, run_cases, unexpected_risks
from advisor.engine.evaluation.evaluate import combine_kinds, combine_outcomes
from advisor.engine.model.caching import Memo, cached_per, cached_per_rule_set
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome


@dataclass(frozen=True)
class Processes:
    """Processes by the values of their answers in the space of a rule set: for each question one for every part.

    ``starts`` holds the position of the first part of each process.
    """

    rule_set: RuleSet
    codes: Sequence[Ints]
    starts: Ints
    _held: dict[Test, Ints] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        """How many processes they are."""
        return len(self.starts)

    @cached_property
    def sums(self) -> Sums:
        """The points of every part, for each side."""
        return with_sums(self.rule_set, self.codes).sums

    def fires(self, tests: Sequence[Test]) -> Ints:
        """Whether all tests, those of one rule of the rule set, hold in each of them, in any part of it."""
        if not self.size:
            return np.zeros(0, bool)
        matched = np.ones(len(self.codes[0]) if self.codes else self.size, bool)
        for test in tests:
            matched &= self._holds(test)
        return np.logical_or.reduceat(matched, self.starts)

    def fires_in(self, tests: Sequence[Test]) -> int:
        """In how many of them all tests hold."""
        return int(np.count_nonzero(self.fires(tests)))

    def count_by_group(self, groups: Ints, number: int) -> Ints:
        """How many of them have a part in each of ``number`` groups, from the group of every part."""
        owners = np.repeat(np.arange(self.size), np.diff(self.starts, append=len(groups)))
        different = np.unique(owners * number + groups)
        return np.bincount(different % number, minlength=number)

    def _holds(self, test: Test) -> Ints:
        if test not in self._held:
            self._held[test] = accepts(test, self.codes[test.variable])
        return self._held[test]


def processes_of(rule_set: RuleSet, tables: Sequence[tuple[AnswerTable, Ints]]) -> Processes:
    """The processes of tables whose rows are parts, each with the first row of every process in it.

    Raises SpaceTooLarge. What the rule set cannot have as an answer is unknown.
    """
    codes: list[Ints] = []
    for variable in space_of(rule_set).variables:
        values = np.concatenate([_values(variable, table) for table, _ in tables] or [np.zeros(0, np.intp)])
        for test in variable.asked_when:
            values[~accepts(test, codes[test.variable])] = UNKNOWN
        codes.append(values)
    ends = np.cumsum([0, *(table.size for table, _ in tables)])
    starts = [starts + end for (_, starts), end in zip(tables, ends, strict=False)]
    return Processes(rule_set, codes, np.concatenate(starts or [np.zeros(0, np.int64)]))


def matching_alike(one: RuleSet, other: RuleSet) -> frozenset[str]:
    """The rules that stand in both rule sets and match the same answers in both."""
    here, there = ({question.key: question for question in each.questions} for each in (one, other))
    same = {key for key in here.keys() & there.keys() if _decides(here[key]) == _decides(there[key])}
    alike: set[str] = set()
    for key in here:  # those that a question depends on come before it
        if key in same and all(condition.question in alike for condition in here[key].asked_when):
            alike.add(key)
    conditions = {rule.key: rule.when for rule in other.rules}
    return frozenset(
        rule.key
        for rule in one.rules
        if rule.when == conditions.get(rule.key) and all(condition.question in alike for condition in rule.when)
    )


def _values(variable: Variable, table: AnswerTable) -> Ints:
    column = table.columns.get(variable.question.key)
    if column is None:
        return np.full(table.size, UNKNOWN, np.intp)
    return np.array([variable.code(answer) for answer in column.answers], np.intp)[column.numbers]


def _decides(question: Question) -> object:
    """All that decides which answers to a question count, and when it is asked."""
    options = frozenset(option.key for option in question.options)
    return question.type, options, question.minimum, question.maximum, question.most, question.asked_when


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
    risks = unexpected_risks_kept(rule_set)
    results = []
    for place, (case, start, end) in enumerate(zip(rule_set.cases, cases.starts, ends, strict=True)):
        if end - start == 1:
            outcome, kind = outcomes[start], kinds[start]
        else:
            outcome, kind = combine_outcomes(set(outcomes[start:end])), combine_kinds(set(kinds[start:end]))
        found = risks[place, tuple(outcomes[start:end])] if case.risks or case.no_risks else ()
        results.append(CaseResult(case, outcome, kind, *found))
    return tuple(results)


@cached_per("questions", "risks", "cases")
def unexpected_risks_kept(rule_set: RuleSet) -> Memo[tuple[int, tuple[Outcome, ...]], UnexpectedRisks]:
    """The unexpected risks of the case at a place, by what its parts come out as: what an edit of the rules leaves."""
    limit = 2 * len(rule_set.cases) + 1
    return Memo(lambda key: unexpected_risks(rule_set, rule_set.cases[key[0]], key[1]), limit)


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
