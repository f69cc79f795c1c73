import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from advisor.models import Base, Database
from advisor.operating import OperatorError, pg_tools
from advisor.operating.backup import back_up, checksum_file, verify
from advisor.settings import Settings
from tests.factories import make_assessment, make_recommendation


def test_f12_a_backup_is_verified_counted_and_private(settings: Settings, database: Database) -> None:
    make_recommendation(database, make_assessment(database, name="odd \\. name\n\twith a tab"))
    done = back_up(settings)
    assert stat.S_IMODE(done.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(done.file.parent.stat().st_mode) == 0o700
    assert set(done.rows) == {"alembic_version", *Base.metadata.tables}
    assert {name: rows for name, rows in done.rows.items() if rows or name == "idempotency_key"} == {
        "alembic_version": 1,
        "assessment": 1,
        "idempotency_key": 0,
        "part": 1,
        "recommendation": 1,
        "rule_set_version": 1,
    }
    assert verify(done.file).rows == done.rows
    assert verify(done.file).is_proved
    left = sorted(file.name for file in done.file.parent.iterdir())
    assert left == [done.file.name, f"{done.file.name}.sha256"], "no draft is left behind"


def test_f12_a_backup_under_write_load_holds_everything_that_was_saved_before(
    settings: Settings, database: Database
) -> None:
    stop = threading.Event()
    saved: list[int] = []

    def keep_saving() -> None:
        while not stop.is_set():
            make_assessment(database)
            saved.append(1)

    writers = [threading.Thread(target=keep_saving) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(5):
            before = len(saved)
            rows = back_up(settings).rows
            assert rows["assessment"] >= before
            assert rows["part"] == rows["assessment"]
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def test_f12_a_truncated_backup_is_refused(settings: Settings, database: Database, tmp_path: Path) -> None:
    for number in range(50):
        make_assessment(database, name=f"Process {number} " + "x" * 150)
    whole = back_up(settings).file.read_bytes()
    for share in (0.0, 0.001, 0.3, 0.6, 0.9, 0.999):
        part = tmp_path / "part"
        part.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(OperatorError):
            verify(part)


def test_f12_a_damaged_sqlite_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    content = bytearray(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes())
    for place in range(4096 * 3, len(content), 97):
        content[place] ^= 0xFF
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content)
    with pytest.raises(OperatorError, match="damaged"):
        verify(damaged)


def test_what_is_no_backup_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be read"):
        verify(tmp_path / "none")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(OperatorError, match="no backup"):
        verify(tmp_path / "text")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE something (x)")
    with pytest.raises(OperatorError, match="which schema"):
        verify(tmp_path / "other.db")


def test_a_backup_never_replaces_a_file(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(OperatorError, match="there already"):
        back_up(settings, tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "mine"
    with pytest.raises(OperatorError, match="no folder"):
        back_up(settings, tmp_path / "none" / "file")
    (tmp_path / "folder").mkdir()
    assert back_up(settings, tmp_path / "folder").file.parent == tmp_path / "folder"
    assert back_up(settings, tmp_path / "new").file == tmp_path / "new"


def test_an_sqlite_backup_can_be_used_as_the_database(sqlite_url: str, tmp_path: Path) -> None:
    from tests.conftest import settings_for

    database = Database(sqlite_url)
    make_assessment(database)
    database.dispose()
    copy = back_up(settings_for(sqlite_url, tmp_path)).file
    restored = Database(f"sqlite:///{copy}")
    make_assessment(restored)
    restored.dispose()
    with pytest.raises(OperatorError, match="is not what was backed up"):
        verify(copy)
    checksum_file(copy).unlink()
    assert verify(copy).rows["assessment"] == 2


def test_a_missing_program_of_postgresql_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pg_tools, "DEBIAN", tmp_path)
    (tmp_path / "dump").write_bytes(b"PGDMP")
    with pytest.raises(OperatorError, match="postgresql-client"):
        verify(tmp_path / "dump")
