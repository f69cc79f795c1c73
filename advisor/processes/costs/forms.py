"""The form of the figures: for each two amounts, either of which may be left out."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from advisor.engine.costs import Figures, Line, Range
from advisor.engine.document.text import normalize_line, text_fault
from advisor.wording.costs import LINES

MOST = Decimal(10) ** 12
CURRENCY_LENGTH = 12

_AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:(?P<mark>[.,'’ ])[0-9]{3})(?:(?P=mark)[0-9]{3})*|[0-9]*)"
    r"(?:(?P<point>[.,])(?P<cents>[0-9]{1,2}))?"
)


def read_amount(typed: str, currency: str = "") -> Decimal:
    """An amount as people write it: 12000, 12,000, 12.000, 12 000, 12000.50, £12,000.

    Amounts have at most two decimals, so three digits behind a mark are thousands, and one or two are cents. Raises
    ValueError with a clause for people.
    """
    text = re.sub(r"\s", " ", typed).strip()
    for sign in filter(None, (currency, *{mark for mark in text if unicodedata.category(mark) == "Sc"})):
        text = text.removeprefix(sign).removesuffix(sign).strip()
    found = _AMOUNT.fullmatch(text)
    if not found or not (found["whole"] or found["cents"]) or (found["mark"] and found["mark"] == found["point"]):
        raise ValueError(_("write an amount in figures, such as 12000 or 12,000.50"))
    amount = Decimal(f"{re.sub('[^0-9]', '', found['whole'])}.{found['cents'] or 0}")
    if amount > MOST:
        raise ValueError(_("write an amount of at most 1,000,000,000,000"))
    return round(amount, 2)


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


class AmountField(StringField):
    """One end of a range. ``amount`` is None where it is left open."""

    amount: Decimal | None = None

    def pre_validate(self, form: Any) -> None:
        """Read what was typed."""
        try:
            self.amount = read_amount(self.data, form.currency.data or "") if self.data else None
        except ValueError as error:
            raise ValidationError(f"{self.label.text}: {error}") from None


class FiguresForm(FlaskForm):
    """All figures and their currency; ``opened`` tells whether somebody changed them meanwhile."""

    currency = StringField(
        _l("Currency"), description=_l("For example EUR or £. All amounts are in it."), filters=[_line]
    )
    opened = HiddenField()

    def ends(self, line: Line) -> tuple[AmountField, AmountField]:
        """The two fields of a figure."""
        return self[f"{line}-low"], self[f"{line}-high"]

    @property
    def figures(self) -> Figures:
        """What was sent, once the form is valid. One amount alone is an exact one."""
        ranges = {}
        for line in Line:
            low, high = (end.amount for end in self.ends(line))
            if low is not None:
                ranges[line] = Range(low, low if high is None else high)
        return Figures(self.currency.data or "", ranges)

    def validate_currency(self, field: Field) -> None:
        """Keep it short."""
        if fault := text_fault(field.data or "", CURRENCY_LENGTH, one_line=True):
            raise ValidationError(_("The currency %(fault)s", fault=fault))


def _check_order(form: FiguresForm, high: AmountField) -> None:
    low = form[high.name.removesuffix("-high") + "-low"]
    if high.amount is None or low.errors:
        return
    if low.amount is None:
        raise ValidationError(_("%(field)s: fill in “From” too, or that alone", field=high.label.text))
    if low.amount > high.amount:
        raise ValidationError(_("%(field)s: this must not be below “From”", field=high.label.text))


for _of in Line:
    setattr(FiguresForm, f"{_of}-low", AmountField(_l("%(figure)s, from", figure=LINES[_of].label), filters=[_line]))
    setattr(
        FiguresForm,
        f"{_of}-high",
        AmountField(_l("%(figure)s, to", figure=LINES[_of].label), [_check_order], filters=[_line]),
    )


def _in_field(amount: Decimal) -> str:
    """An amount as the form shows it, without the cents where there are none."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else str(amount)


def figures_form(saved: Figures, opened: str) -> FiguresForm:
    """The form filled in with what is saved."""
    data = {"currency": saved.currency, "opened": opened}
    for line, ends in saved.ranges.items():
        data[f"{line}-low"] = _in_field(ends.low)
        data[f"{line}-high"] = _in_field(ends.high) if ends.high != ends.low else ""
    return FiguresForm(data=data)
