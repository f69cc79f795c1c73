"""What an owner keeps is theirs: another owner, a visitor and an admin walk every address of it, and learn nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from advisor.models import Assessment, Base, Comment, Database, Opinion
from advisor.web.access.rights import RIGHTS, Right
from tests.assessments.walker import MIXED, Walker
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.visiting import text_of

MARK = "Marmalade"
"""What must not appear anywhere but in its owner's browser."""

NOT_COUNTED = {"rule_set_version", "audit_event", "login_session", "account", "rate_limit"}


def addresses(app: Flask, assessment: UUID, part: UUID) -> dict[str, tuple[Right, set[str]]]:
    """Every page of an assessment, with who may use it and its methods."""
    with app.extensions["database"].read() as session:
        comment, opinion = (session.scalars(select(kind.id)).one() for kind in (Comment, Opinion))
    values: dict[str, Any] = {
        "assessment_id": assessment, "part_id": part, "comment_id": comment, "opinion_id": opinion, "key": "steps",
        "number": 1,
    }  # fmt: skip
    found: dict[str, tuple[Right, set[str]]] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "assessment_id" in rule.arguments and not rule.rule.startswith("/api/"):
                built = rule.build({name: _value(rule, name, values) for name in rule.arguments})
                assert built is not None
                methods = (rule.methods or set()) & {"GET", "POST"}
                found[built[1]] = (RIGHTS[rule.endpoint], methods)
    assert len(found) >= 20
    return found


def _value(rule: Rule, name: str, values: dict[str, Any]) -> Any:
    kind = rule._converters[name]
    return min(kind.items) if isinstance(kind, AnyConverter) else values[name]


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_COUNTED
        }


def send(walker: Walker, method: str, path: str, **data: object) -> TestResponse:
    """Send a request with one's own token."""
    if method == "GET":
        return walker.client.get(path)
    token = walker.open("/assessments/new").select_one("main input[name=csrf_token]")
    assert token is not None
    return walker.client.post(path, data={"csrf_token": str(token["value"]), **data})


def in_parts(owner: OwnerWalker) -> UUID:
    owner.finish(MIXED, name=MARK)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=f"{MARK} one", part_2=f"{MARK} two")
    part = UUID(owner.path.split("/")[4])
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes=f"{MARK} noted")
    owner.open(f"{owner.at}/comments?section=why")
    owner.submit(text=f"{MARK} thought")
    owner.open(f"{owner.at}/opinions/new")
    owner.submit()
    return part


@pytest.mark.parametrize("binned", [False, True])
def test_s1_s2_s4_nobody_else_reads_changes_or_learns_of_it(
    app: Flask,
    owner: OwnerWalker,
    rival: OwnerWalker,
    admin: OwnerWalker,
    walker: Walker,
    database: Database,
    *,
    binned: bool,
) -> None:
    part = in_parts(owner)
    if binned:
        owner.open(f"{owner.at}/delete")
        owner.submit()
    before = rows(database)
    data = {"answer": "open", "process_name": "Taken", "made": "keep", "notes": "Taken", "text": "x", "version": "2"}
    for path, (right, methods) in addresses(app, owner.id, part).items():
        nowhere = path.replace(str(owner.id), str(uuid4()))
        for method in sorted(methods):
            for other in (rival, admin, walker):
                replies = [send(other, method, where, **data) for where in (path, nowhere)]
                expected = {404} if other is not walker or right is Right.PERSONAL else {200, 302, 303}
                assert {reply.status_code for reply in replies} <= expected, (method, path)
                assert MARK not in replies[0].text
                assert without_reference(replies[0], owner.id) == without_reference(replies[1], owner.id), path
    assert rows(database) == before


def without_reference(reply: TestResponse, known: UUID) -> tuple[int, str]:
    page = HtmlPage(reply.text)
    for tag in page.select("code"):
        tag.decompose()
    return reply.status_code, text_of(page.main).replace(str(known), "")


def test_s1_no_list_shows_it_to_anybody_else(
    owner: OwnerWalker, rival: OwnerWalker, admin: OwnerWalker, walker: Walker
) -> None:
    in_parts(owner)
    paths = ["/processes", f"/processes?deleted={owner.id}", f"/processes/copy?of={owner.id}", "/processes/bin"]
    for other in (rival, admin):
        for path in [*paths, "/your-data", "/your-data/download"]:
            assert MARK not in other.client.get(path, follow_redirects=True).text, path
    for path in paths:
        assert walker.client.get(path).status_code == 302


def test_s4_admins_have_no_page_that_shows_an_assessment(app: Flask, owner: OwnerWalker, admin: OwnerWalker) -> None:
    in_parts(owner)
    with app.test_request_context():
        pages = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if RIGHTS[rule.endpoint] is Right.ADMIN and "GET" in (rule.methods or set()) and not rule.arguments
        ]
    assert "/admin/feedback" in pages
    for path in pages:
        reply = admin.client.get(path, follow_redirects=True)
        assert MARK not in reply.text, path
        assert str(owner.id) not in reply.text, path


def test_s6_fields_that_no_form_names_change_nothing(
    owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    forged: dict[str, Any] = {
        "id": str(uuid4()), "account_id": str(rival.account_id), "visitor_key_hash": "0" * 64, "owner": "me",
        "version_number": "1", "row_version": "99", "kept_version": "99", "deleted_at": "2001-01-01", "role": "admin",
        "result": "{}", "outcome": "keep", "touched_at": "2099-01-01", "created_at": "2001-01-01",
    }  # fmt: skip
    owner.finish()
    for path in ("decision", "parts", "name", "looks-wrong", "questions/edge"):
        owner.open(f"{owner.at}/{path}")
        sent = {"part_1": "One", "part_2": "Two", "text": "x", "made": "bpo"}
        owner.client.post(f"{owner.at}/{path}", data={**token_of(owner), **sent, **forged})
    owner.open(f"/processes/copy?of={owner.id}")
    owner.submit(process_name="Twin", **forged)
    with database.read() as session:
        kept = session.scalars(select(Assessment)).all()
    assert len(kept) == 2
    for one in kept:
        assert one.account_id == owner.account_id
        assert one.visitor_key_hash is None
        assert (one.version_number, one.kept_version, one.deleted_at) == (2, None, None)
        assert one.row_version < 99


def token_of(owner: OwnerWalker) -> dict[str, str]:
    return {"csrf_token": owner.token}


def test_s15_every_form_needs_its_own_token_and_comes_from_our_pages(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    part = in_parts(owner)
    before = rows(database)
    forms = [path for path, (_, methods) in addresses(app, owner.id, part).items() if "POST" in methods]
    for path in [*forms, "/processes/copy"]:
        assert owner.client.post(path, data={"made": "keep"}).status_code == 400, path
        reply = owner.client.post(path, data={"made": "keep"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert reply.status_code == 403, path
    assert rows(database) == before
