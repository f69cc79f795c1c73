"""F12, P10: a backup is what was backed up, to the last bit, or it is refused in words."""

import os
import random
import subprocess
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.cli import main
from advisor.models import Database
from advisor.operating import OperatorError
from advisor.operating.backup import Backup, back_up, checksum_file, refuse_changed, verify
from advisor.operating.restore import restore
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_assessment
from tests.operating.test_migrate import dump

PLACES = 40


@pytest.fixture
def backup(settings: Settings, database: Database) -> Backup:
    """A backup of the database under test, in which something was saved since."""
    for number in range(20):
        make_assessment(database, name=f"Process {number} " + "x" * 150)
    done = back_up(settings)
    make_assessment(database, name="since")
    return done


def refuse(settings: Settings, file: Path, words: str) -> None:
    """Neither verifies nor restores, whatever the operator allows."""
    with pytest.raises(OperatorError, match=words):
        verify(file)
    with pytest.raises(OperatorError, match=words):
        restore(settings, file, replace=True, without_checksum=True)


def test_f12_a_flipped_bit_is_found_wherever_it_is_and_nothing_is_touched(
    settings: Settings, database: Database, backup: Backup
) -> None:
    before, whole = dump(database), backup.file.read_bytes()
    chance = random.Random(12)
    for place in (0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(PLACES))):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        backup.file.write_bytes(changed)
        refuse(settings, backup.file, "is not what was backed up: its SHA-256 is not the one in")
    assert dump(database) == before
    backup.file.write_bytes(whole)
    assert verify(backup.file).is_proved


def test_f12_a_backup_that_is_longer_shorter_empty_or_another_one_is_refused(
    settings: Settings, database: Database, backup: Backup
) -> None:
    before, whole, other = dump(database), backup.file.read_bytes(), back_up(settings)
    page = bytes(4096)
    for content in (whole + b"\0", whole + b"\n", whole + page, whole[:-1], whole[: len(whole) // 2], b""):
        backup.file.write_bytes(content)
        refuse(settings, backup.file, "is not what was backed up")
    backup.file.write_bytes(other.file.read_bytes())
    refuse(settings, backup.file, "is not what was backed up")
    backup.file.write_bytes(whole)
    checksum_file(backup.file).write_bytes(checksum_file(other.file).read_bytes())
    refuse(settings, backup.file, "is not what was backed up")
    assert dump(database) == before


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"rubbish\n",
        b"0" * 63 + b"  file\n",
        b"G" * 64 + b"  file\n",
        b"0" * 64,
        b"0" * 64 + b"  a\n" + b"0" * 64 + b"  b\n",
        b"\xff\x00" * 5000,
        b"0" * 64 + b"  " + b"x" * 20_000 + b"\n",
    ],
)
def test_a_checksum_that_is_none_proves_nothing(sqlite_url: str, tmp_path: Path, line: bytes) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file = back_up(settings).file
    checksum_file(file).write_bytes(line)
    refuse(settings, file, "does not hold the checksum of one file|is not what was backed up")


