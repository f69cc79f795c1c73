"""The draft as a task list: what is done, and what is out of date when the draft moves on."""

from dataclasses import replace

from advisor import starter
from advisor.models import Database
from advisor.models import draft as drafts
from advisor.models.audit import OPERATOR
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of


def states(admin: Admin) -> list[tuple[str, str]]:
    admin.open("/admin/rules")
    return [(text_of(row.a), text_of(row.select_one(".tag"))) for row in admin.page.select(".tasks > li")]


def state(admin: Admin, label: str) -> str:
    return dict(states(admin))[label]


def test_a_fresh_draft_waits_for_a_change(admin: Admin) -> None:
    assert states(admin.start()) == [
        ("Edit rules and questions", "Incomplete"),
        ("Fix problems", "Completed"),
        ("Run the test cases", "Completed"),
        ("See who is affected", "Incomplete"),
        ("Say what changed and why", "Incomplete"),
        ("Publish", "Cannot start yet"),
    ]


def test_without_test_cases_none_is_said_to_pass_and_the_draft_can_be_published_all_the_same(
    admin: Admin, database: Database
) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    with database.write() as session:
        drafts.edit(session, OPERATOR, lambda rules: replace(rules, cases=()), kind="draft changed", what="cases")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    assert state(admin, "Run the test cases") == "Incomplete"
    assert "There are no test cases yet" in admin.text
    assert "0 pass" not in admin.text
    assert state(admin, "Publish") == "Incomplete", "it can be done"


def test_the_note_is_out_of_date_when_the_draft_moves_on_and_in_date_when_it_is_saved_again(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    assert "As people will read it" in admin.text
    assert text_of(admin.page.select_one(".preview dd")) == "We say it otherwise."
    assert state(admin, "Say what changed and why") == "Completed"
    assert state(admin, "Publish") == "Incomplete"
    admin.edit("rules/edge-vital", because="Said in a third way.")
    assert state(admin, "Say what changed and why") == "Out of date"
    admin.open(f"{DRAFT}/note")
    assert "The draft was changed after this was written" in admin.text
    admin.submit()
    assert state(admin, "Say what changed and why") == "Completed"


def test_where_it_is_published_an_old_note_is_said_to_be_old(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    old = "The draft was changed after this text was written."
    assert old not in admin.open(f"{DRAFT}/publish").text
    admin.edit("rules/edge-vital", because="Said in a third way.")
    assert old in admin.open(f"{DRAFT}/publish").text


def test_a_note_of_an_earlier_draft_does_not_count_for_the_next(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    admin.start()
    assert state(admin, "Say what changed and why") == "Incomplete"


def test_what_blocks_is_a_problem_and_only_publishing_waits_for_it(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/claims/D2.04/remove")
    admin.submit()
    waits = ("Incomplete", "Incomplete", "Cannot start yet")
    assert [found for _, found in states(admin)] == ["Completed", "There is a problem", "Completed", *waits]
    admin.open(f"{DRAFT}/questions/exposure/remove")
    admin.submit()
    assert [found for _, found in states(admin)][2] in {"Incomplete", "There is a problem"}


def test_where_nothing_can_be_tried_all_waits_for_what_blocks(admin: Admin, database: Database) -> None:
    store_draft(database, replace(starter.rule_set(), kind=()))
    assert [found for _, found in states(admin)] == [
        *("Completed", "There is a problem", "Cannot start yet", "Cannot start yet", "Incomplete", "Cannot start yet"),
    ]


def test_publish_can_always_be_opened_and_says_what_is_missing(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/publish")
    assert "This is missing before it can be published" in admin.text


def test_f13_a_note_for_a_draft_that_is_gone_leads_home(admin: Admin, other_admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/note")
    other_admin.open(f"{DRAFT}/discard")
    other_admin.submit()
    admin.submit(note="Too late.")
    assert "There is no draft any more" in admin.text
