"""F9: what one admin sends several times by one form, with another text each time: the text sent last stands there."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from advisor import create_app, starter
from advisor.engine.document.edit import find
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import Database
from advisor.settings import Settings
from tests.applications import borrow_application
from tests.assessments.questions.test_saves import lock_database
from tests.exchange.samples import SMALL
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.rule_sets.versions.test_files import IN, send
from tests.visiting import fields_of

RULE = starter.rule_set().rules[0]
PAGE = f"{DRAFT}/rules/{RULE.key}"


def because(draft: Read, key: str = RULE.key) -> str:
    return str(find(draft(), "rules", key).because)


@pytest.fixture
def hasty(settings: Settings) -> Iterator[Flask]:
    """An installation that waits for a lock for half a second only."""
    with borrow_application({**settings, "DATABASE_BUSY_TIMEOUT": 0.5}) as app:
        yield app


def test_f9_a_text_that_was_changed_after_a_lost_reply_is_saved_over_the_first(admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    later = admin.second_window()
    admin.save(because="The first text.")
    later.save(because="The second text.")
    assert "Saved in the draft." in later.text
    assert because(draft) == "The second text."
    later.open(PAGE)
    assert "The second text." in later.response.text


def test_f9_a_text_that_goes_back_to_the_first_one_is_saved_too(admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    for text in ("One.", "Two.", "One.", "Three.", "One."):
        window = admin.second_window()
        window.save(because=text)
        assert because(draft) == text


def test_f9_a_second_text_follows_the_first_to_another_key(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/add/rules?copy={RULE.key}")
    admin.save(key="fresh")
    admin.open(f"{DRAFT}/rules/fresh")
    again, later = admin.second_window(), admin.second_window()
    admin.save(key="fresher", because="One.")
    again.save(key="fresher", because="One.")
    assert again.path == f"{DRAFT}/rules/fresher"
    later.save(key="freshest", because="Two.")
    assert because(draft, "freshest") == "Two."
    assert {"fresh", "fresher"}.isdisjoint(rule.key for rule in draft().rules)


def test_f9_an_answer_whose_meaning_changed_is_not_lost_where_that_is_sent_again(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/questions/edge/answers/vital")
    again, later = admin.second_window(), admin.second_window()
    admin.save(label="One thing", meaning="meaning")
    again.save(label="One thing", meaning="meaning")
    assert again.path == admin.path
    later.save(label="Another thing", meaning="meaning")
    options = find(draft(), "questions", "edge").options
    assert [option.label for option in options].count("Another thing") == 1
    assert "One thing" not in [option.label for option in options]


def test_f9_a_question_whose_meaning_changed_is_not_lost_where_that_is_sent_again(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{DRAFT}/questions/edge")
    again, later = admin.second_window(), admin.second_window()
    admin.save(text="One thing?", meaning="meaning")
    again.save(text="One thing?", meaning="meaning")
    assert again.path == admin.path
    later.save(text="Another thing?", meaning="meaning")
    texts = [question.text for question in draft().questions]
    assert texts.count("Another thing?") == 1
    assert "One thing?" not in texts
    assert draft().question("edge") is None


def test_p3_a_second_text_is_shown_beside_what_somebody_else_saved_after_the_first(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(PAGE)
    later = admin.second_window()
    admin.save(because="The first text.")
    other_admin.edit(f"rules/{RULE.key}", because="Ben wrote this one.")
    later.save(because="The second text.", status=409)
    assert "ben@example.com saved this at" in later.text
    assert "The second text." in later.response.text
    assert because(draft) == "Ben wrote this one."


def test_p3_a_second_window_of_the_same_admin_overwrites_nothing_unseen(admin: Admin, draft: Read) -> None:
    admin.start().open(PAGE)
    window = admin.second_window()
    window.open(PAGE)
    admin.save(because="The first text.")
    window.save(because="The second text.", status=409)
    assert because(draft) == "The first text."


def test_f9_a_text_that_was_refused_while_the_database_was_locked_may_be_changed_and_saved(
    hasty: Flask, database: Database, draft: Read
) -> None:
    admin = Admin.of(hasty, database, "ada@example.com").start()
    admin.open(PAGE)
    with lock_database(database):
        admin.save(because="The first text.", status=503)
    assert "could not save that just now" in admin.errors
    admin.save(because="The second text.")
    assert because(draft) == "The second text."


def test_f9_of_two_texts_that_wait_for_a_locked_database_the_one_sent_last_stands_there(
    settings: Settings, database: Database, draft: Read
) -> None:
    app = create_app(settings)
    arrived = threading.Semaphore(0)
    app.before_request(arrived.release)
    admin = Admin.of(app, database, "ada@example.com").start()
    admin.open(PAGE)
    form = {**fields_of(admin.page.select("main form")[admin.number_of("opened")]), "do": "save"}
    while arrived.acquire(blocking=False):
        pass
    statuses: dict[str, int] = {}
    sendings = []
    with lock_database(database):
        for text in ("The first text.", "The second text."):
            sending = threading.Thread(target=_send, args=(app, admin, form | {"because": text}, statuses))
            sending.start()
            sendings.append(sending)
            assert arrived.acquire(timeout=30)
    for sending in sendings:
        sending.join(60)
    assert because(draft) == "The second text."
    assert statuses["The second text."] == 303
    app.extensions["database"].dispose()


def _send(app: Flask, admin: Admin, form: dict[str, Any], statuses: dict[str, int]) -> None:
    client, cookie = app.test_client(), admin.client.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    statuses[form["because"]] = client.post(PAGE, data=form).status_code


def test_f9_a_file_that_is_sent_after_another_by_the_same_form_is_the_draft(admin: Admin, draft: Read) -> None:
    admin.start().open(IN)
    later = admin.second_window()
    send(admin, write_rule_set(SMALL, "json"), "small.json", replace="y")
    send(later, write_rule_set(starter.rule_set(), "json"), "small.json", replace="y")
    assert draft() == starter.rule_set()


def test_f9_a_removal_that_is_taken_back_twice_is_there_once(admin: Admin, draft: Read) -> None:
    admin.start()
    before = draft().kind
    admin.open(f"{DRAFT}/kind/0/remove")
    admin.submit()
    again = admin.second_window()
    later = admin.second_window()
    later.open(f"{DRAFT}/history")
    admin.take_back()
    again.take_back()
    assert draft().kind == before
    later.submit(form=0, button=str(later.page.select("button[name=act]")[0]["value"]), status=409)
    assert "first take back: ada@example.com " in later.text
    assert draft().kind == before
