"""F16: what was posted after the sign-in had ended is there after signing in again, for the same account alone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import AccountOwner, Assessment, Database, LoginSession
from advisor.models.base import utc_now
from tests.accounts.sign_in.test_register import sign_out
from tests.accounts.sign_in.test_sign_in import is_signed_in
from tests.accounts.sign_ins import sign_in
from tests.factories import PASSWORD, make_account, make_assessment
from tests.visiting import Visitor, text_of

KEPT = "You were signed out. Sign in to go on; what you just typed has been kept."


@pytest.fixture
def owner_renaming(visitor: Visitor, database: Database) -> Visitor:
    """An owner with the page open on which a process is renamed."""
    owner = AccountOwner(make_account(database))
    assessment_id = make_assessment(database, owner, "Payroll")
    sign_in(visitor)
    visitor.open(f"/assessments/{assessment_id}/name")
    return visitor


def end_all(database: Database) -> None:
    with database.write() as session:
        session.execute(update(LoginSession).values(ended_at=utc_now()))


def name(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Assessment.process_name)).one()


def test_f16_what_was_typed_is_there_after_signing_in_again(owner_renaming: Visitor, database: Database) -> None:
    end_all(database)
    page = owner_renaming.submit(process_name="Wages & <salaries>", status=401)
    assert KEPT in text_of(page.main)
    assert name(database) == "Payroll"
    owner_renaming.submit(email="olga@example.org", password=PASSWORD)
    assert owner_renaming.heading == "What you typed has been kept"
    assert text_of(owner_renaming.page.select_one("main form button")) == "Go on with what you typed"
    owner_renaming.submit()
    assert name(database) == "Wages & <salaries>"


def test_f16_signing_out_in_another_window_loses_nothing(owner_renaming: Visitor, database: Database) -> None:
    other = owner_renaming.second_window()
    other.open("/account")
    sign_out(other)
    page = owner_renaming.submit(process_name="Wages", status=401)
    assert KEPT in text_of(page.main)
    owner_renaming.submit(email="olga@example.org", password=PASSWORD)
    owner_renaming.submit()
    assert name(database) == "Wages"


def test_f16_it_survives_a_wrong_password_and_the_second_step(owner_renaming: Visitor, database: Database) -> None:
    end_all(database)
    owner_renaming.submit(process_name="Wages", status=401)
    owner_renaming.submit(email="olga@example.org", password="wrong " * 4, status=422)
    owner_renaming.submit(email="olga@example.org", password=PASSWORD)
    owner_renaming.submit()
    assert name(database) == "Wages"


@pytest.mark.parametrize(("typed", "stored"), [("Wages", ["Wages"]), ("Invoices", ["Wages", "Invoices"])])
def test_f9_a_form_that_comes_again_through_the_sign_in_is_known_by_what_is_in_it(
    visitor: Visitor, database: Database, typed: str, stored: list[str]
) -> None:
    make_account(database)
    sign_in(visitor)
    visitor.open("/assessments/new")
    again = visitor.second_window()
    visitor.submit(process_name="Wages")
    end_all(database)
    again.submit(process_name=typed, status=401)
    again.submit(email="olga@example.org", password=PASSWORD)
    again.submit()
    with database.read() as session:
        assert list(session.scalars(select(Assessment.process_name).order_by(Assessment.created_at))) == stored


def test_f16_as_another_account_nothing_of_it_appears(owner_renaming: Visitor, database: Database) -> None:
    make_account(database, "rita@example.org")
    end_all(database)
    owner_renaming.submit(process_name="Wages", status=401)
    owner_renaming.submit(email="rita@example.org", password=PASSWORD)
    assert "Wages" not in owner_renaming.response.get_data(as_text=True)
    assert owner_renaming.heading != "What you typed has been kept"
    assert name(database) == "Payroll"


def test_f16_after_half_an_hour_it_is_gone(app: Flask, owner_renaming: Visitor, database: Database) -> None:
    end_all(database)
    owner_renaming.submit(process_name="Wages", status=401)
    app.config["KEPT_FOR"] = timedelta(seconds=-1)
    owner_renaming.submit(email="olga@example.org", password=PASSWORD)
    assert owner_renaming.heading != "What you typed has been kept"
    assert name(database) == "Payroll"


def test_f16_a_password_is_never_kept(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    visitor.open("/account/password")
    end_all(database)
    visitor.submit(password=PASSWORD, new_password="nine blue chairs at night", status=401)
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert "nine blue chairs" not in visitor.response.get_data(as_text=True)


def test_f16_a_page_opened_after_the_end_leads_to_the_sign_in_and_back(
    owner_renaming: Visitor, database: Database
) -> None:
    end_all(database)
    path = owner_renaming.path
    page = owner_renaming.open(path)
    assert "You were signed out. Sign in to go on." in text_of(page.main)
    owner_renaming.submit(email="olga@example.org", password=PASSWORD)
    assert owner_renaming.path == path


def test_who_was_signed_out_can_go_on_without_the_account(owner_renaming: Visitor, database: Database) -> None:
    end_all(database)
    owner_renaming.open("/assessments/new")
    assert owner_renaming.heading == "Sign in"
    owner_renaming.submit(form=1)
    owner_renaming.open("/assessments/new")
    assert owner_renaming.heading != "Sign in"
    assert not is_signed_in(owner_renaming)


def test_s15_a_form_of_another_account_is_refused(app: Flask, owner_renaming: Visitor, database: Database) -> None:
    make_account(database, "rita@example.org")
    rita = Visitor(app.test_client())
    sign_in(rita, "rita@example.org")
    answer = rita.client.post("/account/tokens", data={"csrf_token": owner_renaming.token, "name": "mine"})
    assert answer.status_code == 400
