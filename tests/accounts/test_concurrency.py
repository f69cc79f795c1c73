"""What two people, or two windows of one, do to an account at one moment: each act is done once, and none fails."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from advisor.accounts import operations
from advisor.accounts.operations import TooManyTokens
from advisor.accounts.people import account_admin
from advisor.models import Account, ApiToken, Database, LoginSession, ResetToken
from advisor.models.accounts.account import own_logins, own_tokens
from advisor.models.audit import OPERATOR
from advisor.models.base import hash_of, utc_now
from advisor.settings import Settings
from tests.accounts.sign_ins import acts, code, sign_in
from tests.applications import borrow_application
from tests.concurrency import CROWD, patient, run_together
from tests.factories import PASSWORD, make_account, make_signed_in
from tests.visiting import Visitor, fields_of, text_of

NEW = "nine blue chairs at night"
OLGA = {"email": "olga@example.org", "password": PASSWORD}


@pytest.fixture
def crowded_app(settings: Settings) -> Iterator[Flask]:
    generous = {"SIGN_IN_TRIES": 1000, "CODE_TRIES": 1000, "REGISTRATIONS": 1000}
    few = {"TOKENS_PER_ACCOUNT": 7, "SIGN_INS_AT_ONCE": 3}
    with borrow_application({**patient(settings), **generous, **few}) as app:
        yield app


def twin(client: FlaskClient) -> FlaskClient:
    """Another window of the same browser."""
    other, cookie = client.application.test_client(), client.get_cookie("session")
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    return other


def windows(client: FlaskClient, path: str, times: int, form: int = -1, **fields: str) -> list[Callable[[], Any]]:
    """What sends that form from so many windows, each of which has the page open."""

    def window() -> Callable[[], Any]:
        person = Visitor(twin(client))
        tag = person.open(path).select("main form")[form]
        action = str(tag.get("action") or path)
        sent = {**fields_of(tag), **fields}
        return lambda: person.client.post(action, data=sent)

    return [window() for _ in range(times)]


def statuses(answers: list[Any]) -> list[str]:
    return sorted(str(getattr(answer, "status_code", answer)) for answer in answers)


def count(database: Database, rows: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def olga(app: Flask, database: Database) -> tuple[FlaskClient, UUID]:
    account_id = make_account(database)
    return sign_in(Visitor(app.test_client())).client, account_id


# ---- limits ------------------------------------------------------------------------------------------------------


def test_s11b_of_20_tokens_at_once_as_many_are_made_as_one_may_have(crowded_app: Flask, database: Database) -> None:
    client, account_id = olga(crowded_app, database)
    answers = run_together(windows(client, "/account/tokens", CROWD, name="report"))
    assert statuses(answers) == ["200"] * 7 + ["422"] * 13
    refused = next(answer for answer in answers if getattr(answer, "status_code", 0) == 422)
    assert "You have 7 tokens" in refused.get_data(as_text=True)  # type: ignore[union-attr]
    assert count(database, own_tokens(account_id)) == 7


def test_s11b_of_20_sign_ins_at_once_the_last_ones_stay_open(crowded_app: Flask, database: Database) -> None:
    account_id = make_account(database)
    people = [Visitor(crowded_app.test_client()) for _ in range(CROWD)]
    for person in people:
        person.open("/sign-in")
    run_together([lambda person=person: person.submit(**OLGA, status=200) for person in people])  # type: ignore[misc]
    assert count(database, own_logins(account_id)) == 3
    assert len(acts(database, "signed in")) == CROWD


def test_s13_of_20_links_made_at_once_one_works(crowded_app: Flask, database: Database) -> None:
    account_id = make_account(database)
    crowd: Database = crowded_app.extensions["database"]

    def make() -> str:
        with crowd.write() as session:
            return account_admin.reset_link(session, session.get_one(Account, account_id), OPERATOR)

    made = run_together([make] * CROWD)
    assert not [failed for failed in made if isinstance(failed, Exception)]
    with database.read() as session:
        alive = session.scalars(select(ResetToken).where(ResetToken.used_at.is_(None))).all()
    assert len(alive) == 1


# ---- once --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_recovery_code", [False, True])
def test_s10_of_several_who_have_one_code_one_comes_in(
    crowded_app: Flask, database: Database, *, is_recovery_code: bool
) -> None:
    account_id = make_account(database, has_factor=True)
    with database.write() as session:
        session.get_one(Account, account_id).recovery_codes = [hash_of("abcdefgh"), hash_of("other")]
    people = [Visitor(crowded_app.test_client()) for _ in range(6)]
    for person in people:
        person.open("/sign-in")
        person.submit(**OLGA)
    typed = "abcd-efgh" if is_recovery_code else code()
    sent = [{**fields_of(person.page.select("main form")[0]), "code": typed} for person in people]
    clients = [person.client for person in people]
    answers = run_together(
        [lambda pair=pair: pair[0].post("/sign-in/code", data=pair[1]) for pair in zip(clients, sent, strict=True)]  # type: ignore[misc]
    )
    assert statuses(answers) == ["303"] + ["422"] * 5
    assert len(acts(database, "signed in")) == 1
    with database.read() as session:
        assert len(session.get_one(Account, account_id).recovery_codes) == (1 if is_recovery_code else 2)


def test_s20_a_token_revoked_in_several_windows_at_once_is_revoked_once(crowded_app: Flask, database: Database) -> None:
    client, account_id = olga(crowded_app, database)
    with database.write() as session:
        operations.create_token(session, account_id, "report", timedelta(days=1), 7, OPERATOR)
    answers = run_together(windows(client, "/account/tokens", 6, form=0))
    assert statuses(answers) == ["303"] * 6
    assert len(acts(database, "token revoked")) == 1


def test_s20_a_sign_in_ended_in_several_windows_at_once_ends_once(crowded_app: Flask, database: Database) -> None:
    client, account_id = olga(crowded_app, database)
    sign_in(Visitor(crowded_app.test_client()))
    answers = run_together(windows(client, "/account/sign-ins", 6, form=0))
    assert statuses(answers) == ["303"] * 6
    assert len(acts(database, "sign-in ended")) == 1
    assert count(database, own_logins(account_id)) == 1


def test_s20_signing_out_in_several_windows_at_once_is_signing_out_once(crowded_app: Flask, database: Database) -> None:
    client, _account_id = olga(crowded_app, database)
    people = [Visitor(twin(client)) for _ in range(6)]
    for person in people:
        person.open("/account")
    answers = run_together([lambda person=person: person.post("/sign-out") for person in people])  # type: ignore[misc]
    assert statuses(answers) == ["303"] * 6
    assert len(acts(database, "signed out")) == 1


def test_s13_a_link_used_in_two_windows_at_once_sets_one_password(crowded_app: Flask, database: Database) -> None:
    account_id = make_account(database)
    with database.write() as session:
        token = operations.new_link(session, session.get_one(Account, account_id), "reset")
    client = crowded_app.test_client()
    client.get("/sign-in")
    answers = run_together(windows(client, f"/set-password?token={token}", 4, new_password=NEW))
    assert statuses(answers) == ["303", "410", "410", "410"]
    assert len(acts(database, "password reset")) == 1


def test_s13_a_registration_confirmed_in_two_windows_at_once_is_confirmed_once(
    crowded_app: Flask, database: Database
) -> None:
    account_id = make_account(database)
    with database.write() as session:
        account = session.get_one(Account, account_id)
        account.confirmed_at = None
        token = operations.new_link(session, account, "confirm")
    client = crowded_app.test_client()
    client.get("/sign-in")
    answers = run_together(windows(client, f"/confirm-address?token={token}", 4, password=PASSWORD))
    assert statuses(answers) == ["303", "410", "410", "410"]
    assert len(acts(database, "account created")) == len(acts(database, "signed in")) == 1


def test_s10_a_password_changed_in_two_windows_at_once_is_changed_once(crowded_app: Flask, database: Database) -> None:
    client, _account_id = olga(crowded_app, database)
    ways = windows(client, "/account/password", 4, password=PASSWORD, new_password=NEW)
    assert statuses(run_together(ways))[0] == "303"
    assert len(acts(database, "password changed")) == 1


def test_s7_an_account_deleted_in_two_windows_at_once_is_deleted_once(crowded_app: Flask, database: Database) -> None:
    client, account_id = olga(crowded_app, database)
    answers = run_together(windows(client, "/account/delete", 4, password=PASSWORD))
    assert set(statuses(answers)) <= {"303", "401", "422"}, "none of them fails"
    assert len(acts(database, "account deleted")) == 1
    with database.read() as session:
        assert session.get(Account, account_id) is None


# ---- one against another -----------------------------------------------------------------------------------------


def test_s7_what_is_begun_while_the_account_goes_is_refused_in_words(crowded_app: Flask, database: Database) -> None:
    client, account_id = olga(crowded_app, database)
    naming = windows(client, "/assessments/new", 4, process_name="Payroll")
    making = windows(client, "/account/tokens", 4, name="report")
    answers = run_together([*windows(client, "/account/delete", 1, password=PASSWORD), *naming, *making])
    assert set(statuses(answers)) <= {"200", "303", "401", "404", "409"}, statuses(answers)
    with database.read() as session:
        assert session.get(Account, account_id) is None
        assert session.scalars(select(ApiToken)).all() == []


def test_what_belongs_to_an_account_that_was_just_deleted_is_refused_in_words(
    crowded_app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the account went after this request had found out who is asking."""
    client, account_id = olga(crowded_app, database)
    (send,) = windows(client, "/assessments/new", 1, process_name="Payroll")
    from advisor.assessments import operations as assessments

    make_room = assessments.make_room

    def after_the_account_went(session: Any, owner: Any, limit: int) -> None:
        session.delete(session.get_one(Account, account_id))
        session.flush()
        make_room(session, owner, limit)

    monkeypatch.setattr(assessments, "make_room", after_the_account_went)
    answer = send()
    assert answer.status_code == 409
    assert "It was deleted meanwhile" in answer.get_data(as_text=True)


