"""Many who take one address at the same moment: one account gets it, and the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from advisor.accounts.people import account_admin
from advisor.models import Account, Database, ResetToken
from advisor.models.audit import OPERATOR
from advisor.models.base import hash_of
from tests.accounts.mailbox import Mailbox
from tests.accounts.sign_ins import acts, give_password_to_all
from tests.factories import PASSWORD, make_signed_in
from tests.visiting import Visitor

AT_ONCE = 8


def all_at_once(act: Callable[[int], int]) -> list[int]:
    """Do ``act`` in eight threads that begin together."""
    together = Barrier(AT_ONCE)

    def wait_and_act(number: int) -> int:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(wait_and_act, range(AT_ONCE)))


def open_forms(app: Flask, path: str) -> list[Visitor]:
    people = [Visitor(app.test_client()) for _ in range(AT_ONCE)]
    for person in people:
        person.open(path)
    return people


def test_registering_one_address_at_once_makes_one_account_and_tells_the_others(app: Flask, database: Database) -> None:
    people = open_forms(app, "/register")

    def register(number: int) -> int:
        answer = people[number].post("/register", email="olga@example.org", password=PASSWORD)
        if answer.status_code == 422:
            assert "There is an account with this address already" in answer.text
        return answer.status_code

    assert all_at_once(register) == [303] + [422] * (AT_ONCE - 1)
    with database.read() as session:
        assert session.scalars(select(Account.email)).all() == ["olga@example.org"]


def test_s12_registering_one_address_at_once_by_mail_looks_the_same_for_all(
    boundless: Flask, database: Database, mailbox: Mailbox
) -> None:
    people = open_forms(boundless, "/register")
    answers: list[str] = []

    def register(number: int) -> int:
        answer = people[number].post("/register", email="olga@example.org", password=f"{PASSWORD} {number}")
        answers.append(answer.headers["Location"])
        return answer.status_code

    assert all_at_once(register) == [303] * AT_ONCE
    assert len(set(answers)) == 1
    with database.read() as session:
        assert session.scalars(select(Account.email)).all() == ["olga@example.org"]
    assert mailbox.recipients() == ["olga@example.org"] * AT_ONCE


def test_changing_to_one_address_at_once_gives_it_to_one_account(app: Flask, database: Database) -> None:
    people = signed_in_people(app, database)

    def change(number: int) -> int:
        answer = people[number].post("/account/email", email="new@example.org", password=PASSWORD)
        if answer.status_code == 422:
            assert "This address cannot be used here" in answer.text
        return answer.status_code

    assert all_at_once(change) == [303] + [422] * (AT_ONCE - 1)
    assert holders_of_new(database) == 1


def test_confirming_one_address_at_once_gives_it_to_one_account(app: Flask, database: Database) -> None:
    people = signed_in_people(app, database)
    with database.write() as session:
        for number, account in enumerate(session.scalars(select(Account).order_by(Account.email))):
            row = {"token_hash": hash_of(f"link {number}"), "account_id": account.id, "kind": "address"}
            session.add(ResetToken(**row, address="new@example.org"))

    def confirm(number: int) -> int:
        answer = people[number].post("/confirm-new-address", token=f"link {number}", password=PASSWORD)
        if answer.status_code == 422:
            assert "This address has got an account meanwhile" in answer.text
        return answer.status_code

    assert all_at_once(confirm) == [303] + [422] * (AT_ONCE - 1)
    assert holders_of_new(database) == 1


def test_making_one_admin_at_once_makes_one_account(database: Database) -> None:
    def create(_number: int) -> int:
        with database.write() as session:
            account_admin.create_admin(session, "anna@example.org", OPERATOR)
        return 0

    assert all_at_once(create) == [0] * AT_ONCE
    with database.read() as session:
        assert session.execute(select(Account.email, Account.role)).all() == [("anna@example.org", "admin")]
    assert len(acts(database, "account created")) == 1


def signed_in_people(app: Flask, database: Database) -> list[Visitor]:
    people = []
    for number in range(AT_ONCE):
        client, _account_id = make_signed_in(app, database, f"n{number}@example.org")
        people.append(Visitor(client))
        people[-1].open("/account/email")
    give_password_to_all(database)
    return people


def holders_of_new(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Account.email == "new@example.org")) or 0
