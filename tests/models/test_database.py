import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from advisor.models import Assessment, Database, DatabaseUnavailable, IdempotencyKey
from advisor.models.base import utc_now
from advisor.models.database import NestedUnitOfWork, ReadOnlySession, Unstorable, database_url, safe_journal
from advisor.models.plain_select import PlainSelect
from tests.factories import make_assessment


def key(name: str) -> IdempotencyKey:
    return IdempotencyKey(key_hash=name, owner_hash="o", location="/")


def row(name: str, location: str = "/") -> dict[str, object]:
    return {"key_hash": name, "owner_hash": "o", "location": location, "created_at": utc_now()}


def test_what_was_written_is_there_afterwards_and_what_failed_is_not(database: Database) -> None:
    with database.write() as session:
        session.add(key("kept"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert(IdempotencyKey), [row("lost"), row("lost")])
    with database.read() as session:
        assert list(session.scalars(select(IdempotencyKey.key_hash))) == ["kept"]


def test_what_was_loaded_can_be_used_after_its_session(database: Database) -> None:
    assessment_id = make_assessment(database, parts={"keying": {"steps": "set"}, "advice": {}})
    with database.read() as session:
        assessment = session.get_one(Assessment, assessment_id)
    assert [part.name for part in assessment.parts] == ["keying", "advice"]
    assert assessment.parts[0].answers == {"steps": "set"}


def test_a_reading_session_refuses_to_write_in_every_way(database: Database) -> None:
    with pytest.raises(ReadOnlySession), database.read() as session:
        session.add(key("by an object"))
    with pytest.raises(ReadOnlySession), database.read() as session:
        session.execute(update(IdempotencyKey).values(location="/"))
    with pytest.raises(ReadOnlySession), database.read() as session:
        session.execute(insert(IdempotencyKey), [row("k")])
    with pytest.raises(ReadOnlySession), database.read() as session:
        session.execute(text("DELETE FROM idempotency_key"))
    with database.write() as session:
        session.add(key("the connection writes again afterwards"))


def test_a_unit_of_work_inside_another_is_refused_instead_of_waiting_for_ever(database: Database) -> None:
    with database.read(), database.read():
        pass
    with pytest.raises(NestedUnitOfWork), database.write(), database.write():
        pass
    with pytest.raises(NestedUnitOfWork), database.read(), database.write():
        pass
    with pytest.raises(NestedUnitOfWork), database.write(), database.read():
        pass
    with database.write() as session:
        session.add(key("and the next one works"))


def test_parallel_writers_lose_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(IdempotencyKey(key_hash="counter", owner_hash="0", location="/"))

    def count_up() -> None:
        for _ in range(25):
            with database.write() as session:
                row = session.scalars(select(IdempotencyKey).with_for_update()).one()
                row.owner_hash = str(int(row.owner_hash) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.scalars(select(IdempotencyKey.owner_hash)).one() == "150"


def test_f3_every_connection_of_the_pool_has_the_safe_modes(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    journal, synchronous = safe_journal(sqlite3.sqlite_version_info)
    connections = [database.engine.connect() for _ in range(3)]
    try:
        for connection in connections[:1]:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5000
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == journal.lower()
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == {"FULL": 2, "EXTRA": 3}[synchronous]
    finally:
        for connection in connections:
            connection.close()
        database.dispose()
    assert database.describe()["journal"] == journal
    assert database.describe()["synchronous"] == synchronous
    database.dispose()


def test_f3_the_log_is_written_ahead_only_where_the_library_does_it_safely() -> None:
    assert safe_journal((3, 40, 1)) == ("DELETE", "EXTRA")
    assert safe_journal((3, 51, 2)) == ("DELETE", "EXTRA")
    assert safe_journal((3, 51, 3)) == ("WAL", "FULL")
    assert safe_journal((4, 0, 0)) == ("WAL", "FULL")


@pytest.mark.parametrize("library", [(3, 40, 1), (3, 51, 3)])
def test_f3_both_journals_start_and_go_over_into_each_other(
    sqlite_url: str, library: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", library)
    journal, synchronous = safe_journal(library)
    database = Database(sqlite_url)
    with database.write() as session:
        session.add(key("kept"))
    facts = database.describe()
    database.dispose()
    assert (facts["journal"], facts["synchronous"]) == (journal, synchronous)


def test_f3_a_write_takes_the_lock_when_it_begins_and_a_read_takes_none(sqlite_url: str) -> None:
    database, other = Database(sqlite_url), Database(sqlite_url, busy_timeout=0.05)
    with database.read() as session:
        session.scalars(select(IdempotencyKey)).all()
        with other.engine.connect() as second:
            assert second.exec_driver_sql("SELECT 1").scalar_one() == 1  # its BEGIN IMMEDIATE was let in
    with database.write() as session:  # nothing is written yet
        with pytest.raises(OperationalError, match="locked"), other.engine.connect() as second:
            second.exec_driver_sql("SELECT 1")
        with other.read() as reader:
            assert reader.scalars(select(IdempotencyKey)).all() == []
    database.dispose()
    other.dispose()


def test_f4_a_lock_that_is_held_for_a_moment_is_waited_for(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    held = sqlite3.connect(Path(database.url.database or ""), isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    release = threading.Timer(1, lambda: held.execute("COMMIT"))
    release.start()
    with database.write() as session:
        session.add(key("waited"))
    release.join()
    held.close()
    database.dispose()


def test_f4_a_lock_that_stays_is_given_up_cleanly(sqlite_url: str) -> None:
    database = Database(sqlite_url, busy_timeout=0.3)
    held = sqlite3.connect(Path(database.url.database or ""), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable) as refused, database.write() as session:
        session.add(key("lost"))  # the lock stays meanwhile: without an end to the waiting the test would not end
    assert refused.value.reason == "busy"
    held.execute("ROLLBACK")
    held.close()
    with database.write() as session:
        session.add(key("works again without a restart"))
    database.dispose()


def test_a_missing_database_is_unavailable_and_is_not_made_by_looking(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(DatabaseUnavailable) as refused, database.read() as session:
        session.scalars(select(IdempotencyKey)).all()
    assert refused.value.reason == "down"
    assert not (tmp_path / "none.db").exists()


def test_f7_a_server_that_refuses_is_unavailable_at_once() -> None:
    database = Database("postgresql://advisor@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable) as refused, database.read() as session:
        session.execute(text("SELECT 1"))
    assert refused.value.reason == "down"
    database.dispose()


def test_f7_a_statement_that_hangs_is_cut_off(postgresql_url: str) -> None:
    database = Database(postgresql_url, statement_timeout=1)
    with pytest.raises(DatabaseUnavailable) as refused, database.read() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert refused.value.reason == "busy"
    database.dispose()


@pytest.mark.parametrize("spelling", ["postgres://u:p@h/n", "postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n"])
def test_every_usual_spelling_of_postgresql_means_the_driver_that_is_installed(spelling: str) -> None:
    assert database_url(spelling).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/n"


@pytest.mark.parametrize("address", ["mysql://h/n", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/n"])
def test_a_database_that_would_lose_answers_or_cannot_be_used_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        database_url(address)


def test_s19_an_error_of_the_database_does_not_repeat_what_was_stored(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.write() as session:
        session.execute(insert(IdempotencyKey), [row("k", "my answers"), row("k", "my answers")])
    assert "my answers" not in str(refused.value)


def test_a_plain_select_refuses_what_sessions_refuse_and_leaves_the_connection_usable(database: Database) -> None:
    found = PlainSelect(select(IdempotencyKey.key_hash).where(IdempotencyKey.key_hash == bindparam("key")))
    with database.write() as session:
        session.add(key("kept"))
    for text_that_none_stores in ("a\0", "\ud800"):
        with pytest.raises(Unstorable):
            found.rows(database, {"key": text_that_none_stores})
    with pytest.raises((sqlite3.OperationalError, ProgrammingError), match="no_such_table"):  # a mistake in the code
        database.read_rows("SELECT 1 FROM no_such_table", ())
    with database.write(), pytest.raises(NestedUnitOfWork):
        found.rows(database, {"key": "kept"})
    assert found.rows(database, {"key": "kept"}) == [["kept"]]
    assert found.rows(database, {"key": "' OR 1=1 --"}) == []


def test_a_plain_select_of_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'gone.db'}")
    with pytest.raises(DatabaseUnavailable) as refused:
        gone.read_rows("SELECT 1", ())
    assert refused.value.reason == "down"
    assert not (tmp_path / "gone.db").exists()
