"""Claims as inputs: the source of one, those that something rests on, and the views of a disagreement with theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from advisor.engine.document.text import search_key
from advisor.engine.model.evidence import Claim
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets import forms
from advisor.rule_sets.editor.inputs import LEFT_OUT, Context, FormInput, Raw, RenderContext, Row, RowsInput, Word

LISTED_WHOLE = 100
"""Claims that are all there to be ticked; of more than that, those that hold the words one looks for."""

FOUND_AT_ONCE = 30


@dataclass(frozen=True)
class SourceOfClaim(Word):
    """One of the sources of the rule set."""

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, str(value or "")

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        choices = {source.key: f"{source.key}: {source.title}" for source in context.rules.sources}
        chosen = raw.get(self.name, "")
        gone = {} if not chosen or chosen in choices else {chosen: _("%(key)s (no source any more)", key=chosen)}
        return {self.name: forms.select(self.title, {"": _("Choose a source")} | choices | gone, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or ""


@dataclass(frozen=True)
class Claims(FormInput):
    """The claims that something rests on."""

    optional: bool = False

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((self.name, str(claim)) for claim in value or ())

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return claims_fields(self.name, self.title, str(self.about), raw.getlist(self.name), context.rules)

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or (LEFT_OUT if self.optional else [])

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: D102, ARG002
        return RenderContext(
            "claims", self.name, self.title, str(self.about), claims_context(form, self.name, context.rules)
        )


def claims_fields(name: str, label: str, about: str, chosen: Iterable[str], rules: RuleSet) -> dict[str, Any]:
    """A checkbox for each claim, and the words to look for; what is chosen and no claim any more can be taken out."""
    choices = {claim.id: claim.text for claim in rules.claims}
    gone = {key: _("no claim any more") for key in chosen if key not in choices}
    made = {name: forms.checkboxes(label, choices | gone, about)}
    if len(rules.claims) > LISTED_WHOLE:
        made[f"{name}-words"] = forms.line(_("Look for a claim"), _("Its id, or words that it holds."))
    return made


def claims_context(form: FlaskForm, name: str, rules: RuleSet) -> dict[str, Any]:
    """The chosen claims first; then all others by their source, or those that were looked for."""
    bound = form[name]
    options = {str(option.choice.value): option for option in bound}
    ticked = set(bound.data or ())
    chosen = [options[key] for key in dict.fromkeys(bound.data or ()) if key in options]  # as they stand in the rule
    others = [claim for claim in rules.claims if claim.id not in ticked]
    withdrawn = {claim.id for claim in rules.claims if claim.withdrawn}
    drawn = {"field": bound, "chosen": chosen, "withdrawn": withdrawn}
    if f"{name}-words" not in form:
        return drawn | {"groups": _by_source(others, options, rules), "looked_for": None}
    words = form[f"{name}-words"]
    found = [claim for claim in others if _holds(claim, words.data)] if words.data else []
    shown = [options[claim.id] for claim in found[:FOUND_AT_ONCE]]
    looked_for = {"words": words, "found": shown, "number": len(found), "total": len(rules.claims)}
    return drawn | {"groups": [], "looked_for": looked_for}


def _holds(claim: Claim, words: str) -> bool:
    text = search_key(f"{claim.id} {claim.text} {claim.place}")
    return all(word in text for word in search_key(words).split())


def _by_source(claims: Iterable[Claim], options: Mapping[str, Any], rules: RuleSet) -> list[dict[str, Any]]:
    titles = {source.key: source.title for source in rules.sources}
    groups: dict[str, list[Any]] = {title: [] for title in titles.values()}
    for claim in claims:
        groups.setdefault(titles.get(claim.source, str(_("No source"))), []).append(options[claim.id])
    return [{"title": title, "options": mine} for title, mine in groups.items() if mine]


@dataclass(frozen=True)
class ViewsInput(RowsInput):
    """The sides of a disagreement: what each says, and the claims that say so."""

    blank: ClassVar[Row] = {"text": [""]}
    first: ClassVar[str] = "text"

    def to_form_data(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, view in enumerate(value or ()):
            yield f"{self.name}-{index}-text", view["text"]
            yield from ((f"{self.name}-{index}-sources", claim) for claim in view["sources"])

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made: dict[str, Any] = {}
        for index, row in enumerate(self.rows(raw)):
            about = {"number": index + 1}
            made[f"{self.name}-{index}-text"] = forms.text(_("What view %(number)s says", **about))
            label = _("Claims of view %(number)s", **about)
            made |= claims_fields(f"{self.name}-{index}-sources", label, "", row.getlist("sources"), context.rules)
        return made

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        at = [f"{self.name}-{index}" for index, _row in enumerate(self.rows(raw))]
        return [{"text": form[f"{n}-text"].data or "", "sources": form[f"{n}-sources"].data or []} for n in at]

    def render_context(self, form: FlaskForm, raw: Raw, context: Context) -> RenderContext:  # noqa: D102
        rows = [
            {
                "text": form[f"{self.name}-{index}-text"],
                "sources": claims_context(form, f"{self.name}-{index}-sources", context.rules),
            }
            for index, _row in enumerate(self.rows(raw))
        ]
        return RenderContext("views", self.name, self.title, str(self.about), {"rows": rows})
