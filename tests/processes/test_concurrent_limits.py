"""S11b: an owner has as many processes as there may be and no more, by whatever way twenty more are begun at once."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from advisor.accounts.operations import create_token
from advisor.models import AccountOwner, Assessment, Database
from advisor.models.audit import OPERATOR
from advisor.models.base import utc_now
from advisor.models.processes.assessment import own_assessments
from advisor.settings import Settings
from tests.applications import borrow_application
from tests.concurrency import CROWD, patient, run_together
from tests.factories import make_assessment, make_signed_in
from tests.visiting import Visitor, fields_of

LIMIT = 5
HELD = 2

Begin = Callable[[], int]


@pytest.fixture
def crowded_app(settings: Settings) -> Iterator[Flask]:
    with borrow_application({**patient(settings), "ASSESSMENTS_PER_OWNER": LIMIT}) as app:
        yield app


class Owner:
    """Somebody with some processes, and as many windows as it takes."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database
        self.client, self.account_id = make_signed_in(app, database, "olga@example.org")
        self.processes = [make_assessment(database, AccountOwner(self.account_id), f"P{n}") for n in range(HELD)]

    def window(self) -> FlaskClient:
        cookie = self.client.get_cookie("session")
        assert cookie is not None
        client = self.app.test_client()
        client.set_cookie("session", cookie.value)
        return client

    def form(self, path: str, **fields: str) -> Begin:
        """What sends a form of that page; the page is open already, in a window of its own."""
        person = Visitor(self.window())
        shown = fields_of(person.open(path).select("main form")[0])
        return lambda: person.client.post(path, data={**shown, **fields}).status_code


def by_name(owner: Owner, number: int) -> Begin:
    return owner.form("/assessments/new", process_name=f"New {number}")


def by_copy(owner: Owner, number: int) -> Begin:
    return owner.form("/processes/copy", of=str(owner.processes[0]), process_name=f"Copy {number}")


def by_trying(owner: Owner, _number: int) -> Begin:
    return owner.form(f"/assessments/{owner.processes[0]}/what-if", do="copy")


def out_of_the_bin(owner: Owner, number: int) -> Begin:
    binned = make_assessment(owner.database, AccountOwner(owner.account_id), f"Binned {number}")
    with owner.database.write() as session:
        session.execute(update(Assessment).where(Assessment.id == binned).values(deleted_at=utc_now()))
    person = Visitor(owner.window())
    person.open("/processes/bin")
    return lambda: person.post(f"/processes/bin/{binned}/put-back").status_code


def by_a_program(owner: Owner, number: int) -> Begin:
    with owner.database.write() as session:
        lifetime = owner.app.config["TOKEN_LIFETIME"]
        token = create_token(session, owner.account_id, f"t{number}", lifetime, 100, OPERATOR)
    headers = {"Authorization": f"Bearer {token}"}
    sent = {"process": f"Sent {number}", "answers": {}}
    return lambda: owner.app.test_client().post("/api/v1/assessments", json=sent, headers=headers).status_code


def count(database: Database, account_id: UUID) -> int:
    rows = own_assessments(AccountOwner(account_id)).order_by(None).subquery()
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


@pytest.mark.parametrize("way", [by_name, by_copy, by_trying, out_of_the_bin, by_a_program])
def test_s11b_exactly_the_limit_stands_and_the_rest_are_told(
    crowded_app: Flask, database: Database, way: Callable[[Owner, int], Begin]
) -> None:
    owner = Owner(crowded_app, database)
    statuses = run_together([way(owner, number) for number in range(CROWD)])
    begun = [status for status in statuses if status in {201, 303}]
    refused = [status for status in statuses if status in {409, 422}]
    assert (len(begun), len(refused)) == (LIMIT - HELD, CROWD - LIMIT + HELD), statuses
    assert count(database, owner.account_id) == LIMIT


def test_s11b_all_ways_at_once_share_the_one_limit(crowded_app: Flask, database: Database) -> None:
    owner = Owner(crowded_app, database)
    ways = [by_name, by_copy, by_trying, out_of_the_bin, by_a_program] * 4
    statuses = run_together([way(owner, number) for number, way in enumerate(ways)])
    assert set(map(str, statuses)) <= {"201", "303", "409", "422"}, statuses
    assert count(database, owner.account_id) == LIMIT


def test_s11b_of_twenty_windows_that_name_parts_at_once_no_process_gets_more_than_five(
    crowded_app: Flask, database: Database
) -> None:
    owner = Owner(crowded_app, database)
    path = f"/assessments/{owner.processes[0]}/parts"
    names = {f"part_{number}": f"Part {number}" for number in range(1, 6)}
    statuses = run_together([partial(owner.form(path, **names | {"part_1": f"First {n}"})) for n in range(CROWD)])
    assert set(map(str, statuses)) == {"303", "409"}, statuses
    with database.read() as session:
        assert len(session.get_one(Assessment, owner.processes[0]).parts) == 5
