"""The policy of a rule set: sums of points, the rows of the two tables that look at them, and the rows that decide."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from advisor.engine.model.caching import Memo
from advisor.engine.model.row_sentences import sentence_of
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Strength

KIND_MEASURES = frozenset({Measure.BPO, Measure.KPO, Measure.BOTH, Measure.LEAN, Measure.EVIDENCE})
"""What a row of the kind table may look at: keep points say nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Points:
    """The sums of the points that matched rules push; each at least 0.

    Those for both stand beside the rest: that there are parts says nothing of how much speaks for either kind.
    """

    bpo: int = 0
    kpo: int = 0
    keep: int = 0
    both: int = 0

    @property
    def lean(self) -> int:
        """BPO minus KPO."""
        return self.bpo - self.kpo

    @property
    def evidence(self) -> int:
        """BPO plus KPO: how much is known of the kind of work."""
        return self.bpo + self.kpo


@dataclass(frozen=True, slots=True)
class Bound:
    """A range of one measure, both ends included; an end that is None is open."""

    measure: Measure
    at_least: int | None = None
    at_most: int | None = None

    def includes(self, number: float) -> bool:
        """Whether a number of this measure lies in the range."""
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """One row of the table that decides whether the process leaves the house. ``says`` puts it in words."""

    when: tuple[Bound, ...]
    leave: Leave
    says: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of the table that decides the kind, and how clear it is. ``says`` puts it in words."""

    when: tuple[Bound, ...]
    kind: Kind
    strength: Strength
    says: str

    @property
    def outcome(self) -> Outcome:
        """The advice where the work leaves the house."""
        return Outcome(self.kind.value)


Sums: TypeAlias = tuple[int, int, int, int]
"""The points for each side, in the order of ``Side``."""


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What the policy says. ``leave`` and ``row`` are the rows that decided; several parts together have none.

    ``says`` is the sentence of each, with the numbers in their places.
    """

    outcome: Outcome
    kind: Kind
    strength: Strength
    leave: LeaveRow | None = None
    row: KindRow | None = None
    says: tuple[str | None, str | None] = (None, None)


class Policy:
    """Both tables. Sums that lie between the same edges of their bounds are decided the same, and only once."""

    def __init__(self, leave: Sequence[LeaveRow], kind: Sequence[KindRow]) -> None:
        self._leave, self._kind = leave, kind
        self._tables: tuple[Sequence[LeaveRow | KindRow], ...] = (leave, kind)
        bounds = [bound for rows in (leave, kind) for row in rows for bound in row.when]
        self._edges = tuple(_edges(bounds, measure) for measure in Measure)
        self._between: Memo[tuple[int, ...], PolicyDecision] = Memo(self._decide)
        self.decisions: Memo[Sums, tuple[Points, PolicyDecision]] = Memo(self._decision, limit=4096)
        """Sums under their names, and what the tables say of them."""

    def _decision(self, sums: Sums) -> tuple[Points, PolicyDecision]:
        bpo, kpo, keep, both = sums
        of_bpo, of_kpo, of_keep, of_both, of_lean, of_evidence = self._edges
        place = (
            bisect_right(of_bpo, bpo),
            bisect_right(of_kpo, kpo),
            bisect_right(of_keep, keep),
            bisect_right(of_both, both),
            bisect_right(of_lean, bpo - kpo),
            bisect_right(of_evidence, bpo + kpo),
        )
        return Points(bpo, kpo, keep, both), self._between[place]

    def _decide(self, place: tuple[int, ...]) -> PolicyDecision:
        """``place`` says how many edges of each measure lie at or below its number; the last of them is like it."""
        numbers = {
            measure: edges[passed - 1] if passed else -inf
            for measure, edges, passed in zip(Measure, self._edges, place, strict=True)
        }
        first, second = (next(i for i, row in enumerate(rows) if _fits(row, numbers)) for rows in self._tables)
        leave, row = self._leave[first], self._kind[second]
        says = (sentence_of(self._leave, first), sentence_of(self._kind, second))
        outcome = Outcome.KEEP if leave.leave is Leave.KEEP else row.outcome
        return PolicyDecision(outcome, row.kind, row.strength, leave, row, says)


def _fits(row: LeaveRow | KindRow, numbers: Mapping[Measure, float]) -> bool:
    return all(bound.includes(numbers[bound.measure]) for bound in row.when)


def _edges(bounds: Iterable[Bound], measure: Measure) -> list[int]:
    """The numbers at which a bound on ``measure`` begins or ceases to hold."""
    own = [bound for bound in bounds if bound.measure is measure]
    begin = {bound.at_least for bound in own if bound.at_least is not None}
    return sorted(begin | {bound.at_most + 1 for bound in own if bound.at_most is not None})
