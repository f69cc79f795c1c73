"""Inputs of several rows: conditions, and bounds on the sums of points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.vocabulary import Measure
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs.kinds import LEFT_OUT, Context, FormRow, Raw, RowsInput
from advisor.wording.vocabulary import MEASURES


@dataclass(frozen=True)
class ConditionsInput(RowsInput):
    """Conditions that must all hold: a question, a test that suits it, and answers of it.

    ``on_name`` says whether they may look at questions asked with the name, ``earlier_only`` whether only at those
    before the question that is edited.
    """

    on_name: bool = False
    earlier_only: bool = False
    macro: ClassVar[str] = "conditions"
    blank: ClassVar[FormRow] = {"question": [""]}
    first: ClassVar[str] = "question"

    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield "question", value["question"]
        yield "test", value["test"]
        yield from zip(("low", "high"), (str(end) for end in value["values"] if isinstance(end, int)), strict=False)
        yield from (("values", key) for key in value["values"] if isinstance(key, str))

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: D102
        about = {"number": number}
        questions = {question.key: question.text for question in self._offered_questions(context)}
        chosen = row.get("question", "")
        question = context.rules.question(chosen)
        if chosen and chosen not in questions:
            questions[chosen] = question.text if question else _("A question that was removed (%(key)s)", key=chosen)
        label = _("Condition %(number)s: the answer to", **about)
        yield "question", forms.select(label, {"": _("Choose a question"), **questions})
        if question is None:
            return
        tests = {name: gettext(op.words(question.type)) for name, op in OPERATORS.items() if question.type in op.types}
        yield "test", forms.select(_("Test of condition %(number)s", **about), tests, checked=False)
        if question.type is AnswerType.NUMBER:
            yield "low", forms.number(_("Number of condition %(number)s", **about))
            yield "high", forms.number(_("Greatest number of condition %(number)s", **about))
        else:
            options = {option.key: option.label for option in question.options}
            yield "values", forms.checkboxes(_("Answers of condition %(number)s", **about), options)

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: D102
        if not row["question"].data:  # a row in which nothing was chosen is no condition
            return LEFT_OUT
        question = context.rules.question(row["question"].data)
        if question is None:
            row["question"].errors = [_("Choose a question that is asked, or remove this condition")]
            return LEFT_OUT
        test = row["test"].data or ""
        operator = OPERATORS.get(test)
        if operator is None or question.type not in operator.types:
            row["test"].errors = [_("Choose a test of “%(question)s”", question=question.short or question.text)]
            return LEFT_OUT
        if question.type is AnswerType.NUMBER:
            values = _numbers([row["low"], row["high"]] if test == "between" else [row["low"]])
        elif not (values := row["values"].data):
            name = question.short or question.text
            row["values"].errors = [_("Choose at least one answer to “%(question)s”", question=name)]
        return {"question": question.key, "test": test, "values": values} if values else LEFT_OUT

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: ARG002, D102
        return {"answers" if name == "values" else name: field for name, field in row.items()}

    def _offered_questions(self, context: Context) -> Iterable[Question]:
        for question in context.rules.questions:
            if self.earlier_only and context.question is not None and question.key == context.question.key:
                return
            if self.on_name or question.section is not Section.NAME:
                yield question


@dataclass(frozen=True)
class ConditionGroupsInput(ConditionsInput):
    """Groups of conditions, one of which is enough: each row is a condition, and says whether it begins a group."""

    blank: ClassVar[FormRow] = {"question": [""], "joined": ["and"]}

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        rows = [
            ("or" if index and not at else "and", it)
            for index, group in enumerate(value or ())
            for at, it in enumerate(group)
        ]
        for number, (joined, condition) in enumerate(rows):
            yield f"{self.name}-{number}-joined", joined
            yield from ((f"{self.name}-{number}-{rest}", sent) for rest, sent in self.row_data(condition))

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: D102
        if number > 1:
            joins = {"and": _("and, in the same group"), "or": _("or, which begins another group")}
            yield "joined", forms.select(_("Condition %(number)s is joined by", number=number), joins, checked=False)
        yield from super().row_fields(number, row, context)

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        groups: list[list[Any]] = [[]]
        for row in self._rows(form, raw):
            if "joined" in row and row["joined"].data == "or":
                groups.append([])
            condition = self.read_row(row, context)
            if condition is not LEFT_OUT:
                groups[-1].append(condition)
        found = [group for group in groups if group]
        return found or (LEFT_OUT if self.optional else [])


def _numbers(fields: list[Any]) -> list[int]:
    """The numbers of the fields, none at all where one of them is missing or wrong."""
    for field in fields:
        if not field.data:
            field.errors = [_("Enter a whole number")]
    return [] if any(field.errors for field in fields) else [int(field.data) for field in fields]


@dataclass(frozen=True)
class BoundsInput(RowsInput):
    """What a policy row asks of the sums."""

    measures: tuple[Measure, ...] = tuple(Measure)
    macro: ClassVar[str] = "bounds"
    blank: ClassVar[FormRow] = {"measure": [""], "at_least": [""], "at_most": [""]}
    first: ClassVar[str] = "measure"

    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((name, str(value.get(name, ""))) for name in self.blank)

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: ARG002, D102
        chosen = row.get("measure", "")
        also = [measure for measure in Measure if measure == chosen and measure not in self.measures]
        measures = {str(measure): MEASURES[measure].name for measure in (*self.measures, *also)}
        yield "measure", forms.select(_("Sum %(number)s", number=number), {"": _("Choose a sum"), **measures})
        yield "at_least", forms.number(_("At least"))
        yield "at_most", forms.number(_("At most"))

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: ARG002, D102
        measure, *ends = (row[name] for name in self.blank)
        if measure.data:
            numbers = zip(("at_least", "at_most"), (end.data for end in ends), strict=True)
            return {"measure": measure.data} | {name: int(number) for name, number in numbers if number}
        if any(end.data for end in ends):
            measure.errors = [_("Choose which sum the numbers belong to")]
        return LEFT_OUT
