"""The form that sets a day to look again."""

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import ValidationError

from advisor.assessments.questions.forms import HiddenValues, HintedRadio
from advisor.processes.forms import require_day_to_come, today
from advisor.web.days import DayField

NEVER, DAY = "never", "day"
_MONTHS = {"3": _l("In three months"), "6": _l("In six months"), "12": _l("In a year")}


def day_in_months(start: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def _choices() -> dict[str, str]:
    later = {
        months: f"{words}, {format_date(day_in_months(today(), int(months)), 'd MMMM yyyy')}"
        for months, words in _MONTHS.items()
    }
    return {**later, DAY: str(_("On another day")), NEVER: str(_("On no day"))}


class LookAgainForm(FlaskForm):
    """When to look again at the processes that ``of`` names; ``opened`` is the fingerprint of their days as shown."""

    when = HintedRadio(_l("When do you want to look again?"), choices=_choices)
    day = DayField(_l("Which day?"), description=_l("For “On another day”, such as %(day)s."), ahead=True)
    by_mail = BooleanField(_l("Send me a letter on that day"))
    of = HiddenValues()
    opened = HiddenField()

    def validate_when(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in _choices():
            raise ValidationError(_("Select when you want to look again"))

    def validate_day(self, field: DayField) -> None:
        """Ask for a day that is still to come, where another day was chosen."""
        if self.when.data != DAY:
            return
        if field.day is None:
            raise ValidationError(_("Enter the day, such as %(day)s", day=field.example))
        require_day_to_come(field.day)

    @property
    def chosen_day(self) -> date | None:
        """The day, once the form is valid; None for no day."""
        if self.when.data == DAY:
            return self.day.day
        return None if self.when.data == NEVER else day_in_months(today(), int(self.when.data))


def look_again_form(
    of: list[str], set_before: set[date | None], opened: str, *, by_mail: bool, is_sent: bool
) -> LookAgainForm:
    """Build the form for these processes, filled in with the day that is set for all of them, if there is one.

    Unless ``is_sent``, what the request carries is no answer to this form.
    """
    data: dict[str, Any] = {"of": of, "opened": opened, "by_mail": by_mail}
    day = next(iter(set_before)) if len(set_before) == 1 else None
    if day is not None:
        data |= {"when": DAY, "day": day}
    return LookAgainForm(data=data) if is_sent else LookAgainForm(formdata=None, data=data)
