from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from advisor.cli import main
from advisor.models import Database
from advisor.models.base import utc_now
from tests.conftest import KEY
from tests.factories import make_assessment


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "ADVISOR_DATA": str(tmp_path), "ADVISOR_SECRET_KEY": KEY}


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_every_command_documents_itself() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    for name, command in main.commands.items():
        assert name in listed
        said = CliRunner().invoke(main, [name, "--help"])
        assert said.exit_code == 0
        assert command.help
        assert " ".join(command.help.split()[:4]) in said.output


def test_migrate_says_what_it_did(environment: dict[str, str]) -> None:
    done = run(environment, "migrate")
    assert done.exit_code == 0
    assert "The database has schema" in done.output


def test_backup_and_verify_say_file_rows_and_result(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, "backup", str(tmp_path / "copy"))
    assert done.exit_code == 0
    for words in (f"File: {tmp_path / 'copy'}", "rule_set_version: 1 rows", "Check: whole and undamaged."):
        assert words in done.output
    assert run(environment, "verify", str(tmp_path / "copy")).output == done.output


def test_a_doubt_ends_with_another_code_than_0_and_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"SQLite format 3\x00 and nothing more")
    for arguments in (["verify", str(tmp_path / "bad")], ["verify", str(tmp_path / "none")]):
        refused = run(environment, *arguments)
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
        assert len(refused.output.splitlines()) == 1


def test_purge_deletes_what_outlived_its_time(environment: dict[str, str], database: Database) -> None:
    make_assessment(database, touched_at=utc_now() - timedelta(days=31))
    make_assessment(database)
    assert run(environment, "purge").output == "1 assessments and 0 one-time keys deleted.\n"


def test_check_prints_numbers_database_and_findings(environment: dict[str, str]) -> None:
    safe = run(environment, "check")
    assert safe.exit_code == 0
    for words in ("MAX_CONTENT_LENGTH = 1,000,000", "ADVISOR_ALLOWED_HOSTS:", "Nothing unsafe was found."):
        assert words in safe.output
    if environment["DATABASE_URL"].startswith("sqlite"):
        assert "synchronous: " in safe.output
    folder = Path(environment["ADVISOR_DATA"])
    folder.chmod(0o755)
    seen = run(environment, "check")
    assert seen.exit_code == 1
    assert "To be mended:" in seen.output
    assert f"{folder}: Everybody on this machine may see what is in it (mode 755). chmod 700 {folder}" in seen.output
    assert "Nothing unsafe" not in seen.output
    folder.chmod(0o700)
    unsafe = run({**environment, "FLASK_DEBUG": "1"}, "check")
    assert unsafe.exit_code == 1
    assert "FLASK_DEBUG: Debugging shows" in unsafe.output


def test_check_works_before_there_is_a_database(tmp_path: Path) -> None:
    fresh = run({"ADVISOR_DATA": str(tmp_path / "new")}, "check")
    assert fresh.exit_code == 0
    assert "not made yet" in fresh.output
    assert not (tmp_path / "new").exists()


def test_a_data_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = run({"ADVISOR_DATA": str(tmp_path / "file" / "data")}, "migrate")
    assert refused.exit_code == 1
    assert refused.output == f"Error: {tmp_path / 'file' / 'data'}: Not a directory\n"


def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(tmp_path: Path) -> None:
    refused = run({"ADVISOR_DATA": str(tmp_path), "DATABASE_URL": "postgresql://a@127.0.0.1:1/n"}, "migrate")
    assert refused.exit_code == 1
    assert refused.output == "Error: database unreachable\n"
