"""zen-engine: one decision table that collects the numbers of the rows that match."""

from collections.abc import Sequence
from typing import Any

import zen

from tests.benchmarks.speed.peers.peer import Brief, Peer
from tests.benchmarks.speed.plain import PlainAnswers, PlainRuleSet

_AT = {"x": 0, "y": 0}


class Zen(Peer):
    """Through a loader of its own, which compiles the table once: much quicker than ``create_decision``."""

    name = "zen-engine"

    def __init__(self, plain: PlainRuleSet) -> None:
        super().__init__(plain)
        rows = [
            {"_id": str(number), "number": str(number)}
            | {
                question: ", ".join(f'"{value}"' for value in rule.tests.get(question, ()))
                for question in plain.questions
            }
            for number, rule in enumerate(plain.rules)
        ]
        table = {
            "hitPolicy": "collect",
            "inputs": [{"id": question, "name": question, "field": question} for question in plain.questions],
            "outputs": [{"id": "number", "name": "number", "field": "number"}],
            "rules": rows,
        }
        self._content = {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "in", "position": _AT},
                {"id": "table", "type": "decisionTableNode", "name": "table", "position": _AT, "content": table},
                {"id": "out", "type": "outputNode", "name": "out", "position": _AT},
            ],
            "edges": [
                {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
                {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
            ],
        }

    def load(self) -> None:
        """It compiles at the first evaluation."""
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": self._content}}})

    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """The rows that it collects."""
        return _numbers(self._engine.evaluate("rules", answers))

    def outcomes(self, items: Sequence[PlainAnswers]) -> list[Brief]:
        """It has a call for many."""
        replies: Any = self._engine.evaluate_batch([{"key": "rules", "context": answers} for answers in items])
        told = []
        for reply in replies:
            sums = [0, 0, 0, 0]
            for number in _numbers(reply["data"]):
                side, points = self.pushes[number]
                sums[side] += points
            bpo, kpo, keep, both = sums
            told.append((self.policy.outcome(bpo, kpo, keep, both), (bpo, kpo, keep, both)))
        return told


def _cell(fitting: Sequence[str]) -> str:
    """An empty cell fits every answer, none included."""
    return ", ".join(f'"{value}"' for value in fitting)


def _numbers(reply: Any) -> list[int]:
    return [row["number"] for row in reply["result"] or ()]
