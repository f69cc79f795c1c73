"""The answers of a new question, each in a row of fields, and the rule that may go with each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from advisor.engine.document.edit import unused_key
from advisor.engine.document.text import TEXT_LIMIT, search_key, whole_number
from advisor.engine.model.operators import AnswerType
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs.claim_inputs import claim_fields, claim_parts, read_claims
from advisor.rule_sets.editor.inputs.kinds import (
    REASON_HELP,
    Context,
    FormRow,
    Raw,
    RowsInput,
    kept_option_keys,
    rearrange_rows,
    rows_of,
    with_rows,
)
from advisor.wording.vocabulary import SIDES, names

FEWEST = 2
"""Answers that a question has at least: with one there is nothing to choose."""

_KEPT = kept_option_keys(AnswerType.CHOICES)

RULE = "rule"
"""The field of a row that says that a rule goes with the answer."""


@dataclass(frozen=True, slots=True)
class RuleOfAnswer:
    """A rule that looks at one answer: the key of that, and the plain values of what it says."""

    option: str
    says: Mapping[str, Any]


@dataclass(frozen=True)
class AnswerRowsInput(RowsInput):
    """The answers of a question that is not there yet. A row in which nothing was typed is no answer."""

    macro: ClassVar[str] = "answer_rows"
    blank: ClassVar[FormRow] = {"label": [""], "hint": [""], "key": [""]}
    first: ClassVar[str] = "label"

    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield "label", value.get("label", "")
        yield "hint", value.get("hint", "")
        yield "key", ""

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: D102
        about = {"n": number}
        covers = _("Optional. What it covers.")
        # As long as on the page of an answer, where both have more room.
        yield "label", forms.line(_("Answer %(n)s", **about), limit=TEXT_LIMIT)
        yield "hint", forms.line(_("Hint below answer %(n)s", **about), covers, limit=TEXT_LIMIT)
        help_text = _("Left empty, we make one from the text.")
        yield "key", forms.line(_("Key of answer %(n)s", **about), help_text, forms.PlainKey(_KEPT))
        if not row.get(RULE):
            return
        yield "side", forms.radios(_("Towards"), names(SIDES))
        yield "points", forms.radios(_("Points"), {points: points for points in range(1, 6)})
        yield "because", forms.text(_("Reason shown to people who give it"), str(REASON_HELP))
        help_text = _("Without one the draft cannot be published. You can add it later.")
        yield from claim_fields("sources", _("Claims it rests on"), help_text, row, context).items()

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: ARG002, D102
        names_of_answer = ("label", "hint", "key")
        return {name: row[name].data for name in names_of_answer if row[name].data}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> list[Any]:
        """The answers as plain values, each with its key. What is wrong is added to the field it is in."""
        keyed, problems = self._give_keys(form, raw, context)
        for field, sentence in problems:
            field.errors = [*field.errors, sentence]
        return [option for option, _row in keyed]

    def rules(self, form: FlaskForm, raw: Raw, context: Context) -> list[RuleOfAnswer]:
        """The rules that go with the answers. What is wrong is added to the field it is in."""
        keyed, _problems = self._give_keys(form, raw, context)
        return [RuleOfAnswer(option["key"], _read_rule(row, context)) for option, row in keyed if "side" in row]

    def _give_keys(self, form: FlaskForm, raw: Raw, context: Context) -> tuple[list[Any], list[tuple[Any, str]]]:
        """Each answer with a key and the fields of its row; and what is wrong with which field."""
        rows = list(self._rows(form, raw))
        read = [(self.read_row(row, context), row) for row in rows]
        given = [(option, row) for option, row in read if option or "side" in row]
        problems, labels = [], set()
        taken = {option["key"] for option, _row in given if "key" in option}
        seen: set[str] = set()
        keyed = []
        for option, row in given:
            label, key = option.get("label", ""), option.get("key", "")
            if not label:
                problems.append((row["label"], _("Write what this answer says, or remove it")))
            elif search_key(label) in labels:
                problems.append((row["label"], _("Another answer says the same")))
            if key in seen:
                problems.append((row["key"], _("Another answer has the key “%(key)s”", key=key)))
            labels.add(search_key(label))
            key = key or unused_key(taken | _KEPT.keys(), " ".join(label.split()[:6]))
            taken.add(key)
            seen.add(key)
            keyed.append((option | {"key": key}, row))
        empty = [row["label"] for option, row in read if not option and "side" not in row]
        missing = max(0, FEWEST - len(keyed))
        problems += [(field, _("Write another answer: there must be two at least")) for field in empty[:missing]]
        return keyed, problems

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: D102
        parts: dict[str, Any] = {name: field for name, field in row.items() if not name.startswith("sources")}
        if "sources" in row:
            parts["sources"] = claim_parts("sources", row, context.rules)
        return parts

    def press(self, raw: Raw, act: str, at: int | None) -> tuple[Raw, str]:  # noqa: D102
        rows = rows_of(raw, self.name)
        if act not in {RULE, "no-rule"} or at is None or at >= len(rows):
            arranged, to = rearrange_rows(rows, act, at, dict(self.blank))
            focus = f"{self.name}-{to}-{self.first}" if to is not None else f"{self.name}:add"
            return with_rows(raw, self.name, arranged), focus
        if act == RULE:
            rows[at][RULE] = ["1"]
            return with_rows(raw, self.name, rows), f"{self.name}-{at}-side"
        rows[at] = {name: sent for name, sent in rows[at].items() if name in self.blank}
        return with_rows(raw, self.name, rows), f"{self.name}:{RULE}:{at}"

    def add_rows(self, raw: Raw) -> Raw:
        """What was sent, with as many rows at least as there must be answers."""
        rows: Sequence[FormRow] = rows_of(raw, self.name)
        missing = max(0, FEWEST - len(rows))
        return with_rows(raw, self.name, [*rows, *(dict(self.blank) for _number in range(missing))])


def _read_rule(row: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """What the rule of a row says, as far as it was filled in. What is missing is added to the field it belongs in."""
    if not row["side"].data:
        row["side"].errors = [_("Choose the side that the rule pushes to")]
    if not row["points"].data:
        row["points"].errors = [_("Choose how many points it adds")]
    if not row["because"].data:
        row["because"].errors = [*row["because"].errors, _("Write the reason that people read, or leave out the rule")]
    points = whole_number(row["points"].data, most=5)
    return {
        "push": {"side": row["side"].data, "points": points or 0},
        "because": row["because"].data,
        "sources": read_claims("sources", row, context),
    }
