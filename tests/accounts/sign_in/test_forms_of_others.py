"""S15 for who is signed in: every form with a token of another account or an earlier sign-in, and in other guises."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from advisor.models import Database
from tests.accounts.sign_ins import sign_in
from tests.factories import make_account
from tests.operating.test_migrate import dump
from tests.rule_sets.admins import Admin
from tests.visiting import Visitor
from tests.web.test_every_route import arguments

PASSING = {"accounts.sign_in", "accounts.register", "accounts.second_step"}
"""Who is signed in already is led on from these, before any form is read."""

A_LONG_TIME = timedelta(days=1)
"""So long nothing is written down of visits: on a busy machine they take longer than a minute."""


def token_of(person: Visitor) -> str:
    person.open("/account")
    field = person.page.select_one("main input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def every_form(app: Flask) -> Iterator[tuple[str, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.rule.startswith("/api/"):
            yield rule.endpoint, adapter.build(rule.endpoint, arguments(rule), method="POST")


@pytest.mark.parametrize("whose", ["another account", "an earlier sign-in", "nobody"])
def test_s15_no_form_is_taken_with_a_token_that_is_not_of_this_sign_in(
    app: Flask, database: Database, whose: str
) -> None:
    admin = Admin.of(app, database, "ada@example.org")
    if whose == "another account":
        make_account(database)
        token = token_of(sign_in(Visitor(app.test_client())))
    elif whose == "an earlier sign-in":
        make_account(database)
        person = sign_in(Visitor(app.test_client()))
        token = token_of(person)
        person.client.post("/sign-out", data={"csrf_token": token})
        admin.client = sign_in(person).client
    else:
        token = ""
    app.config["SEEN_AGAIN_AFTER"] = A_LONG_TIME
    before = dump(database)
    asked = list(every_form(app))
    assert len(asked) > 50
    for endpoint, path in asked:
        answer = admin.client.post(path, data={"csrf_token": token, "do": "save", "note": "x", "format": "csv"})
        assert answer.status_code in ({303, 400} if endpoint in PASSING else {400}), path
    assert dump(database) == before


def test_s15_no_form_is_taken_in_another_guise(app: Flask, database: Database) -> None:
    admin = Admin.of(app, database, "ada@example.org")
    token = token_of(admin)
    app.config["SEEN_AGAIN_AFTER"] = A_LONG_TIME
    before = dump(database)
    for _endpoint, path in every_form(app):
        for content_type in ("text/plain", "application/json"):
            sent = f"csrf_token={token}&note=x"
            assert admin.client.post(path, data=sent, content_type=content_type).status_code == 415, path
        admin.client.get(path, query_string={"csrf_token": token, "do": "save", "note": "x"}).close()
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert admin.client.post(path, data={"csrf_token": token}, headers=elsewhere).status_code == 403, path
    assert dump(database) == before
