"""One NumPy operation per rule over whole columns, as OpenFisca evaluates its formulas."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.benchmarks.speed.peers.peer import ManyPeer
from tests.benchmarks.speed.plain import SIDES, answer_of


class Arrays(ManyPeer):
    """Tests that several rules share are made once. Sums are 16 digits wide: nothing is moved that need not be."""

    name = "NumPy, one operation per rule"

    def hold(self, codes: Sequence[Any]) -> None:
        """They are arrays already."""
        self._columns = dict(zip(self.plain.questions, codes, strict=True))

    def outcomes(self) -> Sequence[Any]:
        """Rule by rule."""
        size = len(next(iter(self._columns.values())))
        sums = [np.zeros(size, np.int16) for _ in SIDES]
        known: dict[tuple[str, tuple[str, ...]], Any] = {}
        for rule in self.plain.rules:
            matched: Any = None
            for test in rule.tests.items():
                if test not in known:
                    known[test] = self._fits(*test)
                matched = known[test] if matched is None else matched & known[test]
            sums[rule.side] += matched.view(np.uint8) * np.uint8(rule.points)
        return [self.policy.outcomes(*sums), *sums]

    def _fits(self, question: str, fitting: tuple[str, ...]) -> Any:
        table = np.array([answer_of(code) in fitting for code in range(256)])
        return table[self._columns[question]]
