from copy import copy
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from advisor.settings import Settings
from tests.web.conftest import with_probe
from tests.web.test_security import FORM, token


def cookies(answer: TestResponse) -> dict[str, Morsel[str]]:
    found: SimpleCookie = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        found.load(header)
    return dict(found)


@pytest.mark.parametrize(
    ("base", "name", "is_secure"),
    [("http://localhost", "session", False), ("https://localhost", "__Host-session", True)],
)
def test_s8b_there_is_one_cookie_with_every_guard(
    client: FlaskClient, base: str, name: str, *, is_secure: bool
) -> None:
    found = cookies(client.get(FORM, base_url=base))
    assert list(found) == [name]
    cookie = found[name]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert bool(cookie["secure"]) is is_secure
    assert len(cookie.OutputString()) < 1_000


def test_s8b_it_holds_the_token_and_the_key_and_nothing_else(client: FlaskClient) -> None:
    client.get(FORM)
    assert set(client.get("/probe/cookie").json or {}) == {"csrf_token", "visitor"}


def test_s8b_a_page_that_needs_none_sets_none(client: FlaskClient) -> None:
    for path in ("/healthz", "/no/such/page", "/api/v1/rules", "/probe/fails/500"):
        assert "Set-Cookie" not in client.get(path).headers


def test_s8b_a_cookie_that_was_tampered_with_counts_as_none(app: Flask, client: FlaskClient) -> None:
    client.get(FORM)
    signed = client.get_cookie("session")
    assert signed is not None
    key = (client.get("/probe/cookie").json or {})["visitor"]
    for place in range(len(signed.value)):
        forged = signed.value[:place] + ("A" if signed.value[place] != "A" else "B") + signed.value[place + 1 :]
        other = app.test_client()
        other.set_cookie("session", forged)
        held = other.get("/probe/cookie").json or {}
        # The last character of a base64 text has bits that mean nothing: the same key may come out, never another.
        assert held.get("visitor") in {None, key}


def test_s8b_a_cookie_under_the_other_name_is_not_read(client: FlaskClient) -> None:
    client.get(FORM)
    signed = client.get_cookie("session")
    assert signed is not None
    client.set_cookie("session", signed.value, domain="localhost")
    assert client.get("/probe/cookie", base_url="https://localhost").json == {}


def test_s14_an_old_key_is_accepted_while_a_new_one_takes_over(settings: Settings) -> None:
    before = with_probe(settings).test_client()
    before.get(FORM)
    signed = before.get_cookie("session")
    assert signed is not None
    held = before.get("/probe/cookie").json
    rotated = {**settings, "SECRET_KEY": "n" * 40}
    for old_keys, expected in (([settings["SECRET_KEY"]], held), ([], {})):
        after = with_probe({**rotated, "SECRET_KEY_FALLBACKS": old_keys}).test_client()
        after.set_cookie("session", signed.value)
        assert after.get("/probe/cookie").json == expected


def test_a_visitor_keeps_the_key_until_it_is_taken_away(client: FlaskClient) -> None:
    client.get(FORM)
    first = (client.get("/probe/cookie").json or {})["visitor"]
    client.get(FORM)
    assert (client.get("/probe/cookie").json or {})["visitor"] == first
    client.post("/probe/forget", data={"csrf_token": token(client)})
    assert "visitor" not in (client.get("/probe/cookie").json or {})


def test_the_cookie_lives_30_days_from_the_last_visit(client: FlaskClient) -> None:
    client.get(FORM)
    for age, is_renewed in ((timedelta(minutes=59), False), (timedelta(minutes=61), True)):
        make_older(client, age)
        set_anew = cookies(client.get(FORM))
        assert ("session" in set_anew) is is_renewed, "an hour counts as one visit"
    lives = parsedate_to_datetime(set_anew["session"]["expires"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < lives <= timedelta(days=30)
    assert cookies(client.get(FORM)) == {}, "it was signed a moment ago"


def test_a_cookie_of_more_than_30_days_counts_for_nothing(client: FlaskClient) -> None:
    client.get(FORM)
    held = client.get("/probe/cookie").json
    make_older(client, timedelta(days=29))
    assert client.get("/probe/cookie").json == held
    make_older(client, timedelta(days=31))
    assert client.get("/probe/cookie").json == {}


def make_older(client: FlaskClient, age: timedelta) -> None:
    """Give the browser the same cookie, signed so long ago."""

    class OlderSession(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - int(age.total_seconds())

    interface, sent = client.application.session_interface, client.get_cookie("session")
    assert isinstance(interface, SecureCookieSessionInterface)
    serializer = copy(interface.get_signing_serializer(client.application))
    assert serializer is not None
    assert sent is not None
    payload = serializer.make_signer().unsign(sent.value)
    serializer.signer = OlderSession
    client.set_cookie("session", serializer.make_signer().sign(payload).decode())
