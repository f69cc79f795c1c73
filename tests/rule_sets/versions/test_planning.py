"""A version that does not come into force at once: planned for a time, approved by another admin, taken back."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from advisor.models import AuditEvent, Database, RuleSetVersion
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.planned_version import find_planned
from advisor.models.rule_sets.rule_set_version import in_force
from advisor.rule_sets import worker
from advisor.settings import Settings
from tests.concurrency import run_together
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.versions.plans import PLAN, RULE, ask, due, edit_points, highest, step, tomorrow
from tests.serving import advisor, environment, wait_for


def test_a_version_planned_for_a_time_comes_into_force_then_and_once(
    admin: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    ask(edit_points(admin), day=tomorrow(), time="9:30")
    assert admin.path == PLAN
    assert "Version 2 is planned" in admin.heading
    assert "09:30 UTC" in admin.text
    other_admin.open(f"{DRAFT}/rules")
    assert "Version 2 is planned for" in other_admin.text
    assert not worker.work_due(database, settings)
    assert highest(database) == 1
    due(database)
    run_together([lambda: worker.work_due(database, settings)] * 4)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RuleSetVersion)) == 2
        published = in_force(session)
        assert (published.note, published.published_by) == ("It weighs more.", str(admin.account_id))
        assert find_planned(session) is None
        assert drafts.find_draft(session) is None
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.sequence)))
    assert kinds.count("rules published") == kinds.count("version planned") == 1
    other_admin.open("/admin/rules")
    assert "planned" not in other_admin.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "1/1/2020"}, "Choose a day and a time to come, within a year"),
        ({"day": "1/1/2099"}, "Choose a day and a time to come, within a year"),
        ({"day": "some day"}, "Enter a day, such as"),
        ({"time": "9:00"}, "Say on which day, too"),
        ({"day": "1/1/2020", "time": "25:00"}, "Enter a time, such as 9:00"),
    ],
)
def test_what_is_no_time_to_come_is_refused_and_kept_in_view(
    admin: Admin, database: Database, fields: dict[str, str], said: str
) -> None:
    edit_points(admin).open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="It weighs more.", status=422, **fields)
    assert said in admin.errors
    assert all(f'value="{typed}"' in str(admin.page) for typed in fields.values())
    assert highest(database) == 1


def test_a_plan_is_taken_back_and_then_nothing_comes_into_force(
    admin: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    ask(edit_points(admin), day=tomorrow())
    other_admin.open(PLAN)
    stale = other_admin.second_window()
    other_admin.submit(do="cancel")
    assert "The plan is cancelled. The draft stays as it is now." in str(other_admin.page)
    stale.submit(do="cancel")
    assert stale.path == "/admin/rules"
    assert not worker.work_due(database, settings)
    assert highest(database) == 1
    ask(admin)
    assert highest(database) == 2, "the draft was as it was"


def test_what_is_planned_is_what_was_shown_or_nothing(
    admin: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    ask(edit_points(admin), day=tomorrow())
    other_admin.edit(RULE, push__points="4")
    other_admin.open(PLAN)
    assert other_admin.heading == "Version 2 will not come into force"
    assert "The draft was changed since by ben@example.com." in other_admin.text
    assert "Nothing comes into force by this plan." in other_admin.text
    due(database)
    worker.work_due(database, settings)
    assert highest(database) == 1
    other_admin.open(PLAN)
    assert "The draft was changed after this was planned" in other_admin.text
    other_admin.open("/admin/rules")
    assert "was planned, and did not come into force" in other_admin.text
    assert not worker.work_due(database, settings), "it does not try again for ever"
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="At once.", status=409)
    assert "A version is planned already" in admin.errors


STUCK = """
import sys, time
from pathlib import Path
from advisor import settings
from advisor.models import Database
from advisor.models.rule_sets import planned_version
from advisor.rule_sets import worker
publish = planned_version._publish
def stuck(*arguments):
    publish(*arguments)
    Path(sys.argv[1]).touch()
    time.sleep(120)
planned_version._publish = stuck
found = settings.load()
worker.work_due(Database.from_settings(found), found)
"""


def test_a_worker_that_is_killed_while_it_publishes_leaves_the_plan_to_the_next_one(
    admin: Admin, database: Database, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    ask(edit_points(admin), day=tomorrow())
    due(database)
    reached = tmp_path / "reached"
    command = [*advisor()[:-2], "-c", STUCK, str(reached)]
    first = subprocess.Popen(command, env=environment(database_url, tmp_path), stdin=subprocess.DEVNULL)
    wait_for(reached, first)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert highest(database) == 1
    worker.work_due(database, settings)
    worker.work_due(database, settings)
    assert highest(database) == 2


def test_the_words_of_a_plan_stay_with_the_draft_as_of_the_state_that_they_speak_of(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    ask(edit_points(admin), day=tomorrow())
    assert step(other_admin, "Say what changed and why") == "The words of the plan count Completed"
    other_admin.open(f"{DRAFT}/note")
    assert "For version 2 as it is planned, these words count: “It weighs more.” See the plan" in other_admin.text
    other_admin.edit(RULE, push__points="4")
    other_admin.open(PLAN)
    other_admin.submit(do="cancel")
    assert step(admin, "Say what changed and why") == "The draft was changed after this was written Out of date"
    admin.open(f"{DRAFT}/publish")
    assert "It weighs more." in admin.text
    assert "The draft was changed after this text was written." in admin.text
    with database.read() as session:
        assert "draft note kept" not in set(session.scalars(select(AuditEvent.kind))), "nobody did that"
