"""F1, F18, F19, S8: the sample proxy as it is written, two web servers, a worker, and one PostgreSQL for them."""

import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import AuditEvent, Database
from advisor.models.job import Job, JobState
from advisor.models.rule_sets.draft import edit, start
from advisor.rule_sets.impact import run
from advisor.settings import Settings
from advisor.web.access.security import HEADERS
from tests.accounts.sign_ins import cookie
from tests.conftest import settings_for
from tests.deployment import Deployment, Person, beside_the_proxy, deploy, lost_answers, slow_clients
from tests.models.test_draft import ADA
from tests.postgresql import PostgresqlServer
from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import fields_of

SPOKEN = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
"""What a browser may say of itself, and nobody must believe."""


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def url(postgresql_server: PostgresqlServer, _postgresql_template: str) -> Iterator[str]:
    """One database for this module, since several servers need PostgreSQL."""
    url = postgresql_server.create(_postgresql_template)
    yield url
    postgresql_server.drop(url)


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return settings_for(url, tmp_path)


@pytest.fixture(scope="module")
def deployment(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One for all tests that break nothing."""
    with deploy(url, tmp_path_factory.mktemp("deployed")) as deployment:
        yield deployment


def test_s8_what_comes_through_the_proxy_is_what_the_advisor_sent(deployment: Deployment, database: Database) -> None:
    client = deployment.proxy.client()
    for path in ("/", "/sign-in?token=SECRET", "/shared/SECRET", "/no/such/page"):
        reply = client.send("GET", path, {"Accept-Encoding": "gzip, br", **SPOKEN})
        own = beside_the_proxy(deployment.servers[0]).send("GET", path, {"Accept-Encoding": "gzip, br"})
        assert (reply.status, reply.headers["Cache-Control"]) == (own.status, own.headers["Cache-Control"])
        assert [reply.headers.get_all(name) for name in HEADERS] == [own.headers.get_all(name) for name in HEADERS]
        assert reply.headers.get_all("Strict-Transport-Security") == ["max-age=63072000; includeSubDomains"]
        assert reply.headers["Content-Encoding"] == own.headers["Content-Encoding"], (
            "the advisor knows what may be (BREACH)"
        )
        assert reply.headers["Content-Encoding"] == ("gzip" if path == "/" else None)
    assert client.send("GET", "/static/css/base.css", {"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    form = HtmlPage(client.get("/sign-in").text).select("main form")[0]
    fields = {**fields_of(form), "email": "olga@example.org", "password": "wrong " * 4}
    refused = client.send("POST", "/sign-in", {**FORM, **SPOKEN}, urlencode(fields).encode())
    assert refused.status == 422
    with database.read() as session:
        tried = session.scalars(select(AuditEvent).where(AuditEvent.kind == "sign-in refused")).one()
        assert tried.from_where == "127.0.0.1", "what the proxy says of the caller counts"
    assert client.send("GET", "/", {"Host": "evil.example"}).status == 400
    assert "SECRET" not in deployment.proxy.access_log


def test_s8_what_the_proxy_says_itself_has_its_words_and_headers(deployment: Deployment) -> None:
    client = deployment.proxy.client()
    for path in ("/readyz", "/metrics"):
        assert client.get(path).status == 404, "for watchers inside alone"
    too_large = client.send("POST", "/sign-in", {"Content-Length": "3000001"})
    for reply, status in ((client.get("/readyz"), 404), (too_large, 413)):
        assert reply.status == status
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert reply.headers["Strict-Transport-Security"]
        assert reply.headers["Cache-Control"] == "no-store"
        assert "<h1>" in reply.text
    assert "larger than what the advisor takes" in too_large.text
    assert client.get("/healthz").text == '{"status":"alive"}\n'
    plain = deployment.proxy.plain_client().get("/versions?a=b")
    assert (plain.status, plain.headers["Location"]) == (301, "https://localhost/versions?a=b")


def test_what_one_server_publishes_the_other_shows_within_a_second(
    deployment: Deployment, app: Flask, database: Database
) -> None:
    words = "Published by one, and shown by the other."
    admin = Admin.of(app, database, "ada@example.org")
    admin.start().edit("rules/edge-vital", because=words)
    one, other = (beside_the_proxy(server, cookie(admin.client)) for server in deployment.servers)
    assert words not in other.get("/rules/edge-vital").text
    page = HtmlPage(one.get(f"{DRAFT}/publish").text)
    form = next(form for form in page.select("main form") if form.select_one('[name="note"]'))
    sent = {**fields_of(form), "do": "publish", "note": "Told to everybody."}
    assert one.post(f"{DRAFT}/publish", sent).status == 303
    published = time.monotonic()
    for client in (one, other, deployment.proxy.client()):
        asked = 0.0
        while asked < published + 1:
            asked = time.monotonic()
            reply = client.get("/rules/edge-vital").text
        assert words in reply, "asked for a second after it was published"


def test_a_job_is_done_by_the_worker_where_servers_only_answer(deployment: Deployment, database: Database) -> None:
    with database.write() as session:
        start(session, ADA)
        edit(session, ADA, lambda present: present, kind="draft changed", what="nothing")
        run.ask(session, ADA)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with database.read() as session:
            if {job.state for job in session.scalars(select(Job))} == {JobState.DONE}:
                break
        time.sleep(0.05)
    assert '"event": "job ended"' in deployment.worker_log
    assert '"event": "purged"' in deployment.worker_log
    assert not any("purged" in server.said or "job" in server.said for server in deployment.servers)


@pytest.mark.parametrize("number", [60, 200])
def test_f18_while_slow_clients_send_and_read_everybody_else_is_served(deployment: Deployment, number: int) -> None:
    """Servers would wait with all their sixteen threads for these, and nobody else would get an answer at all."""
    with slow_clients(deployment.proxy, number) as senders:
        client = deployment.proxy.client()
        for _turn in range(10):
            for sender in senders:
                sender.sendall(b"a")  # none of them ever ends
            assert client.get("/versions").status == 200
        for sender in senders:
            sender.setblocking(False)
            with pytest.raises(ssl.SSLWantReadError):
                sender.recv(1)  # none was answered, none sent away


def test_f19_of_fifty_people_who_answer_at_once_nobody_loses_an_answer(
    deployment: Deployment, database: Database
) -> None:
    people = [Person(deployment.proxy.client(), f"Process {number}") for number in range(50)]
    with ThreadPoolExecutor(len(people)) as at_once:
        list(at_once.map(lambda person: [person.begin(), person.answer(1), person.answer(0)], people))
    assert {(person.acknowledged, person.in_doubt) for person in people} == {(2, 0)}
    assert lost_answers(database, people) == []


def test_f1_one_server_is_killed_and_what_was_acknowledged_is_kept_while_the_other_goes_on(
    url: str, database: Database, tmp_path: Path
) -> None:
    with deploy(url, tmp_path) as deployment:
        people = [Person(deployment.proxy.client(), f"Killed {number}") for number in range(12)]
        saves = threading.Semaphore(0)

        def answer(person: Person) -> None:
            person.begin()
            for turn in range(9):
                person.answer(turn)
                saves.release()

        with ThreadPoolExecutor(len(people)) as at_once:
            all_of_them = [at_once.submit(answer, person) for person in people]
            for _save in range(3 * len(people)):
                assert saves.acquire(timeout=60)
            deployment.servers[0].kill()
            for one in all_of_them:
                one.result(120)  # no page that was opened failed, whichever server was asked for it
        in_doubt = sum(person.in_doubt for person in people)
        assert in_doubt <= len(people), "what was on its way to the server when it ended, and nothing after that"
        assert sum(person.acknowledged for person in people) == 9 * len(people) - in_doubt, "the other went on"
    assert lost_answers(database, people) == []
