"""Claims as inputs: the source of one, those that something rests on, and the views of a disagreement with theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from advisor.engine.document.text import search_key
from advisor.engine.model.evidence import Claim
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs import ChoiceInput, Context, FormRow, MultiChoiceInput, Raw, RowsInput

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
        choices = {source.key: f"{source.key}: {source.title}" for source in context.rules.sources}
        chosen = raw.get(self.name, "")
        gone = {} if not chosen or chosen in choices else {chosen: _("%(key)s (no source any more)", key=chosen)}
        return {self.name: forms.select(self.title, {"": self.no_choice} | choices | gone, str(self.about))}


@dataclass(frozen=True)
class ClaimsInput(MultiChoiceInput):
    """The claims that something rests on."""

    optional: bool = False
    macro: ClassVar[str] = "claims"

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made = _claim_fields(self.title, str(self.about), raw.getlist(self.name), context.rules)
        return {self.name + rest: field for rest, field in made.items()}

    def parts(self, form: FlaskForm, raw: Raw, context: Context) -> Mapping[str, Any]:  # noqa: ARG002, D102
        words = next((field for field in form if field.name == f"{self.name}-words"), None)
        return _claim_parts(form[self.name], words, context.rules)


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
        made = _claim_fields(_("Claims of view %(number)s", number=number), "", row.getlist("sources"), context.rules)
        yield from (("sources" + rest, field) for rest, field in made.items())

    def read_row(self, row: Mapping[str, Any], context: Context) -> Any:  # noqa: ARG002, D102
        return {"text": row["text"].data or "", "sources": row["sources"].data or []}

    def row_parts(self, row: Mapping[str, Any], context: Context) -> Mapping[str, Any]:  # noqa: D102
        claims = _claim_parts(row["sources"], row.get("sources-words"), context.rules)
        return {"text": row["text"], "sources": claims}


def _claim_fields(label: str, about: str, chosen: Iterable[str], rules: RuleSet) -> dict[str, Any]:
    """A checkbox for each claim, and the words to look for; what is chosen and no claim any more can be taken out."""
    choices = {claim.id: claim.text for claim in rules.claims}
    gone = {key: _("no claim any more") for key in chosen if key not in choices}
    made = {"": forms.checkboxes(label, choices | gone, about)}
    if len(rules.claims) > LISTED_WHOLE:
        made["-words"] = forms.line(_("Look for a claim"), _("Its id, or words that it holds."))
    return made


def _claim_parts(field: Any, words: Any, rules: RuleSet) -> dict[str, Any]:
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
