"""Words that the problems of several subjects share."""

from collections.abc import Sequence

from advisor.engine.model.errors import Problem, shown
from advisor.engine.model.rules import Rule

TOO_MANY = "There are too many combinations of answers to check them all."

ESTIMATED = "Fewer questions, options or rules can be counted."
"""How an estimate can become a count."""

NAMED = 3
"""Rules that a problem names; of more it gives the number."""


def is_open(problem: Problem) -> bool:
    """Whether a problem says that something was not settled."""
    return problem.mend in {TOO_MANY, ESTIMATED}


def rules_named(rules: Sequence[Rule], positions: Sequence[int], most: int = NAMED) -> str:
    """Rules in a list: the first few by their keys, the rest by their number."""
    keys = [f"“{shown(rules[position].key)}”" for position in positions[:most]]
    if len(positions) > most:
        return f"{', '.join(keys)} and {len(positions) - most} more"
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"
