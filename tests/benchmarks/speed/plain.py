"""A rule set as the engines beside ours get it: tests on plain answers, with bands cut and follow-ups resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from advisor.engine.analysis.space import space_of
from advisor.engine.model.policy import Bound
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Leave, Measure, Outcome, Side

Points: TypeAlias = tuple[int, int, int, int]
"""bpo, kpo, keep, both."""

PlainAnswers: TypeAlias = dict[str, str]
"""The known answers alone."""

SIDES = list(Side)
MEASURES = {Measure.BPO: "bpo", Measure.KPO: "kpo", Measure.KEEP: "keep", Measure.BOTH: "both_of"}
"""The columns of the sums in SQL, where ``both`` is a word of the language."""


@dataclass(frozen=True, slots=True)
class PlainRule:
    """``tests`` are the answers that fit, by question, and must all hold. ``side`` is its place among the sides."""

    key: str
    tests: Mapping[str, tuple[str, ...]]
    side: int
    points: int


@dataclass(frozen=True)
class PlainRuleSet:
    """Questions, rules, and the policy as one table: bounds, and the outcome of the first row whose bounds hold."""

    questions: tuple[str, ...]
    rules: tuple[PlainRule, ...]
    policy: tuple[tuple[tuple[Bound, ...], Outcome], ...]


def answer_of(code: int) -> str:
    """How a value of the space is written."""
    return f"v{code}"


def plain_of(rule_set: RuleSet) -> PlainRuleSet:
    """The same rules and the same policy."""
    space = space_of(rule_set)
    keys = tuple(variable.question.key for variable in space.variables)
    rules = tuple(
        PlainRule(
            rule.key,
            {keys[test.variable]: tuple(map(answer_of, sorted(test.accepted))) for test in tests},
            SIDES.index(rule.push.side),
            rule.push.points,
        )
        for rule, tests in zip(rule_set.rules, space.rules, strict=True)
    )
    kinds = tuple((row.when, Outcome(row.kind.value)) for row in rule_set.kind)
    policy: tuple[tuple[tuple[Bound, ...], Outcome], ...] = ()
    for leave in rule_set.leave:  # a row that lets it go is followed by the kind table under the row's own bounds
        policy += ((leave.when, Outcome.KEEP),) if leave.leave is Leave.KEEP else _rows_under(leave.when, kinds)
    return PlainRuleSet(keys, rules, policy)


def plain_answers(rule_set: RuleSet, answers: Answers) -> dict[str, str]:
    """The answers that count, as the plain rule set names them."""
    space = space_of(rule_set)
    codes = zip(space.variables, space.codes(answers), strict=True)
    return {variable.question.key: answer_of(code) for variable, code in codes if code}


class Policy:
    """What the policy makes of points: of one item, of many, and as SQL."""

    def __init__(self, plain: PlainRuleSet) -> None:
        self._rows = plain.policy
        self.outcome = cache(self._outcome)  # an engine that sums well is not to wait for the table

    def _outcome(self, *sums: int) -> Outcome:
        measured = _measures(*sums)
        return next(outcome for bounds, outcome in self._rows if all(_holds(bound, measured) for bound in bounds))

    def outcomes(self, *sums: Any) -> Any:
        """Positions in Outcome, for arrays of points."""
        measured = _measures(*sums)
        every = list(Outcome)
        fits = [
            np.logical_and.reduce([np.ones(len(sums[0]), bool), *(_holds(bound, measured) for bound in bounds)])
            for bounds, _ in self._rows
        ]
        return np.select(fits, [np.uint8(every.index(outcome)) for _, outcome in self._rows])

    def sql(self) -> str:
        """A CASE over the columns of MEASURES that gives positions in Outcome."""
        every = list(Outcome)
        whens = [f"WHEN {_sql(bounds)} THEN {every.index(outcome)}" for bounds, outcome in self._rows]
        return f"CASE {' '.join(whens)} END"


def _rows_under(
    bounds: Sequence[Bound], rows: Sequence[tuple[tuple[Bound, ...], Outcome]]
) -> tuple[tuple[tuple[Bound, ...], Outcome], ...]:
    return tuple(((*bounds, *own), outcome) for own, outcome in rows)


def _measures(bpo: Any, kpo: Any, keep: Any, both: Any) -> dict[Measure, Any]:
    return {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: keep,
        Measure.BOTH: both,
        Measure.LEAN: bpo - kpo,
        Measure.EVIDENCE: bpo + kpo,
    }


def _holds(bound: Bound, measured: Mapping[Measure, Any]) -> Any:
    number = measured[bound.measure]
    least, most = bound.at_least, bound.at_most
    if least is None:
        return number <= most
    return number >= least if most is None else (number >= least) & (number <= most)


def _sql(bounds: Sequence[Bound]) -> str:
    names = {**MEASURES, Measure.LEAN: "(bpo - kpo)", Measure.EVIDENCE: "(bpo + kpo)"}
    least = [f"{names[bound.measure]} >= {bound.at_least}" for bound in bounds if bound.at_least is not None]
    most = [f"{names[bound.measure]} <= {bound.at_most}" for bound in bounds if bound.at_most is not None]
    return " AND ".join([*least, *most]) or "TRUE"
