"""The API against its own description, with generated requests."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import recommend
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.api.programs import program_of
from tests.applications import borrow_application
from tests.conftest import settings_for
from tests.exchange.samples import SMALL
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin

NOT_SAID_IN_THE_SCHEMA = (
    "This question is not asked after the other answers.",
    "This is asked once for the process, and the parts answer it differently.",
    "This is asked of each part.",
    "Another part has this name.",
    "A process needs a name.",
)
"""Refusals that look at several places at once, which JSON Schema cannot say; the description says them in words."""

NUMBER_TOO_LONG = "a number with more than 20 digits."
"""How the refusal of such a body ends, wherever in it the number stands; the description says that in words too."""


def served_description(client: FlaskClient) -> dict[str, Any]:
    document = client.get("/api/v1/openapi.json").get_json()
    assert isinstance(document, dict)
    return document


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


@dataclass(frozen=True)
class Installation:
    """One that programs call without limits, with the tokens of an owner and of an admin."""

    app: Flask
    owner: str
    admin: str

    def answer(self, case: schemathesis.Case[Any]) -> schemathesis.Response:
        """Send the request as one of a program of whoever may send it."""
        return self.answer_to(case, self.admin if "/rules/check" in case.operation.path else self.owner)

    def answer_to(self, case: schemathesis.Case[Any], token: str) -> schemathesis.Response:
        """Send the request with this token, or without one."""
        case.headers.pop("Authorization", None)
        if token:
            case.headers["Authorization"] = f"Bearer {token}"
        return case.call(app=self.app)


@pytest.fixture
def on_both(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> Iterator[list[Installation]]:
    """An installation on each kind of database."""
    with ExitStack() as stack:
        found = []
        for url in (sqlite_url, postgresql_url):
            app = stack.enter_context(borrow_application(settings_for(url, tmp_path)))
            database: Database = app.extensions["database"]
            app.config["API_CALLS"] = app.config["TRANSFERS"] = 1_000_000
            app.config["ASSESSMENTS_PER_OWNER"] = 1_000_000
            owner = program_of(app, database, OwnerWalker.signed_in(app, database, "olga@example.com"))
            admin = program_of(app, database, Admin.of(app, database, "ada@example.com"))
            assert owner.token
            assert admin.token
            found.append(Installation(app, owner.token, admin.token))
        yield found


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_p12_generated_requests_are_answered_as_described(on_both: list[Installation], mode: GenerationMode) -> None:
    # To make a request up takes several times as long as to answer it, so each is sent to both.
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", on_both[0].app)
    tried = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        takes_any = operation.path.endswith("/sheet")
        if mode is GenerationMode.NEGATIVE and (takes_any or not (operation.body or operation.path_parameters)):
            continue  # there is nothing to send wrongly
        tried.append(operation.path)

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        def answered_as_described(case: schemathesis.Case[Any]) -> None:
            for key in [name for name in case.headers if name.lower() == "idempotency-key"]:
                case.headers[key] = uuid4().hex  # generated ones are alike, and a key stands for one request
            for installation in on_both:
                response = installation.answer(case)
                errors = response.json().get("errors", []) if response.status_code == 422 else []
                only_in_words = errors and all(error["text"] in NOT_SAID_IN_THE_SCHEMA for error in errors)
                if case.operation.path.endswith("/sheet") and response.status_code == 422:
                    only_in_words = True  # not all bytes are a sheet
                if response.status_code == 400 and response.json()["detail"].endswith(NUMBER_TOO_LONG):
                    only_in_words = True
                case.validate_response(response, excluded_checks=[positive_data_acceptance] if only_in_words else [])
            # What others get does not depend on the kind of database: nobody, and an owner where an admin is wanted.
            needs_admin = "/rules/check" in case.operation.path
            if needs_admin or "/assessments" in case.operation.path:
                refused = on_both[0].answer_to(case, "")
                assert 400 <= refused.status_code < 500, refused.text
                case.validate_response(refused, excluded_checks=[positive_data_acceptance])
            if needs_admin:
                refused = on_both[0].answer_to(case, on_both[0].owner)
                assert 400 <= refused.status_code < 500, refused.text
                case.validate_response(refused, excluded_checks=[positive_data_acceptance])

        answered_as_described()
    # The address of the description itself is known to work by now.
    with_input = {"/api/v1/recommendations", "/api/v1/rules/{number}", "/api/v1/assessments/{assessment_id}"}
    assert with_input <= set(tried)


def test_every_route_under_api_is_described_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    routes = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    paths = served_description(client)["paths"]
    assert {(path, method) for path, operations in paths.items() for method in operations} == routes


def test_every_shape_is_a_sound_schema_and_every_reference_leads_somewhere(client: FlaskClient) -> None:
    document = served_description(client)
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    references = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert references <= set(schemas)
    assert "$comment" not in str(schemas)


def test_what_may_be_left_out_has_no_default_that_a_client_would_send(client: FlaskClient) -> None:
    document = served_description(client)
    found = dict(places(document, lambda value: isinstance(value, dict) and "default" in value))
    assert found == {}
    optional = document["components"]["schemas"]["AssessmentChange"]
    assert "required" not in optional


def test_every_enumeration_is_of_texts_and_says_so(client: FlaskClient) -> None:
    # A list within one stops some makers of clients, and one without a type leaves them without words.
    for place, value in places(served_description(client), lambda value: isinstance(value, dict) and "enum" in value):
        if "/example" not in place:
            assert value.get("type") == "string", place
            assert all(isinstance(one, str) for one in value["enum"]), place


@pytest.mark.parametrize("rule_set", [starter.rule_set(), SMALL, replace(SMALL, cases=())])
def test_every_operation_says_who_may_what_comes_and_shows_an_example_that_fits(
    app: Flask, client: FlaskClient, database: Database, rule_set: RuleSet
) -> None:
    with database.write() as session:
        publish(session, dumps(rule_set), "Another set")
    document = served_description(client)
    assert document["servers"][0]["url"] == app.config["BASE_URL"]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            needs_token = "401" in operation["responses"]
            assert operation["security"] == ([{"token": []}] if needs_token else []), path
            assert {"400", "413", "414", "500", "503"} <= set(operation["responses"])
            assert ("429" in operation["responses"]) is needs_token
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for body in [*bodies, *operation["responses"].values()]:
                for content in body.get("content", {}).values():
                    fits = Draft202012Validator({**content["schema"], "components": document["components"]})
                    shown = [one["value"] for one in content.get("examples", {}).values()]
                    shown += [content["example"]] if "example" in content else []
                    assert shown, path
                    for value in shown:
                        fits.validate(value)


def places(value: Any, wanted: Callable[[Any], bool], place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within another one that is ``wanted``, with the way to it."""
    if wanted(value):
        yield place, value
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in within:
        yield from places(one, wanted, f"{place}/{key}")


