"""Lists that are too large, hostile, somebody else's, or sent many times at once; and how long they are kept."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from advisor.models import (
    AuditEvent,
    Database,
    LoginSession,
    ProcessImport,
)
from advisor.models.accounts.removal import purge
from advisor.models.base import utc_now
from advisor.settings import Settings
from tests.accounts.sign_ins import sign_in
from tests.applications import borrow_application
from tests.concurrency import patient, patient_database, run_together
from tests.effort import limit_processor_time
from tests.exchange.sheets.hostile_files import SHEET, with_members
from tests.factories import PASSWORD, make_account
from tests.processes.bring_in.lists import (
    HEAD,
    bring_in,
    complaint,
    large,
    names,
    paste,
    press,
    send,
    ticked_names,
    words,
)
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, fields_of, text_of


def test_a_list_fits_into_the_account_or_none_of_it_comes_in(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 4
    paste(owner, "One\nTwo\nThree\nFour\nFive\n", status=422)
    assert "The list has 5 rows. At most 4 processes are brought in at a time" in complaint(owner)
    paste(owner, "One\nTwo\n")
    bring_in(owner)
    paste(owner, "Three\nFour\nFive\n")
    assert "That is 1 more than you have room for, which is 2." in words(owner)
    bring_in(owner, status=422)
    assert "so 2 more fit, and 3 are chosen. Untick 1, or delete some" in complaint(owner)
    assert names(database, owner) == ["One", "Two"]
    bring_in(owner, take=["0", "2"])
    assert names(database, owner) == ["One", "Two", "Three", "Five"]
    press(owner, "Undo")
    app.config["ASSESSMENTS_PER_OWNER"] = 3
    owner.open(owner.response.request.full_path)
    forms = owner.page.select("main form")
    index = next(at for at, form in enumerate(forms) if "Put them back" in text_of(form))
    owner.submit(form=index, status=422)
    assert "so 1 more fit, and 2 are chosen" in complaint(owner)


def test_nobody_meets_a_list_of_somebody_else(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\n")
    address = owner.path
    rival.open("/processes/bring-in")
    assert rival.client.get(address).status_code == 404
    assert rival.client.get(f"/processes/bring-in/{uuid4()}").status_code == 404
    for what in ("", "/discard", "/undo", "/redo"):
        reply = rival.post(address + what, take="0", do="bring")
        assert reply.status_code == (303 if what == "/discard" else 404), what
    bring_in(owner)
    rival.open(f"/processes?brought={address.rsplit('/', 1)[1]}")
    assert "brought in." not in words(rival)
    assert len(names(database, owner)) == 1


def test_a_preview_is_forgotten_after_a_day_and_a_list_with_the_bin(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\n")
    bring_in(owner)
    paste(owner, "Mail\n")

    def count_left(**age: Any) -> int:
        with database.write() as session:
            session.execute(update(ProcessImport).values(created_at=utc_now() - timedelta(**age)))
            session.execute(
                update(ProcessImport)
                .where(ProcessImport.brought_at.is_not(None))
                .values(brought_at=utc_now() - timedelta(**age))
            )
            purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
            return len(list(session.scalars(select(ProcessImport))))

    assert count_left(hours=23) == 2
    assert count_left(hours=25) == 1
    assert count_left(days=31) == 0
    assert names(database, owner) == ["Payroll"]


def test_no_more_lists_wait_than_are_kept(app: Flask, owner: OwnerWalker, database: Database) -> None:
    app.config["PREVIEWS_PER_ACCOUNT"] = 2
    for name in ("One", "Two", "Three"):
        paste(owner, name)
    owner.open("/processes/bring-in")
    with database.read() as session:
        kept = session.scalars(select(ProcessImport).order_by(ProcessImport.created_at))
        assert [it.preview["candidates"][0]["process"] for it in kept if it.preview] == ["Two", "Three"]


def test_uploads_are_counted(app: Flask, owner: OwnerWalker) -> None:
    app.config["UPLOADS"] = 1
    paste(owner, "One")
    owner.open("/processes/bring-in")
    assert owner.post("/processes/bring-in", names="Two").status_code == 429


def test_hostile_lists_are_refused_or_shown_as_they_are(owner: OwnerWalker, database: Database) -> None:
    evil = "<script>alert(1)</script>\n{{ 7 * 7 }} %(n)s\n\u202eevil\n'; DROP TABLE assessment; --\n"
    paste(owner, evil)
    bring_in(owner)  # every page is looked at for code that came in
    assert names(database, owner)[:2] == ["<script>alert(1)</script>", "{{ 7 * 7 }} %(n)s"]
    send(owner, b"process\nA\n", "<img src=x onerror=alert(1)>.csv")
    assert "<img src=x onerror=alert(1)>.csv" in owner.heading
    for name, data in {
        "rubbish.csv": bytes(range(256)) * 100,
        "rubbish.xlsx": b"PK\x03\x04" + bytes(range(256)) * 100,
        "rubbish.xls": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 100,
        "wide.csv": b"process," + b",".join(b"c%d" % number for number in range(5_000)) + b"\nPayroll\n",
        "bomb.xlsx": with_members({SHEET: b" " * 30_000_000}),
    }.items():
        send(owner, data, name, status=422)
        assert owner.page.select_one(".faults li") is not None, name
    send(owner, b"process\n" + b"a\n" * 60_000, status=422)
    assert "The list has 60001 rows." in complaint(owner)
    paste(owner, "".join(f"Process {number}\n" for number in range(501)), status=422)
    assert "The list has 501 rows. At most 500" in complaint(owner)
    owner.open("/processes/bring-in")
    for size, status, said in (
        (2_000_001, 422, "The file is larger than 2 MB"),
        (10_000_000, 413, "That is too large"),
    ):
        reply = large(owner, size)
        assert reply.status_code == status
        assert said in reply.text
    zero_width = "\u200b\n\u2060\u200b\nPayroll\n"
    paste(owner, zero_width)
    assert ticked_names(owner) == ["Payroll"]


def test_a_full_list_comes_in_in_time(owner: OwnerWalker, database: Database) -> None:
    row = "Process {}\tGroup {}\tno\tset\tyes\tbasic\n"
    paste(owner, HEAD + "".join(row.format(number, number % 90) for number in range(500)))
    with limit_processor_time(6):
        bring_in(owner)
    assert len(names(database, owner)) == 500
    with limit_processor_time(6):
        press(owner, "Undo")
    assert names(database, owner) == []


def test_of_many_who_bring_one_list_in_at_the_same_moment_one_does(settings: Settings) -> None:
    database = patient_database(settings)
    with borrow_application(patient(settings)) as app:
        owner = OwnerWalker.signed_in(app, database, "olga@example.com")
        paste(owner, "Payroll\nMail\n")
        address, form = owner.path, fields_of(owner.page.select("main form")[0]) | {"do": "bring"}
        windows = [twin(app, owner) for _ in range(6)]
        replies = run_together([partial(window.post, address, data=form) for window in windows])
        assert [getattr(reply, "status_code", reply) for reply in replies] == [303] * 6
        assert names(database, owner) == ["Payroll", "Mail"]
        undo = {"csrf_token": owner.token}
        replies = run_together([partial(window.post, f"{address}/undo", data=undo) for window in windows])
        assert [getattr(reply, "status_code", reply) for reply in replies] == [303] * 6
        assert names(database, owner) == []
        with database.read() as session:
            kinds = [it.kind for it in session.scalars(select(AuditEvent))]
            assert (kinds.count("processes brought in"), kinds.count("bringing in undone")) == (1, 1)
    database.dispose()


def twin(app: Flask, owner: OwnerWalker) -> FlaskClient:
    """A browser of its own with the same cookie."""
    cookie = owner.client.get_cookie("session")
    assert cookie is not None
    client = app.test_client()
    client.set_cookie("session", cookie.value)
    return client


def test_a_pasted_list_survives_that_the_sign_in_has_ended(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    visitor.open("/processes/bring-in")
    with database.write() as session:
        session.execute(update(LoginSession).values(ended_at=utc_now()))
    visitor.submit(names="Payroll\nMail\n", status=401)
    assert "what you just typed has been kept" in words(visitor)
    visitor.submit(email="olga@example.org", password=PASSWORD)
    assert visitor.heading == "What you typed has been kept"
    visitor.submit()
    assert ticked_names(visitor) == ["Payroll", "Mail"]
