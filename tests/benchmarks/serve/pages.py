"""The pages that are measured, with who opens them and what they are to reach of their floor."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.assessments.operations import answer_all, create
from advisor.engine.model.answers import read_work_item, stored_answers
from advisor.engine.model.questions import Section, asked_questions
from advisor.models import AccountOwner, Assessment, Database, VisitorOwner
from advisor.models.base import hash_of
from advisor.models.rule_sets.rule_set_version import in_force, rule_set
from tests.benchmarks.seeding import random_answers
from tests.benchmarks.serve.load import CONNECTIONS, LoadRequest
from tests.factories import make_signed_in
from tests.processes.sample_processes import keep_random
from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin

KEY = "a visitor whose pages are measured"
LISTED = 100
CALLS = 20
"""Calls with a hundred different processes each, before the first comes again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``least`` is the share of its floor that it is to reach, ``same``: whoever has it gets a 304."""

    name: str
    least: float
    sent: LoadRequest
    same: bool = False


def pages(app: Flask, database: Database) -> Iterator[Page]:
    """Store what they show, and give them."""
    for name, path in {
        "start": "/",
        "claims": "/claims",
        "how the sum works": "/how-the-sum-works",
        "help": "/help",
        "versions": "/versions",
    }.items():
        yield Page(name, 0.8, LoadRequest(path), same=True)
    yield from _of_a_visitor(app, database)
    yield from _of_an_owner(app, database)
    yield from _of_programs()
    admin = Admin.of(app, database, "bench@example.org").start()
    headers = {"Cookie": _cookie(admin.client)}
    rule = starter.rule_set().rules[0].key
    yield Page("admin, home", 0.2, LoadRequest("/admin/rules", headers))
    yield Page("admin, a rule", 0.2, LoadRequest(f"{DRAFT}/rules/{rule}", headers))


def _of_a_visitor(app: Flask, database: Database) -> Iterator[Page]:
    """Questions and results, with an assessment for each connection: what is saved at once waits for itself."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["visitor"] = KEY
    made = [_describe_process(database, VisitorOwner(hash_of(KEY))) for _ in range(CONNECTIONS)]
    question = next(it for it in starter.rule_set().questions if it.section is Section.CORE)
    first, second = (option.key for option in question.options[:2])
    address = f"/assessments/{made[0].id}"
    asked = [f"/assessments/{one.id}/questions/{question.key}" for one in made]
    lanes = []
    for path in asked:
        bodies = []
        for answer in (second, first, second):
            form = _hidden_fields(client, path)
            bodies.append(urlencode({**form, "answer": answer}))
            assert client.post(path, data={**form, "answer": answer}).status_code == 303
        # What is saved now is the second; of the first two the latter was sent on it.
        lanes.append((f"{path}?again=1", bodies[1:]))
    headers = {"Cookie": _cookie(client)}
    form_headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    yield Page("question, GET", 0.4, LoadRequest(asked[0], headers))
    yield Page("question, POST", 0.5, LoadRequest(asked[0], form_headers, lanes))
    yield Page("result", 0.25, LoadRequest(f"{address}/result", headers))


def _of_an_owner(app: Flask, database: Database) -> Iterator[Page]:
    client, account_id = make_signed_in(app, database, "list@example.org")
    keep_random(database, AccountOwner(account_id), LISTED)
    one = _describe_process(database, AccountOwner(account_id))
    headers = {"Cookie": _cookie(client)}
    yield Page(f"list of {LISTED}", 0.25, LoadRequest("/processes", headers))
    yield Page("what-if", 0.3, LoadRequest(f"/assessments/{one.id}/what-if", headers))


def _of_programs() -> Iterator[Page]:
    case = next(case for case in starter.rule_set().cases if not case.parts)
    answers = {key: list(it) if isinstance(it, tuple) else it for key, it in case.answers.items()}
    item = {"process": case.process, "answers": answers}
    headers = {"Content-Type": "application/json"}
    chance = Random(CALLS)
    for name, least, bodies in (
        ("API, one", 0.5, [item]),
        (
            "API, a hundred alike in one call",
            0.7,
            [[{**item, "process": f"Process {number}"} for number in range(100)]],
        ),
        (
            "API, a hundred different",
            0.7,
            [[_by_chance(chance, number) for number in range(100)] for _ in range(CALLS)],
        ),
    ):
        address = "/api/v1/recommendations"
        yield Page(name, least, LoadRequest(address, headers, [(address, [json.dumps(body) for body in bodies])]))


def _by_chance(chance: Random, number: int) -> dict[str, Any]:
    """A process in one piece, all of whose answers are to questions that the others lead to."""
    questions = starter.rule_set().questions
    answers = random_answers(chance, [question for question in questions if question.section is not Section.NAME])
    asked = asked_questions(questions, stored_answers(answers)).questions
    fitting = {question.key: answers[question.key] for question in asked if question.key in answers}
    return {"process": f"Process {number}", "answers": fitting}


def _describe_process(database: Database, owner: VisitorOwner | AccountOwner) -> Assessment:
    with database.write() as session:
        rules = rule_set(session, in_force(session).number)
        case = next(case for case in rules.cases if not case.parts)
        plain = {key: list(it) if isinstance(it, tuple) else it for key, it in case.answers.items()}
        item, problems = read_work_item(rules, case.process, plain, [])
        assert not problems
        made = create(session, owner, case.process, {}, limit=1_000)
        answer_all(session, made, item)
        session.flush()
    return made


def _hidden_fields(client: FlaskClient, path: str) -> Mapping[str, str]:
    reply = client.get(path)
    assert reply.status_code == 200, path
    fields = HtmlPage(reply.data).select("form[method=post]:first-of-type input[type=hidden]")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def _cookie(client: FlaskClient) -> str:
    cookie = next(iter((client._cookies or {}).values()))
    return f"{cookie.key}={cookie.value}"
