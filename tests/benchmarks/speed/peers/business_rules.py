"""business-rules: conditions as data, answers through methods."""

from collections.abc import Callable, Sequence
from typing import Any

import business_rules
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC
from business_rules.variables import BaseVariables, select_multiple_rule_variable

from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import PlainAnswers


class BusinessRules(Peer):
    """An answer is a list of one, or of none where it is unknown; a test is that it shares something with a list."""

    name = "business-rules"

    def load(self) -> None:
        """Make its rules, and its class of variables."""
        self._rules = [
            {
                "conditions": {
                    "all": [
                        {"name": question, "operator": "shares_at_least_one_element_with", "value": list(fitting)}
                        for question, fitting in rule.tests.items()
                    ]
                },
                "actions": [{"name": "collect", "params": {"number": number}}],
            }
            for number, rule in enumerate(self.plain.rules)
        ]
        methods = {question: _variable(question) for question in self.plain.questions}
        self._variables = type("Variables", (_Answers,), methods)

    def match(self, answers: PlainAnswers) -> Sequence[int]:
        """Run all rules; each that is triggered puts its number on the list."""
        found: list[int] = []
        business_rules.run_all(self._rules, self._variables(answers), _Actions(found))
        return found


class _Answers(BaseVariables):
    def __init__(self, answers: PlainAnswers) -> None:
        self.answers = answers


class _Actions(BaseActions):
    def __init__(self, found: list[int]) -> None:
        self._found = found

    @rule_action(params={"number": FIELD_NUMERIC})
    def collect(self, number: int) -> None:
        self._found.append(number)


def _variable(question: str) -> Callable[[_Answers], list[str]]:
    def read(self: _Answers) -> list[str]:
        answer = self.answers.get(question)
        return [] if answer is None else [answer]

    made: Any = select_multiple_rule_variable(label=question)(read)
    return made  # type: ignore[no-any-return]
