"""A claim that is not there yet is written in the form of what rests on it, and comes into the draft with that."""

from dataclasses import replace
from typing import Any

import pytest
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
    assert not text_of(admin.page.select_one("textarea[name=sources-new-text]"))

    admin.open(f"{DRAFT}/history")
    assert "and with it added 1 claim" in admin.text
    admin.submit(form=admin.number_of("act") if admin.page.select("[name=act]") else 0, act=str(act.sequence))
    assert draft() == STARTER


@pytest.mark.parametrize("left_out", ["source", "place", "text", "pull", "firmness"])
def test_what_a_new_claim_lacks_is_said_at_its_field_and_nothing_is_saved(
    admin: Admin, draft: Read, left_out: str
) -> None:
    fields = typed() | {f"sources-new-{left_out}": None}
    admin.start().edit(f"rules/{RULE.key}", because="Peaks.", status=422, **fields)
    (link,) = admin.page.select(".problems a")
    assert str(link["href"]).removesuffix("-0") == f"#sources-new-{left_out}"
    assert admin.page.select_one(".new-claim[open]"), "where it stands"
    assert draft() == STARTER
    admin.save(**{name: value for name, value in typed().items() if name.endswith(left_out)})
    assert len(added(draft)) == 1, "the rest was kept"


def test_each_view_of_a_disagreement_and_each_rule_of_a_new_question_has_a_claim_of_its_own(
    admin: Admin, draft: Read
) -> None:
    topic = STARTER.disagreements[0]
    other = replace(CLAIM, text="Peaks cost every client the same.")
    admin.start().edit(f"disagreements/{topic.key}", **typed("views-0-sources"), **typed("views-1-sources", other))
    first, second = added(draft)
    views = find(draft(), "disagreements", topic.key).views
    assert [view.sources[-1] for view in views[:2]] == [first.id, second.id]
    assert (first.text, second.text) == (CLAIM.text, other.text)

    admin.open(f"{DRAFT}/add/questions")
    said: dict[str, Any] = {"text": "Does it peak?", "short": "Whether it peaks", "missing": "Select whether it peaks"}
    admin.press("options:rule:0", **said, options__0__label="Yes", options__1__label="No")
    admin.save(
        options__0__side="bpo",
        options__0__points="2",
        options__0__because="A provider spreads peaks.",
        **typed("options-0-sources"),
    )
    assert added(draft) == [first, second], "the same claim is not added twice"
    assert draft().rules[-1].sources == (first.id,)


def test_a_source_that_is_missing_is_added_on_the_way_and_the_form_is_gone_on_with(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/rules/{RULE.key}")
    before: dict[str, Any] = typed() | {"sources-new-source": ""}
    admin.press("add-source", because="Peaks.", **before)
    assert admin.path.startswith(f"{DRAFT}/add/sources")
    assert draft() == STARTER
    admin.save(title="A study of peaks", kind="guidance", about="Twelve pages.", key="G77")
    assert draft().sources[-1].key == "G77"
    ways = {text_of(link): str(link["href"]) for link in admin.page.select("main .links a")}
    assert "Add a claim from this source" in ways

    admin.open(ways["Go on with the rule that you were writing"])
    assert text_of(admin.page.select_one("textarea[name=because]")) == "Peaks."
    assert text_of(admin.page.select_one("textarea[name=sources-new-text]")) == CLAIM.text
    admin.save(sources__new__source="G77")
    (claim,) = added(draft)
    assert claim.source == "G77"
    assert find(draft(), "rules", RULE.key).sources == (*RULE.sources, claim.id)


def test_the_same_way_leads_from_a_new_question_and_back(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/add/questions")
    admin.press("options:rule:0", text="Does it peak?", options__0__label="Yes", options__1__label="No")
    admin.press("add-source", status=200, **typed("options-0-sources"))
    assert admin.path.startswith(f"{DRAFT}/add/sources")
    admin.save(title="A study of peaks", kind="guidance", about="Twelve pages.")
    ways = {text_of(link): str(link["href"]) for link in admin.page.select("main .links a")}
    admin.open(ways["Go on with the question that you were writing"])
    assert text_of(admin.page.select_one("textarea[name=options-0-sources-new-text]")) == CLAIM.text
    assert not added(draft)


def test_from_a_source_to_a_claim_to_a_rule(admin: Admin, draft: Read) -> None:
    admin.start().edit("add/sources", title="A study of peaks", kind="guidance", about="Twelve pages.", key="G77")
    admin.open(_way(admin, "Add a claim from this source"))
    admin.save(place="Page 3", text="Peaks.", pull=["bpo"], firmness="soft")
    (claim,) = added(draft)
    assert claim.source == "G77"
    admin.open(_way(admin, "Add a rule that rests on it"))
    chosen = [str(box["value"]) for box in admin.page.select("[name=sources][checked]")]
    assert chosen == [claim.id]


def _way(admin: Admin, label: str) -> str:
    return next(str(link["href"]) for link in admin.page.select("main .links a") if text_of(link) == label)
