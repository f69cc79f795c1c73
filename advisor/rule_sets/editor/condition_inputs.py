"""Conditions as rows of a form: a question, a test that suits it, and answers of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs import LEFT_OUT, Context, Raw, RenderContext, Row, RowsInput


@dataclass(frozen=True)
class ConditionsInput(RowsInput):
    """Conditions that must all hold.

    ``on_name`` says whether they may look at questions asked with the name, ``earlier_only`` whether only at those
    before the question that is edited.
    """

    on_name: bool = False
    earlier_only: bool = False
    optional: bool = False
    blank: ClassVar[Row] = {"question": [""]}
    first: ClassVar[str] = "question"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, condition in enumerate(value or ()):
            at = f"{self.name}-{index}"
            yield f"{at}-question", condition["question"]
            yield f"{at}-test", condition["test"]
            numbers = [end for end in condition["values"] if isinstance(end, int)]
            yield from zip((f"{at}-low", f"{at}-high"), map(str, numbers), strict=False)
            yield from ((f"{at}-values", key) for key in condition["values"] if isinstance(key, str))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made: dict[str, Any] = {}
        for index, row in enumerate(self.rows(raw)):
            at, about = f"{self.name}-{index}", {"number": index + 1}
            questions = {question.key: question.text for question in self._offered(context)}
            chosen = row.get("question", "")
            question = context.rules.question(chosen)
            if chosen and chosen not in questions:
                lost = question.text if question else _("%(key)s (no question any more)", key=chosen)
                questions[chosen] = lost
            made[f"{at}-question"] = forms.select(
                _("Condition %(number)s: the answer to", **about), {"": _("Choose a question"), **questions}
            )
            if question is None:
                continue
            tests = {
                name: gettext(op.words(question.type)) for name, op in OPERATORS.items() if question.type in op.types
            }
            made[f"{at}-test"] = forms.select(_("Test of condition %(number)s", **about), tests, checked=False)
            if question.type is AnswerType.NUMBER:
                made[f"{at}-low"] = forms.number(_("Number of condition %(number)s", **about))
                made[f"{at}-high"] = forms.number(_("Greatest number of condition %(number)s", **about))
            else:
                options = {option.key: option.label for option in question.options}
                made[f"{at}-values"] = forms.checkboxes(_("Answers of condition %(number)s", **about), options)
        return made

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        found = [
            self._read_row(form, f"{self.name}-{index}", row, context)
            for index, row in enumerate(self.rows(raw))
            if row.get("question")  # a row in which nothing was chosen is no condition
        ]
        read = [condition for condition in found if condition is not None]
        return read or (LEFT_OUT if self.optional else [])

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: ARG002, D102
        rows = []
        for index, _row in enumerate(self.rows(raw)):
            at = f"{self.name}-{index}"
            names = {"question": "question", "test": "test", "values": "answers", "low": "low", "high": "high"}
            rows.append({shown: form[f"{at}-{name}"] for name, shown in names.items() if f"{at}-{name}" in form})
        return RenderContext("conditions", self.name, self.title, str(self.about), {"rows": rows})

    def _offered(self, context: Context) -> list[Question]:
        offered = []
        for question in context.rules.questions:
            if self.earlier_only and context.question is not None and question.key == context.question.key:
                break
            if self.on_name or question.section is not Section.NAME:
                offered.append(question)
        return offered

    def _read_row(self, form: FlaskForm, at: str, row: MultiDict[str, str], context: Context) -> dict[str, Any] | None:
        question = context.rules.question(row["question"])
        if question is None:
            form[f"{at}-question"].errors = [_("Choose a question that is asked, or remove this condition")]
            return None
        test = form[f"{at}-test"].data or ""
        operator = OPERATORS.get(test)
        if operator is None or question.type not in operator.types:
            form[f"{at}-test"].errors = [_("Choose a test of “%(question)s”", question=question.short or question.text)]
            return None
        values = self._numbers(form, at, test) if question.type is AnswerType.NUMBER else form[f"{at}-values"].data
        if not values:
            if question.type is not AnswerType.NUMBER:
                name = question.short or question.text
                form[f"{at}-values"].errors = [_("Choose at least one answer to “%(question)s”", question=name)]
            return None
        return {"question": question.key, "test": test, "values": values}

    def _numbers(self, form: FlaskForm, at: str, test: str) -> list[int] | None:
        low, high = form[f"{at}-low"], form[f"{at}-high"]
        wanted = [low, high] if test == "between" else [low]
        for field in wanted:
            if not field.data:
                field.errors = [_("Enter a whole number")]
        if any(field.errors for field in wanted):
            return None
        return [int(field.data) for field in wanted]
