"""What a real server with several processes counts, as Prometheus reads it."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from advisor.accounts import operations
from advisor.models import Database
from advisor.models import job as jobs
from advisor.models.audit import Actor
from tests.conftest import KEY
from tests.factories import make_account
from tests.serving import ServerProcess, environment, free_port

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read_numbers(port: int) -> Numbers:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {(it.name, frozenset(it.labels.items())): it.value for family in families for it in family.samples}


def number(found: Numbers, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


def ask(url: str, body: object = None, token: str = "") -> int:
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None)  # noqa: S310
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_counts_of_all_processes_agree_with_what_was_asked_and_outlive_a_process(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    account_id = make_account(database)
    with database.write() as session:
        jobs.enqueue(session, "of another release", "one")  # no worker knows that kind, so it waits
        token = operations.create_token(session, account_id, "P", timedelta(days=1), 5, Actor("owner", account_id))
    port, kept = free_port(), tmp_path / "kept"
    kept.mkdir()
    several = {"WEB_CONCURRENCY": "2"} if database_url.startswith("postgresql") else {}
    where = {"ADVISOR_METRICS": f"127.0.0.1:{port}", "TMPDIR": str(kept)}
    settings = environment(database_url, tmp_path, ADVISOR_SECRET_KEY=KEY, **where, **several)
    recommendations = "/api/v1/recommendations"
    with ServerProcess(settings) as server:
        [folder] = kept.iterdir()

        def ask_all() -> None:
            for _ in range(10):
                assert ask(f"{server.url}{recommendations}", {"process": "Payroll of Olga", "answers": {}}) == 200
            for path in ("a", "b", "olga@example.org"):
                assert ask(f"{server.url}/no/{path}") == 404
            assert ask(f"{server.url}{recommendations}", {"answers": 7}) == 422
            assert ask(f"{server.url}/api/v1/assessments") == 401
            for name in ("one", "two"):
                assert ask(f"{server.url}/api/v1/assessments", {"process": name}, token) == 201

        def check(times: int) -> None:
            found = read_numbers(port)
            rates = {"route": recommendations}
            assert number(found, "advisor_requests_total", status="2xx", **rates) == 10 * times
            assert number(found, "advisor_requests_total", status="4xx", **rates) == times
            assert number(found, "advisor_request_seconds_count", **rates) == 11 * times
            assert number(found, "advisor_requests_total", status="4xx", route="(no such page)") == 3 * times
            assert number(found, "advisor_evaluations_total", outcome="unclear") == 10 * times
            assert number(found, "advisor_refusals_total", reason="validation") == times
            assert number(found, "advisor_refusals_total", reason="rights") == times
            assert number(found, "advisor_database_seconds_count", kind="read") >= times
            assert number(found, "advisor_saves_total") == 2 * times
            assert number(found, "advisor_database_seconds_count", kind="write") >= 2 * times
            assert number(found, "advisor_requests_in_progress") == 0
            assert number(found, "advisor_jobs", state="queued") == 1
            assert number(found, "advisor_job_wait_seconds") > 0
            for part in ("database", "schema", "rules", "disk", "worker"):
                assert number(found, "advisor_well", part=part) == 1
            text = repr(found)
            assert not any(secret in text for secret in ("olga", "Olga", "Payroll", KEY, str(tmp_path)))

        ask_all()
        check(1)
        workers = children(server.process.pid)
        assert len(workers) == (2 if several else 1)
        wait_until(lambda: number(read_numbers(port), "advisor_processes") == len(workers))
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: workers[0] not in children(server.process.pid) and ask(f"{server.url}/healthz") == 200)
        wait_until(lambda: number(read_numbers(port), "advisor_processes") == len(workers))
        check(1)
        ask_all()
        check(2)
        for path in ("/metrics", "/"):
            assert "advisor_requests" not in page(f"{server.url}{path}"), "no page of the site tells them"
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()
