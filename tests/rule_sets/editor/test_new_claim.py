"""A claim that is not there yet is written in the form of what rests on it, and comes into the draft with that."""

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.edit import find
from advisor.engine.model.evidence import Claim, Firmness, Pull
from advisor.models import Database
from advisor.models.audit import AuditEvent
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import fields_of, text_of

STARTER = starter.rule_set()
RULE = STARTER.rules[0]
PAGE = f"{DRAFT}/rules/{RULE.key}"
CLAIM = Claim(
    id="D2.99",
    source="D2",
    place="Section 4, third paragraph",
    text="Peaks are spread over several clients.",
    pull=(Pull.BPO, Pull.EITHER),
    firmness=Firmness.SOFT,
)


def claim_fields(field: str = "sources", claim: Claim = CLAIM) -> dict[str, Any]:
    """What is typed for a new claim."""
    said = {"source": claim.source, "place": claim.place, "text": claim.text, "firmness": str(claim.firmness)}
    ways = [str(way) for way in claim.pull]
    return {f"{field}-new-{name}": value for name, value in said.items()} | {f"{field}-new-pull": ways}


def added_claims(draft: Read) -> list[Claim]:
    return [claim for claim in draft().claims if claim not in STARTER.claims]


def acts(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        kinds = AuditEvent.kind.startswith("draft ")
        return list(session.scalars(select(AuditEvent).where(kinds).order_by(AuditEvent.sequence)))[1:]


def faulty(admin: Admin) -> set[str]:
    """Where the summary leads."""
    return {str(link["href"]).removeprefix("#") for link in admin.page.select(".problems a")}


def value_of(admin: Admin, name: str) -> str:
    """What stands in a field of the form of the page."""
    return str(fields_of(admin.page.select("main form")[admin.number_of("opened")])[name])


def link(admin: Admin, words: str) -> str:
    return next(str(it["href"]) for it in admin.page.select("main a") if words in text_of(it))


def test_a_rule_and_the_claim_it_rests_on_are_one_act_which_is_taken_back_as_one(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="Peaks.", **claim_fields())
    (claim,) = added_claims(draft)
    assert replace(claim, id=CLAIM.id) == CLAIM
    assert claim.id.startswith("D2."), "the next of its source"
    assert find(draft(), "rules", RULE.key) == replace(RULE, because="Peaks.", sources=(*RULE.sources, claim.id))
    (act,) = acts(database)
    assert set(act.after or ()) == {f"rules/{RULE.key}", f"claims/{claim.id}"}
    assert claim.text in text_of(admin.page.select_one("#at-sources")), "it is chosen now"
    assert value_of(admin, "sources-new-text") == ""

    admin.open(f"{DRAFT}/history")
    assert "and with it added 1 claim" in admin.text
    admin.submit(act=str(act.sequence))
    assert draft() == STARTER


def test_what_is_missing_is_said_at_its_field_and_nothing_is_saved(admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    admin.save(status=422, sources__new__text=CLAIM.text)
    missing = ("source", "place", "pull-0", "firmness")
    assert faulty(admin) == {f"sources-new-{name}" for name in missing}
    assert admin.page.select_one("details.new-claim[open] #sources-new-place-error")
    assert draft() == STARTER
    admin.save(**claim_fields())
    assert [claim.text for claim in added_claims(draft)] == [CLAIM.text]


def test_sent_twice_and_sent_again_after_going_back_it_is_added_once(admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    form = admin.page.select("main form")[admin.number_of("opened")]
    sent = fields_of(form) | claim_fields() | {"do": "save"}
    addresses = {admin.client.post(PAGE, data=sent).headers["Location"] for _time in range(2)}
    assert len(addresses) == 1
    assert admin.client.post(PAGE, data=sent | {"because": "Otherwise."}).status_code == 303
    (claim,) = added_claims(draft)
    assert find(draft(), "rules", RULE.key) == replace(RULE, because="Otherwise.", sources=(*RULE.sources, claim.id))


def test_two_admins_who_each_add_one_get_two_ids_and_a_clash_keeps_what_was_typed(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    other_admin.open(PAGE)
    theirs = replace(CLAIM, text="Another one.")
    other_admin.save(**claim_fields(claim=theirs))
    admin.save(status=409, **claim_fields())
    assert "are spread over several clients" in text_of(admin.page.select_one(".clash"))
    assert value_of(admin, "sources-new-text") == CLAIM.text
    admin.save()
    first, second = added_claims(draft)
    assert (first.text, second.text) == (theirs.text, CLAIM.text)
    assert find(draft(), "rules", RULE.key).sources == (*RULE.sources, second.id)


def test_what_somebody_else_changed_in_another_field_is_merged_and_the_claim_comes_with_it(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this.")
    admin.save(**claim_fields())
    (claim,) = added_claims(draft)
    assert find(draft(), "rules", RULE.key) == replace(
        RULE, because="Ben wrote this.", sources=(*RULE.sources, claim.id)
    )


def test_each_view_may_rest_on_one_of_its_own_and_they_get_ids_of_their_own(admin: Admin, draft: Read) -> None:
    one = STARTER.disagreements[0]
    both = claim_fields("views-0-sources") | claim_fields("views-1-sources", replace(CLAIM, text="The other side."))
    admin.start().edit(f"disagreements/{one.key}", **both)
    first, second = added_claims(draft)
    views = find(draft(), "disagreements", one.key).views
    assert [view.sources for view in views[:2]] == [
        (*one.views[0].sources, first.id),
        (*one.views[1].sources, second.id),
    ]


def test_the_rule_of_an_answer_of_a_new_question_brings_its_claim(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(f"{DRAFT}/add/questions")
    question: dict[str, Any] = {"text": "Does it peak?", "short": "Peaks", "missing": "Select whether it peaks"}
    admin.press("options:rule:0", **question, options__0__label="Yes", options__1__label="No")
    rule: dict[str, Any] = {"options-0-side": "bpo", "options-0-points": "2", "options-0-because": "Peaks are spread."}
    admin.save(status=422, **rule, options__0__sources__new__text=CLAIM.text)
    assert "options-0-sources-new-source" in faulty(admin)
    admin.save(**claim_fields("options-0-sources"))
    (claim,) = added_claims(draft)
    assert draft().rules[-1].sources == (claim.id,)
    (act,) = acts(database)
    assert f"claims/{claim.id}" in (act.after or {})


def test_a_source_that_is_missing_is_added_on_the_way_and_what_was_typed_is_still_there(
    admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    admin.press("add-source:sources", because="Half a reason.", sources__new__text=CLAIM.text)
    assert "Go on with the rule that you were writing" in admin.text
    admin.save(title="A third book", about="What it is about.")
    source = draft().sources[-1]
    assert link(admin, "Add a claim from this source") == f"{DRAFT}/add/claims?source={source.key}"
    way = link(admin, "Go on with the rule that you were writing")
    assert way.endswith("#sources-new"), "it leads to the claim that was left"
    admin.open(way)
    fold = admin.page.select_one("#sources-new[open]")
    assert fold is not None
    assert fold.select_one(f'option[selected][value="{source.key}"]') is not None, "the new source is chosen"
    assert (value_of(admin, "because"), value_of(admin, "sources-new-text")) == ("Half a reason.", CLAIM.text)
    admin.save(**claim_fields(claim=replace(CLAIM, source=source.key)))
    (claim,) = added_claims(draft)
    assert claim.id == f"{source.key}.01"
    assert find(draft(), "rules", RULE.key).sources[-1] == claim.id


def test_what_cannot_be_kept_stays_in_the_form(admin: Admin, app: Flask) -> None:
    app.config["UNSAVED_FORMS"] = 0
    admin.start().open(PAGE)
    admin.press("add-source", status=409, because="Half a reason.")
    assert "could not be kept" in admin.errors
    assert value_of(admin, "because") == "Half a reason."


def test_from_a_source_the_way_leads_to_a_claim_and_from_that_to_a_rule(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/add/sources")
    admin.save(title="A third book", about="What it is about.")
    source = draft().sources[-1].key
    admin.open(link(admin, "Add a claim from this source"))
    admin.save(place="Page 2", text="So it is.", pull=["bpo"])
    (claim,) = added_claims(draft)
    assert claim.source == source
    admin.open(link(admin, "Add a rule that rests on it"))
    assert claim.text in text_of(admin.page.select_one("#at-sources"))
    admin.save(because="So it is.", push__side="bpo", push__points="1")
    assert draft().rules[-1].sources == (claim.id,)
    admin.open(f"{DRAFT}/claims/{claim.id}?saved=1")
    assert "Add a rule that rests on it" not in admin.text, "something rests on it"