def test_s7_admins_who_help_one_account_at_once_do_each_thing_once(crowded_app: Flask, database: Database) -> None:
    account_id = make_account(database, has_factor=True)
    admins = [
        make_signed_in(crowded_app, database, f"a{n}@example.org", role="admin", password_at=utc_now())[0]
        for n in range(6)
    ]
    people = [Visitor(client) for client in admins]
    for person in people:
        person.open("/account")
    buttons = ["disable", "make-admin", "reset-factor", "disable", "make-admin", "reset-factor"]
    answers = run_together(
        [
            lambda pair=pair: pair[0].post(f"/people/{account_id}/{pair[1]}")  # type: ignore[misc]
            for pair in zip(people, buttons, strict=True)
        ]
    )
    assert statuses(answers) == ["303"] * 6
    for kind in ("account disabled", "role changed", "second factor removed"):
        assert len(acts(database, kind)) == 1, kind


def test_s10_a_sign_in_with_a_password_that_just_changed_is_refused(
    crowded_app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the password changed while it was looked at: neither does anybody come in, nor is the old one stored."""
    account_id = make_account(database)
    from advisor.accounts import passwords

    changed = passwords_hash(crowded_app, NEW)
    renewed = passwords.renewed_hash

    def after_the_change(password_hash: str, typed: str) -> str:
        with database.write() as session:
            session.get_one(Account, account_id).password_hash = changed
        return renewed(password_hash, typed)

    monkeypatch.setattr(passwords, "renewed_hash", after_the_change)
    person = Visitor(crowded_app.test_client())
    person.open("/sign-in")
    page = person.submit(**OLGA, status=422)
    assert "do not belong together" in text_of(page.main)
    with database.read() as session:
        assert session.get_one(Account, account_id).password_hash == changed
        assert session.scalars(select(LoginSession)).all() == []


def passwords_hash(app: Flask, password: str) -> str:
    from advisor.accounts import passwords

    with app.app_context():
        return passwords.hash_password(password)


def test_the_limit_of_tokens_is_said_in_words(database: Database) -> None:
    account_id = make_account(database)
    with database.write() as session:
        operations.create_token(session, account_id, "one", timedelta(days=1), 1, OPERATOR)
    with pytest.raises(TooManyTokens), database.write() as session:
        operations.create_token(session, account_id, "two", timedelta(days=1), 1, OPERATOR)
