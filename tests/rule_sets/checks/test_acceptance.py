"""A warning that an admin accepts leaves the list for everybody, and comes back when what it rests on changes."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from advisor import starter
from advisor.models import AcceptedWarning, AuditEvent, Database
from advisor.models.audit import Actor
from advisor.models.rule_sets.draft import find_draft, publish
from advisor.rule_sets.checks.proof_status import ProofStatus, proof_status_of
from advisor.wording.items import with_names
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of

PROBLEMS = f"{DRAFT}/problems"
RULES = starter.rule_set()
ACCEPTED = "accepted warning"


def status(database: Database) -> ProofStatus:
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        return proof_status_of(session, draft.document)


def accept_first(admin: Admin, reason: str = "Meant so.") -> tuple[str, str]:
    """Accept the first warning of the page; give its text, and the way to its form."""
    admin.open(PROBLEMS)
    line = admin.page.select(".problem-list > li")[0]
    (link,) = (it for it in line.select("a") if text_of(it) == "Accept it")
    first = line.select_one("p a")
    assert first is not None
    said, way = text_of(first), str(link["href"])
    admin.open(way)
    admin.submit(reason=reason)
    return said, way


def rule_of(database: Database, text: str) -> str:
    (problem,) = (it for it in status(database).accepted_problems if with_names(RULES, it.text) == text)
    collection, key, *_ = problem.place.split("/")
    assert collection == "rules"
    return key


def test_it_leaves_the_list_of_all_admins_and_is_taken_back_by_a_click(
    app: Flask, database: Database, admin: Admin
) -> None:
    store_draft(database, RULES)
    before = len(status(database).warning)
    said, _ = accept_first(admin)
    other = Admin.of(app, database, "ben@example.com")
    other.open(PROBLEMS)
    assert f"{before - 1} things to look at" in other.text
    folded = other.page.select_one("details.accepted")
    assert folded is not None
    assert said in text_of(folded)
    assert "“Meant so.”" in text_of(folded)
    assert "1 accepted warning" in text_of(folded)
    other.submit(form=other.number_of("do"), do="withdraw")
    other.open(PROBLEMS)
    assert f"{before} things to look at" in other.text
    assert ACCEPTED not in other.text
    with database.read() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.kind.startswith("warning"))))
    assert kinds == ["warning accepted", "warning no longer accepted"]


def test_it_outlasts_publishing_and_comes_back_when_its_rule_changes(database: Database, admin: Admin) -> None:
    store_draft(database, RULES)
    said, way = accept_first(admin)
    key = rule_of(database, said)
    reworded = replace(RULES, limits=(*RULES.limits, "One more."))
    store_draft(database, reworded)
    assert [with_names(RULES, problem.text) for problem in status(database).accepted_problems] == [said], (
        "what it rests on is the same"
    )
    with database.write() as session:
        draft = find_draft(session)
        assert draft is not None
        publish(session, Actor("admin"), "A limit.", expected=draft.fingerprint, in_force=1)
    rules = tuple(replace(it, because="Otherwise.") if it.key == key else it for it in reworded.rules)
    store_draft(database, replace(reworded, rules=rules))
    found = status(database)
    assert not found.accepted_problems
    assert said in [with_names(RULES, problem.text) for problem in found.warning]
    admin.open(way)
    assert "It was accepted before: “Meant so.”" in admin.text
    admin.submit(reason="Still so.")
    assert [with_names(RULES, problem.text) for problem in status(database).accepted_problems] == [said]
    with database.read() as session:
        assert [row.reason for row in session.scalars(select(AcceptedWarning))] == ["Still so."]


def test_without_a_reason_or_on_what_has_changed_meanwhile_nothing_is_accepted(
    app: Flask, database: Database, admin: Admin
) -> None:
    store_draft(database, RULES)
    _, way = accept_first(admin)
    admin.open(PROBLEMS)
    admin.submit(form=admin.number_of("do"), do="withdraw")
    admin.open(way)
    admin.submit(reason=" ", status=422)
    assert "Write why it can stay so" in admin.text
    changed = replace(RULES, rules=tuple(replace(rule, because="Otherwise.") for rule in RULES.rules))
    store_draft(database, changed)
    admin.submit(reason="Seen.", status=422)
    assert "was changed after you opened the page" in admin.text
    assert not status(database).accepted_problems
    admin.submit(reason="Seen.")
    assert len(status(database).accepted_problems) == 1
    app.config["ACCEPTED_WARNINGS"] = 1
    admin.open(PROBLEMS)
    link = next(it for it in admin.page.select(".problem-list a") if text_of(it) == "Accept it")
    admin.open(str(link["href"]))
    admin.submit(reason="One too many.", status=422)
    assert "1 warnings are accepted, which is as many as may be" in admin.text
    assert admin.client.get(f"{PROBLEMS}/accept?warning=none").status_code == 404
