"""When something happened, as pages tell it.

The server knows no reader's clock, so it tells every moment in UTC and says so. With a script, the page tells it by the
clock of the browser, and names that zone instead (``static/js/app.js``). Days that people typed are not moments: they
are the same everywhere.
"""

from datetime import UTC, date, datetime
from functools import lru_cache

from babel.dates import format_date as babel_date
from flask import Flask
from flask_babel import format_datetime, get_locale
from markupsafe import Markup

DAY = "d MMMM yyyy"
SHORT_DAY = "d MMM yyyy"
MINUTE = "d MMMM yyyy, HH:mm"


def init_app(app: Flask) -> None:
    """Let the templates of ``app`` tell moments."""
    app.jinja_env.filters["moment"] = moment


def moment(at: datetime, pattern: str = DAY) -> Markup:
    """``at``, which is in UTC, as an element that the script can turn; where it has a time of day, it says UTC.

    ``pattern`` is made of "d", "MMMM" or "MMM", "yyyy", and ", HH:mm" or ", HH:mm:ss"; the script reads it too.
    """
    at = at.astimezone(UTC)
    if "HH" in pattern:
        words = f"{format_datetime(at, pattern, rebase=False)} UTC"
    else:
        words = _day(str(get_locale()), at.date(), pattern)
    return Markup('<time datetime="%s" data-as="%s">%s</time>') % (f"{at:%Y-%m-%dT%H:%M:%SZ}", pattern, words)


@lru_cache(256)
def _day(locale: str, day: date, pattern: str) -> str:
    return str(babel_date(day, pattern, locale))
