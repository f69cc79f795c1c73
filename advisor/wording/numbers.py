"""Shares in words, on every page."""

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.exchange.percent import per_cent


def percent(share: float) -> str:
    """A share from 0.0 to 1.0 as people read it; what is neither nothing nor all is never rounded to it."""
    bound, number, decimals = per_cent(share)
    said = format_decimal(number, format="0.00"[: 2 + decimals] if decimals else "0")
    if bound == "less":
        return str(_("less than %(number)s%%", number=said))
    if bound == "more":
        return str(_("more than %(number)s%%", number=said))
    return f"{said}%"


# ---- Counts that are larger than anybody reads digit by digit


_DIGITS = 15
"""The most digits told one by one: the formatter itself ends at 28."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def count_words(count: int) -> str:
    """A count (0 or more) with separators; a very large one by its first digits, cut off: "6.7 × 10³³"."""
    digits = str(count)
    if len(digits) <= _DIGITS:
        return str(format_decimal(count))
    first = format_decimal(int(digits[:2]) / 10, format="0.0")
    return f"{first} × 10{str(len(digits) - 1).translate(_RAISED)}"
