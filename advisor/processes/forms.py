"""The forms around saved advice. Every form names the fields it accepts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from advisor.assessments.parts.forms import StorableLine
from advisor.assessments.questions.forms import HintedRadio
from advisor.engine.document.text import TEXT_LIMIT, is_blank, normalize_line, text_fault, whole_number
from advisor.models.idempotency import new_key
from advisor.processes.operations import OwnerDecision, days_of_decisions, days_to_look_again
from advisor.web.days import DayField
from advisor.wording.vocabulary import DECISIONS

UNDECIDED = "undecided"
LATER = "later"
"""The decision to wait."""


class StorableText:
    """Refuse a text of several lines that cannot be stored, or is too long."""

    def __init__(self) -> None:
        self.field_flags = {"maxlength": TEXT_LIMIT}

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError, in the words that every other entrance uses."""
        fault = text_fault(field.data or "", TEXT_LIMIT, one_line=False)
        if fault is not None:
            raise ValidationError(_("This text %(fault)s", fault=fault))


def today() -> date:
    """This day, in UTC."""
    return datetime.now(UTC).date()


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


def stored_text(typed: str | None) -> str:
    """What was typed, with line breaks as they are stored, and without empty lines around it."""
    return (typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _decisions() -> dict[str, str]:
    return {UNDECIDED: str(_("Not decided yet"))} | {made: str(words) for made, words in DECISIONS.items()}


def _link_days() -> dict[str, str]:
    return {str(days): str(_("%(days)d days", days=days)) for days in current_app.config["LINK_DAYS"]}


def require_day_to_come(day: date | None) -> None:
    """Refuse a day on which nobody can look again any more, or hardly will. Raises ValidationError."""
    earliest, latest = days_to_look_again()
    if day is not None and not earliest <= day <= latest:
        raise ValidationError(_("Enter a day that is still to come, until %(most)s", most=format_date(latest, "yyyy")))


class DecisionForm(FlaskForm):
    """What was decided, when and why."""

    made = HintedRadio(_l("What did you decide?"), choices=_decisions)
    decided_on = DayField(
        _l("When did you decide?"), description=_l("For example %(day)s. It is left out while nothing is decided.")
    )
    look_again_on = DayField(
        _l("When do you want to look at it again?"), description=_l("If you like. For example %(day)s."), ahead=True
    )
    notes = TextAreaField(
        _l("Notes for yourself"),
        [StorableText()],
        description=_l("Why, or what is still open. Only you can read them; they stand beside the advice from now on."),
        filters=[stored_text],
    )
    opened = HiddenField()

    def validate_made(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in {UNDECIDED, *DECISIONS}:
            raise ValidationError(_("Select what you decided, or “Not decided yet”"))

    def validate_decided_on(self, field: DayField) -> None:
        """Take a day on which somebody can have decided."""
        earliest, latest = days_of_decisions()
        if field.day is not None and not earliest <= field.day <= latest:
            least, most = format_date(earliest, "d MMMM yyyy"), format_date(latest, "d MMMM yyyy")
            raise ValidationError(_("Enter a day from %(least)s to %(most)s", least=least, most=most))

    def validate_look_again_on(self, field: DayField) -> None:
        """Take a day that is still to come, or the one that was set before; who waits says until when."""
        if field.day is None and self.made.data == LATER:
            raise ValidationError(_("Say when you want to look at it again"))
        if field.day != self.set_before:
            require_day_to_come(field.day)

    set_before: date | None = None
    """The day to look again that was set when the form was opened."""

    @property
    def decision(self) -> OwnerDecision:
        """What was sent, once the form is valid. A decision without a day was made today."""
        notes, again = self.notes.data or "", self.look_again_on.day
        if self.made.data == UNDECIDED:
            return OwnerDecision(notes=notes, look_again_on=again)
        return OwnerDecision(self.made.data, self.decided_on.day or today(), notes, again)


def decision_form(saved: OwnerDecision) -> DecisionForm:
    """Build the form of a decision, filled in with the one that is saved."""
    data = {
        "made": saved.made or UNDECIDED,
        "decided_on": saved.on or (None if saved.made else today()),
        "look_again_on": saved.look_again_on,
        "notes": saved.notes,
        "opened": saved.fingerprint,
    }
    form = DecisionForm(data=data)
    form.set_before = saved.look_again_on
    if not saved.made and not form.is_submitted():
        form.decided_on.render_kw = {"data-today": "proposed"}  # the browser knows better which day it is there
    return form


class CopyForm(FlaskForm):
    """Start a process from the answers of another."""

    of = SelectField(_l("Which process shall we copy the answers of?"))
    process_name = StringField(_l("What do you call the new process?"), [StorableLine()], filters=[_line])
    once = HiddenField(default=new_key)

    def validate_of(self, field: Field) -> None:
        """Ask for a process where none is chosen."""
        if not field.data:
            raise ValidationError(_("Choose the process to copy"))

    def validate_process_name(self, field: Field) -> None:
        """Ask for a name where there is none."""
        if not field.data:
            raise ValidationError(_("Enter a name for the process"))


def copy_form(processes: Sequence[tuple[UUID, str]], chosen: UUID | None) -> CopyForm:
    """Build the form that copies one of these processes."""
    form = CopyForm(data={"of": str(chosen or ""), "once": new_key()})
    form.of.choices = [("", _("Choose a process")), *((str(key), name) for key, name in processes)]
    return form


class NewerRulesForm(FlaskForm):
    """Update to newer rules, or keep the advice as it is; ``version`` is the one that the page told of."""

    version = HiddenField()

    @property
    def number(self) -> int:
        """The version, 0 where what was sent is no number."""
        return whole_number(self.version.data) or 0


class AdviceNoteForm(FlaskForm):
    """Tell the admins that an advice looks wrong."""

    text = TextAreaField(
        _l("What looks wrong, and what would you have expected?"),
        [StorableText()],
        description=_l("Leave out names and anything confidential: the people who look after the rules read this."),
        filters=[stored_text],
    )
    with_answers = BooleanField(_l("Send a copy of my answers and the reasons along"))
    once = HiddenField(default=new_key)

    def validate_text(self, field: Field) -> None:
        """Ask for a sentence where there is none."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Say what looks wrong"))


class NewLinkForm(FlaskForm):
    """How long a link to a result lasts, and whom it is for."""

    note = StringField(
        _l("Whom is it for?"),
        [StorableLine()],
        description=_l("If you like, so that you know it again. Only you can read this."),
        filters=[_line],
    )
    days = HintedRadio(_l("How long shall it work?"), choices=_link_days, default="30")
    once = HiddenField(default=new_key)

    def validate_days(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in _link_days():
            raise ValidationError(_("Select how long the link shall work"))

    @property
    def days_chosen(self) -> int:
        """The days; as long as nothing that is offered was chosen, the usual ones."""
        return int(self.days.data) if self.days.data in _link_days() else 30
