"""What admins do for the accounts of others, and the commands that let somebody in."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from advisor.accounts import operations
from advisor.cli import main
from advisor.models import Account, AccountOwner, Database
from advisor.models.audit import Actor
from advisor.models.base import utc_now
from advisor.settings import Settings
from tests.accounts.sign_in.test_sign_in import is_signed_in
from tests.accounts.sign_ins import acts, code, sign_in
from tests.factories import PASSWORD, make_account, make_assessment
from tests.visiting import Visitor, text_of


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    make_account(database, "ada@example.org", role="admin")
    return sign_in(Visitor(app.test_client()), "ada@example.org")


def press(admin: Visitor, words: str, status: int = 200) -> None:
    forms = admin.page.select("main form")
    number = next(number for number, form in enumerate(forms) if words in text_of(form))
    admin.submit(form=number, status=status)


def test_an_admin_finds_an_account_and_never_sees_a_process(admin: Visitor, database: Database) -> None:
    account_id = make_account(database)
    make_assessment(database, AccountOwner(account_id), "Secret payroll")
    page = admin.open("/people?search=OLGA")
    assert "olga@example.org" in text_of(page.main)
    assert "ada@example.org" not in text_of(page.main)
    for path in ("/people", f"/people/{account_id}"):
        assert "Secret payroll" not in admin.open(path).get_text()
    assert not admin.open("/people?search=%25").select("main li"), "letters, not patterns"


def test_s7_disabling_ends_sign_ins_at_once_and_enabling_lets_in_again(
    app: Flask, admin: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    owner = sign_in(Visitor(app.test_client()))
    admin.open(f"/people/{account_id}")
    press(admin, "Yes, disable it")
    assert not is_signed_in(owner)
    press(admin, "Let them sign in again")
    sign_in(owner)
    assert is_signed_in(owner)
    assert len(acts(database, "account disabled", "account enabled")) == 2


def test_s9_a_new_admin_signs_in_anew_and_sets_up_a_second_factor(
    app: Flask, admin: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    owner = sign_in(Visitor(app.test_client()))
    admin.open(f"/people/{account_id}")
    press(admin, "Make them an admin")
    assert not is_signed_in(owner)
    sign_in(owner)
    assert owner.heading == "Second factor"
    (entry,) = acts(database, "role changed")
    assert (entry.before, entry.after, entry.what) == ({"role": "owner"}, {"role": "admin"}, f"account {account_id}")


def test_without_mail_an_admin_is_told_that_no_address_was_proved(
    app: Flask, admin: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    words = "Without mail, anybody can register with any address."
    assert words in text_of(admin.open(f"/people/{account_id}").main)
    app.config["MAIL_URL"] = "file:///nowhere"
    assert words not in text_of(admin.open(f"/people/{account_id}").main)


def test_a_lost_factor_is_taken_away_and_a_link_is_shown_once(app: Flask, admin: Visitor, database: Database) -> None:
    account_id = make_account(database, has_factor=True)
    admin.open(f"/people/{account_id}")
    press(admin, "Yes, take it away")
    press(admin, "Make a link")
    link = text_of(admin.page.select_one(".notice code"))
    assert link not in admin.open(f"/people/{account_id}").get_text()
    owner = Visitor(app.test_client())
    owner.open("/set-password?" + link.partition("?")[2])
    owner.submit(new_password="nine blue chairs at night")
    owner.submit(email="olga@example.org", password="nine blue chairs at night")
    assert is_signed_in(owner)


def test_an_admin_does_nothing_of_this_to_the_own_account(admin: Visitor, database: Database) -> None:
    with database.read() as session:
        own = session.scalars(select(Account.id)).one()
    page = admin.open(f"/people/{own}")
    assert not page.select("main form")
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    answer = admin.client.post(f"/people/{own}/disable", data={"csrf_token": token["value"]})
    assert answer.status_code == 403


def test_s5_an_owner_is_refused_and_that_is_recorded(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    visitor.open("/people", status=403)
    (entry,) = acts(database, "access refused")
    assert (entry.who, entry.what) == ("owner", "people.people")


def test_p11_the_first_admin_is_made_on_the_command_line(
    visitor: Visitor, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(settings["DATABASE_URL"]))
    monkeypatch.setenv("ADVISOR_DATA", str(settings["DATA_FOLDER"]))
    done = CliRunner().invoke(main, ["admin", "create", "Ada@example.org"])
    assert done.exit_code == 0, done.output
    link = next(line for line in done.output.splitlines() if "/set-password?" in line)
    assert link.startswith("http://127.0.0.1:8000/")
    visitor.open(link.removeprefix("http://127.0.0.1:8000"))
    visitor.submit(new_password=PASSWORD)
    sign_in(visitor, "ada@example.org")
    assert visitor.heading == "Second factor"
    visitor.submit(button="begin")
    with database.read() as session:
        pending = session.scalars(select(Account.totp_pending)).one()
    visitor.submit(code=code(str(pending)))
    assert visitor.heading == "Your recovery codes"
    visitor.open("/people")
    assert visitor.heading == "Users"
    assert [entry.who for entry in acts(database, "account created", "reset link made")] == ["operator", "operator"]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_who_registered_an_address_before_it_became_an_admins_is_shut_out(
    visitor: Visitor, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, is_confirmed: bool
) -> None:
    """Without mail nobody has shown that the address is theirs; who runs the command knows whose it is."""
    monkeypatch.setenv("DATABASE_URL", str(settings["DATABASE_URL"]))
    monkeypatch.setenv("ADVISOR_DATA", str(settings["DATA_FOLDER"]))
    account_id = make_account(database, "ada@example.org", has_factor=True)
    with database.write() as session:
        who = Actor("owner", account_id)
        token = operations.create_token(session, account_id, "mine", timedelta(days=1), 9, who)
        session.get_one(Account, account_id).confirmed_at = utc_now() if is_confirmed else None
    done = CliRunner().invoke(main, ["admin", "create", "ada@example.org"])
    visitor.open("/sign-in")
    visitor.submit(email="ada@example.org", password=PASSWORD, status=422)
    visitor.open("/register")
    visitor.submit(email="ada@example.org", password="another long password", status=422)
    answer = visitor.client.get("/api/v1/assessments", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    link = next(line for line in done.output.splitlines() if "/set-password?" in line)
    visitor.open(link.removeprefix("http://127.0.0.1:8000"))
    visitor.submit(new_password="a password of my own")
    sign_in(visitor, "ada@example.org", "a password of my own")
    assert visitor.heading == "Second factor", "the one that was there is not theirs"


def test_who_is_an_admin_already_only_gets_a_link(
    visitor: Visitor, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(settings["DATABASE_URL"]))
    monkeypatch.setenv("ADVISOR_DATA", str(settings["DATA_FOLDER"]))
    make_account(database, "ada@example.org", role="admin")
    assert "/set-password?" in CliRunner().invoke(main, ["admin", "create", "ada@example.org"]).output
    sign_in(visitor, "ada@example.org")
    assert is_signed_in(visitor)


def test_the_command_names_an_address_that_has_no_account(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", str(settings["DATABASE_URL"]))
    done = CliRunner().invoke(main, ["reset-link", "nobody@example.org"])
    assert done.exit_code == 1
    assert "There is no account with the address nobody@example.org." in done.output
