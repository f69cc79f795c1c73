"""What a process costs a year here and with a provider, as ranges: arithmetic on an owner's own figures, and no others.

Amounts are decimal numbers of one currency. A figure that is left open is counted nowhere, and named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

MONTHS = 12


class Line(StrEnum):
    """A figure that may be filled in: three groups, see ``HERE``, ``THERE`` and ``ONCE``."""

    PEOPLE = "people"
    TOOLS = "tools"
    MISTAKES = "mistakes"
    OVERSIGHT = "oversight"
    QUOTE = "quote"
    WATCHING = "watching"
    REWORK = "rework"
    HANDING_OVER = "handing-over"
    LEAVING = "leaving"


HERE = (Line.PEOPLE, Line.TOOLS, Line.MISTAKES, Line.OVERSIGHT)
"""What the work costs a year as it is done now."""
THERE = (Line.QUOTE, Line.WATCHING, Line.REWORK)
"""What it would cost a year with a provider."""
ONCE = (Line.HANDING_OVER, Line.LEAVING)
"""What is paid once: to begin, and to end it again."""


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``; the same twice where the amount is known."""

    low: Decimal
    high: Decimal

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Range") -> "Range":
        """All that the difference of the two can be."""
        return Range(self.low - other.high, self.high - other.low)


@dataclass(frozen=True, slots=True)
class Figures:
    """What an owner filled in."""

    currency: str = ""
    ranges: Mapping[Line, Range] = field(default_factory=dict)

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any] | None) -> "Figures":
        """Read what is stored."""
        plain = plain or {}
        ranges = {Line(line): Range(*map(Decimal, ends)) for line, ends in plain.get("ranges", {}).items()}
        return cls(plain.get("currency", ""), ranges)

    def plain(self) -> dict[str, Any] | None:
        """The same as it is stored: amounts as decimal text. None where nothing is filled in."""
        if not self.ranges:
            return None
        ranges = {line.value: [str(at.low), str(at.high)] for line, at in self.ranges.items()}
        return {"currency": self.currency, "ranges": ranges}

    def total(self, lines: Iterable[Line]) -> Range | None:
        """The sum of those that are filled in; None where none is."""
        filled = [self.ranges[line] for line in lines if line in self.ranges]
        return sum(filled[1:], start=filled[0]) if filled else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What follows from the figures. None is what cannot be told from them.

    ``saving`` is what the work would cost less a year with a provider, and may be below 0. ``first_month`` and
    ``last_month`` are the months, from 1, by whose end the saving has paid for handing the work over, at the best and
    at the worst of the ranges; None where that never happens. ``quote_always`` is the yearly quote under which the work
    costs less whatever else comes true, ``quote_never`` the one from which it never does.
    """

    here: Range | None
    there: Range | None
    saving: Range | None
    first_month: int | None
    last_month: int | None
    quote_always: Decimal | None
    quote_never: Decimal | None
    left_open: tuple[Line, ...]


def estimate(figures: Figures) -> Estimate:
    """Work out what follows. The sums count what is filled in, and nothing for what is not."""
    here, quote = figures.total(HERE), figures.ranges.get(Line.QUOTE)
    others = figures.total(line for line in THERE if line is not Line.QUOTE)
    there = figures.total(THERE) if quote is not None else None
    saving = here - there if here is not None and there is not None else None
    first, last = _months(figures.ranges.get(Line.HANDING_OVER), saving)
    limits = here if here is None or others is None else here - others
    return Estimate(
        here=here,
        there=there,
        saving=saving,
        first_month=first,
        last_month=last,
        quote_always=limits.low if limits else None,
        quote_never=limits.high if limits else None,
        left_open=tuple(line for line in Line if line not in figures.ranges),
    )


def _months(once: Range | None, saving: Range | None) -> tuple[int | None, int | None]:
    if once is None or saving is None:
        return None, None
    return _month(once.low, saving.high), _month(once.high, saving.low)


def _month(once: Decimal, saving: Decimal) -> int | None:
    """The month by whose end ``saving`` a year has made up for ``once``."""
    return max(1, int((once * MONTHS / saving).to_integral_value(ROUND_CEILING))) if saving > 0 else None
