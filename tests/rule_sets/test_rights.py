"""Only admins see and change the rules at work (S5); publishing asks for the password; the record is only read."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.models import Account, AuditEvent, Database, LoginSession
from advisor.models.base import utc_now
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.rule_set_version import in_force, publish
from advisor.web.access.rights import RIGHTS, Right
from tests.factories import PASSWORD
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import Visitor, text_of

RULE = starter.rule_set().rules[0]

PATHS = [
    "/admin/rules",
    "/admin/audit",
    "/admin/rules/comments",
    "/admin/rules/search",
    f"{DRAFT}/rules/{RULE.key}/comments",
    "/admin/rules/versions/1",
    "/admin/rules/versions/1/bring-back",
    "/admin/rules/compare",
    "/admin/rules/download",
    "/admin/rules/upload",
    f"{DRAFT}/problems",
    f"{DRAFT}/differences",
    f"{DRAFT}/publish",
    f"{DRAFT}/discard",
    f"{DRAFT}/affected",
    f"{DRAFT}/rules",
    f"{DRAFT}/add/rules",
    f"{DRAFT}/rules/{RULE.key}",
    f"{DRAFT}/rules/{RULE.key}/remove",
    f"{DRAFT}/questions/edge/preview",
    f"{DRAFT}/questions/edge/answers/vital",
    f"{DRAFT}/questions/edge/answers/vital/remove",
    f"{DRAFT}/add/questions/edge/answer",
]


def test_s5_every_page_of_the_rules_at_work_is_for_admins(app: Flask) -> None:
    mine = [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("rule_sets.")]
    assert len(set(mine)) > 15
    assert {RIGHTS[endpoint] for endpoint in mine} == {Right.ADMIN}


def test_s5_nobody_else_sees_or_changes_anything(app: Flask, database: Database, admin: Admin) -> None:
    admin.start()
    owner = Admin.of(app, database, "olga@example.com", role="owner")
    nobody = app.test_client()
    for path in PATHS:
        assert owner.client.get(path).status_code == 403, path
        assert nobody.get(path).status_code == 302, path
        for client in (owner.client, nobody):
            answer = client.post(path, data={"do": "save", "text": "Mine."})
            assert answer.status_code in {400, 401, 403, 405}, path
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        assert draft.revision == 1
        assert draft.rule_set == starter.rule_set()


@pytest.mark.parametrize("path", [f"{DRAFT}/publish", "/admin/rules/versions/1/bring-back"])
def test_publishing_asks_for_the_password_again(admin: Admin, database: Database, path: str) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    if "versions" in path:
        admin.open(f"{DRAFT}/publish")
        admin.submit(do="publish", note="Two.")
    with database.read() as session:
        before = in_force(session).number
    with database.write() as session:
        for login in session.scalars(select(LoginSession)):
            login.password_at = utc_now() - timedelta(days=1)
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.execute(update(Account).values(password_hash=hashed))
    admin.open(path)
    publishing = next(at for at, it in enumerate(admin.page.select("main form")) if it.select_one("[name=note]"))
    admin.submit(form=publishing, note="Mine.", do="publish")
    act = f"Publish version {before + 1}"
    assert f"It is: {act}" in admin.text
    admin.submit(password="nobody's", status=422)
    assert f"It is: {act}" in admin.text
    admin.submit(password=PASSWORD)
    assert text_of(admin.page.select_one("main form button")) == act, "the button says what it does"
    assert admin.heading == f"One more step: {act}"
    assert admin.text.startswith(f"One more step: {act} {act}"), "the button comes first"
    with database.read() as session:
        assert in_force(session).number == before
    admin.submit()
    with database.read() as session:
        assert in_force(session).number == before + 1


def test_the_record_is_filtered_by_kind_person_day_and_thing(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start().edit(f"rules/{RULE.key}", because="New words.")
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")

    def entries(query: str) -> int:
        admin.open(f"/admin/audit?{query}")
        return len(admin.page.select("li[id^=entry-]"))

    with database.read() as session:
        everything = len(list(session.scalars(select(AuditEvent))))
    today = f"{utc_now():%Y-%m-%d}"
    assert entries("") == everything == 3
    assert "ada@example.com" in admin.text
    assert "127.0.0.1" in admin.text
    assert entries("kind=draft+started") == 1
    assert entries(f"who={other_admin.account_id}") == 1
    assert "Ben wrote this one." in admin.text
    assert entries(f"what=rules/{RULE.key}") == 1
    assert entries(f"since={today}&until={today}") == 3
    assert entries("until=2001-01-01") == 0
    assert entries("since=nonsense") == 0, "what cannot be read is no day: nothing is shown in its name"
    assert "Enter a day" in admin.text
    assert entries("before=%C2%B2&who=nobody&kind=x") == 0
    admin.open("/admin/audit")
    actions = [form["action"] for form in admin.page.select("main form[method=post]")]
    assert actions == ["/admin/audit/sheet"], "nothing on this page changes an entry"


def test_f14_who_is_answering_finishes_on_the_version_it_began_with(
    admin: Admin, visitor: Visitor, database: Database
) -> None:
    visitor.open("/assessments/new")
    visitor.submit(process_name="Payroll")
    path = visitor.path
    admin.start()
    admin.open(f"{DRAFT}/questions/edge/remove")
    admin.submit(with_users="y")
    for _mend in range(60):
        admin.open(f"{DRAFT}/problems")
        lists = admin.page.select(".problem-list")
        link = lists[0].select_one("a") if lists and "block" in admin.text.split("looked at")[0] else None
        if "Nothing blocks publishing." in admin.text or link is None:
            break
        place = str(link["href"]).split("#")[0]
        admin.open(f"{place}/remove")
        admin.submit()
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="No more edge.")
    with database.read() as session:
        assert in_force(session).number == 2
    visitor.open(path)
    assert "Do customers choose you" in visitor.heading, "the question that was retired is still asked here"
    visitor.submit(answer="vital")
    assert visitor.path != path


def test_a_version_that_could_not_be_published_any_more_is_not_brought_back(admin: Admin, database: Database) -> None:
    rules = starter.rule_set()
    with database.write() as session:
        publish(session, dumps(rules).replace('"outcome":"bpo"', '"outcome":"keep"', 1), "Its first case fails.")
        publish(session, dumps(rules), "As before.")
    admin.open("/admin/rules/versions/2/bring-back")
    assert "It cannot be published any more" in admin.text
    assert "should come out as “Keep in-house for now”" in admin.text
    assert admin.post("/admin/rules/versions/2/bring-back", note="All the same.", in_force="3").status_code == 200
    with database.read() as session:
        assert in_force(session).number == 3
