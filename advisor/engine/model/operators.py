"""The closed table of tests that a condition may use.

Each operator is a set of accepted answers, so a rule set is finite and can be analysed exactly. Evaluation, checks,
wording and the rule editor all read this one table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from advisor.engine.model.errors import Problem, nearest, quotable

Value: TypeAlias = str | int
"""What a condition compares with: an option's key, or a whole number."""

Answer: TypeAlias = str | tuple[str, ...] | int | None
"""One option's key, the keys of several options (none of these: empty), a whole number, or None: "I'm not sure"."""


class AnswerType(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"


ANSWER_TYPE_WORDS = {
    AnswerType.CHOICE: "one choice",
    AnswerType.CHOICES: "several choices",
    AnswerType.NUMBER: "a number",
}
"""By what a question is answered, in a problem's words."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One test. ``accepts`` gets a known answer of one of ``types`` and the condition's values.

    ``of_several`` is the wording for several choices, where that is another.
    """

    wording: str
    types: frozenset[AnswerType]
    accepts: Callable[..., bool]
    least_values: int = 1
    most_values: int | None = None
    of_several: str = ""

    def words(self, answered: AnswerType | None) -> str:
        """How the test reads between a question that is ``answered`` so and the values."""
        return self.of_several if self.of_several and answered is AnswerType.CHOICES else self.wording


_CHOICE = frozenset({AnswerType.CHOICE})
_CHOICES = frozenset({AnswerType.CHOICES})
_NUMBER = frozenset({AnswerType.NUMBER})


def _options_chosen(answer: str | tuple[str, ...], values: tuple[str, ...]) -> set[str]:
    chosen = {answer} if isinstance(answer, str) else set(answer)
    return chosen & set(values)


OPERATORS: dict[str, Operator] = {
    "any_of": Operator("is", _CHOICE, lambda answer, values: answer in values),
    "none_of": Operator(
        "is not",
        _CHOICE | _CHOICES,
        lambda answer, values: not _options_chosen(answer, values),
        of_several="includes none of",
    ),
    "includes_any": Operator("includes", _CHOICES, lambda answer, values: bool(_options_chosen(answer, values))),
    "includes_all": Operator(
        "includes all of", _CHOICES, lambda answer, values: _options_chosen(answer, values) == set(values)
    ),
    "at_least": Operator("is at least", _NUMBER, lambda answer, values: answer >= values[0], 1, 1),
    "at_most": Operator("is at most", _NUMBER, lambda answer, values: answer <= values[0], 1, 1),
    "between": Operator("is between", _NUMBER, lambda answer, values: values[0] <= answer <= values[1], 2, 2),
}


def shape_problems(test: str, values: Sequence[Value], place: str) -> list[Problem]:
    """What keeps a condition at ``place`` from being evaluated at all, whatever question it looks at."""
    operator = OPERATORS.get(test)
    if operator is None:
        return [Problem(f"{place}/test", f"“{quotable(test)}” is not a test.", nearest(test, OPERATORS))]
    problems = []
    if not operator.least_values <= len(values) <= (operator.most_values or len(values)):
        number = {None: "at least one value", 1: "one value", 2: "two values"}[operator.most_values]
        problems.append(Problem(f"{place}/values", f"“{operator.wording}” takes {number}, not {len(values)}."))
    numbers = operator.types == _NUMBER
    if any(isinstance(value, int) is not numbers for value in values):
        wanted = "whole numbers" if numbers else "options by their keys"
        problems.append(Problem(f"{place}/values", f"“{operator.wording}” takes {wanted}."))
    return problems
