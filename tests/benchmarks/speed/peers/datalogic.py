"""datalogic-py: the whole rule set as one JSONLogic expression."""

import json
from collections.abc import Sequence
from typing import Any

import datalogic_py

from tests.benchmarks.speed.peers.peer import Brief, Peer
from tests.benchmarks.speed.plain import PlainAnswers, PlainRule, PlainRuleSet

_DIGITS = 13
"""Points of a side stay below 2 to this; four sides in one sum stay exact in a double."""


class DataLogic(Peer):
    """Matched rules as one merged list; for the outcome alone, all points in one sum, a side to each 13 digits."""

    name = "datalogic-py"

    def __init__(self, plain: PlainRuleSet) -> None:
        super().__init__(plain)
        tests = [_condition(rule) for rule in plain.rules]
        self._reasons = json.dumps({"merge": [{"if": [test, [at], []]} for at, test in enumerate(tests)]})
        weights = [rule.points << _DIGITS * rule.side for rule in plain.rules]
        self._sum = json.dumps({"+": [{"if": [test, weight, 0]} for test, weight in zip(tests, weights, strict=True)]})

    def load(self) -> None:
        """Compile both expressions."""
        engine = datalogic_py.Engine()
        self._matching, self._summing = engine.compile(self._reasons), engine.compile(self._sum)

    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """The merged list."""
        found: list[int] = self._matching.evaluate(answers)
        return found

    def outcome(self, answers: PlainAnswers) -> Brief:
        """One number comes back."""
        total = int(self._summing.evaluate(answers))
        bpo, kpo, keep, both = (total >> _DIGITS * side & (1 << _DIGITS) - 1 for side in range(4))
        return self.policy.outcome(bpo, kpo, keep, both), (bpo, kpo, keep, both)


def _condition(rule: PlainRule) -> dict[str, Any]:
    tests = [{"in": [{"var": question}, list(fitting)]} for question, fitting in rule.tests.items()]
    return tests[0] if len(tests) == 1 else {"and": tests}
