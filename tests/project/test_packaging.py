"""Locks, wheel and commands: what makes the two commands work on another machine."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from advisor import paths

ROOT = paths.ROOT
LOCKS = ["requirements.txt", "requirements-dev.txt"]
FURTHER_LOCKS = [
    "requirements-bench.txt",
    "tests/dmn/requirements.txt",
    "tests/dmn/package-lock.json",
    "tests/api/clients/package-lock.json",
]


@pytest.mark.parametrize("lock", LOCKS + FURTHER_LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    for trace in ("://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host"):
        assert trace not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_is_pinned_with_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_tests_run_on_what_the_product_runs_on() -> None:
    runs_on, tested_on = (set(re.findall(r"^[^ #]+==[^ ]+", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS)
    # psycopg[binary] in the one is psycopg in the other.
    assert {re.sub(r"\[.*\]", "", pin) for pin in runs_on} <= {re.sub(r"\[.*\]", "", pin) for pin in tested_on}


def test_the_wheel_asks_for_what_the_lock_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line and not line.startswith("#")]
    assert project["dependencies"] == listed


def test_the_wheel_holds_every_file_that_the_product_needs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    expected = {f"advisor/{name}" for name in files(ROOT / "advisor")}
    for folder in ("templates", "migrations"):
        expected |= {f"advisor/_bundled/{folder}/{name}" for name in files(ROOT / folder)}
    expected.add("advisor/_bundled/config.py")
    assert expected <= held
    extra = {name for name in held - expected if ".dist-info/" not in name}
    assert not extra


def test_the_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "advisor", "migrate"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "The starter rules are published as version 1." in done.stdout
    assert (tmp_path / ".local/share/outsourcing-advisor/advisor.db").exists()


def test_make_alone_lists_the_commands_and_each_is_there() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("setup", "run", "test", "check", "format", "audit", "bench", "lock", "dev"):
        assert f"make {command} " in listed


def test_continuous_integration_runs_the_checks_and_every_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-2:] == ["make check", "make test"]


def test_what_the_tests_need_and_cannot_get_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "ensure_tools.py"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "apt-get install chromium" in done.stderr
    assert {"  nodejs", "  npm"} <= set(done.stderr.splitlines())


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
