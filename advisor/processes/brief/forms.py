"""The form in which a brief is edited: a text for each section, a line to each row, and what is put back or put in."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from advisor.assessments.parts.forms import StorableLine
from advisor.assessments.questions.forms import OnceForm
from advisor.engine.document.text import TEXT_LIMIT, normalize_line, text_fault, whole_number
from advisor.wording.brief import EXTRAS, Brief, BriefLine, as_text
from advisor.wording.brief import SECTIONS as HEADINGS

ROWS_LIMIT = 60
"""Rows of a section: it is to be read by others."""


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


def _text(typed: str | None) -> str:
    return (typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class BriefForm(OnceForm):
    """What the sections have in common. ``opened`` is the newest version when the form was opened, ``advice`` the place
    of the advice that the lines come from.
    """

    opened = HiddenField()
    advice = HiddenField()
    title = StringField(_l("Title"), [StorableLine()], filters=[_line])
    with_extras = SelectMultipleField(
        _l("Put in as well"), description=_l("Left out unless you tick it."), validate_choice=False
    )
    back = SelectMultipleField(_l("Put back"), validate_choice=False)

    def validate_title(self, field: Field) -> None:
        """Ask for one."""
        if not field.data:
            raise ValidationError(_("Enter a title"))

    @property
    def opened_number(self) -> int:
        """The newest version when it was opened; 0 for none."""
        return whole_number(self.opened.data) or 0

    @property
    def extras(self) -> tuple[str, ...]:
        """What is ticked, in order."""
        return tuple(extra for extra in EXTRAS if extra in (self.with_extras.data or ()))

    def text_of(self, section: str) -> Field:
        """The field of a section."""
        found: Field = self[f"section-{section}"]
        return found


class _StorableSection:
    def __call__(self, _form: Any, field: Field) -> None:
        if (fault := text_fault(field.data or "", TEXT_LIMIT)) is not None:
            raise ValidationError(_("“%(section)s” %(fault)s", section=field.label.text, fault=fault))
        if (field.data or "").count("\n") >= ROWS_LIMIT:
            words = _("“%(section)s” has more than %(most)d rows", section=field.label.text, most=ROWS_LIMIT)
            raise ValidationError(words)


def brief_form(brief: Brief, left_out: Mapping[str, list[BriefLine]], opened: int, advice: int) -> BriefForm:
    """The form filled in with a brief; ``left_out`` are the composed lines that could be put back."""
    fields: dict[str, Any] = {
        f"section-{section}": TextAreaField(HEADINGS[section], [_StorableSection()], filters=[_text])
        for section in brief.sections
    }
    form_class: type[BriefForm] = type("EditedBriefForm", (BriefForm,), fields)
    form = form_class(
        data={
            "title": brief.title,
            "with_extras": list(brief.extras),
            "opened": str(opened),
            "advice": str(advice),
            **{f"section-{section}": as_text(brief, section) for section in brief.sections},
        }
    )
    form.with_extras.choices = [(extra.value, str(heading)) for extra, heading in EXTRAS.items()]
    form.back.choices = [(line.origin, line.text) for lines in left_out.values() for line in lines]
    return form
