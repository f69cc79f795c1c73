"""F5: a real server on a disk that fills up: nothing is lost, and it goes on by itself. And one that is read-only."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from advisor.accounts import operations
from advisor.models import Database
from advisor.models.audit import Actor
from tests.conftest import KEY
from tests.factories import make_account
from tests.serving import ServerProcess, advisor, environment
from tests.small_disk import SmallDisk, on_a_read_only_disk, on_a_small_disk

SIZE = "64m"
"""More than must be left for the server to be ready; the test fills it to the last byte."""


def call(url: str, token: str = "", body: object = None) -> tuple[int, str]:
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None)  # noqa: S310 - our own server
    if token:
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def wait_until_ready_says(url: str, words: str) -> None:
    end = time.monotonic() + 60
    while words not in (said := call(f"{url}/readyz")[1]):
        if time.monotonic() > end:
            pytest.fail(f"/readyz still says {said}")
        time.sleep(0.1)


@pytest.fixture
def token(sqlite_url: str) -> str:
    """Of a program, in the database that is then put on the small disk."""
    database = Database(sqlite_url)
    account_id = make_account(database)
    with database.write() as session:
        made = operations.create_token(session, account_id, "P", timedelta(days=1), 5, Actor("owner", account_id))
    database.dispose()
    return made


def test_f5_on_a_full_disk_reading_goes_on_and_saving_begins_again_by_itself(token: str, tmp_path: Path) -> None:
    folder, content = tmp_path / "disk", tmp_path / "content"
    folder.mkdir()
    content.mkdir()
    (tmp_path / "advisor.db").rename(content / "advisor.db")
    settings = environment(f"sqlite:///{folder / 'advisor.db'}", tmp_path)
    with ServerProcess(settings, through=on_a_small_disk(folder, SIZE, content)) as server:
        disk, assessments = SmallDisk(server, folder), f"{server.url}/api/v1/assessments"

        def save(name: str) -> tuple[int, str]:
            return call(assessments, token, {"process": name})

        assert save("before")[0] == 201
        wait_until_ready_says(server.url, '"ready"')
        with disk.full():
            status, said = save("while it is full")
            assert (status, "out of space" in said) == (503, True)
            assert call(f"{server.url}/versions/1")[0] == 200
            wait_until_ready_says(server.url, "nothing can be saved: no space is left")
            assert call(f"{server.url}/healthz")[0] == 200
            refuse_to_back_up(disk, settings, folder)
        with disk.full(but=8_000_000):
            wait_until_ready_says(server.url, '"disk":"nothing can be saved: no space is left"')
            assert save("while it fills up")[0] == 201, "it is told before saves fail"
        assert save("after")[0] == 201
        wait_until_ready_says(server.url, '"ready"')
        kept = disk.run(*advisor("backup", str(tmp_path / "whole")), environ=settings)
        assert "  assessment: 3 rows" in kept.stdout, kept.stderr
        assert "Check: whole and undamaged." in kept.stdout
        server.stop()
    assert '"reason": "full"' in server.said


def refuse_to_back_up(disk: SmallDisk, settings: dict[str, str], folder: Path) -> None:
    """A backup to the full disk is refused in words, and no half of it stays there."""
    before = disk.names()
    done = disk.run(*advisor("backup", str(folder)), environ=settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database could not be copied: database or disk is full")
    assert disk.names() == before


ASK = """
from advisor import create_app
answer = create_app().test_client().get("/readyz")
print(answer.status_code, answer.json["reason"])
"""


def test_f5_a_read_only_disk_is_not_ready(sqlite_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*on_a_read_only_disk(tmp_path), *advisor()[:-2], "-c", ASK],
        env=environment(sqlite_url, tmp_path, ADVISOR_SECRET_KEY=KEY),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "503 nothing can be saved: the database cannot be written to\n"
