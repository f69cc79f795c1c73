"""What anybody can ask on the pages to read."""

from datetime import datetime
from datetime import time as time_of_day

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from advisor.days import DayField


class AsOfForm(FlaskForm):
    """A day, and a minute of it or none. It stands in the address, so it needs no token."""

    class Meta:
        """The page sets no cookie."""

        csrf = False

    date = DayField(_l("Date"), description=_l("For example 22/11/2026"), render_kw={"autocomplete": "off"})
    time = StringField(_l("Time, if you like"), description=_l("For example 14:05"), render_kw={"autocomplete": "off"})

    def validate_date(self, field: Field) -> None:
        """Ask for the day of a time."""
        if not (field.data or "").strip() and self.minute_typed:
            raise ValidationError(_("Enter a date"))

    def validate_time(self, _field: Field) -> None:
        """Say so where the time is none."""
        if self.minute_typed and self.minute is None:
            raise ValidationError(_("Enter a time, such as 14:05, or leave it out"))

    @property
    def minute_typed(self) -> str:
        """What stands in the field for the time."""
        return (self.time.data or "").strip()

    @property
    def minute(self) -> time_of_day | None:
        """The time, None where there is none."""
        try:
            return datetime.strptime(self.minute_typed.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 - no date
        except ValueError:
            return None
