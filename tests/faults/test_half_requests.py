"""I1: a body that breaks off is refused, and nothing of it stored: whatever is in it, and whichever server reads it."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from advisor import create_app
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import AccountOwner, Database
from advisor.settings import Settings
from tests.accounts.sign_ins import cookie
from tests.api.programs import program_of
from tests.conftest import KEY, settings_for
from tests.exchange.samples import SMALL
from tests.factories import make_assessment
from tests.operating.test_migrate import dump
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin
from tests.serving import ServerProcess, environment
from tests.visiting import fields_of

BOUNDARY = "in-between"


@dataclass(frozen=True)
class WholeRequest:
    """A request that changes something, where all of it arrives."""

    line: str
    headers: dict[str, str]
    body: bytes

    def raw(self, framing: str, body: bytes) -> bytes:
        """The request as bytes, with ``framing`` as the header that says how the body ends."""
        head = [self.line, "Host: localhost", "Connection: close", framing]
        lines = [*head, *(f"{name}: {value}" for name, value in self.headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body

    def whole(self) -> bytes:
        """All of it."""
        return self.raw(f"Content-Length: {len(self.body)}", self.body)

    def broken_off(self) -> dict[str, bytes]:
        """The same, broken off in each way. What came could be taken for a whole body each time."""
        chunk = f"{len(self.body):x}\r\n".encode() + self.body
        chunked = {
            "without the last chunk": chunk + b"\r\n",
            "within the last chunk": chunk + b"\r\n0\r\n",
            "at the end of a chunk": chunk,
            "within a chunk": f"{len(self.body) + 40:x}\r\n".encode() + self.body,
            "before the size of a chunk": chunk + b"\r\n1",
            "no size of a chunk": chunk + b"\r\nnonsense\r\n",
            "no end of a chunk": chunk + b"nonsense\r\n0\r\n\r\n",
        }
        by_chunks = {name: self.raw("Transfer-Encoding: chunked", body) for name, body in chunked.items()}
        return {"shorter than announced": self.raw(f"Content-Length: {len(self.body) + 40}", self.body), **by_chunks}


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """How a body is read does not depend on the kind of database, so one kind is enough."""
    return settings_for(sqlite_url, tmp_path)


@pytest.fixture(params=["production", "development"])
def port(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[int]:
    """Where a server of either kind listens: gunicorn as ``advisor serve`` starts it, and Flask's own."""
    if request.param == "production":
        with ServerProcess(environment(str(settings["DATABASE_URL"]), tmp_path, ADVISOR_SECRET_KEY=KEY)) as server:
            yield server.port
        return
    app = create_app(settings)
    own = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=own.serve_forever)
    thread.start()
    yield own.server_port
    own.shutdown()
    thread.join()
    own.server_close()
    app.extensions["database"].dispose()


def send(port: int, raw: bytes) -> tuple[int, bytes]:
    """Send bytes and nothing after them."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(said.split(b" ", 2)[1]), said


def parts(fields: dict[str, str]) -> bytes:
    """A form in parts."""
    disposition = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    sent = [f'{disposition}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return "".join([*sent, f"--{BOUNDARY}--\r\n"]).encode()


def of_browser(client: FlaskClient, path: str, content_type: str, body: bytes) -> WholeRequest:
    headers = {"Cookie": f"session={cookie(client)}", "Content-Type": content_type}
    return WholeRequest(f"POST {path} HTTP/1.1", headers, body)


def every_kind(app: Flask, database: Database) -> dict[str, WholeRequest]:
    """One request of each kind of body."""
    owner = OwnerWalker.signed_in(app, database, "olga@example.org")
    admin = Admin.of(app, database, "ada@example.org")
    token = program_of(app, database, owner).token
    plain, in_parts = "application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}"
    one, other = (make_assessment(database, AccountOwner(owner.account_id), name) for name in ("Payroll", "Audit"))
    owner.open(f"/assessments/{one}/name")
    form = urlencode({**fields_of(owner.page.select("main form")[0]), "process_name": "Half"})
    owner.open(f"/assessments/{other}/name")
    fields = {**fields_of(owner.page.select("main form")[0]), "process_name": "Half"}
    admin.open("/admin/rules/upload")
    upload = {"csrf_token": admin.token, 'file"; filename="rules.json': write_rule_set(SMALL, "json", []).decode()}
    program = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return {
        "form": of_browser(owner.client, f"/assessments/{one}/name", plain, form.encode()),
        "form in parts": of_browser(owner.client, f"/assessments/{other}/name", in_parts, parts(fields)),
        "file": of_browser(admin.client, "/admin/rules/upload", in_parts, parts(upload)),
        "json": WholeRequest("POST /api/v1/assessments HTTP/1.1", program, b'{"process": "Half"}'),
        "not looked at": WholeRequest(f"DELETE /api/v1/assessments/{one} HTTP/1.1", program, b"{}"),
    }


def stored_rows(database: Database) -> dict[str, object]:
    """All but that a program called."""
    return {table: rows for table, rows in dump(database).items() if table not in {"rate_limit", "api_token"}}


def test_i1_a_body_that_breaks_off_is_refused_and_nothing_of_it_is_stored(
    app: Flask, database: Database, port: int
) -> None:
    for kind, sent in every_kind(app, database).items():
        before = stored_rows(database)
        for way, raw in sent.broken_off().items():
            status, said = send(port, raw)
            assert status == 400, f"{kind}, {way}: {said.decode(errors='replace')}"
            assert b"broke off" in said, f"{kind}, {way}"
            assert stored_rows(database) == before, f"{kind}, {way}"
        status, said = send(port, sent.whole())
        assert 200 <= status < 400, f"{kind}: {said.decode(errors='replace')}"
        assert stored_rows(database) != before, kind
