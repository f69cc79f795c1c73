"""The inputs that a thing of a rule set is edited with: each knows its fields, how to fill them, and how to read them.

Whatever is edited passes through one shape: the fields as a browser sends them (``Raw``). A stored thing is spread out
into it, the buttons beside rows rearrange it, and fields are made from it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from advisor.engine.checks.texts import SHEET_COLUMNS
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure
from advisor.rule_sets import forms
from advisor.wording.vocabulary import FIELDS, MEASURES, SIDES, names

Raw = MultiDict[str, str]
Row = dict[str, list[str]]

ROWS_LIMIT = 40
"""Rows that one thing may have; the fields of a request are limited besides."""


def rows_of(raw: Raw, name: str) -> list[Row]:
    """The rows that were sent, in their order, each with its values by the rest of their names."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(.+)", re.ASCII)
    found: dict[int, Row] = {}
    for key, values in raw.lists():
        if match := pattern.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = list(values)
    return [found[number] for number in sorted(found)][:ROWS_LIMIT]


def with_rows(raw: Raw, name: str, rows: Sequence[Mapping[str, Sequence[str]]]) -> Raw:
    """What was sent, with these rows of ``name``, numbered from 0 without a gap."""
    pattern = re.compile(rf"{re.escape(name)}-\d+-.+", re.ASCII)
    kept: Raw = MultiDict((key, value) for key, value in raw.items(multi=True) if not pattern.fullmatch(key))
    for number, row in enumerate(rows):
        for rest, values in row.items():
            for value in values:
                kept.add(f"{name}-{number}-{rest}", value)
    return kept


