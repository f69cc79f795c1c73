"""The sentence of a policy row, in which numbers can be taken from the bounds: "BPO is ahead by {lean} points"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from advisor.engine.model.vocabulary import Measure

if TYPE_CHECKING:  # which tells the sentences of the rows that decide
    from advisor.engine.model.policy import Bound, KindRow, LeaveRow

Row = TypeVar("Row", "LeaveRow", "KindRow")

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""Anything in braces; what of it can be filled, ``number_of`` says."""

_NAMED = re.compile(rf"({'|'.join(Measure)})( before)?(?: ?([+-]) ?(\d{{1,4}}))?")


def with_sentences(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with every number in its place; where there is no placeholder, the same objects.

    {lean} is the number of the bound on the lean, in this row or in the nearest one above that has one; {lean before}
    that of the nearest one above with a bound on the same end; {lean - 1} is one less. Numbers are told without a sign:
    who is ahead, the sentence says. What cannot be filled stays as it is, and ``check`` names it.
    """
    if not any("{" in row.says for row in rows):
        return tuple(rows)
    return tuple(replace(row, says=sentence_of(rows, at)) for at, row in enumerate(rows))


def sentence_of(rows: "Sequence[LeaveRow | KindRow]", at: int) -> str:
    """The sentence of the row at that position, with every number in its place."""
    return PLACEHOLDER.sub(lambda found: number_of(rows, at, found[1]) or found[0], rows[at].says)


def number_of(rows: "Sequence[LeaveRow | KindRow]", at: int, placeholder: str) -> str | None:
    """What stands for a placeholder in the sentence of the row at that position; None where nothing does."""
    found = _NAMED.fullmatch(placeholder)
    if found is None:
        return None
    name, before, sign, by = found.groups()
    bound = next(_bounds(rows, at, Measure(name)), None)
    if before and bound is not None:
        bound = next((one for one in _bounds(rows, at - 1, Measure(name)) if _end(one) == _end(bound)), None)
    if bound is None:
        return None
    ends = dict.fromkeys(abs(end) for end in (bound.at_least, bound.at_most) if end is not None)
    more = 0 if by is None else int(by) if sign == "+" else -int(by)
    return " to ".join(str(end + more) for end in ends) if len(ends) == 1 or not more else None


def is_placeholder(placeholder: str) -> bool:
    """Whether it is written as one, though nothing may stand for it."""
    return _NAMED.fullmatch(placeholder) is not None


def _bounds(rows: "Sequence[LeaveRow | KindRow]", at: int, measure: Measure) -> "Iterator[Bound]":
    """The bounds on a measure in this row and in those above it, the nearest first."""
    for row in reversed(rows[: at + 1]):
        yield from (bound for bound in row.when if bound.measure is measure)


def _end(bound: "Bound") -> tuple[bool, bool]:
    return bound.at_least is not None, bound.at_most is not None
