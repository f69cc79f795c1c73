"""Admins see who is affected: asked for once, done by a worker, stopped, out of date; counts and nothing else (S4)."""

import os
import re
import signal
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from advisor.models import Assessment, Database, Job, RuleSetVersion
from advisor.models.audit import Actor
from advisor.models.base import utc_now
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.rule_sets.impact import run as impact_run
from advisor.settings import Settings
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.impact.runs import (
    CASES,
    PAGE,
    SAVED,
    acts,
    begin,
    edit,
    press,
    task,
)
from tests.serving import advisor, environment, wait_for
from tests.visiting import text_of


def test_a_run_goes_from_not_run_to_its_counts(edited: Admin, database: Database, settings: Settings) -> None:
    assert task(edited) == "Incomplete"
    edited.open(f"{DRAFT}/publish")
    assert "Nobody has looked yet at who is affected." in edited.text
    assert "Waiting for its turn." in press(edited, "start")
    assert edited.page.select_one("noscript meta[http-equiv=refresh]")
    assert edited.page.select_one("#job")["data-poll"] == "1000"  # type: ignore[index]
    assert task(edited) == "Waiting for its turn"
    assert worker.work_due(database, settings)
    assert not worker.work_due(database, settings)
    edited.open(PAGE)
    assert "Done, and up to date." in edited.text
    assert not edited.page.select("noscript, [data-poll]")
    words = task(edited)
    at_least, size = re.findall(r"\d+", words)
    assert words == f"At least {at_least} of {size} get different advice"
    assert (int(size), int(at_least) % 5) == (SAVED, 0)
    assert 5 < int(at_least) <= len(CASES)
    edited.open(PAGE)
    assert words in edited.text
    with database.read() as session:
        moves = (session.scalars(select(Job.result)).one() or {})["moves"]
    assert sum(count for *_, count in moves) == int(at_least), "the total is the sum of what is told"
    cells = [words for cell in edited.page.select(".move-table td") if (words := text_of(cell)) != "–"]
    said = [text_of(share) for share in edited.page.select(".move-list .how-many")]
    assert sorted(cells) == sorted(said) == sorted(f"at least {count}" for *_, count in moves)
    edited.open(f"{DRAFT}/publish")
    assert f"Version 2 would advise differently on at least {at_least} of {size} saved processes." in edited.text
    assert "Nobody's saved advice changes until they choose." in edited.text
    assert acts(database) == ["impact run asked for"]


