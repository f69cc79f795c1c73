"""P11, S14, F2: the server as an operator starts and stops it."""

import stat
import subprocess
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from advisor.models import Assessment, Database
from advisor.models.base import utc_now
from tests.factories import make_assessment
from tests.serving import ServerProcess, advisor, environment


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
        return answer.status, answer.read().decode()


def test_a_fresh_start_makes_key_and_database_and_serves(empty_database_url: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with ServerProcess(environment(empty_database_url, data)) as server:
        assert get(f"{server.url}/readyz")[0] == 200
        assert f"Ready: {server.url}/ (Ctrl-C stops it)" in server.said
        assert "The starter rules are published as version 1." in server.said
        assert stat.S_IMODE((data / "secret-key").stat().st_mode) == 0o600
        assert server.stop() == 0
        assert '"event": "started"' in server.said
    with ServerProcess(environment(empty_database_url, data)) as again:
        assert get(f"{again.url}/readyz")[0] == 200
        assert "published" not in again.said


def test_f3_the_start_log_names_library_journal_and_sync_mode(tmp_path: Path) -> None:
    with ServerProcess(environment(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)) as server:
        get(f"{server.url}/healthz")
        server.stop()
    started = next(line for line in server.said.splitlines() if '"event": "started"' in line)
    for fact in ('"database": "SQLite 3.', '"journal": ', '"synchronous": '):
        assert fact in started


def test_f2_a_server_that_is_told_to_stop_stops_soon(tmp_path: Path) -> None:
    with ServerProcess(environment(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)) as server:
        get(f"{server.url}/healthz")
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("unsafe", "words"),
    [
        ({"ADVISOR_SECRET_KEY": "short"}, "ADVISOR_SECRET_KEY: The key has 5 bytes"),
        ({"ADVISOR_SECRET_KEY": "change-me-change-me-change-me-0123456789"}, "The key is a sample"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"HOST": "0.0.0.0", "ADVISOR_TRUSTED_PROXIES": "1"}, "ADVISOR_ALLOWED_HOSTS"),  # noqa: S104
        ({"HOST": "0.0.0.0", "ADVISOR_ALLOWED_HOSTS": "a.example"}, "unencrypted"),  # noqa: S104
        ({"PORT": "many"}, "PORT is “many”"),
    ],
)
def test_s14_an_unsafe_server_does_not_start_and_says_why(tmp_path: Path, unsafe: dict[str, str], words: str) -> None:
    refused = start(environment(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, **unsafe))
    assert refused.returncode == 1
    assert words in refused.stdout
    assert "Traceback" not in refused.stdout
    assert not (tmp_path / "a.db").exists(), "nothing was touched"


def test_s14_a_database_that_everybody_can_read_is_not_served(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.touch(mode=0o644)
    refused = start(environment(f"sqlite:///{file}", tmp_path))
    assert refused.returncode == 1
    assert f"chmod 600 {file}" in refused.stdout


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    settings = environment(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)
    with ServerProcess(settings) as server:
        refused = start({**settings, "PORT": str(server.port)})
    assert refused.returncode == 1
    assert f"Port {server.port} on 127.0.0.1 is taken" in refused.stdout


def test_the_server_deletes_by_itself_what_nobody_touched_for_30_days(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    make_assessment(database, touched_at=utc_now() - timedelta(days=31))
    kept = make_assessment(database)
    with ServerProcess(environment(database_url, tmp_path)) as server:
        wait_until_purged(database)
        server.stop()
    assert '"event": "purged"' in server.said
    with database.read() as session:
        assert session.scalars(select(Assessment.id)).all() == [kept]
    database.dispose()


def wait_until_purged(database: Database) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with database.read() as session:
            if session.scalar(select(func.count()).select_from(Assessment)) == 1:
                return
        time.sleep(0.05)
    pytest.fail("not purged")


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        advisor("serve"),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
