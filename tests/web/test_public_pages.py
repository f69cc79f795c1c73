"""Pages that are the same for everybody are kept and sent again, and nothing of anybody is ever among them."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from advisor import starter
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish, stamp_in_force
from advisor.settings import Settings
from advisor.web.access.rights import PUBLIC as FOR_ANYBODY
from advisor.web.access.rights import RIGHTS
from advisor.web.access.security import HEADERS
from advisor.web.page_cache import CachedPage, PageCache
from advisor.web.public_pages import PUBLIC, page_cache
from tests.accounts.organisations.conftest import NAME, People, people, small, small_in_force
from tests.applications import borrow_application
from tests.assessments.walker import Walker
from tests.conftest import settings_for
from tests.processes.owner_walker import OwnerWalker

__all__ = ["people", "small", "small_in_force"]

CACHED = {
    "pages.start": "version",
    "pages.claims": "version",
    "pages.claim": "version",
    "pages.rule": "version",
    "pages.how_the_sum_works": "version",
    "pages.programs": "version",
    "pages.versions": "version",
    "pages.version": "version",
    "pages.document": "version",
    "pages.help": "release",
    "pages.accessibility": "release",
    "api.description": "version",
    "api.rules_in_force": "version",
    "api.rules": "version",
}
"""Every view that may be kept. Whoever adds one asks: does it show the same to everybody who is not known?"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """What is kept holds for a version, which both kinds of database name."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, without the probe pages."""
    with borrow_application(settings) as app:
        yield app


PROCESS = "Nobody else's payroll"


def every_path(app: Flask) -> list[str]:
    """An address of each rule whose view may be kept."""
    rules = starter.rule_set()
    values = {"number": 1, "claim_id": rules.claims[0].id, "key": rules.rules[0].key}
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if rule.endpoint in CACHED
    ]


def anonymous_client(app: Flask) -> FlaskClient:
    """Somebody who says nothing of who they are."""
    return app.test_client(use_cookies=False)


def test_the_views_that_may_be_kept_are_these_and_all_of_them_are_for_anybody(app: Flask) -> None:
    marked = {name: view.cached_per for name, view in app.view_functions.items() if hasattr(view, "cached_per")}
    assert marked == CACHED
    assert {RIGHTS[name] for name in CACHED} == {FOR_ANYBODY}
    assert app.extensions["babel"].locale_selector is None, "a page would depend on the language, too"


@pytest.mark.usefixtures("people")
def test_nobody_sees_anything_of_anybody_else_through_what_is_kept(
    app: Flask, database: Database, people: People
) -> None:
    admin = OwnerWalker.signed_in(app, database, "ada@example.com", role="admin")
    visitor = Walker(app.test_client())
    visitor.begin(PROCESS)
    for person in (people.owner, people.editor):
        person.begin(PROCESS)
    known: list[Any] = [admin, people.owner, people.reader, people.stranger, visitor]
    secrets = [
        "csrf_token",
        "Sign out</button>",
        "/assessments/here",
        "Set-Cookie",
        PROCESS,
        NAME,
        str(people.organisation_id),
    ]
    secrets += ["@example.com", "/admin", *(str(person.account_id) for person in known[:4])]
    secrets += [cookie.value for person in known if (cookie := person.client.get_cookie("session"))]
    paths = [path.replace("/versions/1/", "/versions/2/") for path in every_path(app)]
    for path in [*paths, *every_path(app)]:
        is_page = not path.startswith("/api/") and not path.endswith(".json")
        first = None
        for person in [*known, None, *known, None, admin, None]:  # before a page is kept, and after
            reply = (person.client if person else anonymous_client(app)).get(path)
            if reply.status_code == 404:  # a claim or rule that only one of the versions has
                break
            assert reply.status_code == 200, path
            if person is None:
                first = first or reply.data
                assert reply.data == first, path
                assert not [word for word in secrets if word.encode() in reply.data], path
                assert "Set-Cookie" not in reply.headers
                assert "public" in reply.headers["Cache-Control"]
            elif is_page:
                assert reply.headers["Cache-Control"] == "no-store", path
                assert "ETag" not in reply.headers, path
                top = reply.text.partition("</header>")[0]
                assert ("Your processes here" in top) == (person is visitor), path
                assert ("Sign out" in top) == (person is not visitor), path
                assert ("/admin" in top) == (person is admin), path
            assert "Cookie" in reply.headers["Vary"], path
    for key, page in page_cache(app).content().items():
        kept = page.body + json.dumps(page.headers).encode()
        assert not [word for word in secrets if word.encode() in kept], key
    assert len(page_cache(app).content()) > len(CACHED)


