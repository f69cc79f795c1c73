"""Claims that come into a rule set together with what rests on them."""

from collections.abc import Iterable
from dataclasses import replace

from advisor.engine.document.edit import add, rename
from advisor.engine.document.references import users_of_claim
from advisor.engine.model.evidence import Claim
from advisor.engine.model.rules import RuleSet


def next_claim_id(rules: RuleSet, source: str) -> str:
    """The id of the next claim of a source: D2.04."""
    start = source or "C"
    number = sum(claim.source == source for claim in rules.claims) + 1
    while rules.claim(f"{start}.{number:02}"):
        number += 1
    return f"{start}.{number:02}"


def with_new_claims(rules: RuleSet, claims: Iterable[Claim]) -> RuleSet:
    """The rule set with these claims, each under the next id of its source, in place of the one that it comes with.

    What rests on it names it by that afterwards. A claim on which nothing rests is left away, and one that is there
    already in all but its id is not added again.
    """
    for claim in claims:
        if not users_of_claim(rules, claim.id):
            continue
        stored = next((each for each in rules.claims if replace(each, id=claim.id) == claim), None)
        if stored is None:
            stored = replace(claim, id=next_claim_id(rules, claim.source))
            rules = add(rules, "claims", stored)
        rules = rename(rules, "claims", claim.id, stored.id)
    return rules
