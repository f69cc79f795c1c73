"""The advisor as docs/deploy.md has it, without containers: nginx in front, web servers, a worker, one PostgreSQL."""

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest

from advisor import paths
from advisor.models import Assessment, Database
from tests.conftest import KEY
from tests.ensure_tools import find_nginx
from tests.reading import HtmlPage
from tests.serving import ServerProcess, advisor, environment, free_port
from tests.visiting import fields_of

SAMPLES = paths.ROOT / "docs" / "deploy"
NAME = "localhost"

_AROUND = """
daemon off;
worker_processes 2;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    gzip on;
    gzip_proxied any;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/upstream.conf;
    include {folder}/advisor.conf;
}}
"""
"""What Debian has around a site, with as many connections, and with compression, which the sample must switch off."""


class Proxy:
    """nginx with the sample configuration while the block runs; only paths, addresses and ports are other ones."""

    def __init__(self, folder: Path, servers: Sequence[int]) -> None:
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        self.certificate = folder / "fullchain.pem"
        _make_certificate(self.certificate, folder / "privkey.pem")
        (folder / "advisor.conf").write_text(self._site())
        (folder / "upstream.conf").write_text(_upstream(servers))
        around = _AROUND.format(folder=folder, user="root" if os.geteuid() == 0 else "nobody")
        (folder / "nginx.conf").write_text(around)

    def _site(self) -> str:
        text = (SAMPLES / "nginx.conf").read_text()
        for written, here, times in (
            ("listen [::]:80 default_server;\n", "", 1),  # not every machine has the sixth version
            ("listen [::]:443 ssl http2 default_server;\n", "", 1),
            ("listen 80 ", f"listen 127.0.0.1:{self.plain_port} ", 1),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} ", 1),
            ("/etc/ssl/advisor/", f"{self.folder}/", 2),
            ("/var/log/nginx/", f"{self.folder}/", 2),
        ):
            assert text.count(written) == times, written
            text = text.replace(written, here)
        return text

    @property
    def command(self) -> list[str]:
        found = find_nginx()
        if found is None:
            pytest.fail("nginx is missing: make tools", pytrace=False)
        return [found, "-e", str(self.folder / "start.log"), "-p", str(self.folder), "-c", "nginx.conf"]

    def check(self) -> str:
        """What nginx itself says of the configuration, empty where it has nothing to say. Fails where it refuses it."""
        done = subprocess.run([*self.command, "-t", "-q"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 30
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return self
            assert self.process.poll() is None, self._log()
            assert time.monotonic() < end, self._log()
            time.sleep(0.02)

    def __exit__(self, *_raised: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def _log(self) -> str:
        return "".join(file.read_text() for file in self.folder.glob("*.log"))

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    def tls(self) -> ssl.SSLContext:
        """What a browser needs to trust it."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def socket(self) -> ssl.SSLSocket:
        """A connection on which nothing was said yet."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return self.tls().wrap_socket(plain, server_hostname=NAME)

    def client(self, cookie: str = "") -> "Client":
        """Somebody who comes through the proxy."""
        return Client(http.client.HTTPSConnection(NAME, self.port, timeout=120, context=self.tls()), {}, cookie)

    def plain_client(self) -> "Client":
        """Somebody who comes without TLS."""
        return Client(http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=120), {"Host": NAME}, "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Sends requests one after another, each on a connection of its own, and keeps the cookie."""

    def __init__(self, connection: http.client.HTTPConnection, headers: dict[str, str], cookie: str) -> None:
        self._connection = connection
        self._headers = headers
        self.cookie = cookie

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Reply:
        """Send one request. Raises OSError, HTTPException."""
        named = dict(headers or {})
        if self.cookie:
            named["Cookie"] = f"__Host-session={self.cookie}"
        try:
            self._connection.request(method, path, body, {**self._headers, **named})
            with self._connection.getresponse() as answer:
                reply = Reply(answer.status, answer.headers, answer.read())
        finally:
            self._connection.close()
        if set_cookie := reply.headers.get("Set-Cookie"):
            self.cookie = set_cookie.partition("=")[2].partition(";")[0]
        return reply

    def get(self, path: str) -> Reply:
        """Open a page; once more where the server was killed between the head of its reply and the body.

        No proxy can mend that: the head was passed on already.
        """
        try:
            return self.send("GET", path)
        except http.client.IncompleteRead:
            return self.send("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        """Send a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, form, urlencode(fields, doseq=True).encode())


_RADIO = 'input[name="answer"][type=radio]'


class Person:
    """A visitor who answers what is asked, through the proxy, and writes down what was acknowledged."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.path = "/assessments/new"
        self.saved: dict[str, str] = {}
        """The last answer to each question."""
        self.acknowledged = 0
        self.seconds: list[float] = []
        """How long each save took that was acknowledged."""
        self.in_doubt = 0
        """How often no server replied, so that nobody knows whether it was saved."""

    @property
    def assessment(self) -> UUID:
        return UUID(self.path.split("/")[2])

    def begin(self) -> None:
        """Name the process."""
        reply = self.client.post(self.path, {**self._form(), "process_name": self.name})
        assert reply.status == 303, reply.text
        self._go_on(reply)
        self._first = self.path

    def answer(self, choice: int = 0) -> None:
        """Answer the question that is asked with one of its options, and keep in mind where it was saved."""
        fields = self._form()
        key, option = self.path.rsplit("/", 1)[1], self._options[choice % len(self._options)]
        began = time.monotonic()
        try:
            reply = self.client.post(self.path, {**fields, "answer": option})
        except (OSError, http.client.HTTPException):
            self._doubt(key)
            return
        if "X-Request-ID" not in reply.headers:  # the proxy answers: it does not know what became of it
            assert reply.status in {502, 503, 504}, reply.text
            self._doubt(key)
            return
        assert reply.status == 303, reply.text
        self.seconds.append(time.monotonic() - began)
        self.saved[key] = option
        self.acknowledged += 1
        self._go_on(reply)

    def _doubt(self, key: str) -> None:
        self.saved.pop(key, None)
        self.in_doubt += 1

    def _go_on(self, reply: Reply) -> None:
        """Follow to what is asked next; after the last question to the first one, to give it another answer."""
        while reply.status in {302, 303}:
            where = urlsplit(reply.headers["Location"]).path
            if where.count("/") > 2 and "/questions/" not in where:
                where = self._first
            self.path = where
            reply = self.client.get(where)
        assert reply.status == 200, reply.text
        self._page = HtmlPage(reply.text).select("main form")[0]
        if self.path != "/assessments/new" and not self._page.select_one(_RADIO):
            self.path = self._first
            self._go_on(self.client.get(self._first))

    def _form(self) -> dict[str, Any]:
        """The fields of the page's form. Opening a page never fails, whichever server ends meanwhile."""
        self._go_on(self.client.get(self.path))
        options = [str(field["value"]) for field in self._page.select(_RADIO)]
        self._options = [option for option in options if option != "not-sure"]  # which is stored as no answer
        return fields_of(self._page)


@contextmanager
def slow_clients(proxy: Proxy, number: int) -> Iterator[list[ssl.SSLSocket]]:
    """So many who never read a large page to its end, and as many who never end a form; gives the latter."""
    senders, readers = ([proxy.socket() for _ in range(number)] for _ in range(2))
    try:
        for sender in senders:
            sender.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            )
        for reader in readers:
            reader.sendall(b"GET /how-the-sum-works HTTP/1.1\r\nHost: localhost\r\n\r\n")
        yield senders
    finally:
        for connection in (*senders, *readers):
            connection.close()


def lost_answers(database: Database, people: Sequence[Person]) -> list[str]:
    """What was acknowledged to them, and is not in the database as it was."""
    found = []
    with database.read() as session:
        for person in people:
            assessment = session.get(Assessment, person.assessment)
            parts = [] if assessment is None else assessment.parts
            kept = {key: value for part in parts for key, value in part.answers.items()}
            kept |= {} if assessment is None else assessment.answers
            found += [
                f"{person.name}: {key} was {value}, is {kept.get(key)}"
                for key, value in person.saved.items()
                if kept.get(key) != value
            ]
    return found


def beside_the_proxy(server: ServerProcess, cookie: str = "") -> Client:
    """Somebody whose request one server gets, as the proxy would hand it on."""
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    return Client(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120), said, cookie)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A proxy and two servers that only answer."""

    proxy: Proxy
    servers: tuple[ServerProcess, ServerProcess]
    _worker_log: Path

    @property
    def worker_log(self) -> str:
        return self._worker_log.read_text()


@contextmanager
def deploy(url: str, folder: Path, **more: str) -> Iterator[Deployment]:
    """Start it on the database at ``url``, with a worker beside the servers."""
    settings = environment(
        url, folder / "data", ADVISOR_SECRET_KEY=KEY, ADVISOR_TRUSTED_PROXIES="1", WEB_CONCURRENCY="2", **more
    )
    place = folder / "nginx"
    place.mkdir()
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(ServerProcess(settings, command=advisor("serve", "--only-answer"))) for _ in range(2)
        )
        log = folder / "worker.log"
        stack.enter_context(_worker(settings, log))
        proxy = stack.enter_context(Proxy(place, [one.port, other.port]))
        yield Deployment(proxy, (one, other), log)


@contextmanager
def _worker(settings: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as said:
        process = subprocess.Popen(advisor("worker"), env=settings, stdin=subprocess.DEVNULL, stderr=said, stdout=said)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _upstream(servers: Sequence[int]) -> str:
    text = (SAMPLES / "upstream.conf").read_text()
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", text) == ["8001", "8002"]
    for written, here in zip((8001, 8002), servers, strict=True):
        text = text.replace(f"127.0.0.1:{written} ", f"127.0.0.1:{here} ")
    return text


def _make_certificate(certificate: Path, key: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-nodes",
        "-days",
        "2",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
    ]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run(
        [*command, *names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True, timeout=60
    )
