"""S1, S4, S5: with the ids of one owner, another owner, a visitor and an admin walk every route there is.

The table of routes is the application's own, so a route that is added is walked; an address with a new kind of id fails
here until the ids below name one of the owner's.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from advisor.models import (
    Account,
    ApiToken,
    Assessment,
    Comment,
    Database,
    Invitation,
    ItemComment,
    ItemThread,
    LoginSession,
    Membership,
    Opinion,
    Organisation,
    Part,
    ProcessImport,
    RecommendationRecord,
    Reminder,
    ShareLink,
    UnsavedForm,
)
from advisor.models.base import hash_of, utc_now
from advisor.models.feedback import Feedback
from advisor.settings import Settings
from advisor.web.access.rights import ADMIN, OWNER, PERSONAL, PUBLIC, RIGHTS
from tests.api.programs import Program, program_of
from tests.applications import borrow_application
from tests.assessments.conftest import small, small_in_force
from tests.assessments.walker import Walker
from tests.conftest import settings_for
from tests.processes.conftest import admin, owner, rival, walker
from tests.processes.owner_walker import OwnerWalker
from tests.processes.test_privacy import MARK, in_parts, send

__all__ = ["admin", "owner", "rival", "small", "small_in_force", "walker"]

DATA = {"answer": "open", "process_name": "Taken", "made": "keep", "notes": "Taken", "text": "x", "version": "2"}
"""What a stranger would like to leave behind."""

PREVIEW: dict[str, Any] = {
    "understood": {"file": MARK, "kind": "CSV", "sheets": [], "sheets_left_out": [], "notes": [], "readings": []},
    "candidates": [
        {"where": "row 2", "process": MARK, "answers": {}, "parts": [], "groups": [MARK], "faults": []},
    ],
    "refused": [],
    "more_refused": 0,
}
"""What was read of a list of the owner's, which waits to be brought in."""

NO_ID = {
    "key": "steps",
    "question": "steps",
    "number": 1,
    "claim_id": "D1.01",
    "filename": "css/base.css",
    "mark": "0" * 64,
    "token": "nobodys",
}
"""What an address may hold that belongs to nobody."""

Ids = dict[str, UUID]


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
def owners_ids(database: Database, owner: OwnerWalker) -> Ids:
    """The ids of everything that the owner has."""
    part = in_parts(owner)
    owner.open(f"{owner.at}/looks-wrong")
    owner.submit(text="It surprised me.")
    owner.open(f"{owner.at}/brief/edit")
    owner.submit(title=MARK)
    with database.write() as session:
        at = utc_now()
        token = ApiToken(
            account_id=owner.account_id, name="mine", prefix="tok", token_hash=hash_of("mine"), expires_at=at
        )
        login = LoginSession(
            token_hash=hash_of("elsewhere"), form_hash=hash_of("form"), account_id=owner.account_id, password_at=at
        )
        link = ShareLink(
            token_hash=hash_of("shared"), account_id=owner.account_id, assessment_id=owner.id, note=MARK, with_name=True
        )
        link.expires_at = at + timedelta(days=30)
        opinion = Opinion(
            assessment_id=owner.id, number=1, token_hash=hash_of("asked"), name=MARK, process_name=MARK, parts=[]
        )
        opinion.version_number, opinion.expires_at, opinion.answers = 2, link.expires_at, {"edge": MARK}
        session.add_all([token, login, link, opinion])
        listed = ProcessImport(account_id=owner.account_id, file=MARK, preview=PREVIEW)
        session.add_all([token, login, link, listed])
        organisation = Organisation(name=MARK)
        session.add_all([token, login, link, organisation])
        session.flush()
        theirs = {"organisation_id": organisation.id, "account_id": owner.account_id, "role": "owner"}
        invitation = Invitation(**theirs, token_hash=hash_of("invited"), expires_at=link.expires_at)
        comment = Comment(assessment_id=owner.id, account_id=owner.account_id, section="why", text=MARK)
        session.add_all([Membership(**theirs), invitation, comment])
        thread = ItemThread(collection="rules", key="core", title="Of the admins")
        session.add(thread)
        session.flush()
        remark = ItemComment(thread_id=thread.id, text="Is it so?")
        session.add(remark)
        session.flush()
        note = session.scalars(select(Feedback.id)).one()
        return {
            "assessment_id": owner.id,
            "part_id": part,
            "note_id": note,
            "token_id": token.id,
            "sign_in_id": login.id,
            "link_id": link.id,
            "opinion_id": opinion.id,
            "comment_id": comment.id,
            "thread_id": thread.id,
            "item_comment_id": remark.id,
            "import_id": listed.id,
            "account_id": owner.account_id,
            "organisation_id": organisation.id,
            "invitation_id": invitation.id,
        }


