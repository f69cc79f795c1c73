"""Saved means saved, nothing typed is thrown away, and no window overwrites another in silence."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from advisor.models import Assessment, Database, Part, RecommendationRecord
from advisor.settings import Settings
from tests.applications import borrow_application
from tests.assessments.walker import ROUTINE, Walker, at_once


def stored_steps(database: Database) -> str:
    with database.read() as session:
        return str(session.scalars(select(Part.answers)).one()["steps"])


def form_of(walker: Walker) -> dict[str, Any]:
    return {str(field["name"]): field.get("value", "") for field in walker.page.select("form input[type=hidden]")}


# ---- two windows -------------------------------------------------------------------------------------------------


def test_f8_different_questions_answered_in_two_windows_are_both_kept(walker: Walker) -> None:
    walker.finish(ROUTINE)
    other = walker.second_window()
    walker.question("edge")
    other.question("skill")
    walker.answer("yes")
    other.answer("not-sure")
    walker.open(f"{walker.at}/answers")
    assert "How core is it? Core" in walker.words
    assert "What does it take? I'm not sure" in walker.words


def test_f8_the_same_question_answered_differently_shows_both_answers(walker: Walker) -> None:
    walker.begin()
    other = walker.second_window()
    walker.answer("no")
    other.answer("yes", status=409)
    assert "changed in another window" in other.heading
    assert [tag.get_text(strip=True) for tag in other.page.select("dl.two dd")] == ["Not core", "Core"]


def test_f8_keep_the_saved_one(walker: Walker) -> None:
    walker.begin()
    other = walker.second_window()
    walker.answer("no")
    other.answer("yes", status=409)
    other.submit(button="saved")
    assert other.key == "steps"
    other.question("edge")
    assert other.chosen_values() == ["no"]


def test_f8_use_mine(walker: Walker) -> None:
    walker.begin()
    other = walker.second_window()
    walker.answer("no")
    other.answer("yes", status=409)
    other.submit(button="mine")
    assert other.key == "steps"
    other.question("edge")
    assert other.chosen_values() == ["yes"]


def test_f8_use_mine_is_asked_again_where_a_third_answer_came_in_between(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.question("steps")
    other, third = walker.second_window(), walker.second_window()
    walker.answer("set")
    other.answer("open", status=409)
    third.question("steps")
    third.answer("half")
    other.submit(button="mine", status=409)
    assert [tag.get_text(strip=True) for tag in other.page.select("dl.two dd")] == [
        "Half and half",
        "Thought through each time",
    ]


@pytest.mark.parametrize(
    ("key", "mine"), [("touches", ["money", "secret"]), ("touches", ["none"]), ("touches", ["not-sure"])]
)
def test_f8_several_choices_travel_through_the_conflict(walker: Walker, key: str, mine: list[str]) -> None:
    walker.finish()
    walker.question(key)
    other = walker.second_window()
    walker.answer("names")
    other.answer(*mine, status=409)
    kept = [str(field["value"]) for field in other.page.select("input[name=answer]")]
    assert kept == mine
    other.submit(button="mine", answer=kept)
    other.question(key)
    assert other.chosen_values() == mine


@pytest.mark.parametrize("mine", [{"answer": "1,200", "not_sure": None}, {"answer": "", "not_sure": "y"}])
def test_f8_a_number_travels_through_the_conflict(walker: Walker, mine: dict[str, str | None]) -> None:
    walker.finish()
    walker.question("cases")
    other = walker.second_window()
    walker.answer("7")
    other.submit(**mine, status=409)
    assert other.submit(button="mine")
    assert other.key == "result"
    other.question("cases")
    shown = other.page.select_one("#answer")
    assert shown is not None
    assert shown["value"] == ("1200" if mine["answer"] else "")


def test_the_same_answer_in_two_windows_is_no_conflict(walker: Walker) -> None:
    walker.begin()
    other = walker.second_window()
    walker.answer("no")
    other.answer("no")
    assert other.key == walker.key == "steps"


@pytest.mark.parametrize("times", [2, 6])
def test_f8_of_parallel_saves_from_one_version_exactly_one_wins(
    app: Flask, walker: Walker, database: Database, times: int
) -> None:
    walker.finish({**ROUTINE, "steps": "set"})
    walker.question("steps")
    opened = form_of(walker)
    options = ["some", "half", "few", "new", "wild", "open"][:times]
    url = f"{walker.at}/questions/steps"
    replies = at_once(app, walker, times, lambda client, n: client.post(url, data=opened | {"answer": options[n]}))
    statuses = sorted(reply.status_code for reply in replies)
    assert statuses == [303] + [409] * (times - 1)
    winner = next(option for option, reply in zip(options, replies, strict=True) if reply.status_code == 303)
    assert stored_steps(database) == winner
    labels = {"some": "Mostly the same", "half": "Half and half", "few": "Seldom the same"}
    labels |= {"new": "New each time", "wild": "Nobody can say beforehand", "open": "Thought through each time"}
    for option, reply in zip(options, replies, strict=True):
        if reply.status_code == 409:
            assert labels[option] in reply.text
            assert labels[winner] in reply.text


def test_f8_parallel_answers_to_different_questions_are_all_kept_and_end_in_one_advice(
    app: Flask, walker: Walker, database: Database
) -> None:
    walker.begin()
    walker.answer("no")
    walker.answer("half")
    walker.question("edge")
    edge = form_of(walker) | {"answer": "yes"}
    walker.question("skill")
    skill = form_of(walker) | {"answer": "basic"}
    forms = [("edge", edge), ("skill", skill)]

    def send(client: Any, number: int) -> int:
        key, data = forms[number]
        return int(client.post(f"{walker.at}/questions/{key}", data=data).status_code)

    assert at_once(app, walker, 2, send) == [303, 303]
    with database.read() as session:
        latest = session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence.desc())).first()
        assert latest is not None
        assert latest.given["answers"] == {"edge": "yes", "steps": "half", "skill": "basic"}


def test_f9_the_last_answer_sent_twice_gives_one_advice(app: Flask, walker: Walker, database: Database) -> None:
    walker.begin()
    for answer in ("no", "half"):
        walker.answer(answer)
    data = form_of(walker) | {"answer": "basic"}
    url = f"{walker.at}/questions/skill"
    replies = at_once(app, walker, 3, lambda client, _n: client.post(url, data=data))
    assert {reply.status_code for reply in replies} == {303}
    with database.read() as session:
        assert len(session.scalars(select(RecommendationRecord)).all()) == 1


# ---- a database that refuses -------------------------------------------------------------------------------------


@contextmanager
def lock_database(database: Database, *, readers_too: bool = False) -> Iterator[None]:
    """Somebody else holds the database: writers wait in vain, and readers too where asked for."""
    if database.is_sqlite:
        holder = sqlite3.connect(str(database.file), isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE" if readers_too else "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.rollback()
            holder.close()
        return
    with database.engine.connect() as connection, connection.begin():
        mode = "ACCESS EXCLUSIVE" if readers_too else "SHARE ROW EXCLUSIVE"
        connection.execute(text(f"LOCK TABLE assessment, part, recommendation, idempotency_key IN {mode} MODE"))
        yield


@pytest.fixture
def hasty(settings: Settings, small_in_force: int) -> Iterator[Walker]:  # noqa: ARG001 - it must be in force
    """A visitor of an installation that waits for a lock for half a second only."""
    with borrow_application({**settings, "DATABASE_BUSY_TIMEOUT": 0.5}) as app:
        yield Walker(app.test_client())


def test_p2_an_answer_that_cannot_be_saved_comes_back_chosen(hasty: Walker, database: Database) -> None:
    hasty.begin()
    with lock_database(database):
        hasty.answer("yes", status=503)
    assert hasty.response.headers["Retry-After"] == "5"
    assert "could not save that just now" in hasty.complaint
    assert hasty.chosen_values() == ["yes"]
    hasty.submit()
    assert hasty.key == "steps"


def test_p2_a_name_that_cannot_be_saved_comes_back_typed(hasty: Walker, database: Database) -> None:
    hasty.open("/assessments/new")
    with lock_database(database):
        hasty.submit(process_name="Paying wages", status=503)
    assert hasty.page.select_one("#process_name")["value"] == "Paying wages"  # type: ignore[index]
    hasty.submit()
    assert hasty.key == "edge"


def test_p2_parts_that_cannot_be_saved_come_back_typed(hasty: Walker, database: Database) -> None:
    hasty.finish()
    hasty.open(f"{hasty.at}/parts")
    with lock_database(database):
        hasty.submit(part_1="Keying", part_2="Advising", status=503)
    assert hasty.page.select_one("#part_2")["value"] == "Advising"  # type: ignore[index]


def test_p2_what_was_typed_survives_a_database_that_cannot_even_be_read(hasty: Walker, database: Database) -> None:
    hasty.begin()
    with lock_database(database, readers_too=True):
        hasty.answer("yes", status=503)
    assert hasty.heading == "That is not saved yet"
    assert [str(field["value"]) for field in hasty.page.select("input[name=answer]")] == ["yes"]
    hasty.submit()
    assert hasty.key == "steps"
    hasty.question("edge")
    assert hasty.chosen_values() == ["yes"]


def test_a_button_that_could_not_act_does_not_speak_of_what_was_typed(hasty: Walker, database: Database) -> None:
    hasty.finish()
    hasty.open(f"{hasty.at}/delete")
    with lock_database(database, readers_too=True):
        hasty.submit(status=503)
    assert hasty.heading == "That is not done yet"
    assert "entered" not in hasty.page.get_text()
    hasty.submit()
    assert hasty.heading == "Your data"


def test_p1_a_save_that_failed_stored_nothing_at_all(hasty: Walker, database: Database) -> None:
    hasty.begin()
    hasty.answer("no")
    with lock_database(database):
        hasty.answer("set", status=503)
    with database.read() as session:
        assert session.scalars(select(Part.answers)).one() == {}


def test_a_page_is_shown_even_where_the_visit_cannot_be_noted(hasty: Walker, database: Database) -> None:
    hasty.begin()
    age(database, hours=2)
    with lock_database(database):
        hasty.question("edge")
    assert hasty.heading == "How core is it?"


def age(database: Database, hours: int) -> None:
    """Let it be so long ago that anything was touched."""
    with database.write() as session:
        for assessment in session.scalars(select(Assessment)):
            assessment.touched_at -= timedelta(hours=hours)


def test_f4_a_save_waits_for_a_lock_that_is_short(walker: Walker, database: Database) -> None:
    walker.begin()
    released = threading.Event()
    holding = threading.Event()

    def hold() -> None:
        with lock_database(database):
            holding.set()
            released.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    threading.Timer(0.5, released.set).start()
    walker.answer("yes")
    holder.join(10)
    assert walker.key == "steps"
