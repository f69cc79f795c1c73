"""Password, address, second factor, tokens, data, and the end of an account."""

import json

from flask import Flask
from sqlalchemy import func, select

from advisor.models import Account, AccountOwner, ApiToken, Assessment, AuditEvent, Base, Database, LoginSession
from advisor.models.base import hash_of
from tests.accounts.sign_in.test_sign_in import is_signed_in
from tests.accounts.sign_ins import acts, code, sign_in
from tests.factories import PASSWORD, make_account, make_assessment, make_recommendation
from tests.visiting import Visitor, text_of

OTHER = "nine blue chairs at night"


def test_s9_changing_the_password_ends_every_other_sign_in(app: Flask, database: Database) -> None:
    make_account(database)
    here, there = Visitor(app.test_client()), Visitor(app.test_client())
    sign_in(here)
    sign_in(there)
    old = here.client.get_cookie("session")
    here.open("/account/password")
    here.submit(password="wrong " * 4, new_password=OTHER, status=422)
    here.submit(password=PASSWORD, new_password=OTHER)
    assert here.path == "/account"
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert old is not None
    there.client.set_cookie("session", old.value)
    assert not is_signed_in(there), "a copy of the cookie from before the change is worth nothing"
    sign_in(there, password=OTHER)
    assert is_signed_in(there)


def test_changing_the_address_asks_for_the_password_and_the_new_one_signs_in(
    visitor: Visitor, database: Database
) -> None:
    make_account(database)
    make_account(database, "rita@example.org")
    sign_in(visitor)
    visitor.open("/account/email")
    visitor.submit(email="new@example.org", password="wrong " * 4, status=422)
    visitor.submit(email="rita@example.org", password=PASSWORD, status=422)
    visitor.submit(email="New@example.org", password=PASSWORD)
    assert "new@example.org" in text_of(visitor.page.main)
    visitor.client.delete_cookie("session")
    sign_in(visitor, "new@example.org")
    assert is_signed_in(visitor)


def test_s10_the_second_factor_is_set_up_with_a_picture_and_recovery_codes_work_once(
    app: Flask, visitor: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    sign_in(visitor)
    visitor.open("/account/second-factor")
    assert visitor.client.get("/account/second-factor/picture.svg").status_code == 404
    visitor.submit(button="begin")
    picture = visitor.client.get("/account/second-factor/picture.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"<svg" in picture.data
    assert b"style" not in picture.data
    with database.read() as session:
        pending = session.get_one(Account, account_id).totp_pending
    assert pending is not None
    visitor.submit(code="123456", status=422)
    page = visitor.submit(code=code(pending))
    codes = [text_of(item) for item in page.select(".codes code")]
    assert len(set(codes)) == 10
    with database.read() as session:
        stored = session.get_one(Account, account_id).recovery_codes
    assert hash_of(codes[0].replace("-", "")) in stored
    assert not set(stored) & set(codes), "stored hashed"
    assert visitor.client.get("/account/second-factor/picture.svg").status_code == 404
    for expected in (200, 422):
        other = Visitor(app.test_client())
        other.open("/sign-in")
        other.submit(email="olga@example.org", password=PASSWORD)
        other.submit(code=f" {codes[0].upper()} ", status=expected)
    visitor.open("/account")
    assert "9 recovery codes are left" in text_of(visitor.page.main)


def test_s10_an_admin_cannot_remove_the_second_factor_and_an_owner_can(app: Flask, database: Database) -> None:
    make_account(database, has_factor=True)
    make_account(database, "ada@example.org", role="admin")
    owner, admin = Visitor(app.test_client()), Visitor(app.test_client())
    sign_in(owner)
    sign_in(admin, "ada@example.org")
    owner.open("/account/second-factor")
    owner.submit(form=1)
    assert "The second factor is removed." in text_of(owner.page.main)
    admin.open("/account/second-factor")
    answer = admin.post("/account/second-factor/remove")
    assert answer.status_code == 403


def test_a_token_is_shown_once_stored_hashed_and_ended_at_once(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    visitor.open("/account/tokens")
    page = visitor.submit(name="monthly report", form=-1)
    token = text_of(page.select_one(".notice code"))
    assert token.startswith("oa_")
    assert token not in text_of(visitor.open("/account/tokens").main)
    with database.read() as session:
        assert session.scalars(select(ApiToken.token_hash)).one() == hash_of(token)
    visitor.submit(form=0)
    assert "No tokens yet." in text_of(visitor.page.main)
    assert "The token is revoked. A program that still sends it is refused." in text_of(visitor.page.main)
    assert [event.kind for event in acts(database, "token created", "token revoked")] == [
        "token created",
        "token revoked",
    ]


def test_p7_the_download_holds_everything_of_this_account_and_nothing_of_another(
    visitor: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    mine = make_assessment(database, AccountOwner(account_id), "Payroll", {"edge": "no"})
    make_recommendation(database, mine)
    make_assessment(database, AccountOwner(make_account(database, "rita@example.org")), "Theirs")
    sign_in(visitor)
    visitor.open("/account")
    answer = visitor.post("/account/download")
    assert "attachment" in answer.headers["Content-Disposition"]
    held = json.loads(answer.data)
    assert held["account"]["email"] == "olga@example.org"
    assert [process["process"] for process in held["processes"]] == ["Payroll"]
    assert held["processes"][0]["answers"] == {"edge": "no"}
    assert len(held["processes"][0]["advice"]) == 1
    assert len(held["sign_ins"]) == 1
    with database.read() as session:
        account = session.get_one(Account, account_id)
    assert account.password_hash not in answer.text
    assert "Theirs" not in answer.text


def test_p7_deleting_the_account_removes_every_row_at_once_and_the_audit_keeps_no_name(
    visitor: Visitor, database: Database
) -> None:
    account_id = make_account(database)
    make_recommendation(database, make_assessment(database, AccountOwner(account_id)))
    rita = make_account(database, "rita@example.org")
    make_assessment(database, AccountOwner(rita), "Theirs")
    sign_in(visitor)
    visitor.open("/account/tokens")
    visitor.submit(name="report", form=-1)
    page = visitor.open("/account/delete")
    for words in ("What goes", "One process", "What stays", "a random number in place of your name"):
        assert words in text_of(page.main)
    visitor.submit(password="wrong " * 4, status=422)
    visitor.submit(password=PASSWORD)
    assert visitor.heading == "Your account is deleted"
    assert not is_signed_in(visitor)
    with database.read() as session:
        assert session.scalars(select(Account.id)).all() == [rita]
        assert session.scalars(select(Assessment.process_name)).all() == ["Theirs"]
        for table in (LoginSession, ApiToken):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert acts_mention(session.scalars(select(AuditEvent)).all(), str(account_id))
    everything = dump_of(database)
    assert "olga@example.org" not in everything
    assert acts(database, "account deleted")[0].account_id == account_id


def acts_mention(events: object, words: str) -> bool:
    return any(words in event.what for event in events)  # type: ignore[attr-defined]


def dump_of(database: Database) -> str:
    with database.engine.connect() as connection:
        return str([connection.execute(select(table)).all() for table in Base.metadata.sorted_tables])
