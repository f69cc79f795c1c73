"""The fields that the pages of a draft are made of, and their few fixed forms. Every form names what it accepts."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from advisor.assessments.questions.forms import OnceForm
from advisor.engine.checks.texts import KEY_LIMIT, is_plain_key
from advisor.engine.document.text import LINE_LIMIT, TEXT_LIMIT, is_blank, normalize_line, text_fault, whole_number
from advisor.models.base import utc_now
from advisor.web.days import DayField
from advisor.wording.vocabulary import SIDES, names

_MOST = 10**15 - 1


class StorableField:
    """Refuse a text that cannot be stored, or is too long."""

    def __init__(self, limit: int = TEXT_LIMIT, *, one_line: bool = False) -> None:
        self.limit, self.one_line = limit, one_line

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError, in the words that every other entrance uses."""
        fault = text_fault(field.data or "", self.limit, one_line=self.one_line)
        if fault is not None:
            raise ValidationError(_("“%(name)s” %(fault)s", name=field.label.text, fault=fault))


class PlainKey:
    """Refuse a key that could not stand in an address or a sheet; an empty one is made from the text."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.kept = kept

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with a key that would do."""
        key = field.data or ""
        if key in self.kept:
            raise ValidationError(
                _("“%(key)s” stands for %(meaning)s. Choose another key.", key=key, meaning=self.kept[key])
            )
        if key and not is_plain_key(key):
            raise ValidationError(
                _("Write the key with at most %(limit)s letters, digits and single hyphens", limit=KEY_LIMIT)
            )


def _check_number(_form: BaseForm, field: Field) -> None:
    """Refuse what is no whole number; nothing at all is none."""
    if field.data and whole_number(field.data, -_MOST, _MOST) is None:
        raise ValidationError(_("“%(name)s” must be a whole number", name=field.label.text))


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def line(label: str, help_text: str = "", *validators: Any, limit: int = LINE_LIMIT) -> Field:
    """A field for one line."""
    checks = [StorableField(limit, one_line=True), *validators]
    return StringField(label, checks, description=help_text, filters=[_line])


def text(label: str, help_text: str = "") -> Field:
    """A field for a longer text."""
    return TextAreaField(label, [StorableField()], description=help_text, filters=[_lines])


def number(label: str, help_text: str = "") -> Field:
    """A field for a whole number, which may be left empty. It reads as text: what is no number stays in it."""
    return StringField(label, [_check_number], description=help_text, filters=[_line])


def select(label: str, choices: Mapping[Any, Any], help_text: str = "", *, checked: bool = True) -> Field:
    """A field for one of a list; where it is not ``checked`` here, whoever reads it says what is wrong."""
    return _choice(SelectField, label, choices, help_text, [_check_listed] if checked else [])


def radios(label: str, choices: Mapping[Any, Any], help_text: str = "") -> Field:
    """A field for one of a few, all in view."""
    return _choice(RadioField, label, choices, help_text, [_check_listed])


def checkboxes(label: str, choices: Mapping[Any, Any], help_text: str = "", *, limited: bool = False) -> Field:
    """A field for any of a list; where it is ``limited``, the help says to how many."""
    return _choice(SelectMultipleField, label, choices, help_text, [_check_listed], limited=limited)


def _choice(
    kind: type[SelectField],
    label: str,
    choices: Mapping[Any, Any],
    help_text: str,
    validators: list[Any],
    *,
    limited: bool = False,
) -> Field:
    texts = {str(value): str(text) for value, text in choices.items()}
    drawn = {"limited": limited}
    return kind(label, validators, choices=texts, description=help_text, validate_choice=False, render_kw=drawn)


def _check_listed(_form: BaseForm, field: Field) -> None:
    """Refuse what the list of a field does not hold, in words that name it."""
    known = {str(value) for value in getattr(field, "choices", ())}
    sent = field.data if isinstance(field.data, list) else [field.data or ""]
    if any(value not in known for value in sent) and not (field.type == "RadioField" and sent == [""]):
        raise ValidationError(_("Choose “%(name)s” from what is listed", name=field.label.text))


def tick(label: str, help_text: str = "") -> Field:
    """A field for yes or no."""
    return BooleanField(label, description=help_text)


# ---- fixed forms ---------------------------------------------------------------------------------------------------


class ItemForm(OnceForm):
    """The form of one item of the draft; its fields are set on the class that is made for it.

    ``opened`` is the fingerprint of the item as it was when the page was opened, empty for a new one; ``base`` is that
    item itself, by which the changes of two admins are told apart.
    """

    opened = HiddenField()
    base = HiddenField()


class ItemCommentForm(OnceForm):
    """What an admin writes on an item; ``about`` is by what the threads of the item are found, as it was shown."""

    comment = text(_l("Your comment"), _l("Every admin reads it. It is kept with the version."))
    about = HiddenField()

    def validate_comment(self, field: Field) -> None:
        """Ask for a word where there is none."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Write your comment"))


class AcceptWarningForm(FlaskForm):
    """Why a warning is accepted; ``rests_on`` is the fingerprint of what it rested on when it was shown."""

    reason = line(_l("Why it can stay so"), _l("Every admin reads it beside the warning."))
    rests_on = HiddenField()

    def validate_reason(self, field: Field) -> None:
        """Ask for a reason where there is none."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Write why it can stay so"))


class RunForm(FlaskForm):
    """The button that begins a run, or stops the one that was shown."""

    run = HiddenField()

    @property
    def number(self) -> int:
        """The number of the run that was shown; 0 for what is no number."""
        return whole_number(self.run.data) or 0


