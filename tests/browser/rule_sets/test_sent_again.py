"""F9: what an admin types, saves, and types anew before the first reply was read; with a script and without."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from advisor import starter
from advisor.models import Database
from advisor.models.rule_sets.draft import find_draft
from advisor.operating.migrate import migrate
from tests.accounts.sign_ins import code
from tests.browser.person import Person
from tests.browser.serving import DATABASE
from tests.browser.windows import watch_windows
from tests.conftest import settings_for
from tests.factories import PASSWORD, make_account
from tests.serving import ServerProcess, environment

RULE = starter.rule_set().rules[0].key
REASON = "#because"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the server keeps its data; somebody has been made an admin."""
    settings = settings_for(f"sqlite:///{tmp_path / DATABASE}", tmp_path)
    migrate(settings)
    database = Database.from_settings(settings)
    make_account(database, "ada@example.org", role="admin")
    database.dispose()
    return tmp_path


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def admin(request: pytest.FixtureRequest, browser: Browser, folder: Path) -> Iterator[Person]:
    """An admin who has opened a rule of the draft."""
    # It logs an error while the database is locked, as it should.
    with (
        ServerProcess(environment(f"sqlite:///{folder / DATABASE}", folder)) as server,
        watch_windows(browser, server.url) as windows,
    ):
        person = windows.open(script=request.param)
        person.open("/sign-in").enter("E-mail address", "ada@example.org").enter("Password", PASSWORD).press("Sign in")
        person.enter("Code", code()).press("Sign in")
        person.follow("Edit the rules").press("Start a draft from version 1")
        yield person.open(f"/admin/rules/draft/rules/{RULE}")


def stored_text(folder: Path) -> str:
    database = Database(f"sqlite:///{folder / DATABASE}")
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        rule = draft.rule_set.rule(RULE)
    database.dispose()
    assert rule is not None
    return rule.because


def test_f9_the_text_that_was_typed_last_is_the_one_that_is_saved(admin: Person, folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        admin.page.fill(REASON, "Typed while the database was locked.")
        admin.press("Save").reads("could not save that just now")
    assert admin.page.input_value(REASON) == "Typed while the database was locked."
    admin.page.fill(REASON, "Typed when it was free.")
    admin.press("Save").reads("Saved in the draft.")
    assert stored_text(folder) == "Typed when it was free."

    admin.open(f"/admin/rules/draft/rules/{RULE}")
    admin.page.fill(REASON, "Typed before going back.")
    admin.press("Save").reads("Saved in the draft.")
    admin.page.go_back()
    admin.page.fill(REASON, "Typed after going back.")
    admin.press("Save").reads("Saved in the draft.")
    assert stored_text(folder) == "Typed after going back."
