import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from advisor import settings as installation
from advisor.accounts import passwords
from advisor.models import Account, Database
from tests.accounts.sign_ins import sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor, text_of


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
        assert (passwords.password_fault(password, "olga@example.org") == "") is is_fine


@pytest.mark.parametrize(
    "password", ["  spaces at both ends  ", "tab\tand \u202e odd ones \U0001f600", "p" * 7 + "äöüß" * 30]
)
def test_s10_no_space_is_taken_off_a_password_and_any_character_may_be_in_it(visitor: Visitor, password: str) -> None:
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


COMPOSED = "sept lampes tr\u00e8s vertes"
APART = "sept lampes tre\u0300s vertes"
"""The same password from two keyboards."""


def stored_hash(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Account.password_hash)).one()


def as_typed(text: str) -> str:
    """A hash from before there was one form of a password."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(text)


@pytest.mark.parametrize(
    ("chosen", "typed"), [(COMPOSED, APART), (APART, COMPOSED), ("\uff47reen lamps in rows", "green lamps in rows")]
)
def test_s10_a_password_is_the_same_from_every_keyboard(app: Flask, visitor: Visitor, chosen: str, typed: str) -> None:
    visitor.open("/register")
    visitor.submit(email="olga@example.org", password=chosen)
    elsewhere = sign_in(Visitor(app.test_client()), password=typed)
    assert elsewhere.client.get("/account").status_code == 200
    elsewhere.open("/account/password")
    elsewhere.submit(password=chosen, new_password="un " + APART)
    elsewhere.open("/account/email")
    elsewhere.submit(email="new@example.org", password="un " + COMPOSED)
    elsewhere.open("/account/delete")
    elsewhere.submit(password="un " + COMPOSED)
    assert elsewhere.path == "/account-deleted"


@pytest.mark.parametrize("has_factor", [False, True])
def test_s10_a_password_stored_as_typed_lets_in_and_is_stored_anew(
    visitor: Visitor, database: Database, *, has_factor: bool
) -> None:
    make_account(database, password_hash=as_typed(APART), has_factor=has_factor)
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=COMPOSED, status=422)
    assert "There is a problem" in text_of(visitor.page.main), "it was stored in the other form"
    sign_in(visitor, password=APART)
    assert visitor.client.get("/account").status_code == 200
    assert PasswordHasher().verify(stored_hash(database), COMPOSED)
    before = stored_hash(database)
    visitor.client.delete_cookie("session")
    visitor.open("/sign-in")
    visitor.submit(email="olga@example.org", password=COMPOSED)
    assert "There is a problem" not in text_of(visitor.page.main)
    assert stored_hash(database) == before, "once is enough"


def test_s10_an_admins_password_is_stored_anew_though_a_code_is_asked_for(
    app: Flask, visitor: Visitor, database: Database
) -> None:
    make_account(database, "ada@example.org", role="admin")
    app.config["PASSWORD_MEMORY"] = 16
    sign_in(visitor, "ada@example.org")
    assert "m=16," in stored_hash(database)
    assert visitor.client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("typed", "is_fine"),
    [
        ("e\u0300" * 14, False),
        ("ve\u0300rts lampe\u0300s", False),
        ("\ufb03" * 5 + "abcdefg12zzkw", True),
        ("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44" * 2, False),
        ("\uff4f\uff4c\uff47\uff41@example.org", False),
        ("vq8 Lk!rz02 mW\ufdfa", True),
        ("x\ufdfa" * 10, False),
    ],
)
def test_s10_a_password_is_measured_and_looked_up_in_the_form_that_is_stored(
    app: Flask, typed: str, *, is_fine: bool
) -> None:
    with app.app_context():
        assert (passwords.password_fault(typed, "olga@example.org") == "") is is_fine


def test_s12_what_is_typed_alone_decides_how_many_hashes_are_tried(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there is an account, and how its password is stored, makes no difference to the work."""
    tried: list[str] = []
    fits = passwords._fits

    def count(password_hash: str, text: str) -> bool:
        tried.append(text)
        return fits(password_hash, text)

    monkeypatch.setattr(passwords, "_fits", count)
    with app.app_context():
        for typed, tries in ((COMPOSED, 1), (APART, 2)):
            for password_hash in (None, "!", as_typed(COMPOSED), as_typed(APART), as_typed("another one")):
                tried.clear()
                passwords.is_right(password_hash, typed)
                assert len(tried) == tries, (typed, password_hash)


def test_a_text_too_long_for_a_password_is_not_worked_through(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """To bring a long row of marks into order takes time that grows with the square of its length."""
    lengths: list[int] = []

    def normalize(_form: str, text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    with app.app_context():
        assert not passwords.is_right(None, "a" + "\u0301\u0316" * 200_000)
        assert passwords.password_fault("a" + "\u0301\u0316" * 200_000, "")
        assert passwords.normalise("a" * 512) == "a" * 512
    assert lengths == [512]
