from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import Account, Database, LoginSession
from advisor.models.base import hash_of, utc_now
from tests.accounts.sign_in.test_register import describe, sign_out
from tests.accounts.sign_ins import acts, code, cookie, forget_codes, sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor, text_of


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.client.get("/account").status_code == 200


def set_times(database: Database, *, seen_ago: timedelta, begun_ago: timedelta) -> None:
    with database.write() as session:
        values = {"last_seen_at": utc_now() - seen_ago, "created_at": utc_now() - begun_ago}
        session.execute(update(LoginSession).values(**values))


def test_s9_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(
    app: Flask, visitor: Visitor, database: Database
) -> None:
    make_account(database)
    sign_in(visitor)
    copied = cookie(visitor.client)
    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/account").status_code == 200
    visitor.open("/account")
    sign_out(visitor)
    thief.set_cookie("session", copied)
    assert thief.get("/account").status_code == 302


def test_s9_an_id_planted_before_signing_in_is_not_kept(visitor: Visitor, database: Database) -> None:
    make_account(database)
    describe(visitor)
    with visitor.client.session_transaction() as before:
        before["login"] = "planted"
        planted = dict(before)
    sign_in(visitor)
    with visitor.client.session_transaction() as after:
        assert set(after) == {"csrf_token", "login"}, "one cookie: the token of forms, and a sign-in's random id (S8b)"
        assert after["login"] != planted["login"]
        assert after["csrf_token"] != planted["csrf_token"]
        token = after["login"]
    with database.read() as session:
        login = session.scalars(select(LoginSession)).one()
    assert login.token_hash == hash_of(token), "stored hashed"
    assert token not in {login.form_hash, login.token_hash}


@pytest.mark.parametrize(
    ("role", "seen_ago", "begun_ago", "expected"),
    [
        ("owner", timedelta(minutes=115), timedelta(hours=19), True),
        ("owner", timedelta(minutes=121), timedelta(hours=3), False),
        ("owner", timedelta(minutes=1), timedelta(hours=20, minutes=1), False),
        ("admin", timedelta(minutes=28), timedelta(hours=11), True),
        ("admin", timedelta(minutes=31), timedelta(hours=1), False),
        ("admin", timedelta(minutes=1), timedelta(hours=12, minutes=1), False),
    ],
)
def test_s9_a_sign_in_ends_when_idle_and_has_a_longest_life(
    visitor: Visitor,
    database: Database,
    role: str,
    seen_ago: timedelta,
    begun_ago: timedelta,
    *,
    expected: bool,
) -> None:
    make_account(database, role=role)
    sign_in(visitor)
    set_times(database, seen_ago=seen_ago, begun_ago=begun_ago)
    assert is_signed_in(visitor) is expected


