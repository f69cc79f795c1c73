"""The inputs that an item of a rule set is edited with: each knows its fields, how to fill them, and how to read them.

Whatever is edited passes through one shape: the fields as a browser sends them (``Raw``). A stored item is turned into
it, the buttons beside rows rearrange it, and fields are made from it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from advisor.engine.checks.texts import REASON_LIMIT, SHEET_COLUMNS
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets import forms
from advisor.wording.rule_set_vocabulary import FIELDS
from advisor.wording.vocabulary import SIDES, names

Raw = MultiDict[str, str]
FormRow = dict[str, list[str]]

REASON_HELP = _l("One plain sentence, at most %(n)s characters.", n=REASON_LIMIT)
"""What a reason may be, wherever one is typed; the check calls a longer one long."""

ROWS_LIMIT = 40
"""Rows that one item may have; the fields of a request are limited besides."""


def rows_of(raw: Raw, name: str) -> list[FormRow]:
    """The rows that were sent, in their order, each with its values by the rest of their names."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(.+)", re.ASCII)
    found: dict[int, FormRow] = {}
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


def rearrange_rows(rows: list[FormRow], act: str, at: int | None, blank: FormRow) -> tuple[list[FormRow], int | None]:
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


def kept_option_keys(answered: AnswerType) -> dict[str, Any]:
    """Keys that no answer of a question can have, and what they stand for."""
    kept: dict[str, Any] = {NOT_SURE: _l("“I'm not sure”")}
    return kept | ({NONE_OF_THESE: _l("“None of these”")} if answered is AnswerType.CHOICES else {})


BELONGS_TO: dict[str, frozenset[AnswerType]] = {
    "options": frozenset({AnswerType.CHOICE, AnswerType.CHOICES}),
    "most": frozenset({AnswerType.CHOICES}),
    "none": frozenset({AnswerType.CHOICES}),
    "none_hint": frozenset({AnswerType.CHOICES}),
    "minimum": frozenset({AnswerType.NUMBER}),
    "maximum": frozenset({AnswerType.NUMBER}),
    "unit": frozenset({AnswerType.NUMBER}),
}
"""The ways of answering that a field of a question belongs to; one that is not named here belongs to all."""


def fields_of_kind(answered: AnswerType) -> tuple[str, ...]:
    """What belongs to a question that is answered so, and not to every question."""
    return tuple(name for name, kinds in BELONGS_TO.items() if answered in kinds)


def belongs_to(name: str, question: Question) -> bool:
    """Whether a field belongs to the way in which a question is answered; also where it has what does not."""
    if name not in BELONGS_TO:
        return True
    return question.type in BELONGS_TO[name] or getattr(question, name) not in {None, "", ()}


@dataclass(frozen=True, slots=True)
class Context:
    """What a form is made for.

    ``question`` is the one that is edited, or whose option is. ``key`` is the present key of the item, "" for a new
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
            return kept_option_keys(self.question.type)
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
    """One field of an item. ``name`` is what the document calls it; one that ``is_short`` shares a line with others.

    One that is ``optional`` is left out of the document where nothing is in it.
    """

    name: str
    label: Any = ""
    about: Any = ""
    optional: bool = False
    is_short: bool = False
    macro: ClassVar[str] = "field"
    has_rows: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.label or FIELDS[self.name])

    @property
    def hint(self) -> str:
        """What stands below its name: that it may be left empty, and what it is for."""
        return f"{_('Optional.') if self.optional else ''} {self.about}".strip()

    @property
    def sent_as(self) -> str:
        """The name of its field in the form."""
        return self.name

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:
        """The fields of a stored value (None: it has its default), as a browser would send them."""
        yield self.sent_as, "" if value is None else str(value)

    @abstractmethod
    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:
        """The fields to make for what was sent."""

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002
        """The plain value that the document holds, or LEFT_OUT. What is wrong is added to the field it is in."""
        data = form[self.sent_as].data
        return (data or LEFT_OUT) if self.optional else "" if data is None else data

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:
        """The input as the template draws it."""
        parts = self.parts(form, raw, context)
        return RenderContext(self.macro, self.name, self.title, self.hint, parts, self.is_short)

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: ARG002
        """What the macro needs."""
        return {"field": form[self.sent_as]}

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: ARG002
        """What was sent, after a button beside a row was pressed; and the name of the field to go on with."""
        return raw, ""


@dataclass(frozen=True)
class KeyInput(FormInput):
    """What other items name it by; left empty, it is made from the text."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.line(self.title, str(self.about), forms.PlainKey(context.kept_keys))}


