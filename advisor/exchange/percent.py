"""How a share is told to people, everywhere: what is neither nothing nor all is never rounded to it.

Shares of what people have saved are told more coarsely, as ``advisor.rule_sets.impact.disclosure`` says.
"""

from typing import NamedTuple

LEAST = 0.0001
"""The least share that is told by its number, and the least that may be missing from all."""


class PerCent(NamedTuple):
    """A share as it is told: so many per cent, with so many decimals, or "less" or "more" than that."""

    bound: str
    number: float
    decimals: int


def per_cent(share: float) -> PerCent:
    """Round a share from 0.0 to 1.0 as people read it: finer where it is near to nothing or to all."""
    if share in {0, 1}:
        return PerCent("", 100 * share, 0)
    if share < LEAST:
        return PerCent("less", 100 * LEAST, 2)
    if share > 1 - LEAST:
        return PerCent("more", 100 - 100 * LEAST, 2)
    return PerCent("", 100 * share, 2 if share < 0.01 or share > 0.99 else 1)


def percent(share: float) -> str:
    """A share in words for the command line, as ``advisor.wording.numbers`` has it for pages."""
    bound, number, decimals = per_cent(share)
    return f"{bound} than {number:.{decimals}f}%" if bound else f"{number:.{decimals}f}%"
