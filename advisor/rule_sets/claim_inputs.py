"""Claims as inputs: the source of one, those that something rests on, and the views of a disagreement with theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from advisor.engine.rules import RuleSet
from advisor.rule_sets import forms
from advisor.rule_sets.inputs import LEFT_OUT, Context, Drawn, Input, Rows, Word
from advisor.rule_sets.rows import Raw, Row


@dataclass(frozen=True)
class SourceOfClaim(Word):
    """One of the sources of the rule set."""

    def spread(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        yield self.name, str(value or "")

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        choices = {source.key: f"{source.key}: {source.title}" for source in context.rules.sources}
        chosen = raw.get(self.name, "")
        gone = {} if not chosen or chosen in choices else {chosen: _("%(key)s (no source any more)", key=chosen)}
        return {self.name: forms.select(self.title, {"": _("Choose a source")} | choices | gone, str(self.about))}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or ""


@dataclass(frozen=True)
class Claims(Input):
    """The claims that something rests on."""

    optional: bool = False

    def spread(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        return ((self.name, str(claim)) for claim in value or ())

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        return {self.name: claims_field(self.title, str(self.about), raw.getlist(self.name), context.rules)}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return form[self.name].data or (LEFT_OUT if self.optional else [])

    def drawn(self, form: FlaskForm, raw: Raw, context: Context) -> Drawn:  # noqa: D102, ARG002
        return Drawn("claims", self.name, self.title, str(self.about), claims_drawn(form[self.name], context.rules))


def claims_field(label: str, about: str, chosen: Iterable[str], rules: RuleSet) -> Any:
    """A checkbox for each claim; what is chosen and no claim any more can be kept or taken out."""
    choices = {claim.id: claim.text for claim in rules.claims}
    gone = {key: _("no claim any more") for key in chosen if key not in choices}
    return forms.checkboxes(label, choices | gone, about)


def claims_drawn(bound: Any, rules: RuleSet) -> dict[str, Any]:
    """The chosen claims first, then all others by their source."""
    options = {str(option.choice.value): option for option in bound}
    chosen = [options[key] for key in options if key in set(bound.data or ())]
    groups = []
    for source in rules.sources:
        mine = [c.id for c in rules.claims if c.source == source.key and c.id not in set(bound.data or ())]
        if mine:
            groups.append({"title": source.title, "options": [options[key] for key in mine]})
    homeless = [c.id for c in rules.claims if rules.source(c.source) is None and c.id not in set(bound.data or ())]
    if homeless:
        groups.append({"title": _("No source"), "options": [options[key] for key in homeless]})
    withdrawn = {claim.id for claim in rules.claims if claim.withdrawn}
    return {"field": bound, "chosen": chosen, "groups": groups, "withdrawn": withdrawn}


@dataclass(frozen=True)
class ViewsInput(Rows):
    """The sides of a disagreement: what each says, and the claims that say so."""

    blank: ClassVar[Row] = {"text": [""]}
    first: ClassVar[str] = "text"

    def spread(self, value: Any) -> Iterable[tuple[str, str]]:  # noqa: D102
        for index, view in enumerate(value or ()):
            yield f"{self.name}-{index}-text", view["text"]
            yield from ((f"{self.name}-{index}-sources", claim) for claim in view["sources"])

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: D102
        made: dict[str, Any] = {}
        for index, row in enumerate(self.rows(raw)):
            about = {"number": index + 1}
            made[f"{self.name}-{index}-text"] = forms.text(_("What view %(number)s says", **about))
            label = _("Claims of view %(number)s", **about)
            made[f"{self.name}-{index}-sources"] = claims_field(label, "", row.getlist("sources"), context.rules)
        return made

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        at = [f"{self.name}-{index}" for index, _row in enumerate(self.rows(raw))]
        return [{"text": form[f"{n}-text"].data or "", "sources": form[f"{n}-sources"].data or []} for n in at]

    def drawn(self, form: FlaskForm, raw: Raw, context: Context) -> Drawn:  # noqa: D102
        rows = [
            {
                "text": form[f"{self.name}-{index}-text"],
                "sources": claims_drawn(form[f"{self.name}-{index}-sources"], context.rules),
            }
            for index, _row in enumerate(self.rows(raw))
        ]
        return Drawn("views", self.name, self.title, str(self.about), {"rows": rows})
