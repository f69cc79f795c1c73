"""F5: a server that cannot save says so to whoever watches over it, and asking costs next to nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text, update

from advisor import create_app, extensions
from advisor.models import Database, DatabaseUnavailable, Job, schema
from advisor.models import job as jobs
from advisor.models.base import utc_now
from advisor.models.database import SaveProbe
from advisor.models.readiness import PARTS
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_account
from tests.operating.test_migrate import dump


def readiness(app: Flask) -> tuple[int, str]:
    answer = app.test_client().get("/readyz")
    body: dict[str, Any] = answer.json or {}
    return answer.status_code, body.get("reason", "")


def not_well(app: Flask) -> tuple[int, dict[str, str]]:
    """The status, and every part that is not well."""
    answer = app.test_client().get("/readyz")
    state: dict[str, str] = answer.json or {}
    return answer.status_code, {part: state[part] for part in PARTS if state[part] != "well"}


def test_asking_changes_nothing(app: Flask, database: Database) -> None:
    before = dump(database)
    content = database.file.read_bytes() if database.file else b""
    assert readiness(app) == (200, "")
    assert dump(database) == before
    assert (database.file.read_bytes() if database.file else b"") == content


def test_asking_often_tries_only_once(settings: Settings) -> None:
    for pause, tries in ((timedelta(hours=1), 1), (timedelta(0), 20)):
        app = create_app({**settings, "READY_PAUSE": pause})
        changes: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith("UPDATE"):
                changes.append(statement)  # noqa: B023 - of this round

        event.listen(app.extensions["database"].engine, "before_cursor_execute", note)
        assert {readiness(app) for _ in range(20)} == {(200, "")}
        assert len(changes) == tries
        app.extensions["database"].dispose()


def test_f5_a_disk_without_space_is_not_ready(sqlite_url: str, tmp_path: Path) -> None:
    settings = {**settings_for(sqlite_url, tmp_path), "READY_SPACE": 2**62}
    assert readiness(create_app(settings)) == (503, "nothing can be saved: no space is left")


def test_each_part_that_is_not_well_is_named_and_a_missing_worker_ends_no_page(
    database: Database, settings: Settings
) -> None:
    app = create_app({**settings, "READY_PAUSE": timedelta(0)})
    assert not_well(app) == (200, {})

    with database.write() as session:
        waiting, _ = jobs.enqueue(session, "impact", "one")
        waiting.created_at = utc_now() - timedelta(minutes=7)
    late = {"worker": "a job has waited for 7 minutes, and no worker takes it"}
    assert not_well(app) == (200, late), "pages work without"
    with database.write() as session:
        jobs.enqueue(session, "checks", "two")
        assert jobs.claim(session, "checks", lease=timedelta(minutes=1), tries=3)
    assert not_well(app) == (200, {}), "a worker is at work, so that the other job waits its turn"
    with database.write() as session:
        session.execute(update(Job).where(Job.kind == "checks").values(leased_until=utc_now() - timedelta(minutes=3)))
    assert not_well(app) == (200, late), "that worker has died"

    with database.write() as session:
        document = session.execute(text("SELECT document FROM rule_set_version")).scalar_one()
        session.execute(text("UPDATE rule_set_version SET document = document || ' '"))
    altered = "The document of version 1 of the rules is not what was published: the SHA-256 differs."
    assert not_well(app) == (503, {"rules": altered, **late})
    with database.write() as session:
        session.execute(text("UPDATE rule_set_version SET document = :document"), {"document": document})

    unknown = dict.fromkeys(PARTS, "not known")
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    wrong = "the schema is not the one this release works with"
    assert not_well(app) == (503, {**{part: unknown[part] for part in PARTS if part != "database"}, "schema": wrong})
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": schema.expected_revision()})
    assert not_well(app) == (200, late), "all is well again by itself"

    gone = app.extensions["database"]
    app.extensions["readiness"] = extensions.readiness_of(Database(nowhere(settings)), app.config)
    assert not_well(app) == (503, {**unknown, "database": "database unreachable"})
    gone.dispose()


def nowhere(settings: Settings) -> str:
    """The address of a database of the same kind that is not there."""
    is_sqlite = settings["DATABASE_URL"].startswith("sqlite")
    return "sqlite:////nowhere/advisor.db" if is_sqlite else "postgresql://nobody:secret@127.0.0.1:1/advisor"


def test_f4_a_database_that_stays_locked_is_not_ready(sqlite_url: str, tmp_path: Path) -> None:
    app = create_app({**settings_for(sqlite_url, tmp_path), "DATABASE_BUSY_TIMEOUT": 0.1, "READY_PAUSE": timedelta(0)})
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert readiness(app) == (503, "nothing can be saved: the database is busy")
        other.execute("ROLLBACK")
    assert readiness(app) == (200, "")
    app.extensions["database"].dispose()


def test_f7_a_postgresql_that_only_reads_is_not_ready_and_a_save_is_refused_in_words(
    postgresql_url: str, tmp_path: Path
) -> None:
    database = Database(postgresql_url)
    with database.engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.dispose()
    app = create_app(settings_for(postgresql_url, tmp_path))
    assert readiness(app) == (503, "nothing can be saved: the database cannot be written to")
    with pytest.raises(DatabaseUnavailable):
        make_account(database)
    database.dispose()
    app.extensions["database"].dispose()


def test_a_database_whose_folder_is_gone_is_not_ready(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url.replace("advisor.db", "gone/advisor.db"))
    assert SaveProbe(database, space=0).fault() == "down"
    assert not (tmp_path / "gone").exists()
