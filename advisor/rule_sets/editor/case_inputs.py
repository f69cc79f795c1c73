"""The answers of a test case as fields: those for the whole of the process, and those of each part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from advisor.rule_sets.editor.inputs import (
    LEFT_OUT,
    Context,
    FormInput,
    Raw,
    RenderContext,
    Row,
    RowsInput,
    rearranged,
    rows_of,
    with_rows,
)


@dataclass(frozen=True)
class AnswersInput(FormInput):
    """The answers of a process; where it has parts, only those that all parts share."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return _spread("answers", value or {})

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return dict(_fields("answers", _of_whole(raw, context.rules)))

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        return _read(form, "answers", _of_whole(raw, context.rules))

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: D102
        fields = _drawn(form, "answers", _of_whole(raw, context.rules))
        return RenderContext("answers", self.name, self.title, str(self.about), {"fields": fields})


@dataclass(frozen=True)
class PartsInput(RowsInput):
    """The parts of a process, each with its own answers. The first two begin with those of the whole."""

    blank: ClassVar[Row] = {"part": [""]}
    first: ClassVar[str] = "part"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, part in enumerate(value or ()):
            yield f"parts-{index}-part", part["part"]
            yield from _spread(f"parts-{index}-answers", part["answers"])

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made: dict[str, Any] = {}
        for index, _row in enumerate(self.rows(raw)):
            made[f"parts-{index}-part"] = forms.line(_("Name of part %(number)s", number=index + 1))
            made |= _fields(f"parts-{index}-answers", _of_part(context.rules))
        return made

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        asked = _of_part(context.rules)
        return [
            {"part": form[f"parts-{index}-part"].data or "", "answers": _read(form, f"parts-{index}-answers", asked)}
            for index, _row in enumerate(self.rows(raw))
        ] or LEFT_OUT

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: D102
        rows = [
            {
                "part": form[f"parts-{index}-part"],
                "fields": _drawn(form, f"parts-{index}-answers", _of_part(context.rules)),
            }
            for index, _row in enumerate(self.rows(raw))
        ]
        return RenderContext(
            "parts", self.name, self.title, str(self.about), {"rows": rows, "is_full": len(rows) >= PARTS_LIMIT}
        )

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: D102
        rows = rows_of(raw, "parts")
        if act == "add" and len(rows) >= PARTS_LIMIT:
            return raw, ""
        copied = {
            key: values for key, values in raw.lists() if key.startswith(("answers-", "unsure-answers-")) and not rows
        }
        blank = {"part": [""], **copied}
        if act == "add" and not rows:  # a process in parts has two at least
            return with_rows(raw, "parts", [blank, blank]), "parts-0-part"
        rows, to = rearranged(rows, act, at, blank)
        return with_rows(raw, "parts", rows), f"parts-{to}-part" if to is not None else "parts:add"


def _of_whole(raw: Raw, rules: RuleSet) -> list[Question]:
    in_parts = bool(rows_of(raw, "parts"))
    return [question for question in rules.questions if question.scope is Scope.PROCESS or not in_parts]


def _of_part(rules: RuleSet) -> list[Question]:
    return [question for question in rules.questions if question.scope is Scope.PART]


def _unsure(prefix: str, key: str) -> str:
    """The name of the checkbox “I'm not sure” beside a number."""
    head, _dash, tail = prefix.rpartition("answers")
    return f"{head}unsure-{'answers' + tail}-{key}"


def _spread(prefix: str, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, answer in answers.items():
        if answer is None:
            yield f"{prefix}-{key}", NOT_SURE
            yield _unsure(prefix, key), "y"
        elif isinstance(answer, list):
            yield from ((f"{prefix}-{key}", option) for option in answer or [NONE_OF_THESE])
        else:
            yield f"{prefix}-{key}", str(answer)


def _fields(prefix: str, questions: Iterable[Question]) -> Iterator[tuple[str, Any]]:
    for question in questions:
        name = f"{prefix}-{question.key}"
        label = question.text or question.key
        options = {option.key: option.label for option in question.options}
        if question.type is AnswerType.NUMBER:
            yield name, forms.line(label, _range(question))
            yield _unsure(prefix, question.key), forms.tick(_("I'm not sure"))
        elif question.type is AnswerType.CHOICES:
            options |= {NONE_OF_THESE: _("None of these"), NOT_SURE: _("I'm not sure")}
            yield name, forms.checkboxes(label, options)
        else:
            options = {"": _("Not answered"), **options, NOT_SURE: _("I'm not sure")}
            yield name, forms.select(label, options)


def _range(question: Question) -> str:
    if question.minimum is None or question.maximum is None:
        return ""
    least, most = format_decimal(question.minimum), format_decimal(question.maximum)
    return str(_("A whole number from %(least)s to %(most)s", least=least, most=most))


def _drawn(form: FlaskForm, prefix: str, questions: Iterable[Question]) -> list[dict[str, Any]]:
    found = []
    for question in questions:
        unsure = _unsure(prefix, question.key)
        beside = form[unsure] if question.type is AnswerType.NUMBER else None
        found.append({"field": form[f"{prefix}-{question.key}"], "unsure": beside})
    return found


def _read(form: FlaskForm, prefix: str, questions: Iterable[Question]) -> dict[str, Any]:
    """The answers as the document has them; one that its question cannot have is an error of its field."""
    found: dict[str, Any] = {}
    for question in questions:
        field = form[f"{prefix}-{question.key}"]
        unsure = _unsure(prefix, question.key)
        sent = field.data
        if question.type is AnswerType.NUMBER:
            typed = "" if sent == NOT_SURE else sent
            if form[unsure].data and typed:
                field.errors = [_("Enter a number, or tick “I'm not sure”, but not both")]
            elif form[unsure].data:
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
            field.errors = [_("Choose “None of these” or “I'm not sure” by itself, or the others without it")]
        elif sent in (NOT_SURE, [NOT_SURE]):
            found[question.key] = None
        else:
            found[question.key] = [] if sent == [NONE_OF_THESE] else sent
    return found
