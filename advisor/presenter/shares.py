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
