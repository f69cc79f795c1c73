"""F5: a server that cannot save says so to whoever watches over it, and asking costs next to nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from advisor import create_app
from advisor.models import Database, DatabaseUnavailable
from advisor.models.database import SaveProbe
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_account
from tests.operating.test_migrate import dump


def readiness(app: Flask) -> tuple[int, str]:
    answer = app.test_client().get("/readyz")
    body: dict[str, Any] = answer.json or {}
    return answer.status_code, body.get("reason", "")


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
    with pytest.raises(DatabaseUnavailable, match="unreachable"):
        SaveProbe(database, pause=0, space=0).check()
    assert not (tmp_path / "gone").exists()
