"""Cells of tables in FEEL, the expression language of DMN.

An answer that is unknown is null there. Each cell is written so that null never holds, and so that no function is
called on it: ``not("set")`` would accept it, and ``list contains(null, "set")`` is an error.
"""

import re
from collections.abc import Iterable, Sequence

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition, Question

ANY = "-"
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
    """The cell that accepts the answers to one question for which all of ``conditions`` hold; no others are in it."""
    if not conditions:
        return ANY
    match question.type:
        case AnswerType.CHOICE:
            return texts(_accepted_options(question, conditions)) or NEVER
        case AnswerType.NUMBER:
            return _ends(*_range(conditions))
        case AnswerType.CHOICES:
            # An answer with more choices than may be chosen does not count, as it does not in our own engine.
            most = [] if question.most is None else [f"count(?) <= {question.most}"]
            return " and ".join(["? != null", *most, *map(_on_list, conditions)])


def allowed_values(question: Question) -> str:
    """The answers that a question can have, null among them; nothing where every number can be given."""
    if question.type is AnswerType.NUMBER:
        ends = _ends(question.minimum, question.maximum)
        return "" if ends == ANY else f"{ends}, null"
    return f"{texts(option.key for option in question.options)}, null"


def half_open(least: int | None, below: int | None) -> str:
    """The cell that accepts whole numbers from ``least`` to just under ``below``, so that ranges meet without a gap."""
    if least is None:
        return ANY if below is None else f"< {below}"
    return f">= {least}" if below is None else f"[{least}..{below})"


def _accepted_options(question: Question, conditions: Sequence[Condition]) -> list[str]:
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
        return ANY if most is None else f"<= {most}"
    if most is None:
        return f">= {least}"
    return f"[{least}..{most}]" if least <= most else NEVER


def _on_list(condition: Condition) -> str:
    """A test on the answer to a several-choice question, which is a list where it is asked."""
    joined = " and " if condition.test == "includes_all" else " or "
    found = joined.join(f"list contains(?, {text(str(value))})" for value in condition.values)
    return f"not({found})" if condition.test == "none_of" else f"({found})"