def test_a_checksum_that_cannot_be_read_proves_nothing(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file = back_up(settings).file
    checksum_file(file).unlink()
    checksum_file(file).mkdir()
    refuse(settings, file, r"\.sha256 cannot be read: Is a directory")


def test_f12_without_a_checksum_a_backup_is_unproved_and_restored_only_where_that_is_said(
    settings: Settings, database: Database, backup: Backup
) -> None:
    before = dump(database)
    checksum_file(backup.file).unlink()
    assert not verify(backup.file).is_proved
    with pytest.raises(OperatorError, match=r"there is no .*\.sha256.* Nothing was changed.* --without-checksum"):
        restore(settings, backup.file, replace=True)
    assert dump(database) == before
    database.dispose()
    said = command(settings, "verify", str(backup.file), code=1)
    assert "  assessment: 20 rows" in said
    assert "Check: whole and undamaged." not in said
    assert "a changed byte in it may have gone unnoticed" in said
    assert "--without-checksum" in command(settings, "restore", str(backup.file), "--replace", code=1)
    done = command(settings, "restore", str(backup.file), "--replace", "--without-checksum", code=0)
    assert "there is no SHA-256 beside it to compare it with" in done
    assert "Check: whole and undamaged." not in done


def command(settings: Settings, *arguments: str, code: int) -> str:
    environ = {"DATABASE_URL": settings["DATABASE_URL"], "ADVISOR_DATA": str(settings["DATA_FOLDER"])}
    done = CliRunner().invoke(main, arguments, env=environ)
    assert done.exit_code == code, done.output
    return done.output


def test_what_a_restore_puts_aside_has_its_checksum_too(settings: Settings, database: Database, backup: Backup) -> None:
    database.dispose()
    kept = restore(settings, backup.file, replace=True).kept
    assert kept is not None
    assert verify(kept).is_proved
    changed = bytearray(kept.read_bytes())
    changed[len(changed) // 2] ^= 1
    kept.write_bytes(changed)
    refuse(settings, kept, "is not what was backed up")


def test_a_backup_that_changes_while_it_is_restored_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    backup = verify(back_up(settings_for(sqlite_url, tmp_path)).file)
    refuse_changed(backup)
    backup.file.write_bytes(backup.file.read_bytes() + b"\0")
    with pytest.raises(OperatorError, match="changed while it was read"):
        refuse_changed(backup)


@pytest.mark.parametrize("name", ["plain.sqlite", "with a space", "back\\slash", "new\nline", "caf\u00e9", b"odd \xff"])
def test_the_checksum_is_one_that_sha256sum_reads_and_private(
    sqlite_url: str, tmp_path: Path, name: str | bytes
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    settings, file = settings_for(sqlite_url, tmp_path), folder / os.fsdecode(name)
    command(settings, "backup", str(file), code=0)
    beside = checksum_file(file)
    assert beside.stat().st_mode & 0o777 == 0o600
    checked = subprocess.run(["sha256sum", "--check", "--strict", beside], cwd=folder, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert sorted(folder.iterdir()) == sorted([file, beside])
    assert verify(file).is_proved


def test_a_backup_and_its_checksum_may_be_renamed_moved_and_linked_to_together(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    file, moved = back_up(settings).file, tmp_path / "moved"
    checksum_file(file).rename(checksum_file(moved))
    file.rename(moved)
    assert verify(moved).is_proved
    (tmp_path / "latest").symlink_to(moved)
    assert verify(tmp_path / "latest").is_proved
    moved.write_bytes(moved.read_bytes() + b"\0")
    refuse(settings, tmp_path / "latest", "is not what was backed up")


def test_what_is_no_file_is_refused_at_once(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for name, words in (("", "is no file"), ("pipe", "is no file"), ("nowhere", "is not there"), ("gone", "not there")):
        refuse(settings, tmp_path / name, words)
    refuse(settings, Path("/dev/zero"), "is no file")


def test_a_backup_replaces_no_checksum_either(settings: Settings, tmp_path: Path) -> None:
    for present in ("copy", "copy.sha256"):
        (tmp_path / present).write_text("mine")
        with pytest.raises(OperatorError, match=f"{present} is there already"):
            back_up(settings, tmp_path / "copy")
        assert (tmp_path / present).read_text() == "mine"
        (tmp_path / present).unlink()
    (tmp_path / "copy").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OperatorError, match="there already"):
        back_up(settings, tmp_path / "copy")
    assert not (tmp_path / "nowhere").exists()


def test_backups_at_the_same_moment_are_each_whole(settings: Settings, database: Database) -> None:
    make_assessment(database)
    done: list[Backup] = []
    threads = [threading.Thread(target=lambda: done.append(back_up(settings))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({backup.file for backup in done}) == 4
    assert all(verify(backup.file).is_proved for backup in done)
    folder = done[0].file.parent
    assert len(list(folder.iterdir())) == 8, "each with its checksum, and nothing else is left behind"
