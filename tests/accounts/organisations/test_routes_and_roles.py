"""S1, S5: every route there is with the ids of an organisation, as each of those who may not.

The table of routes is the application's own, so a route that is added is walked: nothing is readable by strangers and
former members, and nothing writable by readers.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from advisor.models import Assessment, Database, Invitation, ShareLink
from advisor.models.base import hash_of, utc_now
from advisor.settings import Settings
from advisor.web.access.rights import ADMIN, OWNER, PERSONAL, RIGHTS
from advisor.web.access.spaces import OF_ACCOUNTS, OWN_ALONE, SEEN_BY_READERS, TRIED_BY_READERS
from tests.accounts.organisations.conftest import People, let_go
from tests.api.programs import program_of
from tests.applications import borrow_application
from tests.assessments.walker import Walker
from tests.conftest import settings_for
from tests.operating.test_migrate import dump
from tests.processes.test_privacy import MARK, in_parts, send
from tests.visiting import text_of
from tests.web.test_ownership import DATA, routes

Ids = dict[str, UUID]

NOTES_OF_VISITS = {"audit_event", "login_session", "rate_limit", "idempotency_key", "api_token"}
"""Tables in which a refused request may leave that it came."""

FOR_READERS = {"organisations.leave", *TRIED_BY_READERS}
"""What a reader may send, since it is about their own membership, or changes nothing."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Every route there is looks up what it shows, so both kinds of database are walked."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, without the probe pages."""
    with borrow_application(settings) as app:
        yield app


@pytest.fixture
def ids(database: Database, people: People) -> Ids:
    """The ids of everything that the organisation has."""
    person = people.editor
    part = in_parts(person)
    with database.write() as session:
        assert session.get_one(Assessment, person.id).owner == people.of_organisation
        end = utc_now() + timedelta(days=30)
        whose = {"organisation_id": people.organisation_id, "expires_at": end}
        link = ShareLink(token_hash=hash_of("shared"), assessment_id=person.id, note=MARK, with_name=True, **whose)
        invitation = Invitation(
            token_hash=hash_of("invited"), account_id=people.owner.account_id, role="editor", whom=MARK, **whose
        )
        session.add_all([link, invitation])
        session.flush()
        found = {
            "assessment_id": person.id,
            "part_id": part,
            "link_id": link.id,
            "organisation_id": people.organisation_id,
            "invitation_id": invitation.id,
            "account_id": people.editor.account_id,
        }
    let_go(database, people.former)
    return found


def stored_rows(database: Database) -> dict[str, object]:
    return {table: rows for table, rows in dump(database).items() if table not in NOTES_OF_VISITS}


def walk_routes(app: Flask, ids: Ids) -> list[tuple[Rule, str, str]]:
    """Every route with an id in it, but for those of admins and programs."""
    known = _IdsOrNobodys(ids)
    return [
        (rule, method, path)
        for rule, method, path in routes(app, known)
        if RIGHTS[rule.endpoint] in {OWNER, PERSONAL} and rule.arguments & set(ids) and not path.startswith("/api/")
    ]


class _IdsOrNobodys(dict[str, UUID]):
    """The ids of the organisation; of what it has none, one that belongs to nobody."""

    def __missing__(self, name: str) -> UUID:
        return uuid4()


def test_nothing_of_an_organisation_is_readable_or_writable_for_who_is_no_member(
    app: Flask, database: Database, people: People, ids: Ids
) -> None:
    others: dict[str, Walker] = {
        "a stranger": people.stranger,
        "a former member": people.former,
        "a visitor": Walker(app.test_client()),
    }
    others["a visitor"].open("/assessments/new")
    before = stored_rows(database)
    asked = 0
    for rule, method, path in walk_routes(app, ids):
        if set(rule.arguments) & set(ids) == {"account_id"}:
            continue
        for name, person in others.items():
            reply = send(person, method, path, **DATA)
            where = f"{method} {path} by {name}"
            assert reply.status_code in {302, 303, 404}, f"{where}: {reply.status_code}"
            assert MARK not in reply.text, where
            location = reply.headers.get("Location", "")
            assert name == "a visitor" or str(ids["assessment_id"]) not in location, where
            asked += 1
    assert asked > 150
    assert stored_rows(database) == before
    for person in (people.stranger, people.former):
        for path in ("/processes", "/processes/bin", "/processes/links", "/account", "/processes/your-processes.csv"):
            assert MARK not in person.client.get(path).text, path


def test_a_program_reaches_nothing_of_an_organisation(app: Flask, database: Database, people: People, ids: Ids) -> None:
    program = program_of(app, database, people.owner)
    before = stored_rows(database)
    for _rule, method, path in (it for it in routes(app, _IdsOrNobodys(ids)) if it[2].startswith("/api/")):
        headers = {"Authorization": f"Bearer {program.token}"}
        body = None if method == "GET" else {"process": "Taken", "row_version": 1}
        reply = program.client.open(path, method=method, headers=headers, json=body)
        assert MARK not in reply.text, path
        if "assessment_id" in _rule.arguments:
            assert reply.status_code == 404, path
    after = stored_rows(database)
    assert after["process_act"] == before["process_act"]
    assert set(before["assessment"][1]) <= set(after["assessment"][1])  # type: ignore[index]


def test_a_reader_changes_nothing_and_is_told_so(app: Flask, database: Database, people: People, ids: Ids) -> None:
    before = stored_rows(database)
    refused = 0
    for rule, method, path in walk_routes(app, ids):
        if set(rule.arguments) & set(ids) == {"account_id"} or rule.endpoint in FOR_READERS:
            continue
        reply = send(people.reader, method, path, **DATA)
        where = f"{method} {path}: {reply.status_code}"
        assert reply.status_code < 500, where
        if method == "POST":
            assert reply.status_code in {403, 404}, where
            refused += 1
        if reply.status_code == 403:
            assert "not change anything" in reply.text or "is for owners" in reply.text, where
    assert refused > 20
    assert stored_rows(database) == before


def test_no_page_shows_a_reader_what_would_be_refused(app: Flask, people: People, ids: Ids) -> None:
    person = people.reader
    urls = app.url_map.bind("localhost")
    seen, wrong = 0, []
    for rule, method, path in walk_routes(app, ids):
        if method != "GET" or set(rule.arguments) & set(ids) == {"account_id"}:
            continue
        reply = person.client.get(path)
        if reply.status_code != 200 or reply.mimetype != "text/html":
            continue
        page = person.open(path)
        seen += 1
        for form in page.select("main form[method=post]"):
            action = str(form.get("action") or path).partition("?")[0]
            endpoint = urls.match(action, "POST")[0]
            if endpoint not in FOR_READERS:
                wrong.append(f"{rule.endpoint} shows a form of {endpoint}")
        for link in page.select("main a[href]"):
            target = str(link["href"]).partition("#")[0]
            if not target.startswith("/") or target.startswith("/static"):
                continue
            status = person.client.get(target, follow_redirects=True).status_code
            if status != 200:
                wrong.append(f"{rule.endpoint} links to {target} (“{text_of(link)}”): {status}")
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert seen > 10


def test_a_reader_tries_other_answers_and_keeps_none(people: People, database: Database) -> None:
    people.editor.finish()
    at, reader = people.editor.at, people.reader
    reader.open(f"{at}/result")
    link = next(it for it in reader.page.select("a") if text_of(it) == "Try other answers")
    reader.open(str(link["href"]))
    assert [text_of(it) for it in reader.page.select("main form button")] == ["See what it gives"]
    before = stored_rows(database)
    name = next(str(it["name"]) for it in reader.page.select("main [name]") if str(it["name"]).endswith("steps"))
    reader.submit(**{name: "open", "do": "update"})
    assert "With these answers" in reader.words
    for do in ("keep", "copy"):
        reader.submit(**{name: "open", "do": do}, status=403)
        assert "not change anything" in reader.words
        reader.open(f"{at}/what-if")
    assert stored_rows(database) == before


def test_every_page_of_processes_has_an_address_in_an_organisation_or_is_of_one_process(app: Flask) -> None:
    rules: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        rules.setdefault(rule.endpoint, []).append(rule)
    assert set(rules) >= OWN_ALONE | SEEN_BY_READERS, TRIED_BY_READERS
    for endpoint, found in rules.items():
        if RIGHTS[endpoint] is ADMIN or RIGHTS[endpoint] not in {OWNER, PERSONAL} or endpoint in OWN_ALONE:
            continue
        if endpoint.partition(".")[0] in OF_ACCOUNTS:
            continue
        arguments = set().union(*(rule.arguments for rule in found))
        assert arguments & {"assessment_id", "organisation_id"}, endpoint
