"""The forms that name things: a process, and its parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from advisor.assessments.progress import fingerprint
from advisor.assessments.questions.forms import not_listed
from advisor.engine.document.text import LINE_LIMIT, match_key, normalize_line, text_fault
from advisor.engine.model.answers import PARTS_LIMIT
from advisor.engine.model.questions import Answers, Question
from advisor.models.idempotency import new_key

_BESIDE_NAME = "answer-"  # a prefix, or a question named "validate" would replace the method and let anything through


class StorableLine:
    """Refuse a line that cannot be stored, or is too long.

    Its limit is shown with the field, unless ``shown`` is False because the page says it once for all fields.
    """

    def __init__(self, *, shown: bool = True) -> None:
        self.field_flags = {"maxlength": LINE_LIMIT} if shown else {}

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError, in the words that every other entrance uses."""
        fault = text_fault(field.data or "", LINE_LIMIT, one_line=True)
        if fault is not None:
            raise ValidationError(_("The name %(fault)s", fault=fault))


def _name(typed: str | None) -> str:
    return normalize_line(typed or "")


class NameForm(FlaskForm):
    """The name of a process. The class that is made for a rule set adds its questions of the section "name"."""

    process_name = StringField(_l("What do you call the process?"), [StorableLine()], filters=[_name])
    once = HiddenField(default=new_key)
    opened = HiddenField()

    def validate_process_name(self, field: StringField) -> None:
        """Ask for a name where there is none."""
        if not field.data:
            raise ValidationError(_("Enter a name for the process"))

    def given_answers(self) -> dict[str, str]:
        """What was picked, by question; a question left alone is not in it."""
        fields = [field for field in self if field.name.startswith(_BESIDE_NAME)]
        return {field.name.removeprefix(_BESIDE_NAME): field.data for field in fields if field.data}


def name_form(questions: Sequence[Question], process_name: str = "", saved: Answers | None = None) -> NameForm:
    """Build the form that names a process; ``questions`` are those of the section "name"."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {
        "process_name": process_name,
        "opened": name_fingerprint(process_name, saved or {}, questions),
    }
    for question in questions:
        choices = {"": _("Choose one, if you like")} | {option.key: option.label for option in question.options}
        more: dict[str, Any] = {"choices": choices, "invalid_choice_message": not_listed()}
        fields[_BESIDE_NAME + question.key] = SelectField(question.text, description=question.hint, **more)
        data[_BESIDE_NAME + question.key] = (saved or {}).get(question.key) or ""
    form_class: type[NameForm] = type("ProcessNameForm", (NameForm,), fields)
    return form_class(data=data)


def name_fingerprint(process_name: str, answers: Mapping[str, Any], questions: Sequence[Question]) -> str:
    """The fingerprint of a saved name, with what was picked beside it."""
    return fingerprint([process_name, [answers.get(question.key) for question in questions]])


class PartsForm(FlaskForm):
    """The names of up to five parts; an empty one is no part."""

    opened = HiddenField()

    def names(self) -> list[str]:
        """What was typed, place by place, empty ones included."""
        return [self[f"part_{number}"].data for number in range(1, PARTS_LIMIT + 1)]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Ask for at least two names that differ."""
        if not super().validate(extra_validators):
            return False
        seen: set[str] = set()
        for number, name in enumerate(self.names(), start=1):
            if name and match_key(name) in seen:
                self[f"part_{number}"].errors = [_("Two parts have this name. Give each its own.")]
            seen.add(match_key(name))
        if len(seen - {""}) < 2:
            self["part_1"].errors = [_("Name at least two parts")]
        return not self.errors


def parts_form(names: Sequence[str], opened: str) -> PartsForm:
    """Build the form that names the parts, filled in with the present ones."""
    labels = (_("First part"), _("Second part"), _("Third part"), _("Fourth part"), _("Fifth part"))
    fields: dict[str, Any] = {
        f"part_{number}": StringField(label, [StorableLine(shown=False)], filters=[_name])
        for number, label in enumerate(labels[:PARTS_LIMIT], start=1)
    }
    data: dict[str, Any] = {f"part_{number}": name for number, name in enumerate(names, start=1)}
    form_class: type[PartsForm] = type("NamedPartsForm", (PartsForm,), fields)
    return form_class(data={"opened": opened, **data})