@pytest.mark.parametrize("rule_set", [starter.rule_set(), SMALL])
def test_every_recommendation_and_rule_set_has_the_shape_described(
    client: FlaskClient, database: Database, rule_set: RuleSet
) -> None:
    with database.write() as session:
        publish(session, dumps(rule_set), "Another set")
    document = served_description(client)
    recommendations = validator(document, "RecommendationDocument")
    for case in rule_set.cases:
        parts = tuple((part.part, part.answers) for part in case.parts)
        recommendations.validate(recommend(rule_set, None, WorkItem(case.process, case.answers, parts)))
    validator(document, "RulesDocument").validate(client.get("/api/v1/rules").get_json())


def test_the_answers_described_are_those_of_the_questions_in_force(client: FlaskClient, database: Database) -> None:
    before = served_description(client)["components"]["schemas"]["Answers"]["properties"]
    assert list(before) == [question.key for question in starter.rule_set().questions]
    with database.write() as session:
        publish(session, dumps(SMALL), "Fewer questions")
    answers = validator(served_description(client), "Answers")
    assert answers.is_valid({"edge": "yes", "tools": ["lab", "sheet"], "calls": 1000, "usual": None})
    assert answers.is_valid({"edge": "not-sure", "tools": ["none"]})
    for wrong in ({"edge": "core"}, {"tools": ["lab", "lab"]}, {"calls": 1001}, {"calls": "5"}, {"nothing": None}):
        assert not answers.is_valid(wrong), wrong


def test_the_risks_of_an_advice_are_described_as_they_are_given(client: FlaskClient) -> None:
    document = served_description(client)
    case = next(case for case in starter.rule_set().cases if case.risks and not case.parts)
    body = {"process": case.process, "answers": plain_answers(case.answers)}
    given = client.post("/api/v1/recommendations", json=body).get_json()
    assert set(case.risks) <= {risk["key"] for risk in given["risks"]}
    for risk in given["risks"]:
        validator(document, "RiskDocument").validate(risk)
    assert "They decide nothing." in document["info"]["description"]
    before_there_were_any = {
        key: value for key, value in given.items() if key not in {"risks", "would_change", "settles"}
    }
    validator(document, "RecommendationDocument").validate(before_there_were_any)
