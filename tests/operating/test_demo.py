"""The demo: anybody can look round in it, and it is taken away again with nothing else."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from advisor import starter
from advisor.cli import main
from advisor.models import (
    Account,
    AccountOwner,
    Assessment,
    Comment,
    Database,
    Membership,
    Organisation,
    RecommendationRecord,
)
from advisor.models.audit import Actor, audit
from advisor.models.base import Base, utc_now
from advisor.models.limits import forget_tries
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.proof import Proof
from advisor.settings import Settings
from tests.accounts.sign_ins import sign_in
from tests.factories import PASSWORD, SECRET, make_account, make_assessment
from tests.visiting import Visitor

STAYS = {"audit_event"}
"""The record of acts is never shortened."""


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("DATABASE_URL", settings["DATABASE_URL"])
    monkeypatch.setenv("ADVISOR_DATA", str(settings["DATA_FOLDER"]))
    return Run()


class Run:
    def __call__(self, *arguments: str, fails: bool = False) -> str:
        done: Result = CliRunner().invoke(main, ["demo", *arguments])
        assert (done.exit_code == 1) == fails, done.output
        return done.output


def row_counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in STAYS]
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def signed_in(app: Flask, database: Database, email: str) -> Visitor:
    """Whoever uses the link that the demo printed chooses a password; here it is put in its place."""
    with database.write() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        account.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        if account.is_admin:
            account.totp_secret = SECRET
    return sign_in(Visitor(app.test_client()), email)


def test_the_demo_is_filled_in_looked_at_and_taken_away_with_nothing_left(
    app: Flask, database: Database, run: Run
) -> None:
    before = row_counts(database)
    printed = run()
    assert "a firm with 30 processes, and a draft of the rules" in printed
    assert "The demo is filled in already" in run(fails=True)

    link = re.search(r"olga@demo.example .*?: http://[^/]+(/set-password\?token=\S+)", printed)
    assert link is not None
    visitor = Visitor(app.test_client())
    visitor.open(link[1])
    visitor.submit(new_password=PASSWORD)
    olga = sign_in(visitor, "olga@demo.example")
    for path in ("/processes", "/processes/sheet", "/processes/look-again", "/processes/groups", "/organisations"):
        olga.open(path)
    with database.read() as session:
        found = session.scalars(select(Assessment)).all()
        organisation = session.scalars(select(Organisation)).one()
        assert len(found) == 30
        advice = {it.assessment_id: it for it in session.scalars(select(RecommendationRecord))}
        assert advice.keys() == {it.id for it in found}
        assert {it.result["outcome"] for it in advice.values()} >= {"bpo", "kpo", "both", "keep"}
        for it in found:
            assert it.decided_on is None or advice[it.id].created_at.date() <= it.decided_on
        assert sum(bool(it.costs) for it in found) >= 3
        assert sum(len(it.parts) > 1 for it in found) >= 2
        assert any(it.look_again_on for it in found)
        assert session.scalar(select(func.count()).select_from(Comment)) == 4
    assert organisation.name.startswith("Demo")
    members = f"/organisations/{organisation.id}"
    for path in (members, f"{members}/processes", f"{members}/processes/sheet"):
        olga.open(path)
    for it in found[::4]:
        olga.open(f"/assessments/{it.id}/result")

    ada = signed_in(app, database, "ada@demo.example")
    for page in ("", "/draft/problems", "/draft/differences", "/draft/affected"):
        ada.open(f"/admin/rules{page}")
    assert "Demo: work that customers" in ada.open("/admin/rules/draft/note").get_text()

    assert "with 30 processes" in run("--remove")
    with database.write() as session:
        forget_tries(session, utc_now() + timedelta(days=1))  # of the passwords that were typed above
        session.execute(delete(Proof))  # so are these, of a draft that somebody looked at
    assert row_counts(database) == before
    assert "There is no demo here" in run("--remove", fails=True)
    run()
    run("--remove")
    assert row_counts(database) == before, "it can be filled in again"


def test_beside_others_it_is_filled_in_only_where_that_is_said_and_takes_nothing_of_theirs(
    database: Database, run: Run
) -> None:
    account_id = make_account(database, "eve@example.org", role="admin")
    make_assessment(database, AccountOwner(account_id), "Payroll")
    with database.write() as session:
        eve = Actor("admin", account_id)
        drafts.start(session, eve)
    before = row_counts(database)
    assert "for an empty installation" in run(fails=True)
    assert row_counts(database) == before
    assert "draft" not in run("--beside-others").splitlines()[0], "there is one already"
    assert "The draft stays" in run("--remove")
    assert row_counts(database) == before


def test_what_was_published_since_stays_and_so_does_what_others_did_to_the_draft(database: Database, run: Run) -> None:
    run()
    with database.write() as session:
        ada = session.scalars(select(Account).where(Account.role == "admin")).one()
        version = versions.publish(session, starter.text().replace("The work carries", "This work carries"), "Demo")
        audit(session, "rules published", who=Actor("admin", ada.id), what="rules", version=version.number)
        drafts.save_note(session, Actor("admin", make_account_id(session)), "Mine now")
    printed = run("--remove")
    assert "Version 2 of the rules was published by the demo's admin" in printed
    assert "The draft stays" in printed
    with database.read() as session:
        assert versions.in_force(session).number == 2
        draft = drafts.find_draft(session)
        assert draft is not None
        assert draft.note == "Mine now"
        assert session.scalars(select(Account.email)).all() == ["eve@example.org"]
        assert not session.scalars(select(Assessment)).all()


def test_it_is_not_taken_away_while_somebody_else_is_in_its_organisation(database: Database, run: Run) -> None:
    run()
    with database.write() as session:
        organisation = session.scalars(select(Organisation)).one()
        session.add(Membership(organisation_id=organisation.id, account_id=make_account_id(session), role="reader"))
    before = row_counts(database)
    assert "Somebody else is a member" in run("--remove", fails=True)
    assert row_counts(database) == before


def make_account_id(session: Session) -> UUID:
    account = Account(email="eve@example.org", password_hash="-", role="admin", confirmed_at=utc_now())
    session.add(account)
    session.flush()
    return account.id
