"""P10: what was ended after a backup was made does not live again when the backup is restored."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from advisor import create_app
from advisor.accounts import operations
from advisor.accounts.mail import send_due
from advisor.accounts.second_factor import codes as factor
from advisor.cli import main
from advisor.models import Account, AccountOwner, ApiToken, Database, Job, LoginSession, MailOutbox
from advisor.models import job as jobs
from advisor.models.accounts.account import request_letter
from advisor.models.audit import Actor
from advisor.models.base import utc_now
from advisor.models.idempotency import Attempt, idempotent
from advisor.operating.backup import back_up
from advisor.processes.sharing.operations import LinkTerms, make_link
from advisor.settings import Settings
from tests.accounts.sign_ins import code, forget_codes, sign_in
from tests.factories import PASSWORD, make_account
from tests.processes.sample_processes import keep
from tests.visiting import Visitor, text_of

OTHER = "nine yellow kites over a field"


@dataclass(frozen=True, slots=True)
class World:
    """What one owner has in hand."""

    codes: list[str]
    links: dict[str, str]
    token: str
    app_code: str
    shared: str


@pytest.fixture
def world(database: Database) -> World:
    """An owner with a second factor, recovery codes, three links, a token of a program and a shared result.

    A letter and a job wait.
    """
    account_id = make_account(database, has_factor=True)
    codes, hashes = factor.new_recovery_codes(3)
    with database.write() as session:
        account = session.get_one(Account, account_id)
        account.recovery_codes = hashes
        token = operations.create_token(session, account_id, "P", timedelta(days=9), 5, Actor("owner", account_id))
        request_letter(session, account.email, "reset")
        jobs.enqueue(session, "impact", "draft")
    (mine,) = keep(database, AccountOwner(account_id), 1)
    with database.write() as session:
        shared = make_link(
            session, AccountOwner(account_id), mine, LinkTerms(30, with_name=True), 5, Actor("owner", account_id)
        )
    links = {}
    for number, kind in enumerate(get_args(operations.LinkKind)):
        other = make_account(database, f"{number}@example.org")
        with database.write() as session:
            links[kind] = operations.new_link(session, session.get_one(Account, other), kind, "new@example.org")
    return World(codes, links, token, code(), f"/shared/{shared}")


def restore(settings: Settings, file: Path) -> str:
    environ = {"DATABASE_URL": settings["DATABASE_URL"], "ADVISOR_DATA": str(settings["DATA_FOLDER"])}
    done = CliRunner().invoke(main, ["restore", str(file), "--replace"], env=environ)
    assert done.exit_code == 0, done.output
    return done.output


def at_the_second_step(app: Flask) -> Visitor:
    person = Visitor(app.test_client())
    person.open("/sign-in")
    person.submit(email="olga@example.org", password=PASSWORD)
    assert person.heading == "Enter a code"
    return person


def test_what_was_used_after_the_backup_is_refused_after_the_restore(
    app: Flask, settings: Settings, database: Database, world: World
) -> None:
    file = back_up(settings).file
    Visitor(app.test_client()).open(world.shared)
    at_the_second_step(app).submit(code=world.codes[0])
    at_the_second_step(app).submit(code=world.app_code)
    person = Visitor(app.test_client())
    person.open(f"/set-password?token={world.links['reset']}")
    person.submit(new_password=OTHER)
    assert "Your password is set." in text_of(person.page.main)
    database.dispose()
    app.extensions["database"].dispose()

    said = restore(settings, file)
    app = create_app(settings)
    at_the_second_step(app).submit(code=world.codes[0], status=422)
    at_the_second_step(app).submit(code=world.app_code, status=422)
    person = Visitor(app.test_client())
    for kind, path in (("reset", "set-password"), ("confirm", "confirm-address"), ("address", "confirm-new-address")):
        person.open(f"/{path}?token={world.links[kind]}", status=410)
    person.open(world.shared, status=404)
    bearer = {"Authorization": f"Bearer {world.token}"}
    assert app.test_client().get("/api/v1/assessments", headers=bearer).status_code == 401
    app.extensions["database"].dispose()
    for words in (
        "  sign-ins: 0",
        "  links that set a password or confirm an address: 3",
        "  recovery codes: 3",
        "  API tokens: 1",
        "  links to results: 1",
        "  links for second opinions: 0",
        "  letters that waited: 1",
        "  jobs that waited or ran: 1",
    ):
        assert words in said


def test_none_of_it_is_left_in_the_database_and_nothing_is_sent_or_begun(
    app: Flask, settings: Settings, database: Database, world: World
) -> None:
    at_the_second_step(app).submit(code=world.codes[1])
    with database.write() as session:
        session.execute(update(Account).values(totp_pending="A" * 32))
    file = back_up(settings).file
    database.dispose()
    restore(settings, file)
    letters = {"MAIL_URL": f"file://{settings['DATA_FOLDER']}/mail", "MAIL_FROM": "a@example.org"}
    assert send_due(database, {**settings, **letters}) == 0
    with database.read() as session:
        assert jobs.kinds_due(session) == []
        assert [job.state for job in session.scalars(select(Job))] == ["cancelled"]
        assert session.scalar(select(func.count()).select_from(MailOutbox)) == 0
        for column in (LoginSession.ended_at, ApiToken.revoked_at):
            assert None not in session.scalars(select(column)).all()
        accounts = session.scalars(select(Account)).all()
        assert {(str(one.recovery_codes), one.totp_pending) for one in accounts} == {("[]", None)}


def test_a_form_that_was_sent_before_the_backup_acts_no_second_time(
    settings: Settings, database: Database, world: World
) -> None:
    sent = Attempt(world.token, "key", "content", utc_now())
    with database.write() as session:
        assert idempotent(session, sent, lambda: "/first") == "/first"
    file = back_up(settings).file
    database.dispose()
    restore(settings, file)
    with database.write() as session:
        assert idempotent(session, sent, lambda: "/second") == "/first"


def test_an_owner_without_recovery_codes_is_told_and_makes_new_ones(
    settings: Settings, database: Database, world: World
) -> None:
    file = back_up(settings).file
    database.dispose()
    restore(settings, file)
    forget_codes(database)  # a test does not wait for the next one
    app = create_app(settings)
    person = sign_in(Visitor(app.test_client()))
    assert "No recovery code is left" in text_of(person.open("/account").main)
    assert "No recovery code is left" in text_of(person.open("/account/second-factor").main)
    person.submit()
    new = [text_of(item) for item in person.page.select(".codes code")]
    assert len(new) == 10
    assert not set(new) & set(world.codes)
    app.extensions["database"].dispose()
