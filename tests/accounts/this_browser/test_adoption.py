"""What is in a browser and in no account moves into an account only where the person says so, and can go back."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import AccountOwner, Assessment, Database, LoginSession
from advisor.models.base import hash_of, utc_now
from advisor.models.processes.assessment import own_assessments
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.accounts.recorded_acts.installation import press
from tests.accounts.sign_in.test_register import describe, sign_out
from tests.accounts.sign_ins import acts, code, sign_in
from tests.applications import borrow_application
from tests.concurrency import patient, run_together
from tests.factories import PASSWORD, make_account, make_assessment
from tests.visiting import Visitor, text_of

OLGA = {"email": "olga@example.org", "password": PASSWORD}


def held_by(database: Database, account_id: UUID) -> list[str]:
    with database.read() as session:
        return sorted(found.process_name for found in session.scalars(own_assessments(AccountOwner(account_id))))


def test_what_would_come_along_is_named_and_can_be_left_in_the_browser(visitor: Visitor, database: Database) -> None:
    account_id = make_account(database)
    address = describe(visitor, "Payroll of somebody else")
    page = visitor.open(f"/sign-in?next={address}")
    assert "Payroll of somebody else" in text_of(page.main)
    visitor.submit(**OLGA, along="browser")
    assert visitor.heading == "In this browser"
    assert "They are here again when you sign out" in text_of(visitor.page.main)
    assert address not in str(visitor.page.main), "that page is not one of the account"
    assert held_by(database, account_id) == []
    visitor.open(address, status=404)
    assert "Payroll of somebody else" not in visitor.open("/processes").get_text()
    sign_out(visitor)
    visitor.open(address)
    assert "Payroll of somebody else" in visitor.page.get_text()
    assert not acts(database, "assessments adopted")


def test_what_was_left_is_there_again_when_the_sign_in_has_ended_by_itself(
    visitor: Visitor, database: Database
) -> None:
    make_account(database)
    address = describe(visitor)
    visitor.open("/sign-in")
    visitor.submit(**OLGA, along="browser")
    with database.write() as session:
        session.execute(update(LoginSession).values(ended_at=utc_now()))
    page = visitor.open("/sign-in")
    assert "Payroll" in text_of(page.main), "it is asked about again"
    (chosen,) = page.select("input[name=along][checked]")
    assert chosen["value"] == "browser", "what was left once is not taken along by pressing on"
    press(visitor, "Go on without an account")
    visitor.open(address)


@pytest.mark.parametrize("along", ["account", "browser"])
def test_the_choice_holds_through_the_code_of_the_second_factor(
    visitor: Visitor, database: Database, along: str
) -> None:
    account_id = make_account(database, has_factor=True)
    describe(visitor)
    visitor.open("/sign-in")
    visitor.submit(**OLGA, along=along)
    assert visitor.heading == "Enter a code"
    visitor.submit(code=code())
    assert held_by(database, account_id) == (["Payroll"] if along == "account" else [])


def test_what_the_form_did_not_ask_about_stays_and_the_next_page_says_so(visitor: Visitor, database: Database) -> None:
    account_id = make_account(database)
    visitor.open("/sign-in")
    describe(visitor.second_window())
    visitor.submit(**OLGA)
    assert visitor.heading == "In this browser"
    assert held_by(database, account_id) == []
    press(visitor, "Add to my account")
    assert held_by(database, account_id) == ["Payroll"]
    assert "Added to your account: “Payroll”" in text_of(visitor.page.main)


def test_what_came_along_can_be_given_back_and_added_again(visitor: Visitor, database: Database) -> None:
    account_id = make_account(database)
    make_assessment(database, AccountOwner(account_id), "Mine")
    address = describe(visitor)
    sign_in(visitor)
    link = visitor.page.select_one("main .notice a")
    assert link is not None
    visitor.open(str(link["href"]))
    assert "Mine" not in text_of(visitor.page.main), "only what came along"
    press(visitor, "Give them back")
    assert held_by(database, account_id) == ["Mine"]
    assert "Not in your account" in text_of(visitor.page.main)
    press(visitor, "Add to my account")
    assert held_by(database, account_id) == ["Mine", "Payroll"]
    press(visitor, "Give them back")
    sign_out(visitor)
    visitor.open(address)
    assert len(acts(database, "assessments given back")) == 2


def test_giving_back_is_for_the_sign_in_that_brought_it_alone(app: Flask, visitor: Visitor, database: Database) -> None:
    account_id = make_account(database)
    describe(visitor)
    sign_in(visitor)
    elsewhere = sign_in(Visitor(app.test_client()))
    page = elsewhere.open("/account/this-browser")
    assert "Payroll" not in text_of(page.main)
    elsewhere.open("/account")
    assert elsewhere.post("/account/this-browser", do="give-back").status_code == 303
    assert held_by(database, account_id) == ["Payroll"]


def test_s8b_the_key_of_a_browser_with_nothing_in_it_is_not_kept(visitor: Visitor, database: Database) -> None:
    make_account(database)
    visitor.open("/assessments/new")
    sign_in(visitor)
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) == {"csrf_token", "login"}


def test_s8b_what_is_left_keeps_its_key_in_the_cookie_and_nothing_else(visitor: Visitor, database: Database) -> None:
    make_account(database)
    describe(visitor)
    visitor.open("/sign-in")
    visitor.submit(**OLGA, along="browser")
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) == {"csrf_token", "login", "visitor"}
        key = hash_of(cookie["visitor"])
    visitor.open("/account/password")
    visitor.submit(password=PASSWORD, new_password="nine blue chairs at night")
    sign_out(visitor)
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) <= {"csrf_token", "visitor"}
        assert hash_of(cookie["visitor"]) == key


def test_a_registration_by_letter_asks_when_the_link_is_opened(
    by_mail: Visitor, mailbox: Mailbox, database: Database
) -> None:
    describe(by_mail)
    page = by_mail.open("/register")
    assert "there you choose whether to add them" in text_of(page.main)
    assert not page.select("input[name=along]")
    by_mail.submit(**OLGA)
    page = by_mail.open(mailbox.link("/confirm-address"))
    assert "Payroll" in text_of(page.main)
    by_mail.submit(password=PASSWORD, along="browser")
    assert by_mail.heading == "In this browser"
    with database.read() as session:
        assert session.scalars(select(Assessment.account_id)).all() == [None]


@pytest.fixture
def small(settings: Settings) -> Iterator[Flask]:
    """An installation that keeps three processes for one owner."""
    with borrow_application({**patient(settings), "ASSESSMENTS_PER_OWNER": 3}) as app:
        yield app


def test_s11b_what_does_not_fit_into_the_account_stays_whole_and_can_come_later(
    small: Flask, database: Database
) -> None:
    account_id = make_account(database)
    mine = [make_assessment(database, AccountOwner(account_id), f"Mine {number}") for number in range(2)]
    visitor = Visitor(small.test_client())
    for name in ("A", "B"):
        describe(visitor, name)
    sign_in(visitor)
    assert visitor.heading == "In this browser"
    assert "An account holds 3 processes at most" in text_of(visitor.page.main)
    assert held_by(database, account_id) == ["Mine 0", "Mine 1"]
    press(visitor, "Add to my account", 422)
    visitor.open(f"/assessments/{mine[0]}/delete")
    visitor.submit()
    visitor.open("/account/this-browser")
    press(visitor, "Add to my account")
    assert held_by(database, account_id) == ["A", "B", "Mine 1"]


def test_s11b_of_several_browsers_that_bring_theirs_at_once_as_many_pass_as_fit(
    small: Flask, database: Database
) -> None:
    account_id = make_account(database)
    people = [Visitor(small.test_client()) for _ in range(6)]
    for number, person in enumerate(people):
        describe(person, f"P{number}")
        person.open("/sign-in")
    small.config["SIGN_IN_TRIES"] = 100

    def come_in(person: Visitor) -> str:
        person.submit(**OLGA)
        return person.heading

    headings = run_together([lambda person=person: come_in(person) for person in people])  # type: ignore[misc]
    assert headings.count("In this browser") == 3, headings
    assert len(held_by(database, account_id)) == 3
    with database.read() as session:
        assert len(session.scalars(select(Assessment).where(Assessment.visitor_key_hash.is_not(None))).all()) == 3


def test_two_windows_that_sign_in_at_once_bring_each_process_once(small: Flask, database: Database) -> None:
    account_id = make_account(database)
    first = Visitor(small.test_client())
    describe(first)
    first.open("/sign-in")
    cookie = first.client.get_cookie("session")
    assert cookie is not None
    second = Visitor(small.test_client())
    second.client.set_cookie("session", cookie.value)
    second.open("/sign-in")
    results = run_together([lambda: first.submit(**OLGA), lambda: second.submit(**OLGA)])
    assert not [found for found in results if isinstance(found, Exception)]
    assert held_by(database, account_id) == ["Payroll"]
    assert len(acts(database, "assessments adopted")) == 1
