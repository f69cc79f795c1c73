"""The policy of a rule set: from the sums of points to the two rows that decide."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from advisor.engine.cache import Memo
from advisor.engine.model.rules import Bound, KindRow, LeaveRow, Points, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Strength

Sums: TypeAlias = tuple[int, int, int]
"""The points for each side, in the order of ``Side``."""


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What the policy says. ``leave`` and ``row`` are the rows that decided; several parts together have none."""

    outcome: Outcome
    kind: Kind
    strength: Strength
    leave: LeaveRow | None = None
    row: KindRow | None = None


class Policy:
    """Both tables. Sums that lie between the same edges of their bounds are decided the same, and only once."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._leave, self._kind = rule_set.leave, rule_set.kind
        bounds = [bound for rows in (rule_set.leave, rule_set.kind) for row in rows for bound in row.when]
        self._edges = tuple(_edges(bounds, measure) for measure in Measure)
        self._between: Memo[tuple[int, ...], PolicyDecision] = Memo(self._decide)
        self.decisions: Memo[Sums, tuple[Points, PolicyDecision]] = Memo(self._decision, limit=4096)
        """Sums under their names, and what the tables say of them."""

    def _decision(self, sums: Sums) -> tuple[Points, PolicyDecision]:
        bpo, kpo, keep = sums
        of_bpo, of_kpo, of_keep, of_lean, of_evidence = self._edges
        place = (
            bisect_right(of_bpo, bpo),
            bisect_right(of_kpo, kpo),
            bisect_right(of_keep, keep),
            bisect_right(of_lean, bpo - kpo),
            bisect_right(of_evidence, bpo + kpo),
        )
        return Points(bpo, kpo, keep), self._between[place]

    def _decide(self, place: tuple[int, ...]) -> PolicyDecision:
        """``place`` says how many edges of each measure lie at or below its number; the last of them is like it."""
        numbers = {
            measure: edges[passed - 1] if passed else -inf
            for measure, edges, passed in zip(Measure, self._edges, place, strict=True)
        }
        leave = next(row for row in self._leave if all(bound.includes(numbers[bound.measure]) for bound in row.when))
        row = next(row for row in self._kind if all(bound.includes(numbers[bound.measure]) for bound in row.when))
        outcome = Outcome.KEEP if leave.leave is Leave.KEEP else Outcome(row.kind.value)
        return PolicyDecision(outcome, row.kind, row.strength, leave, row)


def _edges(bounds: Iterable[Bound], measure: Measure) -> list[int]:
    """The numbers at which a bound on ``measure`` begins or ceases to hold."""
    own = [bound for bound in bounds if bound.measure is measure]
    begin = {bound.at_least for bound in own if bound.at_least is not None}
    return sorted(begin | {bound.at_most + 1 for bound in own if bound.at_most is not None})
