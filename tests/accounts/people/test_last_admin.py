"""S11b: there is always an admin who can come in, whatever is done at once."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.people import account_admin
from advisor.models import Account, Database
from advisor.models.accounts.account import UNUSABLE, OnlyAdmin, active_admins, lock_admins
from advisor.models.audit import OPERATOR
from advisor.models.base import utc_now
from advisor.settings import Settings
from tests.accounts.sign_ins import acts, sign_in
from tests.applications import borrow_application
from tests.concurrency import patient, patient_database, run_together
from tests.factories import PASSWORD, make_account, make_signed_in
from tests.visiting import Visitor, text_of

Act = Callable[[Session, Account], object]


def demote(session: Session, account: Account) -> None:
    account_admin.set_role(session, account, OPERATOR, "owner")


def disable(session: Session, account: Account) -> None:
    account_admin.disable(session, account, OPERATOR)


def delete(session: Session, account: Account) -> None:
    operations.delete_account(session, account, OPERATOR)


@pytest.fixture
def crowded_app(settings: Settings) -> Iterator[Flask]:
    with borrow_application(patient(settings)) as app:
        yield app


def active(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(active_admins().subquery())) or 0


def do(database: Database, account_id: UUID, act: Act) -> str:
    try:
        with database.write() as session:
            lock_admins(session)
            account = operations.lock_account(session, account_id)
            assert account is not None
            act(session, account)
    except OnlyAdmin:
        return "only admin"
    return "done"


@pytest.mark.parametrize(
    ("first", "second"),
    [(demote, demote), (disable, disable), (delete, delete), (demote, disable), (disable, delete), (delete, demote)],
)
def test_s11b_of_two_acts_that_would_leave_no_admin_one_is_refused(
    settings: Settings, database: Database, first: Act, second: Act
) -> None:
    crowd = patient_database(settings)
    ada, bea = (make_account(database, email, role="admin") for email in ("ada@example.org", "bea@example.org"))
    done = run_together([lambda: do(crowd, ada, first), lambda: do(crowd, bea, second)])
    crowd.dispose()
    assert sorted(map(str, done)) == ["done", "only admin"]
    assert active(database) == 1


def test_s11b_of_five_admins_who_all_go_at_once_one_stays(settings: Settings, database: Database) -> None:
    crowd = patient_database(settings)
    everybody = [make_account(database, f"a{number}@example.org", role="admin") for number in range(5)]
    ways = [demote, disable, delete, demote, disable]
    acts = [lambda one=one, way=way: do(crowd, one, way) for one, way in zip(everybody, ways, strict=True)]
    done = run_together(acts)
    crowd.dispose()
    assert sorted(map(str, done)) == ["done"] * 4 + ["only admin"]
    assert active(database) == 1


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"totp_secret": None}, True),
        ({"disabled_at": utc_now()}, False),
        ({"confirmed_at": None}, False),
        ({"password_hash": UNUSABLE}, False),
        ({"role": "owner"}, False),
    ],
)
def test_s11b_an_admin_counts_who_can_come_in_without_help(
    database: Database, values: dict[str, object], *, counts: bool
) -> None:
    """The second factor is set up at the next sign-in; a password that was never chosen lets nobody in."""
    ada = make_account(database, "ada@example.org", role="admin")
    bea = make_account(database, "bea@example.org", role="admin")
    with database.write() as session:
        session.execute(update(Account).where(Account.id == bea).values(**values))
    assert do(database, ada, demote) == ("done" if counts else "only admin")


def admin_at(app: Flask, database: Database, email: str) -> tuple[FlaskClient, UUID]:
    client, account_id = make_signed_in(app, database, email, role="admin", password_at=utc_now())
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with database.write() as session:
        session.get_one(Account, account_id).password_hash = cheap.hash(PASSWORD)
    return client, account_id


def press(client: FlaskClient, path: str, **fields: str) -> Callable[[], int]:
    """What presses a button there, and gives the status of the reply; the page with the button is open already."""
    person = Visitor(client)
    person.open("/account")
    return lambda: person.post(path, **fields).status_code


@pytest.mark.parametrize(("first", "second"), [("make-owner", "make-owner"), ("disable", "make-owner")])
def test_s11b_two_admins_press_against_each_other_and_one_stays(
    crowded_app: Flask, database: Database, first: str, second: str
) -> None:
    ada, ada_id = admin_at(crowded_app, database, "ada@example.org")
    bea, bea_id = admin_at(crowded_app, database, "bea@example.org")
    statuses = run_together([press(ada, f"/people/{bea_id}/{first}"), press(bea, f"/people/{ada_id}/{second}")])
    assert sorted(map(str, statuses)) in [["303", "401"], ["303", "403"]], "the second one is no admin any more"
    assert active(database) == 1


def test_s11b_one_who_goes_and_one_who_is_sent_away_leave_one(crowded_app: Flask, database: Database) -> None:
    ada, _ada_id = admin_at(crowded_app, database, "ada@example.org")
    _bea, bea_id = admin_at(crowded_app, database, "bea@example.org")
    again, token = crowded_app.test_client(), ada.get_cookie("session")
    assert token is not None
    again.set_cookie("session", token.value)
    acts_at_once = [press(ada, "/account/delete", password=PASSWORD), press(again, f"/people/{bea_id}/disable")]
    statuses = run_together(acts_at_once)
    assert 303 in statuses
    assert set(map(str, statuses)) <= {"303", "401", "403", "404", "409"}
    assert active(database) == 1


def test_an_admin_who_lost_the_rights_meanwhile_is_told_and_nothing_is_done(
    crowded_app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the other admin were first, after this request had begun."""
    bea, bea_id = admin_at(crowded_app, database, "bea@example.org")
    owner = make_account(database, "olga@example.org")
    make_account(database, "ada@example.org", role="admin")
    person = Visitor(bea)
    person.open(f"/people/{owner}")

    def after_the_other(session: Session) -> None:
        lock_admins(session)
        session.execute(update(Account).where(Account.id == bea_id).values(role="owner"))

    monkeypatch.setattr("advisor.accounts.people.views.lock_admins", after_the_other)
    answer = person.post(f"/people/{owner}/make-admin")
    assert answer.status_code == 403
    assert "You are not an admin any more" in answer.get_data(as_text=True)
    assert acts(database, "access refused")
    assert not acts(database, "role changed")


def test_the_only_admin_is_told_before_deleting_the_account_and_cannot(visitor: Visitor, database: Database) -> None:
    make_account(database, "ada@example.org", role="admin")
    sign_in(visitor, "ada@example.org")
    page = visitor.open("/account/delete")
    assert "You are the only admin who can sign in" in text_of(page.main)
    assert not page.select("main form")
    visitor.open("/account")
    answer = visitor.post("/account/delete", password=PASSWORD)
    assert answer.status_code == 409
    assert "You are the only admin who can sign in" in answer.get_data(as_text=True)
    make_account(database, "bea@example.org", role="admin")
    visitor.open("/account/delete")
    visitor.submit(password=PASSWORD)
    assert visitor.path == "/account-deleted"
    assert active(database) == 1
