"""One worker does every kind of job: in the server, in the one for development, and as a command of its own."""

import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from advisor.models import Database, Job
from advisor.models import job as jobs
from advisor.models.audit import Actor
from advisor.models.job import JobState
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets.draft import edit, find_draft, start
from advisor.rule_sets.checks import proof_status
from advisor.rule_sets.impact import run
from advisor.rule_sets.worker import work_due
from advisor.settings import Settings
from tests.rule_sets.crowded_rules import crowded_rules
from tests.serving import advisor, environment, free_port

WHO = Actor("admin")


@pytest.fixture
def database_with_jobs(database: Database) -> Database:
    """A large draft, of which both was asked: who is affected, and the check of every combination of answers."""
    with database.write() as session:
        start(session, WHO)
        edit(session, WHO, lambda _present: crowded_rules(), kind="draft changed", what="everything")
        draft = find_draft(session)
        assert draft is not None
        run.ask(session, WHO)
        proof_status.ask(session, WHO, draft.document, "draft")
    return database


def states(database: Database) -> dict[str, tuple[str, int]]:
    """The state of the job of each kind, and how often it was begun."""
    with database.read() as session:
        return {job.kind: (job.state, job.tries) for job in session.scalars(select(Job))}


DONE = {run.KIND: (JobState.DONE, 1), proofs.KIND: (JobState.DONE, 1)}


def test_one_look_does_a_job_of_each_kind(database_with_jobs: Database, settings: Settings) -> None:
    assert work_due(database_with_jobs, settings)
    assert states(database_with_jobs) == DONE
    assert not work_due(database_with_jobs, settings)


def test_a_kind_of_a_newer_release_is_left_to_its_workers(database: Database, settings: Settings) -> None:
    with database.write() as session:
        jobs.enqueue(session, "unheard-of", "something")
    assert not work_due(database, settings)
    assert states(database) == {"unheard-of": (JobState.QUEUED, 0)}


def test_the_worker_command_does_jobs_of_every_kind(
    database_with_jobs: Database, database_url: str, tmp_path: Path
) -> None:
    with run_worker(["worker"], environment(database_url, tmp_path)) as process:
        said = read_until(process, "job ended", 2)
    assert states(database_with_jobs) == DONE
    assert said.count('"failure": ""') == 2


def test_the_server_for_development_does_them_in_one_of_its_two_processes(
    database_with_jobs: Database, database_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with run_worker(["serve", "--development"], environment(database_url, tmp_path, PORT=str(port))) as process:
        said = read_until(process, "job ended", 2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            assert answer.status == 200, "by now the other process, too, has done what it does at its start"
        os.killpg(process.pid, signal.SIGTERM)
        assert process.stdout is not None
        said += process.stdout.read()
    assert states(database_with_jobs) == DONE
    assert "Restarting with" in said, "it reloads what changes, so there are two processes"
    assert said.count("purged") == 1, "what is done beside answering requests is done in one of them"


@contextmanager
def run_worker(arguments: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        advisor(*arguments),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that what it started can be ended with it
    )
    alarm = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it did not get there within 60 s"))
    signal.alarm(60)
    try:
        yield process
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, alarm)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def read_until(process: subprocess.Popen[str], words: str, times: int) -> str:
    """What it says until it has said these words so often."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if said.count(words) == times:
            return said
    pytest.fail(f"it ended: {said}")