def test_a_page_is_made_once_and_sent_whole_short_or_not_at_all(app: Flask, client: FlaskClient) -> None:
    for path in every_path(app):
        made = anonymous_client(app).get(path)
        again = anonymous_client(app).get(path)
        assert (again.status_code, again.data) == (200, made.data), path
        one, other = dict(made.headers), dict(again.headers)
        assert one.pop("X-Request-ID") != other.pop("X-Request-ID")
        assert one == other, path
        for name, value in HEADERS.items():
            assert again.headers[name] == value, path
        head = anonymous_client(app).head(path)
        assert (head.data, head.headers["Content-Length"]) == (b"", str(len(made.data))), path
        zipped = anonymous_client(app).get(path, headers={"Accept-Encoding": "br, gzip"})
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.data) == made.data
        assert zipped.headers["ETag"] != made.headers["ETag"], "a strong tag names bytes"
        refusing = anonymous_client(app).get(path, headers={"Accept-Encoding": "gzip;q=0"})
        assert (refusing.data, "Content-Encoding" in refusing.headers) == (made.data, False)
        for etag in (made.headers["ETag"], zipped.headers["ETag"], f"W/{made.headers['ETag']}", "*"):
            short = anonymous_client(app).get(path, headers={"If-None-Match": etag})
            assert (short.status_code, short.data) == (304, b""), (path, etag)
            assert short.headers["Cache-Control"] == made.headers["Cache-Control"]
            assert "Content-Type" not in short.headers
        assert anonymous_client(app).get(path, headers={"If-None-Match": '"other"'}).data == made.data
    assert anonymous_client(app).get("/help").headers["Cache-Control"] == PUBLIC
    assert client.get("/help").data == anonymous_client(app).get("/help").data


def test_who_says_more_than_which_page_is_answered_by_the_application(app: Flask) -> None:
    anonymous_client(app).get("/help")
    (key,) = page_cache(app).content()
    page = page_cache(app).content()[key]
    page.body = b"kept"  # so that it shows where a reply comes from
    assert anonymous_client(app).get("/help").data == b"kept"
    asks = anonymous_client(app)
    assert asks.get("/help", headers={"Cookie": "session=x"}).data != b"kept"
    assert asks.get("/help", headers={"Authorization": "Bearer x"}).data != b"kept"
    assert asks.get("/help?from=letter").data != b"kept"
    assert asks.get("/help", data=b"body").data != b"kept"
    assert asks.get("/help", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert asks.get("/help", headers={"Host": "elsewhere.example"}).status_code == 400
    assert asks.get("/help", base_url="http://localhost/below").data != b"kept"
    assert asks.post("/help").status_code == 405
    assert asks.get("/help").data == b"kept"


def test_a_page_that_touched_a_cookie_or_failed_is_never_kept(app: Flask) -> None:
    for path in ("/sign-in", "/assessments/new", "/claims/none", "/rules/none", "/versions/9", "/healthz", "/nothing"):
        anonymous_client(app).get(path)
    assert page_cache(app).content() == {}
    app.debug = True
    try:
        anonymous_client(app).get("/help")
        assert anonymous_client(app).get("/help").status_code == 200
    finally:
        app.debug = False


def test_what_is_published_is_seen_with_the_next_request_and_old_pages_go(app: Flask, database: Database) -> None:
    asks = anonymous_client(app)
    before = {path: asks.get(path) for path in ("/", "/claims", "/versions", "/versions/1", "/help", "/api/v1/rules")}
    kept = len(page_cache(app).content())
    with database.write() as session:
        publish(session, starter.text().replace("“", "„", 1), "Other quotes")
    assert b"Version 2" in asks.get("/versions").data
    assert asks.get("/versions/1").data != before["/versions/1"].data, "it says that it is in force no more"
    assert asks.get("/api/v1/rules").get_json()["number"] == 2
    etag = {"If-None-Match": before["/versions"].headers["ETag"]}
    assert asks.get("/versions", headers=etag).status_code == 200
    for path in before:
        asks.get(path)
    assert len(page_cache(app).content()) == kept
    present = stamp_in_force(database)
    assert {page.stamp for page in page_cache(app).content().values()} == {None, present}


def test_a_page_is_not_shown_from_memory_where_the_database_is_gone(app: Flask, database: Database) -> None:
    asks = anonymous_client(app)
    assert asks.get("/claims").status_code == asks.get("/claims").status_code == 200
    with app.extensions["database"].engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE rule_set_version RENAME TO gone")
        connection.commit()
    try:
        assert asks.get("/claims").status_code == 500
        assert asks.get("/accessibility").status_code == 200
    finally:
        with app.extensions["database"].engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO rule_set_version")
            connection.commit()
        database.dispose()


def test_each_reply_from_memory_is_logged_under_its_own_id(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    replies = [anonymous_client(app).get("/claims/D1.01") for _ in range(3)]
    told = [json.loads(record.line) for record in caplog.records if hasattr(record, "line")]
    assert [line["request"] for line in told] == [reply.headers["X-Request-ID"] for reply in replies]
    assert {(line["rule"], line["status"]) for line in told} == {("/claims/<claim_id>", 200)}
    assert all(re.fullmatch("[0-9a-f]{16}", line["request"]) for line in told)


def test_memory_is_bounded_and_what_was_wanted_longest_ago_goes_first() -> None:
    def page(size: int) -> CachedPage:
        return CachedPage("/x", None, [], "x", b"x" * size)

    most = 10 * page(1_000).size
    cache = PageCache(most)
    for number in range(50):
        cache.put(("http", "", f"/{number}"), page(1_000))
        cache.get(("http", "", "/0"))
        assert cache.size == sum(one.size for one in cache.content().values()) <= most
    assert [path for _, _, path in cache.content()] == [*(f"/{number}" for number in range(41, 50)), "/0"]
    cache.put(("http", "", "/0"), page(most))
    assert ("http", "", "/0") not in cache.content(), "one that is so large would push out all others"
    for key in list(cache.content()):
        cache.remove(key)
    assert cache.size == 0
