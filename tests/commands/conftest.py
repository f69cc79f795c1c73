"""The `advisor` command, run as a person would run it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from advisor.cli import main

Advisor = Callable[..., Result]


@pytest.fixture
def run_in(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], Advisor]]:
    """Give the command with an environment of its own, in a folder of its own."""
    before = Path.cwd()
    os.chdir(tmp_path)

    def with_environment(environment: dict[str, str]) -> Advisor:
        def run(*arguments: str | Path, sent: str | bytes = b"", status: int = 0) -> Result:
            result = CliRunner().invoke(main, list(map(str, arguments)), input=sent, env=environment)
            assert result.exit_code == status, result.output
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            return result

        return run

    yield with_environment
    os.chdir(before)


@pytest.fixture
def advisor(run_in: Callable[[dict[str, str]], Advisor], database_url: str, tmp_path: Path) -> Advisor:
    """The command on an installation whose database has the starter rules."""
    return run_in({"DATABASE_URL": database_url, "ADVISOR_DATA": str(tmp_path)})


@pytest.fixture
def fresh(run_in: Callable[[dict[str, str]], Advisor], tmp_path: Path) -> Advisor:
    """The command in a fresh checkout: there is no database yet."""
    return run_in({"DATABASE_URL": "", "ADVISOR_DATA": str(tmp_path / "var")})
