"""S5: the table of rights, row by row: what is not declared is refused, and each role gets what the table says."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from advisor import create_app
from advisor.models import Database
from advisor.settings import Settings
from advisor.web.access.rights import ADMIN, OWNER, PERSONAL, PUBLIC, RIGHTS, WITHOUT_FACTOR
from tests.accounts.sign_ins import sign_in
from tests.factories import make_account
from tests.visiting import Visitor
from tests.web.test_every_route import arguments


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, without the probe pages."""
    app = create_app(settings)
    yield app
    app.extensions["database"].dispose()


def test_s5_every_endpoint_has_a_declared_right_and_no_right_is_left_over(app: Flask) -> None:
    assert set(app.view_functions) == set(RIGHTS)
    assert set(RIGHTS) >= WITHOUT_FACTOR


def test_s5_an_endpoint_without_a_declared_right_is_refused(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "a secret")
    assert client.get("/undeclared").status_code == 403


@pytest.mark.parametrize("role", ["anonymous", "owner", "admin"])
def test_s5_each_role_gets_what_the_table_says(app: Flask, database: Database, role: str) -> None:
    person = Visitor(app.test_client())
    if role != "anonymous":
        make_account(database, role=role)
        sign_in(person)
    asked = 0
    for rule, path in pages(app):
        right = RIGHTS[rule.endpoint]
        with person.client.get(path) as answer:
            asked += 1
            if right is PUBLIC or (right is PERSONAL and "organisation_id" not in rule.arguments):
                assert not asks_to_sign_in(answer), f"{path} is open to {role}"
            elif path.startswith("/api/"):
                assert answer.status_code == 401, f"{path}: a cookie counts for nothing in the interface for programs"
            elif role == "anonymous":
                assert asks_to_sign_in(answer), f"{path}: {answer.status_code}"
            elif right is ADMIN and role == "owner":
                assert answer.status_code == 403, f"{path}: {answer.status_code}"
            else:
                assert right in {OWNER, PERSONAL, ADMIN}
                assert answer.status_code not in {401, 403}, f"{path}: {answer.status_code}"
                assert not asks_to_sign_in(answer), path
    assert asked > 30


def pages(app: Flask) -> list[tuple[Rule, str]]:
    """Every page that can be looked at, with arguments that fit and belong to nobody."""
    adapter = app.url_map.bind("localhost")
    return [
        (rule, adapter.build(rule.endpoint, arguments(rule), method="GET"))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint != "static"
    ]


def asks_to_sign_in(answer: Response) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
