"""Counts that are larger than anybody reads digit by digit."""

from flask_babel import format_decimal

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
