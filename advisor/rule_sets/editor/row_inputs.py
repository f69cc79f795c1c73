"""Inputs of several rows: conditions, bounds on the sums of points, views; and the claims that these rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from advisor.engine.document.text import search_key
from advisor.engine.model.evidence import Claim
from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs import LEFT_OUT, ChoiceInput, Context, FormRow, MultiChoiceInput, Raw, RowsInput
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
        questions = {question.key: question.text for question in self._offered(context)}
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

    def _offered(self, context: Context) -> Iterable[Question]:
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


LISTED_WHOLE = 100
"""Claims that are all there to be ticked; of more than that, those that hold the words one looks for."""

FOUND_AT_ONCE = 30

_CHOOSE_SOURCE = _l("Choose a source")


@dataclass(frozen=True)
class SourceOfClaim(ChoiceInput):
    """One of the sources of the rule set."""

    optional: bool = False
    no_choice: Any = _CHOOSE_SOURCE

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        choices = {source.key: source.title for source in context.rules.sources}
        chosen = raw.get(self.name, "")
        gone = {} if not chosen or chosen in choices else {chosen: _("A source that was removed (%(key)s)", key=chosen)}
        return {self.name: forms.select(self.title, {"": self.no_choice} | choices | gone, str(self.about))}


@dataclass(frozen=True)
class ClaimsInput(MultiChoiceInput):
    """The claims that something rests on."""

    optional: bool = False
    macro: ClassVar[str] = "claims"

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made = claim_fields(self.title, str(self.about), raw.getlist(self.name), context.rules)
        return {self.name + rest: field for rest, field in made.items()}

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: ARG002, D102
        words = next((field for field in form if field.name == f"{self.name}-words"), None)
        return claim_parts(form[self.name], words, context.rules)


@dataclass(frozen=True)
class ViewsInput(RowsInput):
    """The sides of a disagreement: what each says, and the claims that say so."""

    macro: ClassVar[str] = "views"
    blank: ClassVar[FormRow] = {"text": [""]}
    first: ClassVar[str] = "text"

    def row_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield "text", value["text"]
        yield from (("sources", claim) for claim in value["sources"])

    def row_fields(self, number: int, row: Raw, context: Context) -> Iterable[tuple[str, Any]]:  # noqa: D102
        yield "text", forms.text(_("What view %(number)s says", number=number))
        made = claim_fields(_("Claims of view %(number)s", number=number), "", row.getlist("sources"), context.rules)
        yield from (("sources" + rest, field) for rest, field in made.items())

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: ARG002, D102
        return {"text": row["text"].data or "", "sources": row["sources"].data or []}

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: D102
        claims = claim_parts(row["sources"], row.get("sources-words"), context.rules)
        return {"text": row["text"], "sources": claims}


def claim_fields(label: str, about: str, chosen: Iterable[str], rules: RuleSet) -> dict[str, Any]:
    """A checkbox for each claim, and the words to look for; what is chosen and no claim any more can be taken out."""
    choices = {claim.id: claim.text for claim in rules.claims}
    gone = {key: _("A claim that was removed") for key in chosen if key not in choices}
    made = {"": forms.checkboxes(label, choices | gone, about)}
    if len(rules.claims) > LISTED_WHOLE:
        made["-words"] = forms.line(_("Look for a claim"), _("Its id, or words that it holds."))
    return made


def claim_parts(field: Any, words: Any, rules: RuleSet) -> dict[str, Any]:
    """The chosen claims first; then all others by their source, or those that were looked for."""
    options = {str(option.choice.value): option for option in field}
    ticked = dict.fromkeys(field.data or ())
    not_ticked = [claim for claim in rules.claims if claim.id not in ticked]
    parts = {
        "field": field,
        "chosen": [options[key] for key in ticked if key in options],  # as they stand in the rule
        "withdrawn": {claim.id for claim in rules.claims if claim.withdrawn},
    }
    if words is None:
        return parts | {"groups": _by_source(not_ticked, options, rules), "looked_for": None}
    found = [claim for claim in not_ticked if _holds(claim, words.data)] if words.data else []
    shown = [options[claim.id] for claim in found[:FOUND_AT_ONCE]]
    looked_for = {"words": words, "found": shown, "number": len(found), "total": len(rules.claims)}
    return parts | {"groups": [], "looked_for": looked_for}


def _holds(claim: Claim, words: str) -> bool:
    text = search_key(f"{claim.id} {claim.text} {claim.place}")
    return all(word in text for word in search_key(words).split())


def _by_source(claims: Iterable[Claim], options: Mapping[str, Any], rules: RuleSet) -> list[dict[str, Any]]:
    titles = {source.key: source.title for source in rules.sources}
    groups: dict[str, list[Any]] = {title: [] for title in titles.values()}
    for claim in claims:
        groups.setdefault(titles.get(claim.source, str(_("No source"))), []).append(options[claim.id])
    return [{"title": title, "options": mine} for title, mine in groups.items() if mine]
