"""The test cases of a rule set: answers, and the advice that they must lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.engine.answers import WorkItem, plain_answer, read_work_item
from advisor.engine.errors import Problem
from advisor.engine.evaluate import Recommendation, evaluate_parts
from advisor.engine.questions import Answers
from advisor.engine.rules import Rule, RuleSet, TestCase
from advisor.engine.vocabulary import Kind, Outcome


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A test case and the advice that its answers lead to."""

    case: TestCase
    got: Recommendation

    @property
    def passed(self) -> bool:
        """Whether the outcome is the expected one, and the kind too where the case names one."""
        return self.got.outcome is self.case.outcome and self.case.kind in {None, self.got.kind}


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What a list of test cases shows of a result: small enough to be kept for hundreds of cases and rules.

    ``fired`` are the keys of the rules that matched in the process or in any of its parts.
    """

    case: TestCase
    outcome: Outcome
    kind: Kind
    passed: bool
    fired: frozenset[str]


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
    before, after = _run(old, case).got, _run(new, case).got
    was, becomes = ({rule.key: rule for rule in got.matched} for got in (before, after))
    return CaseDifference(
        before,
        after,
        came=tuple(rule for key, rule in becomes.items() if key not in was),
        went=tuple(rule for key, rule in was.items() if key not in becomes),
        other=tuple((was[key], rule) for key, rule in becomes.items() if key in was and was[key].push != rule.push),
    )


def summarise_cases(rule_set: RuleSet) -> Iterator[CaseSummary]:
    """Evaluate the test cases one after the other, and keep of each only the summary."""
    for case in rule_set.cases:
        result = _run(rule_set, case)
        fired = frozenset(rule.key for rule in result.got.matched)
        yield CaseSummary(case, result.got.outcome, result.got.kind, result.passed, fired)


def run_cases(rule_set: RuleSet) -> tuple[CaseResult, ...]:
    """Evaluate every test case of a rule set that ``check`` does not block."""
    return tuple(_run(rule_set, case) for case in rule_set.cases)


def read_case(rule_set: RuleSet, case: TestCase, place: str = "") -> tuple[WorkItem, list[Problem]]:
    """Read a test case as what a person would send, with the same refusals."""
    parts = [(part.part, _plain(part.answers)) for part in case.parts]
    return read_work_item(rule_set, case.process, _plain(case.answers), parts, place)


def _run(rule_set: RuleSet, case: TestCase) -> CaseResult:
    """What a case gives that ``read_case`` does not refuse; there may be thousands, so it is not read once more."""
    if not case.parts:
        return CaseResult(case, evaluate_parts(rule_set, case.answers, ()))
    item, _ = read_case(rule_set, case)
    return CaseResult(case, evaluate_parts(rule_set, item.answers, item.parts))


def _plain(answers: Answers) -> Mapping[str, object]:
    return {key: plain_answer(answer) for key, answer in answers.items()}
