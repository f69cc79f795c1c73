"""An admin sees what no test case tries, adds what is proposed, and reads why a case fails."""

from dataclasses import replace

from sqlalchemy import select

from advisor import starter
from advisor.engine.analysis.coverage import coverage
from advisor.engine.document import edit
from advisor.engine.document.document import dumps
from advisor.models import AuditEvent, Database
from advisor.models.rule_sets.rule_set_version import publish
from advisor.wording.items import item_name
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

COVERAGE = f"{DRAFT}/coverage"
STARTER = starter.rule_set()
MISSING = coverage(STARTER).missing


def test_what_no_case_tries_is_named_and_leads_to_its_place(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/cases")
    assert f"{len(MISSING)} things are tried by no case." in admin.text
    admin.open(COVERAGE)
    links = {str(link["href"]) for link in admin.page.select("section[aria-labelledby=missing] a")}
    assert f"{DRAFT}/questions/own_business/answers/some" in links
    assert f"{DRAFT}/questions/who_now" not in links
    assert len(links) == len(MISSING)


def test_a_proposed_case_opens_with_its_answers_to_be_named_and_confirmed(admin: Admin, draft: Read) -> None:
    admin.start().open(COVERAGE)
    proposal = coverage(STARTER).proposals[0]
    link = admin.page.select_one("a.small-link")
    assert link is not None
    admin.open(str(link["href"]))
    admin.save(process_name="Meter readings", because="We looked it over together.")
    case = draft().cases[-1]
    assert case.process == "Meter readings"
    assert case.outcome == proposal.outcome
    assert case.answers == proposal.answers
    assert set(coverage(draft()).missing) == set(MISSING) - set(proposal.tries)


def test_all_proposed_cases_are_shown_then_added_in_one_act_and_taken_back_in_one(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(f"{COVERAGE}/add")
    assert len(admin.page.select("tbody tr")) == len(coverage(STARTER).proposals)
    assert draft() == STARTER
    admin.submit()
    assert coverage(draft()).missing == ()
    assert "Nothing is left to try." in admin.text
    assert "Look each of them over" in admin.text
    admin.take_back()
    assert admin.path == COVERAGE
    assert draft() == STARTER
    with database.read() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.sequence)))
    assert kinds == ["draft started", "draft added several", "draft taken back"]


