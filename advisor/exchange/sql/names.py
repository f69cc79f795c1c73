"""Names, texts and sums as SQL has them: the pieces of which a query is put together.

All of it is written in a dialect that ``sqlglot`` reads by itself, and only then in the one that is wanted.
"""

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)

_SIDE_BY_SIDE = 8
"""Operands that stand in one row: longer rows become trees, since engines go down a row operand by operand."""


class Names:
    """Column names, in quotation marks or, where they are plain words and none are wanted, without."""

    def __init__(self, *, quoted: bool = True) -> None:
        self._quoted = quoted

    def __call__(self, name: str) -> str:
        """The name as it stands in a query."""
        if not self._quoted and _PLAIN.fullmatch(name):
            return name
        return '"' + name.replace('"', '""') + '"'

    def of(self, layer: str, name: str) -> str:
        """The column of a layer of the query."""
        return f"{layer}.{self(name)}"


def text(value: str) -> str:
    """A text in quotation marks."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """Texts with commas between them."""
    return ", ".join(map(text, values))


def join_operands(operator: str, operands: Sequence[str], nothing: str) -> str:
    """Operands with an operator between them, for which their order does not matter; ``nothing`` where there are none.

    What is many stands as a tree: engines fail on thousands of levels.
    """
    if not operands:
        return nothing
    if len(operands) == 1:
        return operands[0]
    if len(operands) <= _SIDE_BY_SIDE:
        return "(" + f" {operator} ".join(operands) + ")"
    middle = len(operands) // 2
    halves = [join_operands(operator, half, nothing) for half in (operands[:middle], operands[middle:])]
    return "(" + f" {operator} ".join(halves) + ")"


def named_where(found: Sequence[tuple[str, str]]) -> str:
    """The names whose conditions hold, with blanks between them; NULL where none does."""
    each = [f"CASE WHEN {condition} THEN {text(f' {name}')} ELSE '' END" for name, condition in found]
    return f"NULLIF(LTRIM({join_operands('||', each, text(''))}), '')"
