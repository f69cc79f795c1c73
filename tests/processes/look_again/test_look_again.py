"""A day to look again is set for one process or for many, listed when due, taken into a calendar, and told by mail."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from advisor.accounts.mail import ask_for_reminders
from advisor.models import Account, Assessment, Database, MailOutbox, Reminder
from advisor.processes.look_again.forms import day_in_months
from advisor.settings import Settings
from advisor.web.days import example_day
from tests.accounts.mailbox import Mailbox
from tests.concurrency import run_together
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of

TODAY = datetime.now(UTC).date()


def days(database: Database) -> list[date | None]:
    """The day of each process, in the order in which they were made."""
    with database.read() as session:
        return list(session.scalars(select(Assessment.look_again_on).order_by(Assessment.created_at)))


def set_days(database: Database, day: date | None) -> None:
    with database.write() as session:
        session.execute(update(Assessment).values(look_again_on=day))


def typed_day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def told_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def entries(file: bytes) -> list[Any]:
    """What another program reads of a calendar file; what it gives has too many types to name."""
    read: Any = Calendar.from_ical(file.decode())
    return list(read.walk("VEVENT"))


@pytest.fixture
def mailbox(app: Flask, database: Database, settings: Settings, tmp_path: Path) -> Mailbox:
    """An installation that sends letters, into a folder."""
    app.config["MAIL_URL"] = f"file://{tmp_path}/letters"
    return Mailbox(database, {**settings, "MAIL_URL": app.config["MAIL_URL"], "MAIL_FROM": "advisor@example.org"})


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert [day_in_months(date(2026, 11, 30), months) for months in (1, 3, 12)] == [
        date(2026, 12, 30),
        date(2027, 2, 28),
        date(2027, 11, 30),
    ]
    assert day_in_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_who_waits_says_until_when(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    day = TODAY + timedelta(days=40)
    for sent, complaint in (
        ("", "Say when you want to look at it again"),
        ("soon", f"Enter a day, such as {example_day(ahead=True)}"),
        (typed_day(TODAY - timedelta(days=30)), "Enter a day that is still to come"),
        ("1/1/2999", "Enter a day that is still to come"),
    ):
        owner.open(f"{owner.at}/decision")
        owner.submit(made="later", look_again_on=sent, status=422)
        assert complaint in owner.complaint
    owner.submit(made="later", look_again_on=typed_day(day))
    assert f"Look again on {told_day(day)}." in owner.words
    assert days(database) == [day]
    owner.open(f"{owner.at}/decision")
    owner.submit(made="keep", notes="Kept for now.")
    assert days(database) == [day], "the form comes back with the day"
    set_days(database, TODAY - timedelta(days=3))
    owner.open(f"{owner.at}/decision")
    owner.submit(notes="Still kept.")
    assert days(database) == [TODAY - timedelta(days=3)], "a day that has passed does not keep anybody from saving"
    assert f"You wanted to look at this again on {told_day(TODAY - timedelta(days=3))}." in owner.words


def test_a_day_is_set_for_one_process_and_taken_away(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    owner.open(f"/processes/look-again/set?of={owner.id}")
    owner.submit(status=422)
    assert owner.complaint.endswith("Select when you want to look again")
    owner.submit(when="day", day="", status=422)
    assert "Enter the day" in owner.complaint
    owner.submit(when="6")
    assert owner.key == "result"
    assert days(database) == [day_in_months(TODAY, 6)]
    owner.open(f"/processes/look-again/set?of={owner.id}")
    assert owner.chosen_values() == ["day"]
    owner.submit(when="never")
    assert days(database) == [None]
    assert "Look again on" not in owner.words


def test_one_day_for_all_and_the_list_of_days(owner: OwnerWalker, database: Database) -> None:
    owner.open("/processes/look-again")
    assert "No process has a day yet." in owner.words
    owner.open("/processes/look-again/set")
    assert "No processes yet." in owner.words
    for name in ("Payroll", "Tax", "Support"):
        owner.finish(name=name)
    owner.open("/processes/look-again/set")
    assert "All your processes: 3" in owner.words
    owner.submit(when="12")
    assert days(database) == [day_in_months(TODAY, 12)] * 3
    assert "Saved." in owner.words
    owner.open(f"/processes/look-again/set?of={owner.id}")
    owner.submit(when="day", day=typed_day(TODAY))
    owner.open("/processes/look-again")
    assert [text_of(it) for it in owner.page.select("h2, h3")] == ["Due now", "Support", "To come", "Payroll", "Tax"]
    owner.open("/processes/look-again/set")
    assert "They have different days now." in owner.words


def test_the_ticks_of_the_list_open_the_form_and_answer_nothing(owner: OwnerWalker, database: Database) -> None:
    ids = []
    for name in ("Payroll", "Tax", "Support"):
        owner.finish(name=name)
        ids.append(str(owner.id))
    owner.open("/processes/look-again/set")
    reply = owner.post("/processes/look-again/set", of=ids[:2], when="3")
    assert reply.status_code == 200
    owner._read(reply, 200)
    assert not owner.complaint
    owner.submit(when="3", of=ids[:2])
    assert days(database) == [day_in_months(TODAY, 3)] * 2 + [None]


def test_the_list_leads_to_the_days_and_says_how_many_have_come(owner: OwnerWalker, database: Database) -> None:
    for name in ("Payroll", "Tax"):
        owner.finish(name=name)
    owner.open("/processes")
    assert owner.page.select_one('a[href="/processes/look-again"]')
    forms = owner.page.select("main form")
    owner.submit(form=[form.get("id") for form in forms].index("list"), of=[str(owner.id)], do="again")
    assert owner.path == "/processes/look-again/set"
    owner.submit(when="day", day=typed_day(TODAY))
    assert days(database) == [None, TODAY]
    owner.open("/processes")
    assert "1 is due to be looked at again" in owner.words
    with database.write() as session:
        session.execute(update(Assessment).values(look_again_on=TODAY))
    owner.open("/processes")
    assert "2 are due to be looked at again" in owner.words


def test_a_day_that_was_changed_in_another_window_is_not_overwritten_unseen(
    owner: OwnerWalker, database: Database
) -> None:
    owner.finish()
    owner.open(f"/processes/look-again/set?of={owner.id}")
    other = owner.second_window()
    other.submit(when="3")
    owner.submit(when="6", status=409)
    assert days(database) == [day_in_months(TODAY, 3)]
    assert "changed in another window" in owner.complaint
    owner.submit()
    assert days(database) == [day_in_months(TODAY, 6)]


def test_nobody_elses(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    owner.finish()
    rival.finish()
    for of in (owner.id, uuid4(), "x"):
        rival.open(f"/processes/look-again/set?of={of}&of={rival.id}", 404)
        rival.open(f"/processes/look-again.ics?of={of}", 404)
    rival.open("/processes/look-again/set")
    rival.submit(of=[str(owner.id)], when="3", status=404)
    rival.open("/processes/look-again/set")
    rival.submit(when="3")
    assert days(database) == [None, day_in_months(TODAY, 3)]
    assert "Payroll" not in rival.client.get("/processes/look-again.ics?of=" + str(rival.id)).text.partition("Pay")[0]


def test_the_calendar_file_is_read_by_another_program(owner: OwnerWalker, database: Database) -> None:
    name = "Löhne; „Gehälter“, Kosten\\Lager " + "und noch viel mehr davon " * 4
    owner.finish(name=name)
    owner.finish(name="Tax")
    owner.finish(name="Without a day")
    day = date(2031, 2, 28)
    set_days(database, day)
    with database.write() as session:
        session.execute(update(Assessment).where(Assessment.id == owner.id).values(look_again_on=None))
    reply = owner.client.get("/processes/look-again.ics")
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in reply.headers["Cache-Control"]
    assert all(len(line) <= 75 for line in reply.data.split(b"\r\n")), "longer lines are cut by some calendars"
    events = entries(reply.data)
    assert {str(it["SUMMARY"]) for it in events} == {f"Look again: {name.strip()}", "Look again: Tax"}
    assert {it["DTSTART"].dt for it in events} == {day}
    before = {str(it["UID"]): int(it["SEQUENCE"]) for it in events}
    owner.open("/processes/look-again/set")
    owner.submit(when="3")
    again = entries(owner.client.get("/processes/look-again.ics").data)
    after = {str(it["UID"]): int(it["SEQUENCE"]) for it in again}
    assert all(after[uid] > sequence for uid, sequence in before.items()), (
        "the later entry takes the earlier one's place"
    )


def test_a_letter_tells_once_of_a_day_that_has_come(owner: OwnerWalker, database: Database, mailbox: Mailbox) -> None:
    for name in ("Secret plans", "Tax"):
        owner.finish(name=name)
    owner.open("/processes/look-again/set")
    owner.submit(when="day", day=typed_day(TODAY + timedelta(days=9)), by_mail="y")
    assert mailbox.letters() == []
    set_days(database, TODAY)
    (letter,) = mailbox.letters()
    assert letter.startswith("olga@example.com: Time to look again")
    assert "http://127.0.0.1:8000/processes/look-again" in letter
    assert "Secret" not in letter
    assert len(mailbox.letters()) == 1, "once"
    owner.open("/processes/look-again/set")
    assert owner.page.select_one("input[name=by_mail][checked]")
    set_days(database, TODAY - timedelta(days=1))
    assert len(mailbox.letters()) == 2, "another day is told of anew"
    owner.open("/processes/look-again/set")
    owner.submit(by_mail=None, when="day", day=typed_day(TODAY))
    assert len(mailbox.letters()) == 2
    with database.read() as session:
        assert session.scalars(select(Reminder)).all() == []


def test_no_letter_where_nobody_may_read_it(owner: OwnerWalker, database: Database, mailbox: Mailbox) -> None:
    owner.finish()
    owner.open("/processes/look-again/set")
    owner.submit(when="day", day=typed_day(TODAY), by_mail="y")
    with database.write() as session:
        session.execute(update(Assessment).values(deleted_at=datetime.now(UTC)))
    assert mailbox.letters() == []
    with database.write() as session:
        session.execute(update(Assessment).values(deleted_at=None))
        session.execute(update(Account).values(disabled_at=datetime.now(UTC)))
    assert mailbox.letters() == []


def test_without_mail_no_letter_is_offered(owner: OwnerWalker) -> None:
    owner.finish()
    owner.open("/processes/look-again/set")
    assert owner.page.select_one("input[name=by_mail]") is None


def test_two_servers_ask_for_one_letter(owner: OwnerWalker, database: Database, mailbox: Mailbox) -> None:
    for _number in range(3):
        owner.finish()
    owner.open("/processes/look-again/set")
    owner.submit(when="day", day=typed_day(TODAY), by_mail="y")
    run_together([lambda: ask_for_reminders(database)] * 4)
    with database.read() as session:
        assert len(session.scalars(select(MailOutbox)).all()) == 1
    assert len(mailbox.letters()) == 1
