"""Conditions, ranges and texts in FEEL, the expression language of DMN.

An answer that is unknown is null there. Each test is written so that null never holds: ``not("set")`` would accept it,
and a list of the other options does not.
"""

import re
from collections.abc import Iterable, Sequence

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.policy import Bound
from advisor.engine.model.questions import Condition, Question

NOTHING = "-"
"""A cell that accepts everything."""

NEVER = "false"
"""A cell that accepts no text, no number and no list."""

_KEPT = frozenset({
    "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "instance", "of", "not",
    "function", "between", "true", "false", "null", "date", "time", "duration", "count", "sum", "min", "max", "mean",
    "list", "string", "number", "context", "item", "partial",
})  # fmt: skip
"""Words that FEEL, or an engine's own functions, read as something else than a name."""


class FeelNames:
    """Names that FEEL can read, one for each key."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*_KEPT, *taken}

    def new(self, key: str) -> str:
        """A name like ``key`` that nothing else has."""
        plain = re.sub(r"\W+", "_", key, flags=re.ASCII)
        name = plain if re.match(r"[A-Za-z]", plain) else f"q_{plain}"
        while name.lower() in self._taken:
            name += "_"
        self._taken.add(name.lower())
        return name


def text(value: str) -> str:
    """A text in quotation marks."""
    marked = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + marked.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def texts(values: Iterable[str]) -> str:
    """Texts with commas between them."""
    return ", ".join(map(text, values))


def cell(question: Question, conditions: Sequence[Condition]) -> str:
    """The cell of a table that accepts the answers for which all of ``conditions`` on one question hold."""
    if not conditions:
        return NOTHING
    match question.type:
        case AnswerType.CHOICE:
            return texts(_accepted(question, conditions)) or NEVER
        case AnswerType.NUMBER:
            return _ends(*_range(conditions))
        case AnswerType.CHOICES:
            return " and ".join(_on_list("?", condition) for condition in conditions)


def condition_expression(name: str, question: Question, condition: Condition) -> str:
    """An expression that is true when the condition holds for the answer of that name, and null or false otherwise."""
    match question.type:
        case AnswerType.CHOICE:
            return f"list contains([{texts(_accepted(question, [condition]))}], {name})"
        case AnswerType.NUMBER:
            least, most = _range([condition])
            ends = [f"{name} {sign} {end}" for sign, end in ((">=", least), ("<=", most)) if end is not None]
            return " and ".join(ends)
        case AnswerType.CHOICES:
            return _on_list(name, condition)


def allowed_values(question: Question) -> str:
    """The answers that a question can have."""
    if question.type is AnswerType.NUMBER:
        return _ends(question.minimum, question.maximum)
    return texts(option.key for option in question.options)


def bounds(wanted: Iterable[Bound]) -> str:
    """The cell of a table that accepts the points of one measure that lie in all of these ranges."""
    found = list(wanted)
    least = [bound.at_least for bound in found if bound.at_least is not None]
    most = [bound.at_most for bound in found if bound.at_most is not None]
    return _ends(max(least, default=None), min(most, default=None))


def _accepted(question: Question, conditions: Sequence[Condition]) -> list[str]:
    """The options of a one-choice question for which all conditions hold."""
    keys = [option.key for option in question.options]
    return [key for key in keys if all(_accepts(condition, key) for condition in conditions)]


def _accepts(condition: Condition, key: str) -> bool:
    return (key in condition.values) is (condition.test != "none_of")


def _range(conditions: Iterable[Condition]) -> tuple[int | None, int | None]:
    least: list[int] = []
    most: list[int] = []
    for condition in conditions:
        ends = [int(value) for value in condition.values]
        if condition.test != "at_most":
            least.append(ends[0])
        if condition.test != "at_least":
            most.append(ends[-1])
    return max(least, default=None), min(most, default=None)


def _ends(least: int | None, most: int | None) -> str:
    if least is None:
        return NOTHING if most is None else f"<= {most}"
    if most is None:
        return f">= {least}"
    return f"[{least}..{most}]" if least <= most else NEVER


def _on_list(name: str, condition: Condition) -> str:
    """A test on the answer to a several-choice question. It is compared with true or false, which null is not."""
    wanted = "false" if condition.test == "none_of" else "true"
    joined = " or " if condition.test == "includes_any" else " and "
    tests = [f"list contains({name}, {text(str(value))}) = {wanted}" for value in condition.values]
    return f"({joined.join(tests)})"
