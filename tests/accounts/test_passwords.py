from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from advisor import settings as installation
from advisor.accounts import passwords
from advisor.models import Account, Database
from tests.accounts.coming_in import sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor


def test_s10_in_earnest_a_password_costs_19_mib_and_2_passes(tmp_path: Path) -> None:
    config = installation.load({"ADVISOR_DATA": str(tmp_path)})
    assert config["PASSWORD_MEMORY"] >= 19 * 1024
    assert config["PASSWORD_PASSES"] >= 2


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("vq8 Lk!rz02 mWt", True),
        ("vq8 Lk!rz02 mW", False),
        ("green lamps " * 10 + "12345678", True),
        ("green lamps " * 10 + "123456789", False),
        ("   seven green lamps   ", True),
        ("sept lampes très vertes ☂", True),
        ("passwordpassword", False),
        ("Password12345678", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("abcabcabcabcabcabc", False),
        ("1234567890123456", False),
        ("qwertyuiopasdfgh", False),
        ("correct horse battery staple", False),
        ("olga@example.org", False),
        ("olga.example.org.1", False),
        ("OutsourcingAdvisor1!", False),
        ("outsourcing-advisor-olga", False),
        ("olga has seven green lamps", True),
    ],
)
def test_s10_a_password_has_15_to_128_characters_and_is_not_tried_first(
    app: Flask, password: str, *, is_fine: bool
) -> None:
    with app.app_context():
        assert (passwords.fault(password, "olga@example.org") == "") is is_fine


@pytest.mark.parametrize(
    "password", ["  spaces at both ends  ", "tab\tand \u202e odd ones \U0001f600", "p" * 7 + "äöüß" * 30]
)
def test_s10_a_password_is_used_exactly_as_typed(visitor: Visitor, password: str) -> None:
    visitor.open("/register")
    visitor.submit(email="olga@example.org", password=password)
    visitor.client.delete_cookie("session")
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=password.strip() + "x", status=422)
    assert visitor.client.get("/account").status_code == 302
    sign_in(visitor, password=password)
    assert visitor.client.get("/account").status_code == 200


def test_s10_a_password_stored_at_other_costs_is_stored_anew_on_signing_in(
    app: Flask, visitor: Visitor, database: Database
) -> None:
    make_account(database)
    app.config["PASSWORD_MEMORY"] = 16
    sign_in(visitor)
    with database.read() as session:
        stored = session.scalars(select(Account.password_hash)).one()
    assert "m=16," in stored
    visitor.client.delete_cookie("session")
    sign_in(visitor, password=PASSWORD)
    assert visitor.client.get("/account").status_code == 200
