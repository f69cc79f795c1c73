import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import PasswordField

from advisor.accounts.forms import CodeField
from advisor.models.readiness import PARTS
from advisor.settings import Settings
from advisor.web import logs
from advisor.web.errors import SECRET_FIELDS
from tests.reading import HtmlPage
from tests.web.test_security import FORM, token

SECRET = "a visitor's secret answer"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


def events(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_s19_an_error_page_says_what_happened_with_a_reference_and_no_internals(client: FlaskClient, code: int) -> None:
    answer = client.get(f"/probe/fails/{code}")
    assert answer.status_code == code
    page = HtmlPage(answer.text)
    assert page.h1 is not None
    assert page.h1.text.strip()
    assert answer.headers["X-Request-ID"] in page.get_text()
    for inside in ("Traceback", "werkzeug", "sqlalchemy", ".py", "Exception"):
        assert inside not in answer.text


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_under_the_api_an_error_is_a_problem_document(client: FlaskClient, code: int) -> None:
    answer = client.get(f"/api/v1/probe/fails/{code}")
    assert answer.status_code == code
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == code
    assert answer.json["title"]
    assert answer.json["detail"]
    assert answer.json["reference"] == answer.headers["X-Request-ID"]


def test_s19_a_mistake_of_ours_is_logged_with_its_place_and_without_what_was_typed(
    client: FlaskClient, lines: io.StringIO
) -> None:
    answer = client.get("/probe/fails/mistake")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert SECRET not in lines.getvalue()
    mistake = next(event for event in events(lines) if event["event"] == "mistake")
    assert mistake["error"] == "builtins.ValueError"
    assert "conftest.py" in str(mistake["frames"])
    assert mistake["request"] == answer.headers["X-Request-ID"]


def test_s19_there_is_one_line_for_each_request_and_nothing_personal_in_it(
    client: FlaskClient, lines: io.StringIO
) -> None:
    sent = {"csrf_token": token(client), "text": SECRET}
    client.post(FORM, data=sent, headers={"User-Agent": "forged\x1bline"})
    client.get("/healthz?q=a+visitor%27s+secret")
    client.get("/no/such/page/a%20visitor's%20secret")
    found = events(lines)
    assert [(event["method"], event["rule"], event["status"]) for event in found if event["event"] == "request"] == [
        ("GET", FORM, 200),
        ("POST", FORM, 200),
        ("GET", "/healthz", 200),
        ("GET", "(no such page)", 404),
    ]
    said = lines.getvalue()
    for personal in ("secret", "session", "forged", sent["csrf_token"]):
        assert personal not in said


def test_s19_a_log_line_cannot_be_forged(lines: io.StringIO) -> None:
    logs.log.warning("something", note='line\n{"event": "forged"}\x1b[31m\u2028\x85')
    assert len(lines.getvalue().splitlines()) == 1
    assert all(32 <= ord(char) < 127 for char in lines.getvalue().rstrip("\n"))


@pytest.mark.parametrize(("kind", "words"), [("busy", "busy"), ("full", "out of space"), ("down", "database")])
def test_f4_an_unavailable_database_is_said_and_when_to_come_back(client: FlaskClient, kind: str, words: str) -> None:
    for path in (f"/probe/fails/{kind}", f"/api/v1/probe/fails/{kind}"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert words in answer.text


def test_f4_what_was_typed_is_still_there_when_the_database_is_gone_and_no_secret_is(
    client: FlaskClient, settings: Settings
) -> None:
    csrf = token(client)
    file = Path(str(settings["DATABASE_URL"]).removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".away"))
    form = {"csrf_token": csrf, "email": "olga@example.org", "text": "typed at length"}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 503
    assert "typed at length" in answer.text
    for name in ("password", "new_password", "code", "step", "token"):
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            sent = {**form, name: "letmein"}
            answer = client.post("/sign-in", data=sent, content_type=content_type)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert "Go back, and try again in a moment." in answer.text
            assert "letmein" not in answer.text


def test_s19_every_field_that_lets_somebody_in_is_known_as_a_secret() -> None:
    fields = [(name, field) for form in _every_form(FlaskForm) for name, field in vars(form).items()]
    secret = {name for name, field in fields if getattr(field, "field_class", None) in {PasswordField, CodeField}}
    assert secret == SECRET_FIELDS - {"step", "token"}


def _every_form(kind: type[FlaskForm]) -> Iterator[type[FlaskForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from _every_form(form)


def test_f8_a_save_that_came_second_is_a_conflict(client: FlaskClient) -> None:
    assert client.get("/probe/fails/stale").status_code == 409


def test_the_health_of_the_server_can_be_asked_for(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", **dict.fromkeys(PARTS, "well")}
