"""What every engine beside ours is asked to do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeAlias

from advisor.engine.model.vocabulary import Outcome
from tests.benchmarks.speed.plain import PlainAnswers, PlainRuleSet, Points, Policy

Brief: TypeAlias = tuple[Outcome, Points]
Told: TypeAlias = tuple[Outcome, Points, Sequence[int]]
"""Outcome, points, and the positions of the matched rules."""


class Peer(ABC):
    """One set of answers at a time. What is made of the rule set at the start is not measured, ``load`` is."""

    name = ""

    def __init__(self, plain: PlainRuleSet) -> None:
        self.plain = plain
        self.policy = Policy(plain)
        self.pushes = [(rule.side, rule.points) for rule in plain.rules]

    @abstractmethod
    def load(self) -> None:
        """Parse and compile the rules."""

    @abstractmethod
    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """The positions of the rules that match."""

    def reasons(self, answers: PlainAnswers) -> Told:
        """The advice with the rules that led to it."""
        matched = self.match(answers)
        sums, pushes = [0, 0, 0, 0], self.pushes
        for number in matched:
            side, points = pushes[number]
            sums[side] += points
        bpo, kpo, keep, both = sums
        return self.policy.outcome(bpo, kpo, keep, both), (bpo, kpo, keep, both), matched

    def outcome(self, answers: PlainAnswers) -> Brief:
        """The advice alone, where that is quicker."""
        outcome, points, _ = self.reasons(answers)
        return outcome, points

    def outcomes(self, items: Sequence[PlainAnswers]) -> list[Brief]:
        """The advice for many, in a loop where it knows no better."""
        outcome = self.outcome
        return [outcome(answers) for answers in items]


class ManyPeer(ABC):
    """Columns of answers at a time."""

    name = ""

    def __init__(self, plain: PlainRuleSet) -> None:
        self.plain = plain
        self.policy = Policy(plain)

    @abstractmethod
    def hold(self, codes: Sequence[Any]) -> None:
        """Take the columns, in the form it reads best: not measured. They are values of the space, 0 for unknown."""

    @abstractmethod
    def outcomes(self) -> Sequence[Any]:
        """Arrays: positions in Outcome, and points for each side."""