def test_two_who_ask_get_one_run_and_one_entry(edited: Admin, other_admin: Admin, database: Database) -> None:
    edited.open(PAGE)
    other_admin.open(PAGE)
    edited.submit(do="start", form=0)
    other_admin.submit(do="start", form=0)
    assert acts(database) == ["impact run asked for"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_run_is_stopped_once_and_only_the_one_that_was_shown(
    edited: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    other_admin.open(PAGE)
    assert "Stopped before its end." in press(edited, "cancel")
    assert not worker.work_due(database, settings)
    press(edited, "start")
    other_admin.submit(do="cancel", form=0)
    assert worker.work_due(database, settings), "the newer run was not the one that was shown"
    assert acts(database) == ["impact run asked for", "impact run cancelled", "impact run asked for"]


def test_a_run_that_is_stopped_while_it_works_leaves_no_result(
    edited: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(edited, "start")
    reports = []

    class Told(worker._Report):
        def __call__(self, done: int, total: int) -> None:
            reports.append((done, total))
            if len(reports) == 2:
                press(edited, "cancel")
            self._next = 0
            super().__call__(done, total)

    monkeypatch.setattr(worker, "_Report", Told)
    worker.work_due(database, {**settings, "JOB_STEP": 5})
    assert reports == [(5, 60), (10, 60)]
    edited.open(PAGE)
    assert "Stopped before its end." in edited.text
    assert not edited.page.select("#counts")
    assert task(edited) == "Incomplete"


def test_the_counts_are_out_of_date_once_the_draft_moves_on(
    edited: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    worker.work_due(database, settings)
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    assert task(edited) == "Out of date"
    edited.open(PAGE)
    assert "Out of date: the draft was changed after this run." in edited.text
    assert "get different advice" in edited.text
    edited.open(f"{DRAFT}/publish")
    assert "before the draft was changed last" in edited.text
    press(edited, "start")
    assert "get different advice" in edited.text, "the last counts stay in view"
    worker.work_due(database, settings)
    assert "get different advice" in task(edited)


def test_publishing_begins_another_run_where_the_last_is_out_of_date_and_keeps_the_note(
    edited: Admin, database: Database, settings: Settings
) -> None:
    edited.open(f"{DRAFT}/publish")
    begin(edited, "Find out who is affected", note="It weighs more.", day="Tomorrow", time="9")
    assert edited.path == f"{DRAFT}/publish", "where one came from"
    day = utc_now() + timedelta(days=1)
    assert edited.page.select_one("#day")["value"].startswith(f"{day.day} ")  # type: ignore[index]
    assert edited.page.select_one("#time")["value"] == "9"  # type: ignore[index]
    assert edited.page.select_one("#note").text.strip() == "It weighs more."  # type: ignore[union-attr]
    assert "Waiting for its turn" in edited.text
    assert not edited.page.select('button[value="run"]'), "one run is under way already"
    worker.work_due(database, settings)
    edited.open(f"{DRAFT}/publish")
    assert "would advise differently" in edited.text
    assert not edited.page.select('button[value="run"]')
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    edited.open(f"{DRAFT}/publish")
    begin(edited, "Run it again")
    worker.work_due(database, settings)
    edited.open(f"{DRAFT}/publish")
    assert "would advise differently" in edited.text
    assert edited.page.select_one("#note").text.strip() == "It weighs more."  # type: ignore[union-attr]
    assert acts(database) == ["impact run asked for"] * 2


def test_bringing_back_shows_the_same_steps_and_keeps_what_is_typed(
    edited: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        found = drafts.find_draft(session)
        assert found is not None
        drafts.publish(session, Actor("operator"), "It turns.", expected=found.fingerprint, in_force=1)
        session.execute(update(Assessment).values(version_number=2))
    back = "/admin/rules/versions/1/bring-back"
    for admin in (edited, other_admin):
        admin.open(back)
        assert "Nobody has looked yet at who is affected." in admin.text
    begin(edited, "Find out who is affected", note="It turned too far.")
    begin(other_admin, "Find out who is affected")
    assert acts(database) == ["impact run asked for"], "two who ask get one run"
    assert "Waiting for its turn" in edited.text
    begin(edited, "Look again")
    assert worker.work_due(database, settings)
    begin(edited, "Look again")
    at_least = re.search(r"Version 3 would advise differently on at least (\d+) of 60", edited.text)
    assert at_least
    assert int(at_least[1]) % 5 == 0
    assert edited.page.select_one("#note").text.strip() == "It turned too far."  # type: ignore[union-attr]
    edited.open(back)
    edited.submit(note="It turned too far.")
    assert "Version 3" in edited.text


def test_a_draft_that_moves_on_while_its_run_waits_says_so(
    edited: Admin, database: Database, settings: Settings
) -> None:
    press(edited, "start")
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    edited.open(PAGE)
    assert worker.work_due(database, settings)
    edited.open(PAGE)
    assert "Failed. The draft was changed before it began." in edited.text
    assert task(edited) == "There is a problem"


def test_a_draft_that_something_blocks_cannot_be_run(edited: Admin, database: Database) -> None:
    edited.open(PAGE)
    edit(database, lambda rules: replace(rules, kind=()))
    edited.submit(do="start", form=0, status=422)
    assert "Fix its problems first" in edited.errors
    assert not edited.page.select('button[value="start"]')
    assert acts(database) == []
    assert task(edited) == "Cannot start yet"


def test_a_run_leaves_out_what_cannot_stand_and_says_so(edited: Admin, database: Database, settings: Settings) -> None:
    edit(database, lambda rules: replace(rules, questions=rules.questions[2:]))
    press(edited, "start")
    worker.work_due(database, settings)
    edited.open(PAGE)
    assert "They are left out here." in edited.text
    assert "different advice" in task(edited)


def test_a_mistake_in_a_run_is_told_in_plain_words(
    edited: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(edited, "start")
    monkeypatch.setattr(impact_run, "find_affected", lambda *_given, **_more: 1 // 0)
    worker.work_due(database, settings)
    edited.open(PAGE)
    assert "A mistake of ours stopped it" in edited.text
    assert "ZeroDivisionError" not in edited.text


def test_nobody_has_saved_anything(admin: Admin, database: Database, settings: Settings) -> None:
    admin.start()
    press(admin, "start")
    worker.work_due(database, settings)
    admin.open(PAGE)
    assert "Nothing is saved yet" in admin.text
    assert task(admin) == "Nothing is saved yet"


def test_s5_who_is_affected_is_for_admins(app: Flask, edited: Admin, database: Database) -> None:
    edited.open(PAGE)
    owner = Admin.of(app, database, "otto@example.com", role="owner")
    assert owner.client.get(PAGE).status_code == 403
    assert owner.client.post(PAGE, data={"do": "start"}).status_code in {400, 403}
    nobody = app.test_client()
    assert nobody.get(PAGE).status_code == 302
    assert nobody.post(PAGE, data={"do": "start"}).status_code in {400, 401, 403}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.parametrize("run", ["", "x", "²", "-1", "9" * 40, "0"])
def test_a_run_that_there_is_not_is_not_stopped(edited: Admin, database: Database, run: str) -> None:
    press(edited, "start")
    edited.open(PAGE)
    edited.submit(do="cancel", form=0, run=run)
    assert acts(database) == ["impact run asked for"]


STUCK = """
import sys, time
from pathlib import Path
from advisor import settings
from advisor.models import Database
from advisor.rule_sets import worker
def report(self, done, total):
    Path(sys.argv[1]).touch()
    time.sleep(120)
worker._Report.__call__ = report
found = settings.load()
worker.work_due(Database.from_settings(found), found)
"""


def test_a_run_whose_worker_is_killed_is_finished_by_another(
    edited: Admin, database: Database, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    press(edited, "start")
    reached = tmp_path / "reached"
    command = [*advisor()[:-2], "-c", STUCK, str(reached)]
    first = subprocess.Popen(command, env=environment(database_url, tmp_path), stdin=subprocess.DEVNULL)
    wait_for(reached, first)
    edited.open(PAGE)
    assert "Running." in edited.text
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    assert not worker.work_due(database, settings), "its lease has not run out yet"
    with database.write() as session:
        session.scalars(select(Job)).one().leased_until = utc_now()
    assert worker.work_due(database, settings)
    assert "get different advice" in task(edited)
    with database.read() as session:
        assert session.scalars(select(Job)).one().tries == 2


def test_where_all_are_advised_by_what_comes_back_none_is_affected(
    edited: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        found = drafts.find_draft(session)
        assert found is not None
        drafts.publish(session, Actor("operator"), "It turns.", expected=found.fingerprint, in_force=1)
    edited.open("/admin/rules/versions/1/bring-back")
    begin(edited, "Find out who is affected")
    worker.work_due(database, settings)
    begin(edited, "Look again")
    none = "No saved process gets different advice: the versions that they use decide the same."
    assert none in edited.text
    assert "may advise differently" not in edited.text
    with database.write() as session:
        one = session.scalars(select(Assessment)).first()
        assert one is not None
        one.version_number = 2
    edited.open("/admin/rules/versions/1/bring-back")
    with database.write() as session:
        impact_run.ask(session, Actor("operator"), session.get_one(RuleSetVersion, 1))
    worker.work_due(database, settings)
    edited.open("/admin/rules/versions/1/bring-back")
    assert none not in edited.text, "one that another version advises may turn"
