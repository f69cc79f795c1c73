"""The forms of an owner who asks others, and who settles. Every form names the fields it accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from advisor.assessments.parts.forms import StorableLine
from advisor.assessments.questions.forms import HintedRadio
from advisor.engine.document.text import normalize_line
from advisor.models.idempotency import new_key
from advisor.processes.forms import NewLinkForm, StorableText
from advisor.processes.opinions.operations import InvitationTerms


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


def _text(typed: str | None) -> str:
    return (typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class InvitationForm(NewLinkForm):
    """Ask one person for a second opinion."""

    note = StringField(
        _l("Who is it?"),
        [StorableLine()],
        description=_l("A name or a role, in your words, so that you know whose answers these are. Only you read it."),
        filters=[_line],
    )
    asked_by = StringField(
        _l("Who asks, as they will read it?"),
        [StorableLine()],
        description=_l("Your name, or what they know you by. Empty: they read that whoever sent the link asks."),
        filters=[_line],
    )
    process_name = StringField(
        _l("What is the process called, as they will read it?"),
        [StorableLine()],
        description=_l("Its name, or other words in its place."),
        filters=[_line],
    )

    def validate_process_name(self, field: Field) -> None:
        """Ask for a name where there is none."""
        if not field.data:
            raise ValidationError(_("Enter what the process is called, as they will read it"))

    @property
    def terms(self) -> InvitationTerms:
        """What was chosen, once the form is valid."""
        return InvitationTerms(
            days=self.days_chosen,
            name=str(self.note.data or ""),
            asked_by=str(self.asked_by.data or ""),
            process_name=str(self.process_name.data),
        )


class RenewalForm(FlaskForm):
    """Make a new link for somebody who was asked already."""

    once = HiddenField(default=new_key)


MINE = "mine"
"""The choice that keeps the owner's answer."""


class SettlingForm(FlaskForm):
    """Whose answer counts, difference by difference. A field for each is set on the class that is made for it.

    ``opened`` is the fingerprint of all answers that the form was opened on.
    """

    note = TextAreaField(
        _l("Who gave in where, and why?"),
        [StorableText()],
        description=_l("If you like. It stands in the history of the process, which only you read."),
        filters=[_text],
    )
    opened = HiddenField()
    once = HiddenField(default=new_key)


class ChoiceField(HintedRadio):
    """Whose answer to one question counts."""

    def __init__(self, title: str, offered: Mapping[str, str], **more: Any) -> None:
        super().__init__(title, choices=dict(offered), **more)
        self.offered = offered

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Take what is offered, and nothing else."""
        if not self.raw_data or self.data not in self.offered:
            raise ValidationError(_("Choose whose answer counts"))


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A question in words under the name of its field, what can be chosen, and what is chosen at first."""

    name: str
    title: str
    options: Mapping[str, str]
    chosen: str


def settling_form(rows: Sequence[ChoiceRow], opened: str) -> SettlingForm:
    """Build the form that asks for each row whose answer counts."""
    fields = {row.name: ChoiceField(row.title, row.options) for row in rows}
    form_class: type[SettlingForm] = type("SettlingFormOfRows", (SettlingForm,), fields)
    return form_class(data={"opened": opened, "once": new_key()} | {row.name: row.chosen for row in rows})
