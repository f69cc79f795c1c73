"""A claim that is not there yet is written in the form of what rests on it, and comes into the draft with that."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from advisor import starter
from advisor.engine.document.edit import find
from advisor.engine.model.evidence import Claim, Firmness, Pull
from advisor.models import Database
from advisor.models.audit import AuditEvent
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()
RULE = STARTER.rules[0]
CLAIM = Claim(
    id="D2.99",
    source="D2",
    place="Section 4, third paragraph",
    text="Peaks are spread over several clients.",
    pull=(Pull.BPO, Pull.EITHER),
    firmness=Firmness.SOFT,
)


def typed(field: str = "sources", claim: Claim = CLAIM) -> dict[str, Any]:
    """What is typed for a new claim."""
    said = {"source": claim.source, "place": claim.place, "text": claim.text, "firmness": str(claim.firmness)}
    return {f"{field}-new-{name}": value for name, value in said.items()} | {
        f"{field}-new-pull": [str(way) for way in claim.pull]
    }


def added(draft: Read) -> list[Claim]:
    return [claim for claim in draft().claims if claim not in STARTER.claims]


def acts(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        kinds = AuditEvent.kind.startswith("draft ")
        return list(session.scalars(select(AuditEvent).where(kinds).order_by(AuditEvent.sequence)))[1:]


def test_a_rule_and_the_claim_it_rests_on_are_one_act_which_is_taken_back_as_one(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="Peaks.", **typed())
    (claim,) = added(draft)
    assert replace(claim, id=CLAIM.id) == CLAIM
    assert claim.id.startswith("D2."), "the next of its source"
    assert find(draft(), "rules", RULE.key) == replace(RULE, because="Peaks.", sources=(*RULE.sources, claim.id))
    (act,) = acts(database)
    assert set(act.after or ()) == {f"rules/{RULE.key}", f"claims/{claim.id}"}
    assert claim.text in text_of(admin.page.select_one("#at-sources")), "it is chosen now"
    assert not admin.page.select_one("textarea[name=sources-new-text]").text.strip()

    admin.open(f"{DRAFT}/history")
    assert "and with it added 1 claim" in admin.text
    admin.submit(form=admin.number_of("act") if admin.page.select("[name=act]") else 0, act=str(act.sequence))
    assert draft() == STARTER
