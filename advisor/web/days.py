"""Days as people type them: 26 November 2026, 26/11/2026 or 2026-11-26. Every page reads them here."""

import re
from datetime import date, timedelta
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from advisor.engine.document.text import whole_number
from advisor.models.base import utc_now

_FORMS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<day>\d{1,2}) ?[./-] ?(?P<month>\d{1,2}) ?[./-] ?(?P<year>\d{4})",
        r"(?P<day>\d{1,2}) (?P<month>\d{1,2}) (?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?P<month>[a-z]{3,9})[.,]?[ -](?P<year>\d{4})",
    )
)

_EARLIEST = 1000
"""The first year that is read. The last is 9999, and no day comes after its last."""


def read_day(typed: str) -> date | None:
    """The day that was typed, the day before the month; None where it is no day."""
    text = " ".join(typed.split()).lower()
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return None
    day, month, year = int(found["day"]), _month(found["month"]), int(found["year"])
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None


def _month(typed: str) -> int:
    """The number of a month that is typed as one, or by the beginning of its name; 0 where there is none."""
    if (number := whole_number(typed)) is not None:
        return number
    names = get_month_names("wide", locale=get_locale() or "en")
    return next((number for number, name in names.items() if name.lower().startswith(typed)), 0)


def _near_day(typed: str) -> date | None:
    """The day that "today" or "tomorrow" stands for, in UTC."""
    ahead = {"today": 0, "tomorrow": 1}.get(typed.strip().lower())
    return None if ahead is None else utc_now().date() + timedelta(days=ahead)


_PAST = date(2026, 11, 22)
"""The example of a day for a field that asks of what was."""


def day_words(day: date) -> str:
    """A day as nobody can misread it, and as ``read_day`` reads it: 1 March 2027."""
    return f"{day.day} {get_month_names('wide', locale=get_locale() or 'en')[day.month]} {day.year}"


def example_day(*, ahead: bool) -> str:
    """A day as one would type it; one that is still ``ahead`` is the first of a month, at least four weeks from now."""
    return day_words((utc_now().date() + timedelta(days=60)).replace(day=1) if ahead else _PAST)


class DayField(StringField):
    """A day as people type it; ``day`` is what it means, None where nothing was typed. What was typed stays.

    The example in its ``description`` stands where that has "%(day)s"; where it asks for a day to come it is ``ahead``,
    and reads "today" and "tomorrow" too.
    """

    def __init__(self, *arguments: Any, description: Any = "", ahead: bool = False, **more: Any) -> None:
        self.example = example_day(ahead=ahead)
        self.is_ahead = ahead
        super().__init__(*arguments, **more)
        self.description = str(description).replace("%(day)s", self.example)
        self.type = "StringField"
        self.day: date | None = None

    def process_data(self, value: date | None) -> None:
        """Show the day that is kept."""
        self.data = day_words(value) if value else ""

    def pre_validate(self, _form: BaseForm) -> None:
        """Read what was typed, and say so where it is no day."""
        typed = (self.data or "").strip()
        self.day = read_day(typed)
        if self.is_ahead and self.day is None and (near := _near_day(typed)) is not None:
            self.day, self.data = near, day_words(near)  # shown as a day, since tomorrow it would be another one
        if typed and self.day is None:
            raise ValidationError(_("Enter a day, such as %(day)s", day=self.example))
