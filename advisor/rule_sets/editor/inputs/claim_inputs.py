"""The claims that something rests on: chosen from those there are, or made on the way, and added with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from advisor.engine.document.document import item_from_plain, to_plain
from advisor.engine.document.text import search_key, whole_number
from advisor.engine.model.evidence import Claim
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs.kinds import (
    LEFT_OUT,
    ChoiceInput,
    Context,
    FormInput,
    FormRow,
    LineInput,
    MultiChoiceInput,
    Raw,
    RowsInput,
    TextInput,
)
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.unsaved_forms import NEW_CLAIM
from advisor.wording import vocabulary
from advisor.wording.vocabulary import names

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


_FIRMNESS = ChoiceInput(
    "firmness",
    about=_l("As the source puts it: soft is what it limits by words such as “often” or “may”."),
    choices=names(vocabulary.FIRMNESS),
)

_MAIN_INPUTS: tuple[FormInput, ...] = (
    SourceOfClaim("source"),
    LineInput("place", about=_l("Its heading, paragraph or table.")),
    TextInput("text", _l("What it says"), _l("In our own words.")),
    MultiChoiceInput(
        "pull",
        about=_l(
            "The advice that it speaks for. A claim on near or distant providers speaks for where a provider sits."
        ),
        choices=names(vocabulary.PULLS),
        optional=False,
    ),
)

CLAIM_INPUTS: tuple[FormInput, ...] = (*_MAIN_INPUTS, _FIRMNESS)
"""What every claim has. Its own form begins with these, and one that is made on the way has no more."""

_NEW_CLAIM_INPUTS = (*_MAIN_INPUTS, replace(_FIRMNESS, no_choice=_l("Choose how firmly it is put")))

_MISSING = {
    "source": _l("Choose the source of the new claim"),
    "place": _l("Write where the new claim stands in its source"),
    "text": _l("Write what the new claim says"),
    "pull": _l("Choose which way the new claim argues"),
    "firmness": _l("Choose how firmly the new claim is put"),
}


@dataclass(frozen=True)
class ClaimsInput(MultiChoiceInput):
    """The claims that something rests on."""

    optional: bool = False
    macro: ClassVar[str] = "claims"

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return claim_fields(self.name, self.title, self.hint, raw, context)

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return read_claims(self.name, form, context) or (LEFT_OUT if self.optional else [])

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: ARG002, D102
        return claim_parts(self.name, form, context.rules)


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
        yield from claim_fields("sources", _("Claims of view %(number)s", number=number), "", row, context).items()

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: D102
        return {"text": row["text"].data or "", "sources": read_claims("sources", row, context)}

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: D102
        return {"text": row["text"], "sources": claim_parts("sources", row, context.rules)}


def claim_fields(name: str, label: str, about: str, raw: Raw, context: Context) -> dict[str, Any]:
    """A checkbox for each claim, the words to look for, and what a new one needs.

    What is chosen and no claim any more can be taken out.
    """
    rules = context.rules
    choices = {claim.id: claim.text for claim in rules.claims}
    gone = {key: _("A claim that was removed") for key in raw.getlist(name) if key not in choices}
    made = {name: forms.checkboxes(label, choices | gone, about)}
    if len(rules.claims) > LISTED_WHOLE:
        made[f"{name}-words"] = forms.line(_("Look for a claim"), _("Its id, or words that it holds."))
    if context.collection == "cases":
        return made  # a claim on which only a test case rests has no effect
    before = f"{name}{NEW_CLAIM}"
    sent: Raw = MultiDict(
        (key.removeprefix(before), value) for key, value in raw.items(multi=True) if key.startswith(before)
    )
    for each in _NEW_CLAIM_INPUTS:
        made |= {before + key: field for key, field in each.fields(sent, context).items()}
    return made


def read_claims(name: str, fields: Any, context: Context) -> list[str]:
    """The ids of the claims that were chosen, the new one last. What is wrong with that is added to its fields."""
    new = _read_new_claim(name, fields, context)
    return [*(fields[name].data or ()), *([new.id] if new else ())]


def new_claims(form: ItemForm, context: Context) -> list[Claim]:
    """The claims that are to be added with what a valid form holds, each under the id by which that names it."""
    found = [
        field.name.removesuffix(f"{NEW_CLAIM}source") for field in form if field.name.endswith(f"{NEW_CLAIM}source")
    ]
    return [claim for name in found if (claim := _read_new_claim(name, form, context))]


def typed_again(raw: Raw, claims: Iterable[Claim]) -> Raw:
    """The fields of an item that rests on claims which are not there yet: each of these in fields of its own."""
    for claim in claims:
        plain = to_plain(claim)
        for name in [name for name, values in raw.lists() if claim.id in values]:
            raw.setlist(name, [key for key in raw.getlist(name) if key != claim.id])
            sent = [pair for each in _NEW_CLAIM_INPUTS for pair in each.to_form_data(plain[each.name])]
            raw.update(MultiDict((f"{name}{NEW_CLAIM}{key}", value) for key, value in sent))
    return raw


def _read_new_claim(name: str, fields: Any, context: Context) -> Claim | None:
    typed = _new_claim_fields(name, fields)
    if not any(field.data for field in typed.values()):
        return None
    for key, field in typed.items():
        if not field.data and not field.errors:
            field.errors = [_MISSING[key]]
    if any(field.errors for field in typed.values()):
        return None
    plain = {each.name: each.read(typed, MultiDict(), context) for each in _NEW_CLAIM_INPUTS}
    claim: Claim = item_from_plain(Claim, plain | {"id": _id_of_new(fields[name].name)})
    return claim


def _new_claim_fields(name: str, fields: Any) -> Any:
    """The fields of a new claim by their names; none where the form does not offer one."""
    before = f"{name}{NEW_CLAIM}"
    return {each.name: fields[before + each.name] for each in _NEW_CLAIM_INPUTS if before + each.name in fields}


def _id_of_new(name: str) -> str:
    """By what an item names the new claim of a field until that is in the draft. No claim has a space in its id."""
    row = next((number for part in name.split("-") if (number := whole_number(part)) is not None), 0)
    return str(_("new claim %(n)s", n=row + 1))


def claim_parts(name: str, fields: Any, rules: RuleSet) -> dict[str, Any]:
    """The chosen claims first; then all others by their source, or those that were looked for; and the new one."""
    field = fields[name]
    options = {str(option.choice.value): option for option in field}
    ticked = dict.fromkeys(field.data or ())
    not_ticked = [claim for claim in rules.claims if claim.id not in ticked]
    parts = {
        "field": field,
        "chosen": [options[key] for key in ticked if key in options],  # as they stand in the rule
        "withdrawn": {claim.id for claim in rules.claims if claim.withdrawn},
        "new": list(_new_claim_fields(name, fields).values()),
    }
    if f"{name}-words" not in fields:
        return parts | {"groups": _by_source(not_ticked, options, rules), "looked_for": None}
    words = fields[f"{name}-words"]
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