def test_s9_a_visit_pushes_the_end_for_idleness_back(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    set_times(database, seen_ago=timedelta(minutes=100), begun_ago=timedelta(minutes=100))
    visitor.open("/account")
    with database.read() as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() > utc_now() - timedelta(minutes=1)


def test_s9_other_sign_ins_are_listed_and_ended(app: Flask, database: Database) -> None:
    make_account(database)
    here, there = Visitor(app.test_client()), Visitor(app.test_client())
    sign_in(here)
    sign_in(there)
    page = here.open("/account/sign-ins")
    assert len(page.select("main li")) == 2
    assert "this browser" in text_of(page.main)
    here.submit(form=0)
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert acts(database, "sign-in ended")
    sign_in(there)
    here.open("/account/sign-ins")
    here.submit(form=-1)
    assert not is_signed_in(there)


def test_s1_nobody_ends_the_sign_in_of_somebody_else(app: Flask, database: Database) -> None:
    make_account(database)
    make_account(database, "rita@example.org")
    olga, rita = Visitor(app.test_client()), Visitor(app.test_client())
    sign_in(olga)
    sign_in(rita, "rita@example.org")
    with database.read() as session:
        theirs = session.scalars(select(LoginSession).join(Account).where(Account.email == "olga@example.org")).one()
    rita.open("/account")
    answer = rita.post(f"/account/sign-ins/{theirs.id}/end")
    assert answer.status_code == 404
    assert is_signed_in(olga)


def test_s7_a_disabled_account_is_out_with_the_next_request(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    with database.write() as session:
        session.execute(update(Account).values(disabled_at=utc_now()))
    assert not is_signed_in(visitor)
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=PASSWORD, status=422)


def test_s11_the_11th_try_has_to_wait_and_the_right_password_works_after_that(
    visitor: Visitor, database: Database
) -> None:
    make_account(database)
    visitor.open("/sign-in")
    for _ in range(10):
        visitor.submit(email="olga@example.org", password="wrong " * 4, status=422)
    page = visitor.submit(email="Olga@Example.org", password=PASSWORD, status=429)
    assert 0 < int(visitor.response.headers["Retry-After"]) <= 300
    assert "Wait" in text_of(page.main)
    pass_time(database, timedelta(minutes=5))
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert is_signed_in(visitor)


def test_s11_trying_on_while_waiting_does_not_prolong_the_wait(visitor: Visitor, database: Database) -> None:
    make_account(database)
    visitor.open("/sign-in")
    for _ in range(10):
        visitor.submit(email="olga@example.org", password="wrong " * 4, status=422)
    pass_time(database, timedelta(minutes=4))
    for _ in range(5):
        visitor.submit(email="olga@example.org", password=PASSWORD, status=429)
    pass_time(database, timedelta(minutes=1))
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert is_signed_in(visitor)


def pass_time(database: Database, after: timedelta) -> None:
    """Let that much time have passed since every try that was counted."""
    from advisor.models import RateLimit

    with database.write() as session:
        for counted in session.scalars(select(RateLimit)):
            counted.at -= after


def test_s11_tries_on_many_accounts_from_one_address_are_counted_together(visitor: Visitor, database: Database) -> None:
    make_account(database)
    visitor.open("/sign-in")
    for number in range(10):
        visitor.submit(email=f"n{number}@example.org", password="wrong " * 4, status=422)
    visitor.submit(email="olga@example.org", password=PASSWORD, status=429)


@pytest.mark.parametrize("email", ["olga@example.org", "nobody@example.org", "gone@example.org", "new@example.org"])
def test_s12_the_reply_is_the_same_for_known_unknown_disabled_and_unconfirmed_addresses(
    visitor: Visitor, database: Database, email: str
) -> None:
    make_account(database)
    make_account(database, "gone@example.org")
    make_account(database, "new@example.org")
    with database.write() as session:
        session.execute(update(Account).where(Account.email == "gone@example.org").values(disabled_at=utc_now()))
        session.execute(update(Account).where(Account.email == "new@example.org").values(confirmed_at=None))
    visitor.open("/sign-in")
    password = PASSWORD if email in {"gone@example.org", "new@example.org"} else "wrong " * 4
    page = visitor.submit(email=email, password=password, status=422)
    summary = page.select_one(".problems")
    assert text_of(summary) == ("There is a problem That address and that password do not belong together. Check both")
    assert acts(database, "sign-in refused")


def test_s10_a_code_is_asked_for_after_the_password_and_works_once(
    app: Flask, visitor: Visitor, database: Database
) -> None:
    make_account(database, has_factor=True)
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert visitor.heading == "Enter a code"
    assert not is_signed_in(visitor)
    used = code()
    refused = visitor.submit(code="000000", status=422)
    assert refused.select_one("input[name=code]")["value"] == "", "a code is not shown again"  # type: ignore[index]
    visitor.submit(code=used)
    assert is_signed_in(visitor)
    other = Visitor(app.test_client())
    other.open("/sign-in")
    other.submit(email="olga@example.org", password=PASSWORD)
    page = other.submit(code=used, status=422)
    assert "was used already" in text_of(page.main)
    assert not is_signed_in(other)
    forget_codes(database)
    other.submit(code=used)
    assert is_signed_in(other)


def test_s11_the_6th_code_has_to_wait(visitor: Visitor, database: Database) -> None:
    make_account(database, has_factor=True)
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=PASSWORD)
    for _ in range(5):
        visitor.submit(code="000000", status=422)
    visitor.submit(code=code(), status=429)
    pass_time(database, timedelta(minutes=5))
    visitor.submit(code=code())
    assert is_signed_in(visitor)


def test_s10_the_step_after_the_password_ends_when_the_password_changes(visitor: Visitor, database: Database) -> None:
    make_account(database, has_factor=True)
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=PASSWORD)
    with database.write() as session:
        session.execute(update(Account).values(password_hash="another"))
    visitor.submit(code=code())
    assert visitor.heading == "Sign in"
    assert not is_signed_in(visitor)


def test_s10_an_admin_without_a_second_factor_may_do_nothing_but_set_one_up(
    visitor: Visitor, database: Database
) -> None:
    make_account(database, role="admin", has_factor=False)
    sign_in(visitor)
    assert visitor.heading == "Second factor"
    for path in ("/account", "/people", "/account/tokens"):
        visitor.open(path)
        assert visitor.heading == "Second factor", path


@pytest.mark.parametrize(
    "trick",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/%2F/evil.example", "/account\t", "/account?x=1#y", "/no/such/page", "/sign-in", "", "account",
        "/static/js/app.js",
    ],
)  # fmt: skip
def test_s18_signing_in_leads_to_a_page_of_ours(visitor: Visitor, database: Database, trick: str) -> None:
    make_account(database)
    visitor.open("/sign-in")
    answer = visitor.post("/sign-in", email="olga@example.org", password=PASSWORD, next=trick)
    assert answer.status_code in {303, 400}
    assert answer.headers.get("Location", "/processes") == "/processes"


def test_signing_in_leads_back_to_the_page_that_asked_for_it(visitor: Visitor, database: Database) -> None:
    make_account(database)
    visitor.open("/account/tokens")
    assert visitor.heading == "Sign in"
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert visitor.path == "/account/tokens"
