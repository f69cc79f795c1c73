"""What holds for every page, form and operation there is, whoever adds it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from advisor.models import Database
from advisor.settings import Settings
from advisor.web.access.security import HEADERS, SECRET_ADDRESS_HEADERS
from tests.applications import borrow_application
from tests.operating.test_migrate import dump

TRICKS = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "%2F%2Fevil.example",
]

OPEN_TO_OTHER_SITES = {"/api/v1/recommendations", "/api/v1/recommendations/sheet"}
"""What pages of other sites may send to: it takes no form, knows nobody and keeps nothing."""

ARGUMENTS = {"UUIDConverter": uuid4(), "IntegerConverter": 1, "UnicodeConverter": "a", "PathConverter": "a"}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, without the probe pages."""
    with borrow_application(settings) as app:
        yield app


def every_request(app: Flask) -> list[tuple[str, str]]:
    """Every method and path that is answered, with arguments that fit and belong to nobody."""
    adapter = app.url_map.bind("localhost")
    return [
        (method, adapter.build(rule.endpoint, arguments(rule), method=method))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or set())
    ]


def arguments(rule: Rule) -> dict[str, object]:
    return {
        name: min(kind.items) if isinstance(kind, AnyConverter) else ARGUMENTS[type(kind).__name__]
        for name, kind in rule._converters.items()
    }


def test_s8_every_route_answers_with_the_headers_and_without_a_mistake(app: Flask, client: FlaskClient) -> None:
    asked = every_request(app)
    assert len(asked) > 20
    for method, path in asked:
        with client.open(path, method=method) as answer:
            assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
            is_secret = path.startswith(("/shared/", "/opinion/", "/invitations/"))
            for name, value in (HEADERS | SECRET_ADDRESS_HEADERS if is_secret else HEADERS).items():
                assert answer.headers[name] == value, f"{method} {path}"
            if is_secret or path.startswith("/static/") or "public" in answer.headers["Cache-Control"]:
                assert "Set-Cookie" not in answer.headers  # which pages are public, test_public_pages.py holds
            else:
                assert answer.headers["Cache-Control"] == "no-store", f"{method} {path}"


def test_s15_no_route_changes_anything_by_being_looked_at(app: Flask, client: FlaskClient, settings: Settings) -> None:
    database = Database.from_settings(settings)
    before = dump(database)
    for method, path in every_request(app):
        if method in {"GET", "HEAD", "OPTIONS"}:
            client.open(path, method=method).close()
    assert dump(database) == before


def test_s15_no_route_changes_anything_without_its_token_or_from_another_site(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    database = Database.from_settings(settings)
    before = dump(database)
    for method, path in every_request(app):
        if method in {"GET", "HEAD", "OPTIONS"}:
            continue
        sent = {"data": {"process_name": "Payroll"}}
        if not path.startswith("/api/"):
            assert client.open(path, method=method, **sent).status_code == 400, path  # type: ignore[arg-type]
        headers = {"Sec-Fetch-Site": "cross-site"}
        refused = client.open(path, method=method, headers=headers, **sent)  # type: ignore[arg-type]
        assert refused.status_code == (415 if path in OPEN_TO_OTHER_SITES else 403), path
    assert dump(database) == before


@pytest.mark.parametrize("trick", TRICKS)
def test_s18_no_route_leads_to_another_site(app: Flask, client: FlaskClient, trick: str) -> None:
    for method, path in every_request(app):
        query = dict.fromkeys(("next", "return", "url", "back"), trick)
        with client.open(path, method=method, query_string=query) as answer:
            assert answer.status_code < 500
            location = answer.headers.get("Location", "/")
            assert location.startswith("/")
            assert not location.startswith(("//", "/\\"))
            assert "evil.example" not in location


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static//etc/passwd",
        "/static/..%2f..%2fconfig.py",
        "/static/",
    ],
)
def test_s18_only_our_own_files_are_sent(client: FlaskClient, path: str) -> None:
    assert client.get(path, follow_redirects=True).status_code == 404
    raw = client.get("/", environ_overrides={"PATH_INFO": path.replace("%2e", ".").replace("%2f", "/")})
    assert raw.status_code in {308, 404}


def test_s2_every_id_in_an_address_is_random_or_a_published_number(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for name, kind in rule._converters.items():
            is_random = type(kind).__name__ in {"UUIDConverter", "AnyConverter"}  # or one of a closed list of words
            is_public = name in {
                "number",
                "key",
                "question",
                "collection",
                "claim_id",
                "filename",
                "token",  # random, of 128 bits: tests/processes/sharing/test_links.py
                "mark",  # the fingerprint of a document: whoever knows it has the document
            }
            assert is_random or is_public, f"{rule.rule}: {name}"
