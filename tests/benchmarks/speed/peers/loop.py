"""What one would write without any engine."""

import json
from collections.abc import Sequence

from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import PlainAnswers, PlainRuleSet


class Loop(Peer):
    """For every rule, for every test of it."""

    name = "plain Python loop"

    def __init__(self, plain: PlainRuleSet) -> None:
        super().__init__(plain)
        self._text = json.dumps([rule.tests for rule in plain.rules])

    def load(self) -> None:
        """Read JSON."""
        self._rules = [
            (number, [(question, frozenset(fitting)) for question, fitting in tests.items()])
            for number, tests in enumerate(json.loads(self._text))
        ]

    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """Look at each rule until a test fails."""
        found, answer = [], answers.get
        for number, tests in self._rules:
            for question, fitting in tests:
                if answer(question) not in fitting:
                    break
            else:
                found.append(number)
        return found