@dataclass(frozen=True)
class LineInput(FormInput):
    """A text of one line."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.sent_as: self.make()}

    def make(self) -> Any:
        """Its field."""
        return forms.line(self.title, self.hint)


@dataclass(frozen=True)
class NameOfProcess(LineInput):
    """The name of a process. A field called "process" would take the place of a method of the form."""

    @property
    def sent_as(self) -> str:  # noqa: D102
        return "process_name"


@dataclass(frozen=True)
class TextInput(LineInput):
    """A longer text."""

    def make(self) -> Any:  # noqa: D102
        return forms.text(self.title, self.hint)


@dataclass(frozen=True)
class LinesInput(TextInput):
    """Several short texts, one to a line."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, "\n".join(value or ())

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return [line.strip() for line in (form[self.name].data or "").split("\n") if line.strip()] or LEFT_OUT


@dataclass(frozen=True)
class IntegerInput(LineInput):
    """A whole number, or none."""

    is_short: bool = True

    def make(self) -> Any:  # noqa: D102
        return forms.number(self.title, str(self.about))

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        typed = form[self.name].data
        return int(typed) if typed else LEFT_OUT


@dataclass(frozen=True)
class ChoiceInput(FormInput):
    """One of the fixed words. ``no_choice`` are the words for having none of them, where that is allowed."""

    optional: bool = True
    is_short: bool = True
    choices: Mapping[Any, Any] = field(default_factory=dict)
    no_choice: Any = ""
    default: Any = ""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, str(value or self.default or ("" if self.no_choice else next(iter(self.choices))))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        choices = {"": self.no_choice, **self.choices} if self.no_choice else self.choices
        return {self.name: forms.select(self.title, choices, str(self.about))}


@dataclass(frozen=True)
class MultiChoiceInput(FormInput):
    """Any of the fixed words."""

    optional: bool = True
    choices: Mapping[Any, Any] = field(default_factory=dict)

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((self.name, str(word)) for word in value or ())

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.checkboxes(self.title, self.choices, str(self.about))}


@dataclass(frozen=True)
class PushInput(FormInput):
    """The side, and the points."""

    macro: ClassVar[str] = "push"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((f"push-{part}", str((value or {}).get(part, ""))) for part in ("side", "points"))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {
            "push-side": forms.radios(_("Towards"), names(SIDES)),
            "push-points": forms.radios(_("Points"), {points: points for points in range(1, 6)}),
        }

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        side, points = self.parts(form, raw, context).values()
        if not side.data:
            side.errors = [_("Choose the side that the rule pushes to")]
        if not points.data:
            points.errors = [_("Choose how many points it adds")]
        return LEFT_OUT if side.errors or points.errors else {"side": side.data, "points": int(points.data)}

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: ARG002, D102
        return {"side": form["push-side"], "points": form["push-points"]}


@dataclass(frozen=True)
class MeaningInput(FormInput):
    """Whether only the wording of a question or an answer changes, or what it means. It is no part of either."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002, D102
        return ()

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        choices = {
            "wording": _("Only the wording: who gave this answer still means it"),
            "meaning": _("The meaning: who gave the old answer is asked again"),
        }
        if context.collection == "questions":
            choices = {
                "wording": _("Only the wording: saved answers to it still count"),
                "meaning": _("The meaning: who answered the old question is asked again"),
            }
        return {self.name: forms.radios(self.title, choices, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return LEFT_OUT


@dataclass(frozen=True)
class RowsInput(FormInput):
    """Something that there may be several of, each in a row of fields, which are known by the rest of their names."""

    has_rows: ClassVar[bool] = True
    blank: ClassVar[FormRow] = {}
    first: ClassVar[str] = ""
    """The field of a row to go on with once the row is there."""

    @abstractmethod
    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:
        """The fields of one stored value, as a browser would send them."""

    @abstractmethod
    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:
        """The fields to make for a row that was sent, the first of which is number 1."""

    @abstractmethod
    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:
        """The plain value of the fields of a row, or LEFT_OUT."""

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: ARG002
        """What the macro needs of the fields of a row."""
        return row

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, each in enumerate(value or ()):
            yield from ((f"{self.name}-{index}-{rest}", sent) for rest, sent in self.row_data(each))

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return {
            f"{self.name}-{index}-{rest}": made
            for index, row in enumerate(rows_of(raw, self.name))
            for rest, made in self.row_fields(index + 1, MultiDict(row), context)
        }

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: D102
        read = [self.read_row(row, context) for row in self._rows(form, raw)]
        return [value for value in read if value is not LEFT_OUT] or (LEFT_OUT if self.optional else [])

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: D102
        return {"rows": [self.row_parts(row, context) for row in self._rows(form, raw)]}

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: D102
        rows, to = rearrange_rows(rows_of(raw, self.name), act, at, dict(self.blank))
        focus = f"{self.name}-{to}-{self.first}" if to is not None else f"{self.name}:add"
        return with_rows(raw, self.name, rows), focus

    def _rows(self, form: FlaskForm, raw: Raw) -> Iterator[dict[str, Any]]:
        """The fields of each row."""
        for index in range(len(rows_of(raw, self.name))):
            at = f"{self.name}-{index}-"
            yield {made.name.removeprefix(at): made for made in form if made.name.startswith(at)}
