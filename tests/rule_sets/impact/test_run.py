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


def test_a_run_goes_from_not_run_to_its_counts(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    assert task(admin_with_changes) == "Incomplete"
    admin_with_changes.open(f"{DRAFT}/publish")
    assert "Nobody has looked yet at who is affected." in admin_with_changes.text
    assert "Waiting for its turn." in press(admin_with_changes, "start")
    assert admin_with_changes.page.select_one("noscript meta[http-equiv=refresh]")
    assert admin_with_changes.page.select_one("#job")["data-poll"] == "1000"  # type: ignore[index]
    assert task(admin_with_changes) == "Waiting for its turn"
    assert worker.work_due(database, settings)
    assert not worker.work_due(database, settings)
    admin_with_changes.open(PAGE)
    assert "Done, and up to date." in admin_with_changes.text
    assert not admin_with_changes.page.select("noscript, [data-poll]")
    words = task(admin_with_changes)
    at_least, size = re.findall(r"\d+", words)
    assert words == f"At least {at_least} of {size} get different advice"
    assert (int(size), int(at_least) % 5) == (SAVED, 0)
    assert 5 < int(at_least) <= len(CASES)
    admin_with_changes.open(PAGE)
    assert words in admin_with_changes.text
    with database.read() as session:
        moves = (session.scalars(select(Job.result)).one() or {})["moves"]
    assert sum(count for *_, count in moves) == int(at_least), "the total is the sum of what is told"
    cells = [words for cell in admin_with_changes.page.select(".move-table td") if (words := text_of(cell)) != "–"]
    said = [text_of(share) for share in admin_with_changes.page.select(".move-list .how-many")]
    assert sorted(cells) == sorted(said) == sorted(f"at least {count}" for *_, count in moves)
    admin_with_changes.open(f"{DRAFT}/publish")
    assert (
        f"Version 2 would advise differently on at least {at_least} of {size} saved processes."
        in admin_with_changes.text
    )
    assert "Nobody's saved advice changes until they choose." in admin_with_changes.text
    assert acts(database) == ["impact run asked for"]


def test_two_who_ask_get_one_run_and_one_entry(
    admin_with_changes: Admin, other_admin: Admin, database: Database
) -> None:
    admin_with_changes.open(PAGE)
    other_admin.open(PAGE)
    admin_with_changes.submit(do="start", form=0)
    other_admin.submit(do="start", form=0)
    assert acts(database) == ["impact run asked for"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_run_is_stopped_once_and_only_the_one_that_was_shown(
    admin_with_changes: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    press(admin_with_changes, "start")
    other_admin.open(PAGE)
    assert "Stopped before its end." in press(admin_with_changes, "cancel")
    assert not worker.work_due(database, settings)
    press(admin_with_changes, "start")
    other_admin.submit(do="cancel", form=0)
    assert worker.work_due(database, settings), "the newer run was not the one that was shown"
    assert acts(database) == ["impact run asked for", "impact run cancelled", "impact run asked for"]


def test_a_run_that_is_stopped_while_it_works_leaves_no_result(
    admin_with_changes: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(admin_with_changes, "start")
    reports = []

    class StopTold(worker._Report):
        def __call__(self, done: int, total: int) -> None:
            reports.append((done, total))
            if len(reports) == 2:
                press(admin_with_changes, "cancel")
            self._next = 0
            super().__call__(done, total)

    monkeypatch.setattr(worker, "_Report", StopTold)
    worker.work_due(database, {**settings, "JOB_STEP": 5})
    assert reports == [(5, 60), (10, 60)]
    admin_with_changes.open(PAGE)
    assert "Stopped before its end." in admin_with_changes.text
    assert not admin_with_changes.page.select("#counts")
    assert task(admin_with_changes) == "Incomplete"


def test_the_counts_are_out_of_date_once_the_draft_moves_on(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    press(admin_with_changes, "start")
    worker.work_due(database, settings)
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    assert task(admin_with_changes) == "Out of date"
    admin_with_changes.open(PAGE)
    assert "Out of date: the draft was changed after this run." in admin_with_changes.text
    assert "get different advice" in admin_with_changes.text
    admin_with_changes.open(f"{DRAFT}/publish")
    assert "before the draft was changed last" in admin_with_changes.text
    press(admin_with_changes, "start")
    assert "get different advice" in admin_with_changes.text, "the last counts stay in view"
    worker.work_due(database, settings)
    assert "get different advice" in task(admin_with_changes)


def test_publishing_begins_another_run_where_the_last_is_out_of_date_and_keeps_the_note(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    admin_with_changes.open(f"{DRAFT}/publish")
    begin(admin_with_changes, "Find out who is affected", note="It weighs more.", day="Tomorrow", time="9")
    assert admin_with_changes.path == f"{DRAFT}/publish", "where one came from"
    day = utc_now() + timedelta(days=1)
    assert admin_with_changes.page.select_one("#day")["value"].startswith(f"{day.day} ")  # type: ignore[index]
    assert admin_with_changes.page.select_one("#time")["value"] == "9"  # type: ignore[index]
    assert admin_with_changes.page.select_one("#note").text.strip() == "It weighs more."  # type: ignore[union-attr]
    assert "Waiting for its turn" in admin_with_changes.text
    assert not admin_with_changes.page.select('button[value="run"]'), "one run is under way already"
    worker.work_due(database, settings)
    admin_with_changes.open(f"{DRAFT}/publish")
    assert "would advise differently" in admin_with_changes.text
    assert not admin_with_changes.page.select('button[value="run"]')
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    admin_with_changes.open(f"{DRAFT}/publish")
    begin(admin_with_changes, "Run it again")
    worker.work_due(database, settings)
    admin_with_changes.open(f"{DRAFT}/publish")
    assert "would advise differently" in admin_with_changes.text
    assert admin_with_changes.page.select_one("#note").text.strip() == "It weighs more."  # type: ignore[union-attr]
    assert acts(database) == ["impact run asked for"] * 2


def test_bringing_back_shows_the_same_steps_and_keeps_what_is_typed(
    admin_with_changes: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        found = drafts.find_draft(session)
        assert found is not None
        drafts.publish(session, Actor("operator"), "It turns.", expected=found.fingerprint, in_force=1)
        session.execute(update(Assessment).values(version_number=2))
    back = "/admin/rules/versions/1/bring-back"
    for admin in (admin_with_changes, other_admin):
        admin.open(back)
        assert "Nobody has looked yet at who is affected." in admin.text
    begin(admin_with_changes, "Find out who is affected", note="It turned too far.")
    begin(other_admin, "Find out who is affected")
    assert acts(database) == ["impact run asked for"], "two who ask get one run"
    assert "Waiting for its turn" in admin_with_changes.text
    begin(admin_with_changes, "Look again")
    assert worker.work_due(database, settings)
    begin(admin_with_changes, "Look again")
    at_least = re.search(r"Version 3 would advise differently on at least (\d+) of 60", admin_with_changes.text)
    assert at_least
    assert int(at_least[1]) % 5 == 0
    assert admin_with_changes.page.select_one("#note").text.strip() == "It turned too far."  # type: ignore[union-attr]
    admin_with_changes.open(back)
    admin_with_changes.submit(note="It turned too far.")
    assert "Version 3" in admin_with_changes.text


def test_a_draft_that_moves_on_while_its_run_waits_says_so(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    press(admin_with_changes, "start")
    edit(database, lambda rules: replace(rules, rules=rules.rules[1:]))
    admin_with_changes.open(PAGE)
    assert worker.work_due(database, settings)
    admin_with_changes.open(PAGE)
    assert "Failed. The draft was changed before it began." in admin_with_changes.text
    assert task(admin_with_changes) == "There is a problem"


def test_a_draft_that_something_blocks_cannot_be_run(admin_with_changes: Admin, database: Database) -> None:
    admin_with_changes.open(PAGE)
    edit(database, lambda rules: replace(rules, kind=()))
    admin_with_changes.submit(do="start", form=0, status=422)
    assert "Fix its problems first" in admin_with_changes.errors
    assert not admin_with_changes.page.select('button[value="start"]')
    assert acts(database) == []
    assert task(admin_with_changes) == "Cannot start yet"


def test_a_run_leaves_out_what_cannot_stand_and_says_so(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    edit(database, lambda rules: replace(rules, questions=rules.questions[2:]))
    press(admin_with_changes, "start")
    worker.work_due(database, settings)
    admin_with_changes.open(PAGE)
    assert "They are left out here." in admin_with_changes.text
    assert "different advice" in task(admin_with_changes)


def test_a_mistake_in_a_run_is_told_in_plain_words(
    admin_with_changes: Admin, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(admin_with_changes, "start")
    monkeypatch.setattr(impact_run, "find_affected", lambda *_given, **_more: 1 // 0)
    worker.work_due(database, settings)
    admin_with_changes.open(PAGE)
    assert "A mistake of ours stopped it" in admin_with_changes.text
    assert "ZeroDivisionError" not in admin_with_changes.text


def test_nobody_has_saved_anything(admin: Admin, database: Database, settings: Settings) -> None:
    admin.start()
    press(admin, "start")
    worker.work_due(database, settings)
    admin.open(PAGE)
    assert "Nothing is saved yet" in admin.text
    assert task(admin) == "Nothing is saved yet"


def test_s5_who_is_affected_is_for_admins(app: Flask, admin_with_changes: Admin, database: Database) -> None:
    admin_with_changes.open(PAGE)
    owner = Admin.of(app, database, "otto@example.com", role="owner")
    assert owner.client.get(PAGE).status_code == 403
    assert owner.client.post(PAGE, data={"do": "start"}).status_code in {400, 403}
    nobody = app.test_client()
    assert nobody.get(PAGE).status_code == 302
    assert nobody.post(PAGE, data={"do": "start"}).status_code in {400, 401, 403}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.parametrize("run", ["", "x", "²", "-1", "9" * 40, "0"])
def test_a_run_that_there_is_not_is_not_stopped(admin_with_changes: Admin, database: Database, run: str) -> None:
    press(admin_with_changes, "start")
    admin_with_changes.open(PAGE)
    admin_with_changes.submit(do="cancel", form=0, run=run)
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
    admin_with_changes: Admin, database: Database, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    press(admin_with_changes, "start")
    reached = tmp_path / "reached"
    command = [*advisor()[:-2], "-c", STUCK, str(reached)]
    first = subprocess.Popen(command, env=environment(database_url, tmp_path), stdin=subprocess.DEVNULL)
    wait_for(reached, first)
    admin_with_changes.open(PAGE)
    assert "Running." in admin_with_changes.text
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    assert not worker.work_due(database, settings), "its lease has not run out yet"
    with database.write() as session:
        session.scalars(select(Job)).one().leased_until = utc_now()
    assert worker.work_due(database, settings)
    assert "get different advice" in task(admin_with_changes)
    with database.read() as session:
        assert session.scalars(select(Job)).one().tries == 2


def test_where_all_are_advised_by_what_comes_back_none_is_affected(
    admin_with_changes: Admin, database: Database, settings: Settings
) -> None:
    with database.write() as session:
        found = drafts.find_draft(session)
        assert found is not None
        drafts.publish(session, Actor("operator"), "It turns.", expected=found.fingerprint, in_force=1)
    admin_with_changes.open("/admin/rules/versions/1/bring-back")
    begin(admin_with_changes, "Find out who is affected")
    worker.work_due(database, settings)
    begin(admin_with_changes, "Look again")
    none = "No saved process gets different advice: the versions that they use decide the same."
    assert none in admin_with_changes.text
    assert "may advise differently" not in admin_with_changes.text
    with database.write() as session:
        one = session.scalars(select(Assessment)).first()
        assert one is not None
        one.version_number = 2
    admin_with_changes.open("/admin/rules/versions/1/bring-back")
    with database.write() as session:
        impact_run.ask(session, Actor("operator"), session.get_one(RuleSetVersion, 1))
    worker.work_due(database, settings)
    admin_with_changes.open("/admin/rules/versions/1/bring-back")
    assert none not in admin_with_changes.text, "one that another version advises may turn"
