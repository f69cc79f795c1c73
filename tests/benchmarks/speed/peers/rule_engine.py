"""rule-engine: one expression of its language for each rule."""

from collections.abc import Sequence

import rule_engine

from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import PlainAnswers, PlainRuleSet


class RuleEngine(Peer):
    """An answer that is missing is null, which is in no list."""

    name = "rule-engine"

    def __init__(self, plain: PlainRuleSet) -> None:
        super().__init__(plain)
        self._texts = [
            " and ".join(_membership(question, fitting) for question, fitting in rule.tests.items())
            for rule in plain.rules
        ]

    def load(self) -> None:
        """Parse every expression."""
        context = rule_engine.Context(default_value=None)
        self._rules = [rule_engine.Rule(text, context=context) for text in self._texts]

    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """Ask each rule."""
        return [number for number, rule in enumerate(self._rules) if rule.matches(answers)]


def _membership(question: str, fitting: Sequence[str]) -> str:
    listed = ", ".join(f'"{value}"' for value in fitting)
    return f"{question} in [{listed}]"
