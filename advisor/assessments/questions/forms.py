"""Questions as form fields. Every form names the fields that it accepts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
)
from wtforms.form import BaseForm
from wtforms.validators import NumberRange
from wtforms.widgets import html_params

from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import plain_answer, read_answer
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers, Question
from advisor.models.idempotency import new_key
from advisor.wording.values import hint_with_most, none_label, too_many_chosen

_GROUPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+", re.ASCII)
_MOST = 10**18 - 1


class HintedRadio(RadioField):
    """Radios whose options carry hints."""

    def __init__(self, *arguments: Any, option_hints: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(*arguments, **{"validate_choice": False, **more})
        self.type = "RadioField"
        self.option_hints = option_hints or {}


class HintedCheckboxes(SelectMultipleField):
    """Checkboxes whose options carry hints."""

    def __init__(self, *arguments: Any, option_hints: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(*arguments, **{"validate_choice": False, **more})
        self.type = "SelectMultipleField"
        self.option_hints = option_hints or {}


class WholeNumberField(IntegerField):
    """A whole number as people write it: 1000, 1,000 or 1 000, and nothing that could be read in two ways."""

    def __init__(self, *arguments: Any, unit: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.type = "IntegerField"
        self.unit = unit
        self.unreadable = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the one value that was sent."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
        else:
            plain = re.sub("[, ]", "", text) if _GROUPED.fullmatch(text) else text
            self.data = whole_number(plain, -_MOST, _MOST)
            self.unreadable = self.data is None


class HiddenValues(SelectMultipleField):
    """What was answered, carried along unseen, in as many hidden inputs as it has values."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **{"choices": [], "validate_choice": False, "widget": _hidden_inputs, **more})
        self.flags.hidden = True


def _hidden_inputs(field: Field, **_attributes: object) -> Markup:
    tags = (f"<input {html_params(type='hidden', name=field.name, value=value)}>" for value in field.data or ())
    return Markup("").join(Markup(tag) for tag in tags)  # noqa: S704 - html_params escapes every value


# ---- one question ------------------------------------------------------------------------------------------------


class AnswerForm(FlaskForm):
    """The form of one question. ``question`` is set on the class that is made for it; so is the field ``answer``.

    ``opened`` is the fingerprint of what was saved when the page was opened.
    """

    question: Question
    answer: Any
    opened = HiddenField()
    given: Answer = None
    """What was answered, once the form is valid."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Read the answer the way every other entrance does, and say in words what is wrong with it."""
        if not super().validate(extra_validators):
            return False
        self.given, fault = self._read()
        if fault:
            self.answer.errors = [fault]
        return not fault

    def _read(self) -> tuple[Answer, str]:
        return read_field(self.question, self.answer, getattr(self, "not_sure", None))


def read_field(question: Question, field: Any, not_sure: Field | None) -> tuple[Answer, str]:
    """Read what was sent as the answer to ``question``: the answer and "", or None and what is wrong with it.

    ``not_sure`` is the checkbox that stands beside a number.
    """
    if question.type is AnswerType.NUMBER:
        return _read_number(question, field, is_not_sure=not_sure is not None and bool(not_sure.data))
    sent = [str(value) for value in field.raw_data or [] if value]
    if not sent:
        return None, question.missing
    if question.type is AnswerType.CHOICE:
        raw: object = sent[0]
        if len(sent) > 1:
            return None, _("Choose one answer only")
    elif (alone := {NONE_OF_THESE, NOT_SURE} & set(sent)) and len(set(sent)) > 1:
        return None, _contradiction(question, alone)
    else:
        raw = NOT_SURE if sent == [NOT_SURE] else sent
        if question.most is not None and len(set(sent)) > question.most:
            return None, too_many_chosen(question)
    answer, fault = read_answer(question, raw)
    return answer, not_listed() if fault else ""


def _read_number(question: Question, field: Any, *, is_not_sure: bool) -> tuple[Answer, str]:
    typed = field.data is not None or field.unreadable
    if typed and is_not_sure:
        return None, _("Enter a number, or choose “I'm not sure”, but not both")
    if not typed:
        return None, "" if is_not_sure else question.missing
    answer, fault = read_answer(question, field.data)
    return answer, _must_be_in_range(question) if fault or field.unreadable else ""


