"""F12, P10: a backup takes the place of the database whole or not at all, and nothing that was there is lost."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text

from advisor import create_app
from advisor.cli import main
from advisor.models import AccountOwner, Assessment, AuditEvent, Database, LoginSession, RecommendationRecord, schema
from advisor.operating import OperatorError
from advisor.operating.backup import back_up, checksum_file, verify
from advisor.operating.migrate import migrate
from advisor.operating.restore import restore
from advisor.settings import Settings
from tests.accounts.sign_ins import sign_in
from tests.conftest import settings_for
from tests.factories import make_account, make_assessment, make_recommendation
from tests.operating.test_migrate import dump
from tests.postgresql import PostgresqlServer
from tests.visiting import Visitor, text_of

ODD = "odd \\. name\n\twith a tab, and \\N “quotes”"


@pytest.fixture
def empty_installation(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Settings]:
    """An installation whose database holds nothing yet, of the same kind as that of ``settings``."""
    folder = tmp_path / "elsewhere"
    if database_url.startswith("sqlite"):
        yield settings_for(f"sqlite:///{folder / 'advisor.db'}", folder)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    url = server.create()
    yield settings_for(url, folder)
    server.drop(url)


@pytest.fixture
def reopened_database(settings: Settings) -> Iterator[Database]:
    """The database of ``settings`` as it is after it was replaced."""
    database = Database.from_settings(settings)
    yield database
    database.dispose()


def names(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(Assessment.process_name)))


def acts(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))


def without_record(found: dict[str, object]) -> dict[str, object]:
    return {table: rows for table, rows in found.items() if table != "audit_event"}


def test_f12_a_restored_database_holds_exactly_what_was_backed_up(
    settings: Settings, database: Database, empty_installation: Settings
) -> None:
    make_recommendation(database, make_assessment(database, name=ODD, answers={"edge": "core"}))
    file = back_up(settings).file
    done = restore(empty_installation, file)
    assert (done.kept, done.steps, done.versions) == (None, (), 1)
    assert done.backup.rows["assessment"] == 1
    there = Database.from_settings(empty_installation)
    assert without_record(dump(there)) == without_record(dump(database))
    (entry,) = acts(there)
    assert (entry.kind, entry.who, entry.what) == ("backup restored", "operator", f"file {file.name}")
    make_assessment(there, name="goes on")  # numbers go on where they were
    assert names(there) == ["goes on", ODD]
    if there.file is not None:
        assert stat.S_IMODE(there.file.stat().st_mode) == 0o600
        left = {found.name for found in there.file.parent.iterdir() if found.name.startswith((".", "advisor.db"))}
        assert left == {there.file.name}
    there.dispose()


def test_f12_after_it_people_sign_in_and_find_their_advice(
    app: Flask, settings: Settings, database: Database, empty_installation: Settings
) -> None:
    owner = make_account(database)
    sign_in(Visitor(app.test_client()))
    make_recommendation(database, make_assessment(database, AccountOwner(owner), "Payroll"), {"outcome": "kpo"})
    restore(empty_installation, back_up(settings).file)
    again = create_app(empty_installation)
    there: Database = again.extensions["database"]
    with there.read() as session:
        assert [one.ended_at is not None for one in session.scalars(select(LoginSession))] == [True]
        assert session.scalars(select(RecommendationRecord.result)).all() == [{"outcome": "kpo"}]
    person = sign_in(Visitor(again.test_client()))
    assert "Payroll" in text_of(person.open("/processes"))
    there.dispose()


def test_f12_a_database_that_holds_anything_is_replaced_only_when_that_is_said_and_is_kept(
    settings: Settings, database: Database, reopened_database: Database
) -> None:
    make_assessment(database, name="before")
    file = back_up(settings).file
    make_assessment(database, name="since")
    before = dump(database)
    with pytest.raises(OperatorError, match=r"holds data already.* With --replace"):
        restore(settings, file)
    assert dump(database) == before
    done = restore(settings, file, replace=True)
    assert names(reopened_database) == ["before"]
    assert done.kept is not None
    assert stat.S_IMODE(done.kept.stat().st_mode) == 0o600
    assert verify(done.kept).rows["assessment"] == 2
    assert acts(reopened_database)[-1].before == {"kept": done.kept.name}
    back = restore(settings, done.kept, replace=True)  # and back again
    reopened_database.dispose()
    assert names(reopened_database) == ["before", "since"]
    assert back.kept != done.kept


def test_f12_what_is_damaged_or_not_whole_changes_nothing(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    for number in range(50):
        make_assessment(database, name=f"Process {number} " + "x" * 150)
    whole = back_up(settings).file.read_bytes()
    before = dump(database)
    part = tmp_path / "part"
    for share in (0.0, 0.001, 0.3, 0.6, 0.9, 0.999):
        part.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(OperatorError):
            restore(settings, part, replace=True)
    assert dump(database) == before


def test_p8_a_backup_with_an_altered_version_is_refused(
    settings: Settings, database: Database, empty_installation: Settings
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE rule_set_version SET sha256 = 'f00d'"))
    file = back_up(settings).file
    with pytest.raises(OperatorError, match="version 1 of the rules is not what was published"):
        restore(empty_installation, file)
    restore_is_possible(empty_installation)


def restore_is_possible(settings: Settings) -> None:
    """The database still holds nothing: it can be migrated as a new one."""
    assert migrate(settings).has_published


def test_p10_an_older_backup_is_brought_to_the_schema_of_this_release(
    settings: Settings, database: Database, empty_installation: Settings
) -> None:
    make_assessment(database, name="of old")
    command.downgrade(schema.migration_config(database.engine), "-2")
    file = back_up(settings).file
    done = restore(empty_installation, file)
    assert len(done.steps) == 2
    there = Database.from_settings(empty_installation)
    assert schema.present_revision(there) == schema.expected_revision()
    assert names(there) == ["of old"]
    assert [entry.kind for entry in acts(there)] == ["backup restored"]
    there.dispose()


def test_f11_a_backup_of_a_newer_release_is_refused(
    settings: Settings, database: Database, empty_installation: Settings
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20990101'"))
    file = back_up(settings).file
    with pytest.raises(OperatorError, match="schema 20990101, which is newer"):
        restore(empty_installation, file)
    restore_is_possible(empty_installation)


def test_a_backup_of_the_other_kind_of_database_is_refused(sqlite_url: str, settings: Settings, tmp_path: Path) -> None:
    is_sqlite = settings["DATABASE_URL"].startswith("sqlite")
    other = tmp_path / "other"
    if is_sqlite:
        other.write_bytes(b"PGDMP and no more")
        wanted = "damaged or not whole"
    else:
        other = back_up(settings_for(sqlite_url, tmp_path), other).file
        wanted = "is a backup of SQLite, and DATABASE_URL names a database of PostgreSQL"
    with pytest.raises(OperatorError, match=wanted):
        restore(settings, other, replace=True)


def test_f12_backups_under_write_load_restore_everything_saved_before_them(
    settings: Settings, database: Database
) -> None:
    stop, saved = threading.Event(), []

    def keep_saving() -> None:
        while not stop.is_set():
            make_assessment(database)
            saved.append(1)

    writer = threading.Thread(target=keep_saving)
    writer.start()
    try:
        kept = [(len(saved), back_up(settings).file) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    for least, file in kept:
        database.dispose()
        restore(settings, file, replace=True)
        assert len(names(database)) >= least
    database.dispose()


def test_a_server_that_was_not_stopped_saves_nothing_into_the_file_that_was_put_aside(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    server = Database.from_settings(settings)
    make_assessment(server, name="before")
    done = restore(settings, back_up(settings).file, replace=True)
    with pytest.raises(Exception, match="database unreachable"):
        make_assessment(server, name="lost?")
    assert done.kept is not None
    assert verify(done.kept).rows["assessment"] == 1
    server.dispose()
    make_assessment(server, name="after it was started again")
    server.dispose()


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_f4_a_database_that_somebody_writes_to_is_not_replaced(sqlite_url: str, tmp_path: Path, journal: str) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file = back_up(settings).file
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode={journal}")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE rule_set_version SET note = 'being written'")
        with pytest.raises(OperatorError, match=r"is in use.* Stop the server"):
            restore(settings, file, replace=True)
        other.execute("COMMIT")
        assert other.execute("SELECT note FROM rule_set_version").fetchone() == ("being written",)
    assert restore(settings, file, replace=True).kept is not None


def test_what_a_write_ahead_log_still_holds_is_kept_too(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file, live = back_up(settings).file, Path(sqlite_url.removeprefix("sqlite:///"))
    crashed = tmp_path / "crashed.db"
    with closing(sqlite3.connect(live, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("UPDATE rule_set_version SET note = 'in the log'")
        for ending in ("", "-wal"):  # as a power cut leaves it
            Path(f"{crashed}{ending}").write_bytes(Path(f"{live}{ending}").read_bytes())
    crashed.chmod(0o600)
    done = restore(settings_for(f"sqlite:///{crashed}", tmp_path), file, replace=True)
    assert not crashed.with_name("crashed.db-wal").exists()
    with closing(sqlite3.connect(str(done.kept))) as kept, closing(sqlite3.connect(crashed)) as restored:
        assert kept.execute("SELECT note FROM rule_set_version").fetchone() == ("in the log",)
        assert restored.execute("SELECT note FROM rule_set_version").fetchone() != ("in the log",)


def test_a_database_that_is_damaged_can_be_replaced_and_is_kept_byte_for_byte(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file, live = back_up(settings).file, Path(sqlite_url.removeprefix("sqlite:///"))
    live.write_bytes(b"no database any more" * 500)
    live.with_name(live.name + "-journal").write_bytes(b"half a journal")
    done = restore(settings, file, replace=True)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"no database any more" * 500
    assert not live.with_name(live.name + "-journal").exists()
    assert verify(live).rows["rule_set_version"] == 1


def test_a_file_that_would_act_by_itself_is_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file = back_up(settings).file
    with closing(sqlite3.connect(file)) as hostile:
        hostile.execute("CREATE TRIGGER t AFTER INSERT ON account BEGIN UPDATE account SET role = 'admin'; END")
    with pytest.raises(OperatorError, match="more than tables and their indexes"):
        restore(settings, without_its_checksum(file), replace=True, without_checksum=True)


def without_its_checksum(file: Path) -> Path:
    checksum_file(file).unlink()
    return file


def test_of_a_dump_only_tables_indexes_sequences_and_rows_are_taken(
    postgresql_url: str, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    hostile = Database(postgresql_url)
    with hostile.engine.begin() as connection:
        connection.exec_driver_sql("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        connection.exec_driver_sql("CREATE TRIGGER t BEFORE INSERT ON account EXECUTE FUNCTION f()")
    hostile.dispose()
    file = back_up(settings_for(postgresql_url, tmp_path)).file
    url = postgresql_server.create()
    restore(settings_for(url, tmp_path), file)
    there = Database(url)
    with there.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM pg_proc WHERE proname = 'f'")).scalar_one() == 0
    make_account(there)
    there.dispose()
    postgresql_server.drop(url)


def test_tables_of_something_else_are_never_taken_away(
    postgresql_url: str, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    file, url = back_up(settings_for(postgresql_url, tmp_path)).file, postgresql_server.create()
    other = Database(url)
    with other.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id integer)")
    with pytest.raises(OperatorError, match="tables of something else"):
        restore(settings_for(url, tmp_path), file, replace=True)
    with other.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM orders").scalar_one() == 0
    other.dispose()
    postgresql_server.drop(url)


def run(settings: Settings, *arguments: str) -> Result:
    environ = {"DATABASE_URL": settings["DATABASE_URL"], "ADVISOR_DATA": str(settings["DATA_FOLDER"])}
    return CliRunner().invoke(main, arguments, env=environ)


def test_the_command_says_what_it_did_and_ends_with_1_where_it_did_nothing(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    make_assessment(database)
    assert run(settings, "backup", str(tmp_path / "copy")).exit_code == 0
    database.dispose()
    refused = run(settings, "restore", str(tmp_path / "copy"))
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert "--replace" in refused.output
    done = run(settings, "restore", str(tmp_path / "copy"), "--replace")
    assert done.exit_code == 0, done.output
    for words in (
        f"File: {tmp_path / 'copy'}",
        "  assessment: 1 rows",
        "Check: whole and undamaged.",
        "Published rules: 1, each with its SHA-256 as published.",
        "The database as it was: ",
        "Restored. Every sign-in has ended.",
    ):
        assert words in done.output
