"""Programs that call the API with a token of an account."""

import json
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from advisor.api.registry import api
from advisor.models import ApiToken, Assessment, Database
from advisor.models.base import hash_of, utc_now
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin

URL = "/api/v1/assessments"


class Program:
    """Something that calls the API with a token."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = token

    def call(self, method: str, path: str = "", body: Any = None, **headers: str) -> TestResponse:
        """Send one request about assessments; headers are written with underscores."""
        return self.send(method, f"{URL}{path}", body, **headers)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> TestResponse:
        """Send one request."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        reply = self.client.open(address, method=method, headers=sent, **more)  # type: ignore[arg-type]
        check_described(self.client.application, reply)
        return reply

    def make(self, process: str = "Payroll", **body: Any) -> dict[str, Any]:
        """Begin a process, and give its document."""
        reply = self.call("POST", "", {"process": process, **body})
        assert reply.status_code == 201, reply.text
        document = reply.get_json()
        assert isinstance(document, dict)
        return document

    def get(self, path: str) -> Any:
        """Read something that is there."""
        reply = self.call("GET", path)
        assert reply.status_code == 200, reply.text
        return reply.get_json()


def check_described(app: Flask, reply: TestResponse) -> None:
    """Fail where an operation answers with a status or a type of problem that its description does not name."""
    adapter = app.url_map.bind("localhost")
    if not adapter.test(reply.request.path, reply.request.method):
        return
    rule, _arguments = adapter.match(reply.request.path, reply.request.method, return_rule=True)
    operation = next(one for one in api.operations if f"api.{one.name}" == rule.endpoint)
    if reply.mimetype == "application/problem+json":
        assert reply.get_json()["type"].partition("#")[2] in operation.problem_types, (operation.name, reply.text)
    else:
        later = {202} if operation.later else set()
        assert reply.status_code in {operation.status, *later, *({304} if operation.revalidates else ())}, operation


def program_of(
    app: Flask, database: Database, walker: OwnerWalker | Admin, *, ends_in: timedelta = timedelta(days=1)
) -> Program:
    """A program with a token of that account."""
    token = f"token of {walker.account_id} until {ends_in}"
    with database.write() as session:
        session.add(
            ApiToken(
                account_id=walker.account_id,
                name="tests",
                prefix="tok",
                token_hash=hash_of(token),
                expires_at=utc_now() + ends_in,
            )
        )
    return Program(app, token)


def rows(database: Database, table: type = Assessment) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