def test_cases_that_were_proposed_for_another_draft_are_shown_again_and_not_added(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(f"{COVERAGE}/add")
    other_admin.edit("rules/core-done-well", because="Ben was here.")
    admin.submit(status=409)
    assert "The draft was changed after you opened this page." in admin.text
    assert draft().cases == STARTER.cases
    admin.submit()
    assert len(draft().cases) > len(STARTER.cases)
    assert any(rule.because == "Ben was here." for rule in draft().rules)


def test_a_case_that_was_changed_after_it_was_added_stays_when_the_others_are_taken_back(
    admin: Admin, draft: Read
) -> None:
    admin.start().open(f"{COVERAGE}/add")
    admin.submit()
    after = admin.second_window()
    key = draft().cases[-1].key
    admin.edit(f"cases/{key}", process_name="Looked over")
    after.take_back(status=409)
    assert len(draft().cases) > len(STARTER.cases) + 1
    rest = after.page.select_one("[name=rest] ~ button")
    after.submit(form=after.number_of("rest"), button=str(rest["value"]))  # type: ignore[index]
    assert [case.process for case in draft().cases[len(STARTER.cases) :]] == ["Looked over"]


def test_a_case_that_fails_says_which_rules_made_it_so(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/rules/core-done-well/remove")
    admin.submit()
    admin.open(COVERAGE)
    said = text_of(admin.page.select_one("section[aria-labelledby=failing]"))
    assert f"Fires no more: {item_name(starter.rule_set(), 'rules', 'core-done-well')}" in said
    assert "Version 1, in force" in said
    link = admin.page.select_one("section[aria-labelledby=failing] h3 a")
    assert link is not None
    admin.open(str(link["href"]))
    assert f"Fires no more: {item_name(starter.rule_set(), 'rules', 'core-done-well')}" in admin.text


def test_what_fails_comes_first_and_is_named_with_nothing_to_unfold(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/rules/core-done-well/remove")
    admin.submit()
    admin.open(COVERAGE)
    first, *rest = admin.page.select("main section")
    assert first["aria-labelledby"] == "failing"
    named = {str(link["href"]) for link in first.select("li > h3 > a")}
    assert "Expected Keep in-house for now, got KPO" in [text_of(words) for words in first.select("li > p")]
    assert not first.select("details h3, details[open]")
    assert not [fold for section in rest for fold in section.select("details[open]")]
    admin.open(f"{DRAFT}/cases")
    listed = [str(link["href"]) for link in admin.page.select(".things h2 a")]
    assert set(listed[: len(named)]) == named
    assert len(listed) > len(named)


def test_a_risk_that_no_case_expects_is_named_and_no_case_is_proposed_for_it(
    admin: Admin, database: Database, draft: Read
) -> None:
    store_draft(database, replace(STARTER, cases=tuple(replace(case, risks=()) for case in STARTER.cases)))
    admin.open(COVERAGE)
    section = text_of(admin.page.select_one("section[aria-labelledby=missing]"))
    assert f"Risks that no case expects {len(STARTER.risks)} {STARTER.risks[0].title}" in section
    links = {str(link["href"]) for link in admin.page.select("section[aria-labelledby=missing] a")}
    assert {f"{DRAFT}/risks/{risk.key}" for risk in STARTER.risks} <= links
    assert not [place for it in coverage(draft()).proposals for place in it.tries if place.startswith("risks/")]
    assert not [place for place in coverage(draft()).not_found if place.startswith("risks/")]


def test_a_case_that_fails_by_its_risks_alone_says_so_and_names_no_rules(admin: Admin, database: Database) -> None:
    case = next(case for case in STARTER.cases if case.risks and case.no_risks)
    wants = replace(case, risks=case.no_risks[:1], no_risks=case.risks[:1])
    titles = {risk.key: risk.title for risk in STARTER.risks}
    missing, unwanted = titles[case.no_risks[0]], titles[case.risks[0]]
    store_draft(database, replace(STARTER, cases=tuple(wants if it is case else it for it in STARTER.cases)))
    said = f"Should be told of “{missing}”, and is not. Should not be told of “{unwanted}”, and is."
    admin.open(COVERAGE)
    failing = text_of(admin.page.select_one("section[aria-labelledby=failing]"))
    assert said in failing
    assert "Version 1, in force" not in failing
    admin.open(f"{DRAFT}/cases?result=failed")
    assert f"Fails {said}" in admin.text
    assert "Fails: expected" not in admin.text
    admin.open(f"{DRAFT}/cases/{case.key}")
    assert said in admin.text


def test_where_something_blocks_the_rest_is_shown_and_no_case_that_would_expect_half_of_the_rules(
    admin: Admin, database: Database, draft: Read
) -> None:
    admin.start()
    store_draft(database, edit.remove(edit.remove(draft(), "questions", "exposure"), "kind", "6"))
    admin.open(COVERAGE)
    assert "items of the draft have to be mended first. They are left out here." in admin.text
    assert "Test cases cover" in admin.text
    left_out = text_of(admin.page.select_one(".notice details"))
    for collection, key in edit.users_of_question(STARTER, "exposure"):
        if collection == "rules":
            assert item_name(STARTER, "rules", key) in left_out
    assert "Tried by no case" in admin.text
    assert "proposed when nothing is left out" in admin.text
    assert "Add all proposed cases" not in admin.text
    before = draft()
    admin.open(f"{COVERAGE}/add")
    assert "Cases are proposed when nothing is left out" in admin.text
    assert not admin.page.select("main form button")
    assert draft() == before


def test_a_claim_that_is_missing_hides_nothing_of_what_the_cases_try(admin: Admin) -> None:
    admin.start().edit("rules/core-done-well", sources=[])
    admin.open(COVERAGE)
    assert "Test cases cover" in admin.text
    assert "left out" not in admin.text


def test_without_a_row_that_says_whether_work_leaves_it_says_for_which_points(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/leave/{len(draft().leave) - 1}/remove")
    admin.submit()
    admin.open(COVERAGE)
    assert "Nothing of the draft can be tried yet. No row of the first table fits 0 points for keeping it" in admin.text


def test_the_coverage_of_400_rules_and_5_000_cases_is_there(admin: Admin, database: Database) -> None:
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    admin.start()
    admin.open(COVERAGE)
    assert "Test cases cover" in admin.text
