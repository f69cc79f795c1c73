"""Whole numbers from outside, such as the parts of an address, forms and sheets."""

import re

MOST = 2**31 - 1
"""What every database keeps as a whole number."""

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_SIGNED = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def whole_number(text: object, least: int = 0, most: int = MOST) -> int | None:
    """The number that a text says in the digits 0 to 9, None where it says none from ``least`` to ``most``.

    A sign may stand before it where ``least`` is below 0. Blanks, other digits ("²"), separators and exponents are no
    number, nor are more than 18 digits, which cost time to read.
    """
    form = _SIGNED if least < 0 else _DIGITS
    if not isinstance(text, str) or not form.fullmatch(text):
        return None
    number = int(text)
    return number if least <= number <= most else None
