"""The `advisor` command as such: its help, its exit status, and what it never overwrites or makes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from advisor._version import __version__
from advisor.cli import main
from tests.commands.conftest import Advisor
from tests.exchange.samples import SMALL_FILE

ROOT = Path(__file__).parents[2]
ADVISOR = (sys.executable, "-m", "advisor")
ONE = '{"process": "Payroll", "answers": {}}'


def every_command(command: click.Command = main, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inside = command.commands.items() if isinstance(command, click.Group) else []
    return [path, *(found for name, one in inside for found in every_command(one, (*path, name)))]


def run(*arguments: str, sent: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, with the pipes of one."""
    variables = {**os.environ, "DATABASE_URL": "", "ADVISOR_DATA": "/nowhere", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(arguments, input=sent, env=variables, capture_output=True, text=True, check=False)


def test_every_command_is_summed_up_in_a_whole_sentence(fresh: Advisor) -> None:
    for path in every_command():
        text = fresh(*path, "-h").stdout
        assert text == fresh(*path, "--help").stdout
        assert "..." not in text.partition("Commands:")[2]
    listed = " ".join(fresh("--help").stdout.split())
    assert "Delete what has outlived its time now: visitors' answers that nobody touched for 30 days." in listed


def test_the_version_is_told_by_either_name(fresh: Advisor) -> None:
    assert fresh("-V").stdout == fresh("--version").stdout == f"advisor, version {__version__}\n"


def test_the_manual_page_is_current_and_tells_all_commands_and_options(fresh: Advisor) -> None:
    page = fresh("man").stdout
    assert page == (ROOT / "docs" / "advisor.1").read_text(), "renew it: advisor man > docs/advisor.1"
    assert shutil.which("man") is None or run("man", "-l", "--warnings", str(ROOT / "docs" / "advisor.1")).stderr == ""
    for path in every_command():
        own = click.Context(main)
        for name in path:
            assert isinstance(own.command, click.Group)
            own = click.Context(own.command.commands[name], info_name=name, parent=own)
        for option in own.command.params:
            assert all(name.replace("-", "\\-") in page for name in option.opts if name.startswith("--"))
        if path and not isinstance(own.command, click.Group):
            assert f".SS advisor {' '.join(path)} ".replace("-", "\\-") in page


def test_words_are_completed_in_every_shell_that_is_there(fresh: Advisor, tmp_path: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        script = tmp_path / shell
        script.write_text(fresh("completion", shell).stdout)
        assert "_ADVISOR_COMPLETE" in script.read_text()
        if shutil.which(shell) is not None:
            checked = run(shell, "-n", str(script))
            assert (checked.returncode, checked.stderr) == (0, "")
    words = run(*ADVISOR, _ADVISOR_COMPLETE="bash_complete", COMP_WORDS="advisor ev", COMP_CWORD="1").stdout
    assert words == "plain,evaluate\n"
    fresh("completion", "csh", status=2)


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (0, ["evaluate", "-"]),
        (1, ["evaluate", "missing.csv"]),
        (1, ["evaluate", "-", "--rules", "missing.toml"]),
        (1, ["rules", "check", "missing.toml"]),
        (1, ["rules", "show", "--version", "9"]),
        (1, ["evaluate", "-", "-o", "missing/advice.json"]),
        (2, ["evaluate"]),
        (2, ["evaluate", "-", "-o", "advice.txt"]),
        (2, ["evaluate", "-", "-o", "advice.html"]),
        (2, ["evaluate", "-", "--format", "html"]),
        (2, ["evaluate", "-", "--rules", "-"]),
        (2, ["rules", "export", "-o", "rules.txt"]),
        (2, ["rules", "diff", "-", "-"]),
        (2, ["no-such-command"]),
    ],
)
def test_1_is_for_what_cannot_be_used_and_2_for_wrong_usage(fresh: Advisor, status: int, arguments: list[str]) -> None:
    result = fresh(*arguments, sent=ONE, status=status)
    assert bool(result.stdout) is not bool(status)
    assert not list(Path().glob("advice*"))


def test_an_ending_that_says_no_format_is_refused_with_those_that_do(fresh: Advisor) -> None:
    said = fresh("evaluate", "-", "-o", "advice.txt", sent=ONE, status=2).stderr
    assert "advice.txt ends in none of .json" in said
    fresh("evaluate", "-", "-o", "advice", sent=ONE)
    assert Path("advice").read_text().startswith("{"), "a name without an ending says nothing"
    assert (
        "rules.dmn1 ends in none of .json, .toml, .xlsx, .dmn, .sql."
        in fresh("rules", "export", "-o", "rules.dmn1", status=2).stderr
    )


def test_what_is_read_is_never_written_to_by_whatever_name(fresh: Advisor, tmp_path: Path) -> None:
    before = f"[{ONE}]"
    read = tmp_path / "in.json"
    read.write_text(before)
    (tmp_path / "link.json").symlink_to(read)
    (tmp_path / "twin.json").hardlink_to(read)
    rules = tmp_path / "rules.toml"
    rules.write_bytes(SMALL_FILE.read_bytes())
    for out in ("in.json", "link.json", "twin.json", "./in.json", str(read)):
        said = fresh("evaluate", "in.json", "-o", out, status=2).stderr
        assert "would overwrite in.json" in said
    fresh("evaluate", "link.json", "-o", "in.json", status=2)
    fresh("evaluate", "in.json", "--rules", "rules.toml", "-o", "rules.toml", "--format", "json", status=2)
    fresh("rules", "export", "rules.toml", "-o", "rules.toml", status=2)
    assert read.read_text() == before
    assert rules.read_bytes() == SMALL_FILE.read_bytes()
    with read.open("a") as same:
        done = subprocess.run(
            [*ADVISOR, "evaluate", str(read)], stdout=same, stderr=subprocess.PIPE, cwd=ROOT, check=False
        )
    assert done.returncode == 2
    assert read.read_text() == before


def test_standard_output_may_be_named_like_a_file(tmp_path: Path) -> None:
    wanted = run(*ADVISOR, "evaluate", "-", sent=ONE).stdout
    assert wanted.startswith("{")
    for name in ("/dev/stdout", "/dev/fd/1"):
        assert run(*ADVISOR, "evaluate", "-", "-o", name, sent=ONE).stdout == wanted
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("a") as stream:
        subprocess.run(
            [*ADVISOR, "evaluate", "-", "-o", "/dev/stdout"],
            input=ONE.encode(),
            stdout=stream,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            check=True,
            env={**os.environ, "DATABASE_URL": "", "ADVISOR_DATA": "/nowhere"},
        )
    assert log.read_text() == f"before\n{wanted}"


READERS = (
    ["questions"],
    ["evaluate", "-"],
    ["evaluate", "-", "--rules-version", "1"],
    ["rules", "check"],
    ["rules", "check", "draft"],
    ["rules", "show"],
    ["rules", "export"],
    ["rules", "export", "--version", "1"],
    ["rules", "diff", "1", "draft"],
    ["backup"],
    ["check"],
)


@pytest.mark.parametrize("arguments", READERS)
def test_a_database_that_is_named_and_not_there_is_an_error_and_is_not_made(
    run_in: Callable[[dict[str, str]], Advisor], tmp_path: Path, arguments: list[str]
) -> None:
    missing = tmp_path / "missing" / "advisor.db"
    advisor = run_in({"DATABASE_URL": f"sqlite:///{missing}", "ADVISOR_DATA": str(tmp_path / "data")})
    result = advisor(*arguments, sent=ONE, status=1)
    assert str(missing) in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.rglob("*.db"))
    assert "{" not in result.stdout