def question_form(question: Question, saved: Answers, opened: str, **more: Any) -> AnswerForm:
    """Build the form that asks ``question``, filled in with the answer that is saved, if any."""
    fields: dict[str, Any] = {"question": question, "answer": answer_field(question)}
    data: dict[str, Any] = {"opened": opened}
    if question.type is AnswerType.NUMBER:
        fields["not_sure"] = BooleanField(_l("I'm not sure"))
        data["not_sure"] = question.key in saved and saved[question.key] is None
    if (value := saved_value(question, saved)) is not None:
        data["answer"] = value
    form_class: type[AnswerForm] = type("QuestionForm", (AnswerForm,), fields)
    return form_class(data=data, **more)


def settling_form(question: Question, mine: Answer, opened: str) -> FlaskForm:
    """Build the form that carries an answer along while its owner chooses between it and the one that is saved."""
    fields: dict[str, Any] = {"opened": HiddenField(), "answer": HiddenValues()}
    value = field_value(question, mine)
    data: dict[str, Any] = {"opened": opened, "answer": value if isinstance(value, list) else [value]}
    if question.type is AnswerType.NUMBER and mine is None:
        fields["not_sure"] = HiddenField()
        data |= {"not_sure": "y", "answer": []}
    form_class: type[FlaskForm] = type("SettlingForm", (FlaskForm,), fields)
    return form_class(formdata=None, data=data)


def answer_field(question: Question) -> Field:
    """The field that asks ``question``."""
    return _FIELDS[question.type](question)


def _choice_field(question: Question) -> Field:
    choices = {option.key: option.label for option in question.options} | {NOT_SURE: _("I'm not sure")}
    return HintedRadio(question.text, description=question.hint, choices=choices, option_hints=_hints(question))


def _choices_field(question: Question) -> Field:
    choices = {option.key: option.label for option in question.options}
    choices |= {NONE_OF_THESE: none_label(question), NOT_SURE: _("I'm not sure")}
    hints = _hints(question) | ({NONE_OF_THESE: question.none_hint} if question.none_hint else {})
    return HintedCheckboxes(
        question.text,
        description=hint_with_most(question),
        choices=choices,
        option_hints=hints,
        render_kw={"limited": question.most is not None},
    )


def _number_field(question: Question) -> Field:
    # The range is shown with the field; what is outside is refused in words of our own.
    return WholeNumberField(
        question.text, description=question.hint, unit=question.unit, validators=[_ShownRange(question)]
    )


class _ShownRange(NumberRange):
    def __init__(self, question: Question) -> None:
        super().__init__(min=question.minimum, max=question.maximum)

    def __call__(self, form: BaseForm, field: Field, message: str | None = None) -> None:
        """Refuse nothing: ``AnswerForm`` reads the number."""


_FIELDS = {
    AnswerType.CHOICE: _choice_field,
    AnswerType.CHOICES: _choices_field,
    AnswerType.NUMBER: _number_field,
}


def _hints(question: Question) -> dict[str, str]:
    return {option.key: option.hint for option in question.options if option.hint}


def saved_value(question: Question, saved: Answers) -> Any:
    """How the field of ``question`` holds the answer that is saved; None where there is none, or no number."""
    # An answer that newer rules do not know any more is asked again, so it is not shown either.
    if question.key not in saved or not question.allows(saved[question.key]):
        return None
    return field_value(question, saved[question.key])


def field_value(question: Question, answer: Answer) -> Any:
    """How the field of ``question`` holds an answer."""
    if question.type is AnswerType.NUMBER:
        return answer
    if question.type is AnswerType.CHOICES:
        return [NOT_SURE] if answer is None else plain_answer(answer) or [NONE_OF_THESE]
    return NOT_SURE if answer is None else answer


def not_listed() -> str:
    """Say that an answer is none of those that are offered."""
    return str(_("Choose from the answers that are listed here"))


def _contradiction(question: Question, alone: set[str]) -> str:
    chosen = _("I'm not sure") if NOT_SURE in alone else none_label(question)
    return str(_("Choose “%(alone)s” by itself, or the others without it", alone=chosen))


def _must_be_in_range(question: Question) -> str:
    least, most = format_decimal(question.minimum), format_decimal(question.maximum)
    return str(_("Enter a whole number from %(least)s to %(most)s", least=least, most=most))


class TrialForm(FlaskForm):
    """All answers of one process. ``opened`` is the fingerprint of the saved answers that the form was opened on."""

    opened = HiddenField()
    once = HiddenField(default=new_key)


# ---- a form without fields -----------------------------------------------------------------------------------------


class OnceForm(FlaskForm):
    """A button that acts once, however often it is sent."""

    once = HiddenField(default=new_key)
