"""The answers of a test case as fields: those for the whole of the process, and those of each part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import PARTS_LIMIT, read_answer
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question, Scope
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs.kinds import (
    Context,
    FormInput,
    FormRow,
    MultiChoiceInput,
    Raw,
    RowsInput,
    rows_of,
    with_rows,
)
from advisor.wording.values import hint_with_most, none_label, too_many_chosen

_UNSURE = "unsure-answers-"
"""How the name of the checkbox “I'm not sure” beside a number begins."""


@dataclass(frozen=True)
class AnswersInput(FormInput):
    """The answers of a process; where it has parts, only those that all parts share."""

    macro: ClassVar[str] = "answers"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return _answer_data(value or {})

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return dict(_answer_fields(_of_whole(raw, context.rules)))

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        return _read_answers(form, _of_whole(raw, context.rules))

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: D102
        return {"fields": _answer_parts(form, _of_whole(raw, context.rules))}


@dataclass(frozen=True)
class PartsInput(RowsInput):
    """The parts of a process, each with its own answers. The first two begin with those of the whole."""

    optional: bool = True
    macro: ClassVar[str] = "parts"
    blank: ClassVar[FormRow] = {"part": [""]}
    first: ClassVar[str] = "part"

    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield "part", value["part"]
        yield from _answer_data(value["answers"])

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: ARG002, D102
        yield "part", forms.line(_("Name of part %(number)s", number=number))
        yield from _answer_fields(_of_part(context.rules))

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: D102
        return {"part": row["part"].data or "", "answers": _read_answers(row, _of_part(context.rules))}

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: D102
        return {"part": row["part"], "fields": _answer_parts(row, _of_part(context.rules))}

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: D102
        found = super().parts(form, raw, context)
        return {**found, "is_full": len(found["rows"]) >= PARTS_LIMIT}

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: D102
        rows = rows_of(raw, self.name)
        if act == "add" and len(rows) >= PARTS_LIMIT:
            return raw, ""
        if act == "add" and not rows:  # a process in parts has two at least
            answers = {key: values for key, values in raw.lists() if key.startswith(("answers-", _UNSURE))}
            blank = {**self.blank, **answers}
            return with_rows(raw, self.name, [blank, blank]), "parts-0-part"
        return super().press(raw, act, at)


@dataclass(frozen=True)
class RisksInput(MultiChoiceInput):
    """Some of the risks of the rule set, by their titles."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        choices = {risk.key: risk.title for risk in context.rules.risks}
        gone = {
            key: _("A risk that was removed (%(key)s)", key=key) for key in raw.getlist(self.name) if key not in choices
        }
        return {self.name: forms.checkboxes(self.title, choices | gone, str(self.about))}


def _of_whole(raw: Raw, rules: RuleSet) -> list[Question]:
    in_parts = bool(rows_of(raw, "parts"))
    return [question for question in rules.questions if question.scope is Scope.PROCESS or not in_parts]


def _of_part(rules: RuleSet) -> list[Question]:
    return [question for question in rules.questions if question.scope is Scope.PART]


def _answer_data(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, answer in answers.items():
        if answer is None:
            yield f"answers-{key}", NOT_SURE
            yield _UNSURE + key, "y"
        elif isinstance(answer, list):
            yield from ((f"answers-{key}", option) for option in answer or [NONE_OF_THESE])
        else:
            yield f"answers-{key}", str(answer)


def _answer_fields(questions: Iterable[Question]) -> Iterator[tuple[str, Any]]:
    for question in questions:
        name = f"answers-{question.key}"
        label = question.text or question.key
        options = {option.key: option.label for option in question.options}
        if question.type is AnswerType.NUMBER:
            yield name, forms.line(label, _range(question))
            yield _UNSURE + question.key, forms.tick(_("I'm not sure"))
        elif question.type is AnswerType.CHOICES:
            options |= {NONE_OF_THESE: none_label(question), NOT_SURE: _("I'm not sure")}
            limit = hint_with_most(replace(question, hint=""))
            yield name, forms.checkboxes(label, options, limit, limited=bool(limit))
        else:
            yield name, forms.select(label, {"": _("Not answered"), **options, NOT_SURE: _("I'm not sure")})


def _range(question: Question) -> str:
    if question.minimum is None or question.maximum is None:
        return ""
    least, most = format_decimal(question.minimum), format_decimal(question.maximum)
    return str(_("A whole number from %(least)s to %(most)s", least=least, most=most))


def _answer_parts(fields: Any, questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The field of each question, and for a number the checkbox beside it. ``fields`` is a form, or those of a row."""
    return [
        {
            "field": fields[f"answers-{question.key}"],
            "unsure": fields[_UNSURE + question.key] if question.type is AnswerType.NUMBER else None,
        }
        for question in questions
    ]


def _read_answers(fields: Any, questions: Iterable[Question]) -> dict[str, Any]:
    """The answers as the document has them; one that its question cannot have is an error of its field."""
    found: dict[str, Any] = {}
    for question in questions:
        field = fields[f"answers-{question.key}"]
        sent = field.data
        if question.type is AnswerType.NUMBER:
            is_unsure, typed = fields[_UNSURE + question.key].data, "" if sent == NOT_SURE else sent
            if is_unsure and typed:
                field.errors = [_("Enter a number, or tick “I'm not sure”, but not both")]
            elif is_unsure:
                found[question.key] = None
            elif typed:
                number = whole_number(typed, most=10**15 - 1)
                answer, fault = read_answer(question, typed if number is None else number)
                if fault:
                    field.errors = [_("Enter a whole number in the range of this question")]
                found[question.key] = answer
            continue
        if not sent:
            continue
        alone = {NONE_OF_THESE, NOT_SURE} & set(sent) if isinstance(sent, list) else set()
        if alone and len(sent) > 1:
            text = _(
                "Choose “%(none)s” or “I'm not sure” by itself, or the others without it", none=none_label(question)
            )
            field.errors = [text]
        elif isinstance(sent, list) and question.most is not None and len(sent) > question.most:
            field.errors = [too_many_chosen(question)]
        elif sent in (NOT_SURE, [NOT_SURE]):
            found[question.key] = None
        else:
            found[question.key] = [] if sent == [NONE_OF_THESE] else sent
    return found