def routes(app: Flask, ids: Ids) -> list[tuple[Rule, str, str]]:
    """Every route with every method it has, and its address with the owner's ids in it."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            built = rule.build({name: _value(rule, name, ids) for name in rule.arguments})
            assert built is not None
            found += [(rule, method, built[1]) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def _value(rule: Rule, name: str, ids: Ids) -> Any:
    kind = rule._converters[name]
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    if type(kind).__name__ == "UUIDConverter":
        return ids[name]  # an id of a new kind: add one of the owner's to the fixture
    if name == "key" and "question" in rule.arguments:
        return "set"  # one of the options of that question
    return NO_ID[name]


def held_rows(database: Database, account_id: UUID) -> dict[str, list[Any]]:
    """Everything that is stored of the owner, but for when they were last seen."""
    mine: dict[str, Any] = {
        "accounts": select(Account).where(Account.id == account_id),
        "assessments": select(Assessment),
        "parts": select(Part),
        "advice": select(RecommendationRecord),
        "tokens": select(ApiToken).where(ApiToken.account_id == account_id),
        "sign-ins": select(LoginSession).where(LoginSession.account_id == account_id),
        "notes": select(Feedback),
        "links": select(ShareLink),
        "opinions": select(Opinion),
        "comments": select(Comment),
        "comments on items": select(ItemComment),
        "forms that were not saved": select(UnsavedForm),
        "reminders": select(Reminder),
        "lists": select(ProcessImport),
    }
    with database.read() as session:
        return {
            name: [
                {column.key: getattr(row, column.key) for column in row.__table__.columns if "seen" not in column.key}
                for row in session.scalars(query)
            ]
            for name, query in mine.items()
        }


def ask(person: Walker, method: str, path: str) -> TestResponse:
    """Send what a browser of one's own would send, with its token."""
    if method in {"GET", "POST"}:
        return send(person, method, path, **DATA)
    return person.client.open(path, method=method, json=DATA)


def test_every_route_is_walked_by_a_visitor_another_owner_and_an_admin(
    app: Flask,
    database: Database,
    owners_ids: Ids,
    owner: OwnerWalker,
    rival: OwnerWalker,
    admin: OwnerWalker,
    walker: Walker,
) -> None:
    before = held_rows(database, owner.account_id)
    asked = 0
    for rule, method, path in routes(app, owners_ids):
        right = RIGHTS[rule.endpoint]
        has_their_id = "UUIDConverter" in {type(kind).__name__ for kind in rule._converters.values()}
        if method != "GET" and not has_their_id:
            continue  # a form on what is one's own
        for other in (walker, rival, admin):
            if other is admin and right is ADMIN and method != "GET":
                continue  # what admins are for: tests/accounts/people/test_people.py, tests/feedback
            reply = ask(other, method, path)
            asked += 1
            where = f"{method} {path} by {'a visitor' if other is walker else 'an owner or admin'}"
            assert MARK.encode() not in reply.data, where
            reply.close()
            assert reply.status_code < 500, where
            if path.startswith("/api/") and right is not PUBLIC:
                assert reply.status_code == 401, where
            elif right is ADMIN and other is not admin:
                assert reply.status_code in ({403} if other is rival else {302, 303}), where
            elif has_their_id and right in {OWNER, PERSONAL} and (other is not walker or right is PERSONAL):
                assert reply.status_code in {302, 303, 404}, where
                assert str(owners_ids["assessment_id"]) not in reply.headers.get("Location", ""), where
    assert asked > 200
    assert held_rows(database, owner.account_id) == before


def test_every_operation_for_programs_is_walked_with_tokens_of_others(
    app: Flask, database: Database, owners_ids: Ids, owner: OwnerWalker, rival: OwnerWalker, admin: OwnerWalker
) -> None:
    programs = {
        "nobody": Program(app, None),
        "a made-up token": Program(app, "made-up"),
        "another owner": program_of(app, database, rival),
        "an admin": program_of(app, database, admin),
    }
    before = held_rows(database, owner.account_id)
    walked = [(rule, method, path) for rule, method, path in routes(app, owners_ids) if path.startswith("/api/")]
    assert len(walked) >= 10
    for rule, method, path in walked:
        right = RIGHTS[rule.endpoint]
        for name, program in programs.items():
            headers = {"Authorization": f"Bearer {program.token}"} if program.token else {}
            body = None if method == "GET" else {"process": "Taken", "row_version": 1}
            reply = program.client.open(path, method=method, headers=headers, json=body)
            where = f"{method} {path} by {name}"
            assert MARK.encode() not in reply.data, where
            assert str(owners_ids["assessment_id"]) not in reply.text, where
            if right is not PUBLIC and program.token in {None, "made-up"}:
                assert reply.status_code == 401, where
            elif right is ADMIN and name == "another owner":
                assert reply.status_code == 403, where
            elif "assessment_id" in rule.arguments:
                assert reply.status_code == 404, where
    after = held_rows(database, owner.account_id)
    mine = {row["id"] for row in before["assessments"]}
    assert [row for row in after["assessments"] if row["id"] in mine] == before["assessments"]
    assert after["advice"] == before["advice"]


def test_a_token_opens_no_page(app: Flask, database: Database, owners_ids: Ids, owner: OwnerWalker) -> None:
    token = program_of(app, database, owner).token
    for rule, method, path in routes(app, owners_ids):
        if method == "GET" and not path.startswith("/api/") and RIGHTS[rule.endpoint] is not PUBLIC:
            reply = app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
            assert MARK not in reply.text, path
