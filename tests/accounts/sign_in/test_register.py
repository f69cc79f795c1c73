import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import Account, AccountOwner, Assessment, Database
from advisor.models.processes.assessment import own_assessments
from tests.accounts.sign_ins import acts, sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor, text_of


def describe(visitor: Visitor, name: str = "Payroll") -> str:
    """Begin a process without an account. Returns its address."""
    visitor.open("/assessments/new")
    visitor.submit(process_name=name)
    return "/".join(visitor.path.split("/")[:3])


def test_a_visitor_registers_and_the_processes_of_the_browser_come_along(visitor: Visitor, database: Database) -> None:
    address = describe(visitor)
    page = visitor.open(f"/register?next={address}")
    assert "One process in this browser is in no account" in text_of(page.main)
    assert "Payroll" in text_of(page.main)
    visitor.submit(email="Olga@Example.org", password=PASSWORD)
    assert visitor.path.startswith(address), "back where the person was"
    assert "Added to your account: “Payroll”" in text_of(visitor.page.main)
    with database.read() as session:
        account = session.scalars(select(Account)).one()
        assert (account.email, account.email_shown, account.role) == ("olga@example.org", "olga@example.org", "owner")
        assert [held.process_name for held in session.scalars(own_assessments(AccountOwner(account.id)))] == ["Payroll"]
        assert session.scalars(select(Assessment.visitor_key_hash)).all() == [None]
    assert [event.kind for event in acts(database)] == ["account created", "signed in", "assessments adopted"]


def test_signing_in_takes_the_processes_of_the_browser_along_and_says_which(
    visitor: Visitor, database: Database
) -> None:
    make_account(database)
    describe(visitor, "Payroll")
    describe(visitor, "Support")
    page = visitor.open("/sign-in")
    assert "2 processes in this browser are in no account" in text_of(page.main)
    sign_in(visitor)
    assert "Payroll" in text_of(visitor.page.main)
    assert "Support" in text_of(visitor.page.main)


def test_on_signing_out_nothing_of_the_account_stays_in_the_browser(visitor: Visitor, database: Database) -> None:
    address = describe(visitor)
    visitor.open("/register")
    visitor.submit(email="olga@example.org", password=PASSWORD)
    sign_out(visitor)
    assert visitor.path == "/"
    assert visitor.client.get_cookie("session") is None
    visitor.open(address, status=404)
    assert acts(database, "signed out")


def sign_out(visitor: Visitor) -> None:
    answer = visitor.post("/sign-out")
    assert answer.status_code == 303
    visitor.open(answer.headers["Location"])


def test_the_header_says_who_is_signed_in_and_the_start_page_sets_no_cookie(
    visitor: Visitor, database: Database
) -> None:
    page = visitor.open("/")
    assert "Sign in" in text_of(page.header)
    assert "Set-Cookie" not in visitor.response.headers
    make_account(database)
    sign_in(visitor)
    page = visitor.open("/")
    assert "Sign in" not in text_of(page.header)
    for words in ("Your processes", "Your account", "Sign out"):
        assert words in text_of(page.header)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "olga",
        "olga@",
        "@example.org",
        "a b@example.org",
        "olga@example",
        "x" * 250 + "@example.org",
        "x,olga@example.org",
        "Olga<olga@example.org>",
    ],
)
def test_what_is_no_address_is_refused_beside_the_field(visitor: Visitor, database: Database, email: str) -> None:
    visitor.open("/register")
    page = visitor.submit(email=email, password=PASSWORD, status=422)
    assert page.select_one("#email-error") is not None
    with database.read() as session:
        assert session.scalars(select(Account)).all() == []


def test_s12_without_mail_registration_says_that_an_address_is_taken(visitor: Visitor, database: Database) -> None:
    make_account(database, "olga@example.org")
    visitor.open("/register")
    page = visitor.submit(email="OLGA@example.org", password=PASSWORD, status=422)
    assert "There is an account with this address already" in text_of(page.main)


def test_s6_no_field_of_the_form_makes_an_admin(visitor: Visitor, database: Database) -> None:
    visitor.open("/register")
    visitor.submit(email="olga@example.org", password=PASSWORD, role="admin", is_admin="1", confirmed_at="1", id="1")
    with database.read() as session:
        assert session.scalars(select(Account.role)).all() == ["owner"]


def test_s11_registration_is_limited_to_10_an_hour_from_one_address(app: Flask, database: Database) -> None:
    for number in range(11):
        visitor = Visitor(app.test_client())
        visitor.open("/register")
        visitor.submit(email=f"n{number}@example.org", password=PASSWORD, status=200 if number < 10 else 429)
    assert int(visitor.response.headers["Retry-After"]) > 3_000
    with database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 10