def rearranged(rows: list[Row], act: str, at: int | None, blank: Row) -> tuple[list[Row], int | None]:
    """The rows after a button beside them was pressed, and the number of the row that it was about, None if gone."""
    rows = list(rows)
    if act == "add" and len(rows) < ROWS_LIMIT:
        rows.append(blank)
        return rows, len(rows) - 1
    if at is None or not 0 <= at < len(rows):
        return rows, None
    if act == "remove":
        del rows[at]
        return rows, None
    to = min(max(at + {"up": -1, "down": 1}.get(act, 0), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    return rows, to


LEFT_OUT: Any = object()
"""What an input reads where the document has nothing: the field stays away, as one that has its default does."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a form is made for.

    ``question`` is the one that is edited, or whose option is. ``key`` is the present key of the thing, "" for a new
    one; it is fixed where published rules have it, since saved answers and links name it.
    """

    rules: RuleSet
    collection: str = ""
    question: Question | None = None
    key: str = ""
    key_is_fixed: bool = False

    @property
    def kept_keys(self) -> Mapping[str, Any]:
        """Keys that stand for something else."""
        if self.collection.endswith("/options") and self.question is not None:
            kept: dict[str, Any] = {NOT_SURE: _l("“I'm not sure”")}
            return kept | ({NONE_OF_THESE: _l("“None of these”")} if self.question.type is AnswerType.CHOICES else {})
        return dict.fromkeys(SHEET_COLUMNS, _l("a column of every sheet")) if self.collection == "questions" else {}


@dataclass(frozen=True, slots=True)
class RenderContext:
    """An input as a template draws it: the macro, and what that needs."""

    macro: str
    name: str
    label: str
    about: str = ""
    parts: Mapping[str, Any] = field(default_factory=dict)
    is_short: bool = False


@dataclass(frozen=True)
class FormInput(ABC):
    """One field of a thing. ``name`` is what the document calls it; one that ``is_short`` shares a line with others."""

    name: str
    label: Any = ""
    about: Any = ""
    is_short: bool = False
    has_rows: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.label or FIELDS[self.name])

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:
        """The fields of a stored value (None: it has its default), as a browser would send them."""
        yield self.name, "" if value is None else str(value)

    @abstractmethod
    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:
        """The fields to make for what was sent."""

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002
        """The plain value that the document holds, or LEFT_OUT. What is wrong is added to the field it is in."""
        return form[self.name].data or ""

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: ARG002
        """The input as the template draws it."""
        return RenderContext("field", self.name, self.title, str(self.about), {"field": form[self.name]}, self.is_short)

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: ARG002
        """What was sent, after a button beside a row was pressed; and the name of the field to go on with."""
        return raw, ""


@dataclass(frozen=True)
class Key(FormInput):
    """What other things name it by; left empty, it is made from the text."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.line(self.title, str(self.about), forms.PlainKey(context.kept_keys))}


@dataclass(frozen=True)
class LineInput(FormInput):
    """A text of one line."""

    optional: bool = False

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.line(self.title, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or (LEFT_OUT if self.optional else "")


@dataclass(frozen=True)
class NameOfProcess(LineInput):
    """The name of a process. A field called "process" would take the place of a method of the form."""

    sent_as: ClassVar[str] = "process_name"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.sent_as, str(value or "")

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.sent_as: forms.line(self.title, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.sent_as].data or ""

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: ARG002, D102
        return RenderContext("field", self.name, self.title, str(self.about), {"field": form[self.sent_as]})


@dataclass(frozen=True)
class Text(LineInput):
    """A longer text."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.text(self.title, str(self.about))}


@dataclass(frozen=True)
class Lines(FormInput):
    """Several short texts, one to a line."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, "\n".join(value or ())

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.text(self.title, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return [line.strip() for line in (form[self.name].data or "").split("\n") if line.strip()] or LEFT_OUT


@dataclass(frozen=True)
class Whole(FormInput):
    """A whole number, or none."""

    is_short: bool = True

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.number(self.title, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        typed = form[self.name].data
        return int(typed) if typed else LEFT_OUT


@dataclass(frozen=True)
class Word(FormInput):
    """One of the fixed words. ``nothing`` are the words for having none of them, where that is allowed."""

    choices: Mapping[Any, Any] = field(default_factory=dict)
    nothing: Any = ""
    default: Any = ""
    is_short: bool = True

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, str(value or self.default or ("" if self.nothing else next(iter(self.choices))))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        choices = {str(value): label for value, label in self.choices.items()}
        if self.nothing:
            choices = {"": self.nothing, **choices}
        return {self.name: forms.select(self.title, choices, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or LEFT_OUT


@dataclass(frozen=True)
class Words(FormInput):
    """Any of the fixed words."""

    choices: Mapping[Any, Any] = field(default_factory=dict)
    optional: bool = True

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((self.name, str(word)) for word in value or ())

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        choices = {str(value): label for value, label in self.choices.items()}
        return {self.name: forms.checkboxes(self.title, choices, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or (LEFT_OUT if self.optional else [])


@dataclass(frozen=True)
class PushInput(FormInput):
    """The side, and the points."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield "push-side", (value or {}).get("side", "")
        yield "push-points", str((value or {}).get("points", ""))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        sides = {str(side): label for side, label in names(SIDES).items()}
        return {
            "push-side": forms.radios(_("Towards"), sides),
            "push-points": forms.radios(_("Points"), {str(points): str(points) for points in range(1, 6)}),
        }

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        if not form["push-side"].data:
            form["push-side"].errors = [_("Choose the side that the rule pushes to")]
        if not form["push-points"].data:
            form["push-points"].errors = [_("Choose how many points it adds")]
        if form["push-side"].errors or form["push-points"].errors:
            return LEFT_OUT
        return {"side": form["push-side"].data, "points": int(form["push-points"].data)}

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: ARG002, D102
        parts = {"side": form["push-side"], "points": form["push-points"]}
        return RenderContext("push", self.name, self.title, str(self.about), parts)


@dataclass(frozen=True)
class MeaningInput(FormInput):
    """Whether only the wording of an answer changes, or what it means. It is no part of the answer."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002, D102
        return ()

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        choices = {
            "wording": _("Only the wording: who gave this answer still means it"),
            "meaning": _("The meaning: who gave the old answer is asked again"),
        }
        return {self.name: forms.radios(self.title, choices, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return LEFT_OUT


@dataclass(frozen=True)
class RowsInput(FormInput):
    """Something that there may be several of, each in a row of fields."""

    has_rows: ClassVar[bool] = True
    blank: ClassVar[Row] = {}
    first: ClassVar[str] = ""
    """The field of a row to go on with once the row is there."""

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: D102
        rows, to = rearranged(rows_of(raw, self.name), act, at, dict(self.blank))
        focus = f"{self.name}-{to}-{self.first}" if to is not None else f"{self.name}:add"
        return with_rows(raw, self.name, rows), focus

    def rows(self, raw: Raw) -> list[MultiDict[str, str]]:
        """The rows that were sent, each as what was sent for it."""
        return [MultiDict((k, v) for k, vs in row.items() for v in vs) for row in rows_of(raw, self.name)]


@dataclass(frozen=True)
class BoundsInput(RowsInput):
    """What a policy row asks of the sums."""

    measures: tuple[Measure, ...] = tuple(Measure)
    blank: ClassVar[Row] = {"measure": [""], "at_least": [""], "at_most": [""]}
    first: ClassVar[str] = "measure"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, bound in enumerate(value or ()):
            for name in ("measure", "at_least", "at_most"):
                yield f"{self.name}-{index}-{name}", str(bound.get(name, ""))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        made: dict[str, Any] = {}
        for index, row in enumerate(self.rows(raw)):
            measures = {str(m): MEASURES[m].name for m in self.measures}
            if (chosen := row.get("measure", "")) in set(Measure) - set(measures):
                measures[chosen] = MEASURES[Measure(chosen)].name
            about = {"number": index + 1}
            at = f"{self.name}-{index}"
            made[f"{at}-measure"] = forms.select(_("Sum %(number)s", **about), {"": _("Choose a sum"), **measures})
            made[f"{at}-at_least"] = forms.number(_("At least"))
            made[f"{at}-at_most"] = forms.number(_("At most"))
        return made

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        bounds = []
        for index, _row in enumerate(self.rows(raw)):
            measure, least, most = (form[f"{self.name}-{index}-{n}"] for n in ("measure", "at_least", "at_most"))
            if not measure.data:
                if least.data or most.data:
                    measure.errors = [_("Choose which sum the numbers belong to")]
                continue
            ends = {"at_least": least.data, "at_most": most.data}
            bounds.append({"measure": measure.data} | {name: int(end) for name, end in ends.items() if end})
        return bounds

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: ARG002, D102
        rows = [
            {name: form[f"{self.name}-{index}-{name}"] for name in ("measure", "at_least", "at_most")}
            for index, _row in enumerate(self.rows(raw))
        ]
        return RenderContext("bounds", self.name, self.title, str(self.about), {"rows": rows})
