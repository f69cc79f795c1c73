"""POST /api/v1/rules/check: what is wrong with a rule set, for the programs of admins; what takes long is a job."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from advisor import starter
from advisor.engine.analysis.prove import prove
from advisor.engine.document.document import to_plain
from advisor.engine.model.vocabulary import Outcome
from advisor.models import AuditEvent, Database, Draft
from advisor.rule_sets.worker import work_due
from tests.api.programs import Program, program_of
from tests.api.test_description import served_description, validator
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin
from tests.rule_sets.conftest import admin, other_admin
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import store_draft, without_keep

__all__ = ["admin", "other_admin"]

URL = "/api/v1/rules/check"


@pytest.fixture
def program(app: Flask, database: Database, admin: Admin) -> Program:
    return program_of(app, database, admin)


def check(program: Program, body: Any) -> TestResponse:
    return program.send("POST", URL, body)


def test_a_rule_set_is_checked_at_once_with_witnesses_and_shares(client: FlaskClient, program: Program) -> None:
    reply = check(program, to_plain(without_keep()))
    found = reply.get_json()
    validator(served_description(client), "CheckDocument").validate(found)
    assert found["blocks"]
    assert "“Keep in-house for now”" in found["problems"][0]["text"]
    assert [problem["blocks"] for problem in found["problems"]] == sorted(
        (problem["blocks"] for problem in found["problems"]), reverse=True
    )
    assert any(problem["witness"] for problem in found["problems"]) or reply.status_code == 202
    sound = check(program, to_plain(starter.rule_set()))
    assert sound.status_code == 200, sound.text
    shares = prove(starter.rule_set()).shares
    assert shares is not None
    assert sound.get_json()["exact"] is True
    assert sound.get_json()["shares"]["bpo"]["share"] == shares.whole.share(Outcome.BPO)
    assert not sound.get_json()["blocks"]
    assert sound.headers["Cache-Control"] == "no-store"


def test_an_empty_object_is_the_draft(program: Program, database: Database) -> None:
    assert check(program, {}).status_code == 409
    store_draft(database, without_keep())
    assert check(program, {}).get_json()["blocks"]


@pytest.mark.parametrize("body", [[], "draft", 5, {"questions": []}, {"format": 1, "rules": "many"}])
def test_what_is_no_rule_set_is_told_place_by_place(program: Program, body: Any) -> None:
    reply = check(program, body)
    assert reply.status_code == 200, reply.text
    assert reply.get_json()["blocks"]
    assert reply.get_json()["problems"]
    assert reply.get_json()["shares"] is None


def test_too_much_is_refused_with_the_limit(program: Program) -> None:
    rules = starter.rule_set()
    questions = tuple(replace(rules.questions[1], key=f"q{number}") for number in range(201))
    found = check(program, to_plain(replace(rules, questions=questions))).get_json()
    assert [problem["text"] for problem in found["problems"]] == ["The rule set has 201 questions; 200 is the most."]
    assert found["blocks"]


def test_a_large_rule_set_is_a_job_that_is_asked_for_once(
    app: Flask, client: FlaskClient, program: Program, database: Database
) -> None:
    body = to_plain(crowded_rules(300))
    first, second = check(program, body), check(program, body)
    for reply in (first, second):
        assert reply.status_code == 202, reply.text
        assert reply.get_json()["state"] == "waiting"
        assert reply.get_json()["exact"] is False
        validator(served_description(client), "CheckDocument").validate(reply.get_json())
    assert first.headers["Location"] == second.headers["Location"]
    where = first.headers["Location"]
    assert program.send("GET", where).status_code == 202
    with database.read() as session:
        asked = session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == "check asked for"))
        assert asked == 1
        assert session.get(Draft, 1) is None
    assert work_due(database, app.config)
    done = program.send("GET", where)
    assert done.status_code == 200
    assert done.get_json()["state"] == "done"
    assert done.get_json()["exact"] is True
    assert check(program, body).status_code == 200, "what was found is kept"


def test_p12_an_admin_who_goes_on_to_another_rule_set_ends_only_their_own_check(
    app: Flask, database: Database, program: Program, other_admin: Admin
) -> None:
    other = program_of(app, database, other_admin)
    body, changed = to_plain(crowded_rules(300)), to_plain(crowded_rules(300))
    changed["limits"] = [*changed["limits"], "One sentence more."]
    mine, theirs = check(program, body).headers["Location"], check(other, changed).headers["Location"]
    assert mine != theirs
    assert program.send("GET", mine).status_code == other.send("GET", theirs).status_code == 202
    check(program, changed)
    assert program.send("GET", mine).status_code == 404
    assert other.send("GET", theirs).status_code == 202


def test_s5_only_admins_check_rules(app: Flask, client: FlaskClient, database: Database) -> None:
    owner = OwnerWalker.signed_in(app, database, "olga@example.com")
    program = program_of(app, database, owner)
    assert check(program, {}).status_code == 403
    assert program.send("GET", f"{URL}/{'0' * 64}").status_code == 403
    assert client.post(URL, json={}).status_code == 401
    assert client.get(f"{URL}/{'0' * 64}").status_code == 401


def test_s11_checks_count_as_imports(app: Flask, program: Program) -> None:
    app.config["TRANSFERS"] = 2
    replies = [check(program, {"format": 1}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert int(replies[-1].headers["Retry-After"]) > 0
    assert json.loads(replies[-1].text)["status"] == 429