class RemoveForm(OnceForm):
    """Take the item out that was ``opened``, by its fingerprint; ``with_users`` also what looks at a question."""

    opened = HiddenField()
    with_users = BooleanField(_l("Take these out too"))


class DraftForm(OnceForm):
    """A button that acts on the draft as it was shown; ``mark`` is its fingerprint."""

    mark = HiddenField()


def bulk_edit_form(**more: Any) -> DraftForm:
    """The form of what is to become of the rules that are ticked; "" leaves something as it is."""
    points = {"": _("Leave as they are"), "+1": _("One more"), "-1": _("One fewer")}
    points |= {str(number): _("Set to %(points)s", points=number) for number in range(1, 6)}
    fields = {
        "to_points": select(_("Points"), points),
        "to_side": select(_("Side"), {"": _("Leave as it is"), **names(SIDES)}),
        "add_claim": line(_("Add the claim"), _("Its id, such as D2.04.")),
        "drop_claim": line(_("Take out the claim"), _("Its id.")),
    }
    form_class: type[DraftForm] = type("BulkEditForm", (DraftForm,), fields)
    return form_class(**more)


def _note(sentence: Any) -> Field:
    return TextAreaField(
        sentence,
        [StorableField(NOTE_LIMIT)],
        description=_l("Owners read it beside “our rules changed”. Say it in plain words."),
        filters=[_lines],
    )


NOTE_LIMIT = 1_000
"""Characters of the note of a version: it stands on the page of every owner whose advice would differ."""


_TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?", re.ASCII)

LONGEST_WAIT = timedelta(days=366)
"""How long before it comes into force a version can be planned."""


class PublishForm(DraftForm):
    """Publish the draft that was shown, in place of the version that was in force then: at once, or later, in UTC."""

    note = _note(_l("What changed, and why?"))
    over = BooleanField()
    in_force = HiddenField()
    day = DayField(
        _l("On which day?"), description=_l("Such as %(day)s, or tomorrow. Leave it empty for at once."), ahead=True
    )
    time = line(_l("At what time, in UTC?"), _l("Such as 9 or 9:30. Left empty, it is the beginning of the day."))
    missing = _l("Say what changed and why")

    def validate_time(self, field: Field) -> None:
        """Refuse a time without a day, what is no time, what is past, and what is too far away."""
        if field.data and not _TIME.fullmatch(field.data):
            raise ValidationError(_("Enter a time, such as 9:00"))
        if field.data and self.day.day is None and not self.day.data:
            raise ValidationError(_("Say on which day, too"))
        if self.day.day is not None and not utc_now() < self.due_at <= utc_now() + LONGEST_WAIT:
            raise ValidationError(_("Choose a day and a time to come, within a year"))

    @property
    def is_planned(self) -> bool:
        """Whether it is to come into force at a time that was typed."""
        return self.day.day is not None

    @property
    def due_at(self) -> datetime:
        """When it is to come into force: now, or at the time that was typed."""
        if self.day.day is None:
            return utc_now()
        found = _TIME.fullmatch(self.time.data or "")
        at = time(int(found["hour"]), int(found["minute"] or 0)) if found else time()
        return datetime.combine(self.day.day, at, UTC)

    def fill_in(self, due: datetime) -> None:
        """Show the day and the time that were typed before."""
        self.day.process_data(due.date())
        self.time.data = f"{due:%-H:%M}"

    def validate_note(self, field: Field) -> None:
        """Ask for a note where there is none."""
        if is_blank(field.data or ""):
            raise ValidationError(self.missing)

    @property
    def number_in_force(self) -> int:
        """The version that was in force when the page was opened; 0 for what is no number."""
        return whole_number(str(self.in_force.data)) or 0


class VersionNoteForm(OnceForm):
    """What people will read about the next version; none is a note that is still to be written."""

    note = _note(_l("What changed, and why?"))


class BringBackForm(PublishForm):
    """Publish an older version again."""

    note = _note(_l("Why does it come back?"))
    missing = _l("Say why it comes back")


def _file_formats() -> dict[str, str]:
    return {
        "xlsx": _("Workbook (XLSX): to read and edit in a spreadsheet, and to bring in again"),
        "toml": _("TOML: to read and edit as text, and to bring in again"),
        "json": _("JSON: as the rules are stored, to bring in again"),
        "dmn": _("DMN 1.3: for modellers and other engines, without the risks; it cannot be brought in again"),
    }


class DownloadForm(FlaskForm):
    """Which rules go out as a file, and in which format."""

    which = SelectField(_l("Which rules"))
    file_format = RadioField(_l("As what"), choices=_file_formats)


class UploadForm(DraftForm):
    """A file that becomes the draft, and may replace the one that was shown."""

    file = FileField(_l("The file"))
    replace = BooleanField(_l("Replace the draft"))


class PlanForm(FlaskForm):
    """What becomes of the plan that was shown; ``mark`` tells it from any other."""

    mark = HiddenField()
    why = TextAreaField(
        _l("What has to be changed first?"),
        [StorableField(NOTE_LIMIT)],
        filters=[_lines],
        description=_l("For whoever asked: it goes back with these words."),
    )


class DaysForm(FlaskForm):
    """From when to when. It stands in the address, so it needs no token."""

    class Meta:
        """Nothing is done by it."""

        csrf = False

    since = DayField(_l("From"), description=_l("For example %(day)s"))
    until = DayField(_l("To"), description=_l("For example %(day)s"))
