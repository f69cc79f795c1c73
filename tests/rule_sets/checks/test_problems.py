"""What is proved of a draft blocks publishing where it must, and nothing else does; what takes long is a job."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from advisor import starter
from advisor.engine.analysis.prove import plain_proofs, proofs_of_plain, prove
from advisor.engine.checks.check import examine
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import Assessment, AuditEvent, Database
from advisor.models import job as jobs
from advisor.models.audit import Actor
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets.draft import Unpublishable, find_draft, publish
from advisor.models.rule_sets.proof import Unproven
from advisor.rule_sets import worker
from advisor.rule_sets.checks import proof_status
from advisor.rule_sets.worker import work_due
from advisor.wording.values import percent
from tests.rule_sets.admins import DRAFT, Admin, form_index
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft, without_keep
from tests.visiting import text_of

Read = Callable[[], RuleSet]
PROBLEMS = f"{DRAFT}/problems"


def press(admin: Admin, words: str) -> None:
    """Send the form of the page whose button says so."""
    forms = enumerate(admin.page.select("main form"))
    form, button = next((at, button) for at, it in forms for button in it.select("button") if words in text_of(button))
    admin.submit(form=form, button=button.get("value"))


def try_to_publish(admin: Admin, status: int = 200) -> str:
    """Type a note, and send the form by the button of the page, or that a page from before would have."""
    admin.open(f"{DRAFT}/publish")
    admin.submit(note="Why not?", do="publish", form=admin.number_of("note"), status=status)
    return admin.text


def publish_past_the_page(database: Database) -> None:
    """Do what the page does after its own look."""
    with database.write() as session:
        draft = find_draft(session)
        assert draft is not None
        publish(session, Actor("admin"), "Past the page.", expected=draft.fingerprint, in_force=1)


def test_what_was_proved_is_the_same_after_it_was_stored() -> None:
    for rules in (starter.rule_set(), without_keep()):
        found = prove(rules)
        again = proofs_of_plain(json.loads(json.dumps(plain_proofs(found))))
        assert again == found
        assert [problem.witness for problem in again.problems] == [problem.witness for problem in found.problems]


def test_p9_an_outcome_out_of_reach_blocks_publishing(admin: Admin, database: Database) -> None:
    store_draft(database, without_keep())
    admin.open(PROBLEMS)
    assert "1 problem blocks publishing" in admin.text
    assert "No answers lead to the advice “Keep in-house for now”." in admin.text
    admin.open("/admin/rules")
    assert "Fix problems 1 blocks publishing There is a problem" in admin.text
    assert "No answers lead to the advice “Keep in-house for now”." in try_to_publish(admin, 422)
    with pytest.raises(Unpublishable, match="No answers lead"):
        publish_past_the_page(database)


def test_what_only_warns_blocks_nothing(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    twin = replace(rules.rules[0], key="the-same-again")
    store_draft(database, replace(rules, rules=(*rules.rules, twin)))
    admin.open(PROBLEMS)
    assert "Nothing blocks publishing." in admin.text
    assert "the-same-again" in admin.text
    assert "Version 2 is in force now." in try_to_publish(admin)


def test_a_question_at_which_no_rule_looks_any_more_is_told_with_the_way_to_it(
    admin: Admin, database: Database
) -> None:
    rules = starter.rule_set()
    others = tuple(rule for rule in rules.rules if all(condition.question != "output" for condition in rule.when))
    store_draft(database, replace(rules, rules=others, cases=()))
    admin.open(PROBLEMS)
    said = next(way for way in admin.page.select("main a") if "No rule looks at the answer to" in text_of(way))
    assert "question “When one case is done, what have you got?”" in text_of(said)
    assert str(said["href"]).startswith(f"{DRAFT}/questions/output")
    assert "Nothing blocks publishing." in admin.text


def test_a_witness_opens_as_a_page_that_stores_nothing_and_becomes_a_test_case(
    admin: Admin, database: Database, draft: Read
) -> None:
    rules = starter.rule_set()
    store_draft(database, replace(rules, rules=(*rules.rules, replace(rules.rules[0], key="the-same-again"))))
    admin.open(PROBLEMS)
    links = [str(link["href"]) for link in admin.page.select(".problem-list details a")]
    assert links
    with database.read() as session:
        acts = session.scalar(select(func.count()).select_from(AuditEvent))
    for link in links:
        admin.open(link)
        assert "Preview of the draft: nothing is kept or counted." in admin.text
        assert "These answers belong to nobody" in admin.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == acts
        assert not session.scalars(select(Assessment)).all()
    admin.submit(form=form_index(admin, "preview/case"))
    assert "It is a test case of the draft now." in admin.text
    case = draft().cases[-1]
    assert admin.path == f"{DRAFT}/cases/{case.key}"
    assert evaluate(draft(), case.answers).outcome is case.outcome
    with database.read() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.kind == "draft added to")).all()) == 1


def test_what_came_with_the_draft_stands_before_what_the_version_in_force_has_too(
    admin: Admin, database: Database
) -> None:
    rules = starter.rule_set()
    at = next(at for at, rule in enumerate(rules.rules) if rule.key == "steps-set")
    wider = replace(rules.rules[at].when[0], values=("set", "case-by-case"))
    store_draft(
        database,
        replace(rules, rules=(*rules.rules[:at], replace(rules.rules[at], when=(wider,)), *rules.rules[at + 1 :])),
    )
    admin.open(PROBLEMS)
    new, known = (list_.select("li") for list_ in admin.page.select(".problem-list"))
    assert [text_of(heading) for heading in admin.page.select("h3")] == ["New with the draft"]
    folded = admin.page.select_one("details > .problem-list")
    assert folded is not None, "what the version in force has too is folded away"
    assert text_of(admin.page.select_one("details:has(> .problem-list) > summary")) == f"As in version 1: {len(known)}"
    assert "Every combination of answers was checked, for the draft as it is now." in admin.text
    says = {rule.key: rule.because.removesuffix(".") for rule in starter.rule_set().rules}
    expected = f"“{says['steps-case-by-case']}” never fires without rule “{says['steps-set']}”"
    assert expected in text_of(new[0])
    assert [str(link["href"]) for link in new[0].select("p a")] == [
        f"{DRAFT}/rules/steps-case-by-case#at-when",
        f"{DRAFT}/rules/steps-set#at-when",
    ]
    assert (len(new), len(known)) == (1, 13)
    admin.open("/admin/rules")
    assert "1 new thing to look at" in admin.text
    admin.open(f"{DRAFT}/publish")
    assert text_of(admin.page.select_one(".problem-list")).count("Rule “") == 1
    assert "13 more are not new: the version in force has them too." in admin.text


def test_many_problems_come_in_pages_what_blocks_first(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    store_draft(database, replace(rules, rules=tuple(replace(rule, because="") for rule in rules.rules)))
    problems = examine(rules_of_draft(database)).problems
    blocking = sum(problem.blocks for problem in problems)
    assert blocking > 50
    listed = []
    pages = -(-len(problems) // 40)
    for page in range(1, pages + 1):
        admin.open(f"{PROBLEMS}?page={page}")
        assert f"{blocking} problems block publishing" in admin.text
        listed.append(len(admin.page.select(".problem-list > li")))
        assert f"Page {page} of {pages}" in admin.text
    assert listed == [*[40] * (pages - 1), len(problems) - 40 * (pages - 1)]
    admin.open(f"{DRAFT}/publish")
    assert len(admin.page.select(".problem-list > li")) == 10
    assert f"And {blocking - 10} more." in admin.text


def test_test_cases_that_fail_alike_are_one_problem_on_every_page(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    store_draft(database, replace(rules, cases=tuple(replace(case, outcome=Outcome.UNCLEAR) for case in rules.cases)))
    failing = [result for result in examine(rules_of_draft(database)).results or () if not result.passed]
    alike = Counter((it.case.kind, it.outcome, it.case.kind and it.kind, it.missing_risks) for it in failing)
    assert len(failing) > 50 > 3 * len(alike)
    admin.open(PROBLEMS)
    assert f"{len(alike)} problems block publishing" in admin.text
    entries = admin.page.select(".problem-list > li")
    assert len(entries) == len(alike) + 13, "the warnings stand below"
    assert f"{alike.most_common(1)[0][1]} test cases fail alike. Expected: We can't say yet" in text_of(entries[0])
    named = {str(link["href"]) for link in entries[0].select("details a")}
    assert len(named) == alike.most_common(1)[0][1]
    admin.open("/admin/rules")
    assert f"Fix problems {len(alike)} block publishing" in admin.text
    admin.open(f"{DRAFT}/publish")
    shown = len(admin.page.select(".problem-list > li"))
    assert shown == min(10, len(alike))
    assert len(alike) == shown or f"And {len(alike) - shown} more." in admin.text


def rules_of_draft(database: Database) -> RuleSet:
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        return draft.rule_set


def test_one_click_on_the_list_makes_the_test_case(admin: Admin, draft: Read) -> None:
    admin.start().open(PROBLEMS)
    before = len(draft().cases)
    admin.submit(form=form_index(admin, "preview/case"))
    assert len(draft().cases) == before + 1
    assert "It is a test case of the draft now." in admin.text


def test_p12_a_large_rule_set_is_checked_by_a_job_and_publishing_waits_for_it(
    app: Flask, admin: Admin, database: Database
) -> None:
    store_draft(database, crowded_rules())
    admin.open(PROBLEMS)
    assert "The check of every combination of answers Not started yet." in admin.text
    assert "an estimate from" in admin.text
    said = try_to_publish(admin, 422)
    assert "Cannot start yet: every combination of answers must be checked first." in said
    with pytest.raises(Unproven):
        publish_past_the_page(database)
    admin.open(PROBLEMS)
    ask = next(at for at, it in enumerate(admin.page.select("main form")) if it.select_one("[name=of]"))
    admin.submit(form=ask)
    assert "Waiting for its turn." in admin.text
    assert admin.page.select_one("[data-poll] progress")
    assert admin.page.select_one("noscript meta")
    with database.read() as session:
        asked = session.scalars(select(AuditEvent).where(AuditEvent.kind == "check asked for")).all()
    assert [event.what for event in asked] == ["draft"]
    assert work_due(database, app.config)
    assert not work_due(database, app.config)
    admin.open(PROBLEMS)
    assert "Done, and up to date." in admin.text
    assert "Nothing blocks publishing." in admin.text
    assert "every combination of complete answers was counted" in admin.text
    counted = text_of(admin.page.select_one("figure.shares"))
    admin.open(f"{DRAFT}/differences")
    assert "Only which advice becomes which is an estimate." in admin.text
    assert text_of(admin.page.select_one("figure.shares")) == counted
    assert "Version 2 is in force now." in try_to_publish(admin)


def ask_for_the_check(admin: Admin) -> None:
    admin.open(PROBLEMS)
    press(admin, "Check every combination")


def acts(database: Database) -> list[str]:
    with database.read() as session:
        mine = select(AuditEvent.kind).where(AuditEvent.kind.startswith("check"))
        return list(session.scalars(mine.order_by(AuditEvent.sequence)))


def test_a_check_is_stopped_once_and_can_be_started_again(
    app: Flask, admin: Admin, other_admin: Admin, database: Database
) -> None:
    store_draft(database, crowded_rules())
    ask_for_the_check(admin)
    other_admin.open(PROBLEMS)
    press(admin, "Stop")
    assert "Stopped before its end." in admin.text
    assert not admin.page.select("[data-poll], noscript")
    assert "must be checked first. Stopped before its end." in try_to_publish(admin, 422)
    assert not work_due(database, app.config), "nobody works at it any more"
    ask_for_the_check(admin)
    press(other_admin, "Stop")  # the one that was shown, which has ended; not the newer one
    assert "Waiting for its turn." in other_admin.text
    assert work_due(database, app.config)
    admin.open(PROBLEMS)
    assert "Nothing blocks publishing." in admin.text
    assert acts(database) == ["check asked for", "check cancelled", "check asked for"]


def test_a_check_that_is_stopped_while_it_works_leaves_no_result(
    app: Flask, admin: Admin, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_draft(database, crowded_rules())
    ask_for_the_check(admin)
    whole = worker._Report.__call__

    def stopped_half_way(self: worker._Report, done: int, total: int) -> None:
        if acts(database)[-1] != "check cancelled":
            admin.open(PROBLEMS)
            press(admin, "Stop")
        whole(self, done, total)

    monkeypatch.setattr(worker._Report, "__call__", stopped_half_way)
    work_due(database, app.config)
    admin.open(PROBLEMS)
    assert "Stopped before its end." in admin.text
    assert "an estimate from" in admin.text
    assert acts(database) == ["check asked for", "check cancelled"]


def test_the_check_that_a_program_asked_for_is_not_stopped_from_the_page(admin: Admin, database: Database) -> None:
    store_draft(database, crowded_rules())
    with database.write() as session:
        draft = find_draft(session)
        assert draft is not None
        proof_status.ask(session, Actor("admin", admin.account_id), draft.document, "rule set", by_program=True)
    admin.open(PROBLEMS)
    assert "Waiting for its turn." in admin.text
    assert "Stop" not in admin.text


def test_a_check_that_failed_says_so_blocks_nothing_and_can_be_started_again(
    app: Flask, admin: Admin, database: Database
) -> None:
    store_draft(database, crowded_rules())
    ask_for_the_check(admin)
    with database.write() as session:
        job = jobs.claim(session, proofs.KIND, lease=timedelta(seconds=1), tries=3)
        assert job is not None
        jobs.fail(session, job, "mistake")
    admin.open(PROBLEMS)
    assert "Failed. A mistake of ours stopped it; the log of the server says more." in admin.text
    assert "the check of them all has failed" in admin.text
    assert "Nothing blocks publishing." in admin.text
    press(admin, "Check every combination")
    assert "Waiting for its turn." in admin.text
    assert "has failed" not in admin.text
    assert "every combination of answers must be checked first" in try_to_publish(admin, 422)
    assert work_due(database, app.config)
    admin.open(PROBLEMS)
    assert "Done, and up to date." in admin.text


def test_a_check_that_failed_is_not_told_while_another_one_is_under_way(admin: Admin, database: Database) -> None:
    store_draft(database, crowded_rules())
    with database.write() as session:
        draft = find_draft(session)
        assert draft is not None
        who = Actor("admin", admin.account_id)
        asked = proof_status.ask(session, who, draft.document, "rule set", by_program=True)
        job = jobs.claim(session, asked.kind, lease=timedelta(seconds=1), tries=3)
        assert job is not None
        jobs.fail(session, job, "gave-up")
    admin.open(PROBLEMS)
    assert "Failed. It was begun several times" in admin.text
    press(admin, "Check every combination")
    assert "Waiting for its turn." in admin.text
    assert "the check of them all has failed" not in admin.text
    press(admin, "Stop")
    assert "Stopped before its end." in admin.text


def test_the_shares_before_and_after_are_shown_as_a_picture_and_as_a_table(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    store_draft(database, replace(rules, rules=rules.rules[1:], cases=()))
    admin.open(PROBLEMS)
    rows = [text_of(row) for row in admin.page.select("table tbody tr")]
    assert len(rows) == len(Outcome)
    before, after = prove(rules).shares, prove(replace(rules, rules=rules.rules[1:], cases=())).shares
    assert before is not None
    assert after is not None
    for row, outcome in zip(rows, (Outcome.BPO, Outcome.KPO, Outcome.BOTH, Outcome.KEEP, Outcome.UNCLEAR), strict=True):
        assert f"{percent(before.whole.share(outcome))} {percent(after.whole.share(outcome))}" in row
    admin.open(f"{DRAFT}/shares")
    assert "Shifts a share by up to" in admin.text
    shifting = len(admin.page.select("table.shifts"))
    silent = len(admin.page.select("section[aria-labelledby=without] li"))
    assert shifting > 0 < silent, "what shifts nothing is named, and has no table"
    assert "Shifts nothing" not in admin.text


def test_a_share_that_was_counted_and_did_not_move_is_none_and_not_none_seen(admin: Admin) -> None:
    admin.start().open(PROBLEMS)
    assert [text_of(row.select("td")[-1]) for row in admin.page.select("table tbody tr")] == ["none"] * len(Outcome)
    assert [text_of(told) for told in admin.page.select(".share-moved")] == ["no change"] * len(Outcome)
    assert "none seen" not in admin.text
