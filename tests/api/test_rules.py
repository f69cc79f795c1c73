"""GET /api/v1/rules and /rules/{number}, and how the API fails."""

import hashlib
import json

from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.engine.document.document import dumps, from_plain
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.exchange.samples import SMALL


def test_the_rules_in_force_are_given_with_their_document_exactly_as_published(client: FlaskClient) -> None:
    response = client.get("/api/v1/rules")
    version = response.get_json()
    assert version["number"] == 1
    assert version["note"] == starter.NOTE
    assert version["published_at"].endswith("+00:00")
    assert from_plain(version["document"]) == starter.rule_set()
    text = response.get_data(as_text=True).split('"document": ', 1)[1][:-1]
    assert hashlib.sha256(text.encode()).hexdigest() == version["sha256"]


def test_p5_a_version_stays_as_it_was_when_another_is_published(client: FlaskClient, database: Database) -> None:
    first = client.get("/api/v1/rules/1").data
    with database.write() as session:
        publish(session, dumps(SMALL), "Fewer questions, “quoted” – and a line\nmore")
    assert client.get("/api/v1/rules/1").data == first
    assert client.get("/api/v1/rules").data == client.get("/api/v1/rules/2").data
    assert client.get("/api/v1/rules").get_json()["note"].endswith("a line\nmore")


def test_a_version_may_be_kept_for_ever_and_the_one_in_force_until_it_changes(
    client: FlaskClient, database: Database
) -> None:
    kept, asked_again = client.get("/api/v1/rules/1"), client.get("/api/v1/rules")
    assert "immutable" in kept.headers["Cache-Control"]
    assert asked_again.headers["Cache-Control"] == "public, no-cache"
    tag = {"If-None-Match": asked_again.headers["ETag"]}
    unchanged = client.get("/api/v1/rules", headers=tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    with database.write() as session:
        publish(session, dumps(SMALL), "Fewer questions")
    assert client.get("/api/v1/rules", headers=tag).status_code == 200


def test_a_version_that_is_not_there_is_a_404_problem(client: FlaskClient) -> None:
    for number in ("0", "2", "2147483648", "9" * 40, "-1", "one", "1.0", "%31x"):
        response = client.get(f"/api/v1/rules/{number}")
        assert response.status_code == 404, number
        assert response.mimetype == "application/problem+json"


FAILURES = [
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/api/v2/rules", 404),
    ("GET", "/api/v1/recommendations", 405),
    ("PUT", "/api/v1/recommendations", 405),
    ("POST", "/api/v1/rules", 405),
    ("DELETE", "/api/v1/rules/1", 405),
    ("GET", "/api/v1/rules?version=1", 400),
    ("GET", "/api/v1/rules/1?a=1&a=2", 400),
    ("POST", "/api/v1/recommendations?explain=true", 400),
    ("GET", "/api/v1/openapi.json?format=yaml", 400),
    ("GET", "/api/v1/rules%00", 400),
]


def test_i10_whatever_fails_under_api_is_a_problem_document(client: FlaskClient) -> None:
    for method, path, status in FAILURES:
        response = client.open(path, method=method, json={} if method != "GET" else None)
        assert response.status_code == status, path
        assert response.mimetype == "application/problem+json"
        problem = json.loads(response.data)
        assert problem["status"] == status
        assert problem["title"]
        assert problem["detail"]
        assert ("Allow" in response.headers) == (status == 405)


def test_s8_every_reply_carries_the_headers_and_no_cookie(client: FlaskClient) -> None:
    for path in ("/api/v1/rules", "/api/v1/rules/1", "/api/v1/rules/9", "/api/v1/openapi.json", "/api/v1/x"):
        response = client.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in response.headers
    assert client.post("/api/v1/recommendations", json={}).headers["Cache-Control"] == "no-store"


def test_s19_a_mistake_of_ours_shows_a_reference_and_no_internals(app: Flask) -> None:
    app.config["ITEMS_PER_REQUEST"] = None  # no operator can do that: it makes the code fail
    response = app.test_client().post("/api/v1/recommendations", json=[{"process": "a secret name"}])
    assert response.status_code == 500
    problem = response.get_json()
    assert problem["reference"]
    assert "TypeError" not in response.text
    assert "secret name" not in response.text


def test_head_and_options_work_as_everywhere(client: FlaskClient) -> None:
    assert client.head("/api/v1/rules").status_code == 200
    assert "POST" in client.options("/api/v1/recommendations").headers["Allow"]
