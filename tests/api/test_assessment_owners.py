"""Over the API nobody reads or changes what is somebody else's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from advisor.models import Account, Database
from advisor.models.base import utc_now
from tests.api.programs import URL, Program, program_of
from tests.assessments.walker import ROUTINE
from tests.processes.owner_walker import OwnerWalker


def test_s1_s2_nobody_elses_token_reads_or_changes_anything(
    app: Flask, database: Database, program: Program, rival: OwnerWalker, admin: OwnerWalker
) -> None:
    made = program.make("Marmalade", answers=ROUTINE)
    for stranger in (program_of(app, database, rival), program_of(app, database, admin)):
        for method, path, body in every_call(made["id"]):
            theirs = stranger.call(method, path, body)
            absent = stranger.call(method, path.replace(made["id"], str(uuid4())), body)
            assert theirs.status_code == absent.status_code == 404, (method, path)
            assert without_reference(theirs) == without_reference(absent)
            assert "Marmalade" not in theirs.text
        assert stranger.get("")["assessments"] == []
    assert program.get(f"/{made['id']}") == made


COLLECTION: list[tuple[str, str, Any]] = [("GET", "", None), ("POST", "", {"process": "x"})]


def every_call(assessment_id: str) -> list[tuple[str, str, Any]]:
    body = {"process": "Taken", "row_version": 1}
    return [
        ("GET", f"/{assessment_id}", None),
        ("PATCH", f"/{assessment_id}", body),
        ("DELETE", f"/{assessment_id}", None),
        ("GET", f"/{assessment_id}/history", None),
        ("GET", f"/{assessment_id}/newer-rules", None),
        ("POST", f"/{assessment_id}/newer-rules/update", {"rules_version": 2}),
        ("POST", f"/{assessment_id}/newer-rules/keep", {"rules_version": 2}),
    ]


def without_reference(reply: TestResponse) -> dict[str, Any]:
    return {name: value for name, value in reply.get_json().items() if name != "reference"}


def test_without_a_token_that_counts_nothing_is_answered(
    app: Flask, database: Database, program: Program, owner: OwnerWalker
) -> None:
    made = program.make("Marmalade")
    expired = program_of(app, database, owner, ends_in=timedelta(seconds=-1))
    for caller in (Program(app, None), Program(app, "made up"), Program(app, ""), expired):
        for method, path, body in [*every_call(made["id"]), *COLLECTION]:
            reply = caller.call(method, path, body)
            assert reply.status_code == 401, (caller.token, method, path)
            assert reply.headers["WWW-Authenticate"].startswith("Bearer")
            assert "Marmalade" not in reply.text
    by_cookie = owner.client.get(URL)
    assert by_cookie.status_code == 401
    with database.write() as session:
        session.get_one(Account, owner.account_id).disabled_at = utc_now()
    assert program.call("GET").status_code == 401
