"""What the pages on claims and single rules show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from advisor.engine.document.text import isolate_text, web_host
from advisor.engine.model.evidence import Claim, Pull, SourceKind
from advisor.engine.model.rules import Rule, RuleSet
from advisor.wording.claims import ClaimRef, VersionView
from advisor.wording.rules import condition_sentence, push_words, rule_sentence
from advisor.wording.vocabulary import FIRMNESS, KINDS, PULLS


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in the list of all."""

    id: str
    url: str
    text: str
    place: str
    firmness: str
    pull: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """A source and its claims."""

    key: str
    title: str
    about: str
    is_general: bool
    links: list[dict[str, str]]
    claims: list[ClaimRow]


def claims_page(edition: VersionView) -> dict[str, Any]:
    """All claims, source by source."""
    rule_set = edition.rule_set
    return {
        "groups": [
            SourceGroup(
                key=source.key,
                title=source.title,
                about=source.about,
                is_general=source.kind is SourceKind.GUIDANCE,
                links=page_links(source.links),
                claims=[_claim_row(edition, claim) for claim in rule_set.claims if claim.source == source.key],
            )
            for source in rule_set.sources
        ],
        "version": edition.version,
        "in_force_url": url_for("pages.claims"),
    }


def documents_of(rule_set: RuleSet) -> list[str]:
    """The titles of the documents that rules rest on."""
    used = {id_ for rule in rule_set.rules for id_ in rule.sources}
    named = {claim.source for claim in rule_set.claims if claim.id in used}
    return [it.title for it in rule_set.sources if it.kind is SourceKind.DOCUMENT and it.key in named]


def claim_page(edition: VersionView, claim: Claim) -> dict[str, Any]:
    """One claim: where it stands, what argues against it, and what uses it."""
    rule_set = edition.rule_set
    source = rule_set.source(claim.source)
    told = [item for item in rule_set.disagreements if any(claim.id in view.sources for view in item.views)]
    return {
        "claim": {
            "id": claim.id,
            "text": claim.text,
            "source": source.title if source else claim.source,
            "source_about": source.about if source else "",
            "place": claim.place,
            "firmness": str(FIRMNESS[claim.firmness].sentence),
            "pull": pull_words(claim),
            "note": claim.note,
            "links": page_links(claim.links or (source.links if source else ())),
            "withdrawn": _why_withdrawn(edition, claim),
            "is_general": source is not None and source.kind is SourceKind.GUIDANCE,
        },
        "against": _claims_against(edition, claim),
        "disagreements": told,
        "rules": [
            {"key": rule.key, "sentence": rule_sentence(rule_set, rule), "url": edition.rule_url(rule.key)}
            for rule in rule_set.rules
            if claim.id in rule.sources
        ],
        "uses": _other_uses(edition, claim),
        "version": edition.version,
        "in_force_url": url_for("pages.claim", claim_id=claim.id) if edition.in_force.claim(claim.id) else None,
        "claims_url": url_for("pages.claims", number=edition.link_number),
    }


def rule_page(edition: VersionView, rule: Rule) -> dict[str, Any]:
    """One rule as a sentence."""
    rule_set = edition.rule_set
    return {
        "rule": {
            "key": rule.key,
            "conditions": [condition_sentence(rule_set, condition) for condition in rule.when],
            "side": rule.push.side,
            "points": rule.push.points,
            "adds": push_words(rule.push),
            "because": rule.because,
            "weighed": rule.weighed,
            "is_general": rule_set.is_general(rule.sources),
        },
        "claims": edition.refs(rule.sources),
        "version": edition.version,
        "in_force_url": url_for("pages.rule", key=rule.key) if edition.in_force.rule(rule.key) else None,
        "sum_url": url_for("pages.how_the_sum_works", number=edition.link_number),
    }


def page_links(addresses: Sequence[str]) -> list[dict[str, str]]:
    """The addresses of web pages among these, each with its host."""
    return [{"url": address, "host": host} for address in addresses if (host := web_host(address))]


def pull_words(claim: Claim) -> str:
    """Which way a claim argues, in words."""
    return str(_(" or ")).join(str(PULLS[pull].sentence) for pull in claim.pull)


def _pull_note(claim: Claim) -> str:
    """The same in a few words, for a list."""
    if set(claim.pull) <= {Pull.CONTEXT}:
        return str(_("Explains"))
    if set(claim.pull) <= {Pull.LOCATION}:
        return str(_("On where a provider sits"))
    return str(_("Towards %(side)s", side=pull_words(claim)))


def _claim_row(edition: VersionView, claim: Claim) -> ClaimRow:
    return ClaimRow(
        id=claim.id,
        url=edition.claim_url(claim.id),
        text=claim.text,
        place=claim.place,
        firmness=str(FIRMNESS[claim.firmness].word),
        pull=_pull_note(claim),
        withdrawn=edition.is_withdrawn(claim),
    )


def _why_withdrawn(edition: VersionView, claim: Claim) -> str:
    """The reason where a claim counts no longer, in this version or in the one in force."""
    now = edition.in_force.claim(claim.id)
    if not edition.is_withdrawn(claim):
        return ""
    return claim.withdrawn or (now.withdrawn if now else "") or str(_("The rules in force do not hold it any more."))


def _claims_against(edition: VersionView, claim: Claim) -> list[ClaimRef]:
    """The claims on the other sides of the disagreements in which this claim takes a side."""
    found: dict[str, None] = {}
    for item in edition.rule_set.disagreements:
        if any(claim.id in view.sources for view in item.views):
            others = [view for view in item.views if claim.id not in view.sources]
            found.update(dict.fromkeys(source for view in others for source in view.sources))
    return edition.refs(found)


def _other_uses(edition: VersionView, claim: Claim) -> list[str]:
    """Guidance, risks and disagreements that name the claim, and the usual processes that it files."""
    rule_set = edition.rule_set
    uses = [
        str(
            _("Brief for providers: %(title)s", title=item.title)
            if item.brief
            else _("Before you act: %(title)s", title=item.title)
        )
        for item in rule_set.guidance
        if claim.id in item.sources
    ]
    uses += [
        str(_("What tends to go wrong: %(title)s", title=risk.title))
        for risk in rule_set.risks
        if claim.id in risk.sources
    ]
    uses += [
        str(_("Where our sources disagree: %(topic)s", topic=item.topic))
        for item in rule_set.disagreements
        if any(claim.id in view.sources for view in item.views)
    ]
    uses += [
        str(
            _(
                "It files “%(name)s” under %(kind)s",
                name=isolate_text(option.label),
                kind=KINDS[option.filed_under].sentence,
            )
        )
        for _question, option in rule_set.filings()
        if option.filed_under and claim.id in option.sources
    ]
    return uses
