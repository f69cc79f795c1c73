"""S20: each act leaves exactly one entry, with who, when, from where and what; nothing edits it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import AuditEvent, Database
from advisor.models.base import Unchangeable
from tests.accounts.coming_in import acts, sign_in
from tests.accounts.test_registering import sign_out
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor

OTHER = "nine blue chairs at night"


def refused(person: Visitor) -> None:
    other = Visitor(person.client.application.test_client())
    other.open("/sign-in")
    other.submit(email="olga@example.org", password="wrong " * 4, status=422)


def new_password(person: Visitor) -> None:
    person.open("/account/password")
    person.submit(password=PASSWORD, new_password=OTHER)


def new_address(person: Visitor) -> None:
    person.open("/account/email")
    person.submit(email="new@example.org", password=PASSWORD)


def new_token(person: Visitor) -> None:
    person.open("/account/tokens")
    person.submit(name="report", form=-1)


def everything(person: Visitor) -> None:
    person.open("/account")
    token = person.page.select_one("main input[name=csrf_token]")
    assert token is not None
    assert person.client.post("/account/download", data={"csrf_token": token["value"]}).status_code == 200


def the_end(person: Visitor) -> None:
    person.open("/account/delete")
    person.submit(password=PASSWORD)


def leave(person: Visitor) -> None:
    person.open("/account")
    sign_out(person)


def the_others(person: Visitor) -> None:
    sign_in(Visitor(person.client.application.test_client()))
    person.open("/account/sign-ins")
    person.submit(form=-1)


def no_admin(person: Visitor) -> None:
    person.open("/people", status=403)


ACTS: dict[str, Callable[[Visitor], None]] = {
    "sign-in refused": refused,
    "signed out": leave,
    "password changed": new_password,
    "address changed": new_address,
    "token created": new_token,
    "data downloaded": everything,
    "other sign-ins ended": the_others,
    "account deleted": the_end,
    "access refused": no_admin,
}


@pytest.mark.parametrize("kind", list(ACTS))
def test_s20_each_act_leaves_exactly_one_entry(visitor: Visitor, database: Database, kind: str) -> None:
    account_id = make_account(database)
    sign_in(visitor)
    assert len(acts(database, "signed in")) == 1
    ACTS[kind](visitor)
    (entry,) = acts(database, kind)
    assert entry.from_where == "127.0.0.1"
    assert entry.at.tzinfo is not None
    if kind == "sign-in refused":
        assert (entry.who, entry.account_id, entry.what) == ("anonymous", None, f"account {account_id}")
    else:
        assert (entry.who, entry.account_id) == ("owner", account_id)


def test_s20_no_entry_holds_an_address_or_a_password(app: Flask, database: Database) -> None:
    for kind, act in ACTS.items():
        email = f"{kind.replace(' ', '-')}@example.org"
        if kind in {"sign-in refused", "other sign-ins ended"}:
            continue
        make_account(database, email)
        person = Visitor(app.test_client())
        app.config["SIGN_IN_TRIES"] = 100
        sign_in(person, email)
        act(person)
    with database.read() as session:
        entries = session.scalars(select(AuditEvent)).all()
        held = str([[getattr(entry, column.name) for column in AuditEvent.__table__.columns] for entry in entries])
    for secret in ("example.org", PASSWORD, OTHER):
        assert secret not in held


def test_s20_an_entry_can_be_neither_changed_nor_removed(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    with pytest.raises(Unchangeable), database.write() as session:
        session.scalars(select(AuditEvent)).one().kind = "nothing"
    with pytest.raises(Unchangeable), database.write() as session:
        session.delete(session.scalars(select(AuditEvent)).one())
    assert len(acts(database)) == 1
