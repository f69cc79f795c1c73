"""P8: a published document that was changed is named, at every start, by `advisor check`, and on reading."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from advisor import starter
from advisor.cli import main
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import AlteredVersions, _kept, check_unaltered, publish, rule_set
from advisor.operating import OperatorError
from advisor.operating.installation_check import refuse_altered
from tests.conftest import KEY
from tests.serving import advisor, environment


@pytest.fixture
def altered_database(database: Database) -> Database:
    """Four versions, the second and the fourth changed behind the product's back."""
    with database.write() as session:
        for number in (2, 3, 4):
            publish(session, starter.text().replace('"limits":["', f'"limits":["({number}) '), f"Note {number}")
        for number in (2, 4):
            change = "UPDATE rule_set_version SET document = replace(document, 'points', 'pointz') WHERE number = :n"
            session.execute(text(change), {"n": number})
    _kept.clear()
    return database


def test_the_starter_rules_are_as_published(database: Database) -> None:
    with database.read() as session:
        assert check_unaltered(session) == 1


def test_every_altered_version_is_named(altered_database: Database) -> None:
    with altered_database.read() as session, pytest.raises(AlteredVersions) as found:
        check_unaltered(session)
    assert found.value.numbers == (2, 4)
    with pytest.raises(OperatorError, match="versions 2, 4 of the rules are not what was published"):
        refuse_altered(altered_database)


def test_an_altered_version_is_not_read(altered_database: Database) -> None:
    with altered_database.read() as session:
        assert rule_set(session, 1)
        assert rule_set(session, 3)
        for number in (2, 4):
            with pytest.raises(AlteredVersions, match=f"version {number} "):
                rule_set(session, number)


@pytest.mark.usefixtures("altered_database")
def test_check_names_them_and_ends_with_1(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "ADVISOR_DATA": str(tmp_path), "ADVISOR_SECRET_KEY": KEY}
    said = CliRunner().invoke(main, ["check"], env=environment)
    assert said.exit_code == 1
    assert "versions 2, 4" in said.output


def test_check_says_how_many_are_as_published(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "ADVISOR_DATA": str(tmp_path), "ADVISOR_SECRET_KEY": KEY}
    said = CliRunner().invoke(main, ["check"], env=environment)
    assert "published rules: 1 version, with its SHA-256 as published" in said.output


@pytest.mark.usefixtures("altered_database")
def test_the_server_does_not_start_with_an_altered_version(database_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        advisor("serve"),
        env=environment(database_url, tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "versions 2, 4 of the rules are not what was published" in done.stderr
