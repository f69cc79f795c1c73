"""The form of the figures: for each two amounts, either of which may be left out."""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
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
_BLANKS = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")


def read_amount(typed: str) -> Decimal:
    """An amount as people write it: 12000, 12,000, 12 000, 12000.50. Raises ValueError with a sentence for people.

    What can be read in two ways is refused: 1.200 is 1,200 to some, and 1.2 to others.
    """
    text = _BLANKS.sub("", typed.strip())
    if not re.fullmatch(r"[\d.,]{1,30}", text, re.ASCII):
        raise ValueError(_("Enter an amount in figures alone, such as 12000 or 12,000.50"))
    unclear = _("This can be read in more than one way. Write it such as 12000 or 12000.50")
    try:
        amount = parse_decimal(text, locale="en", strict=True)
    except NumberFormatError:
        raise ValueError(unclear) from None
    if len(text.partition(".")[2]) > 2:
        raise ValueError(unclear)
    if amount > MOST:
        raise ValueError(_("Enter an amount of at most 1,000,000,000,000"))
    return round(amount, 2)


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


class AmountField(StringField):
    """One end of a range. ``amount`` is None where it is left open."""

    amount: Decimal | None = None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        """Read what was typed."""
        try:
            self.amount = read_amount(self.data) if self.data else None
        except ValueError as error:
            raise ValidationError(str(error)) from None


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
            given = [amount for amount in (low, high) if amount is not None]
            if given:
                ranges[line] = Range(given[0], given[-1])
        return Figures(self.currency.data or "", ranges)

    def validate_currency(self, field: Field) -> None:
        """Keep it short."""
        if fault := text_fault(field.data or "", CURRENCY_LENGTH, one_line=True):
            raise ValidationError(_("The currency %(fault)s", fault=fault))


def _ordered(form: FiguresForm, high: AmountField) -> None:
    low = form[high.name.removesuffix("-high") + "-low"]
    if low.amount is not None and high.amount is not None and low.amount > high.amount:
        raise ValidationError(_("The second amount must not be below the first"))


for _of in Line:
    setattr(FiguresForm, f"{_of}-low", AmountField(LINES[_of].label, filters=[_line]))
    setattr(FiguresForm, f"{_of}-high", AmountField(LINES[_of].label, [_ordered], filters=[_line]))


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
