"""A visitor's answers are theirs: for this browser alone, for 30 days or until deleted."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from advisor.models import Assessment, Base, Database
from advisor.models.base import utc_now
from advisor.web.access.rights import RIGHTS, Right
from tests.assessments.walker import MIXED, Walker
from tests.visiting import text_of

MARK = "Marmalade"
"""The name that must not appear anywhere but in its owner's browser."""


def rows(database: Database) -> dict[str, int]:
    """How many rows each table holds that has a visitor's data."""
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name != "rule_set_version"
        }


def in_parts(walker: Walker, name: str = MARK) -> UUID:
    """A finished assessment in parts; gives the id of a part."""
    walker.finish(MIXED, name=name)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1=f"{name} one", part_2=f"{name} two")
    part = UUID(walker.path.split("/")[4])
    while "/questions/" in walker.path:
        walker.submit()
    return part


def addresses(app: Flask, assessment: UUID, part: UUID) -> dict[str, set[str]]:
    """Every address of an assessment that a visitor may use, with its methods."""
    values: dict[str, Any] = {"assessment_id": assessment, "part_id": part, "key": "steps", "number": 1}
    found: dict[str, set[str]] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "assessment_id" in rule.arguments and RIGHTS[rule.endpoint] is Right.PERSONAL:
                built = rule.build({name: values[name] for name in rule.arguments})
                assert built is not None
                found[built[1]] = (rule.methods or set()) & {"GET", "POST"}
    assert len(found) >= 11
    return found


def send(walker: Walker, method: str, path: str, **data: str) -> TestResponse:
    """Send a request with the visitor's own token."""
    walker.open("/assessments/new")
    return walker.client.open(
        path, method=method, data={"csrf_token": walker.token, **data} if method == "POST" else None
    )


# ---- only their own ----------------------------------------------------------------------------------------------


def test_s1_a_stranger_gets_not_found_at_every_address_of_an_assessment(
    app: Flask, walker: Walker, stranger: Walker, database: Database
) -> None:
    part = in_parts(walker)
    before = rows(database)
    for path, methods in addresses(app, walker.id, part).items():
        for method in sorted(methods):
            reply = send(stranger, method, path, answer="open", process_name="Taken", part_1="A", part_2="B")
            assert reply.status_code == 404, (method, path)
            assert MARK not in reply.text
    assert rows(database) == before
    walker.open(f"{walker.at}/result")
    assert MARK in walker.words


def test_s2_not_yours_and_not_there_are_the_same_reply(app: Flask, walker: Walker, stranger: Walker) -> None:
    part = in_parts(walker)
    for path in addresses(app, walker.id, part):
        elsewhere = path.replace(str(walker.id), str(uuid4()))
        replies = [send(stranger, "GET", address) for address in (path, elsewhere)]
        assert {reply.status_code for reply in replies} <= {404, 405}
        assert without_reference(replies[0]) == without_reference(replies[1])


def without_reference(reply: TestResponse) -> tuple[int, str, list[str]]:
    from tests.reading import HtmlPage

    page = HtmlPage(reply.text)
    for tag in page.select("code"):
        tag.decompose()
    return reply.status_code, text_of(page.main), sorted(name for name, _ in reply.headers)


def test_s2_ids_are_random(walker: Walker) -> None:
    ids = []
    for _ in range(3):
        walker.begin()
        ids.append(walker.id)
    assert all(found.version == 4 for found in ids)
    assert len(set(ids)) == 3


def test_without_a_cookie_there_is_nothing_and_no_cookie_is_given(app: Flask, walker: Walker) -> None:
    walker.finish(name=MARK)
    nobody = app.test_client()
    for path, status in (
        (walker.at, 404),
        (f"{walker.at}/result", 404),
        ("/your-data", 200),
        ("/your-data/download", 404),
    ):
        reply = nobody.get(path)
        assert reply.status_code == status
        assert "Set-Cookie" not in reply.headers
        assert MARK not in reply.text


def test_the_list_and_the_download_hold_ones_own_processes_alone(walker: Walker, stranger: Walker) -> None:
    walker.finish(name=MARK)
    stranger.begin("Payroll")
    assert MARK not in stranger.open("/your-data").get_text()
    assert MARK not in stranger.client.get("/your-data/download").text


def test_s6_fields_that_no_form_names_change_nothing(walker: Walker, database: Database) -> None:
    walker.open("/assessments/new")
    forged: dict[str, Any] = {
        "id": str(uuid4()), "visitor_key_hash": "0" * 64, "owner": "me", "version_number": "1", "row_version": "99",
        "created_at": "2001-01-01", "touched_at": "2099-01-01", "state": "done", "result": "{}", "outcome": "keep",
        "answers": '{"edge": "yes"}', "parts": "[]", "answer-edge": "yes", "answer-steps": "set",
    }  # fmt: skip
    walker.submit(process_name="Payroll", **forged)
    walker.answer("no", **{name: value for name, value in forged.items() if name != "answers"})
    assert walker.key == "steps"
    with database.read() as session:
        kept = session.scalars(select(Assessment)).one()
    assert kept.answers == {"edge": "no"}
    assert kept.parts[0].answers == {}
    assert kept.version_number == 2
    assert kept.visitor_key_hash not in {None, "0" * 64}
    assert kept.touched_at < utc_now() + timedelta(minutes=1)


# ---- forms -------------------------------------------------------------------------------------------------------


def forms(app: Flask, walker: Walker, part: UUID) -> list[str]:
    """Every address to which a visitor's form is sent."""
    own = [path for path, methods in addresses(app, walker.id, part).items() if "POST" in methods]
    return ["/assessments/new", "/your-data/delete", *own]


@pytest.mark.parametrize("token", ["", "made up", "of a stranger"])
def test_s15_every_form_needs_its_own_token(
    app: Flask, walker: Walker, stranger: Walker, database: Database, token: str
) -> None:
    part = in_parts(walker)
    before = rows(database)
    stranger.open("/assessments/new")
    theirs = str(stranger.page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    sent = {"": None, "made up": "x.y.z", "of a stranger": theirs}[token]
    data = {"process_name": "Forged", "answer": "open", "part_1": "A", "part_2": "B"}
    for path in forms(app, walker, part):
        reply = walker.client.post(path, data=data | ({"csrf_token": sent} if sent else {}))
        assert reply.status_code == 400, path
    assert rows(database) == before
    walker.open(f"{walker.at}/result")
    assert MARK in walker.words


def test_s15_what_another_site_sends_is_refused(app: Flask, walker: Walker, database: Database) -> None:
    part = in_parts(walker)
    before = rows(database)
    token = str(walker.open(f"{walker.at}/delete").select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    for path in forms(app, walker, part):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            reply = walker.client.post(path, data={"csrf_token": token}, headers=headers)
            assert reply.status_code == 403, path
    assert rows(database) == before


def test_s15_a_get_changes_nothing(app: Flask, walker: Walker, database: Database) -> None:
    part = in_parts(walker)
    before = rows(database)
    for path in [*forms(app, walker, part), "/your-data"]:
        walker.client.get(f"{path}?answer=open&process_name=Forged&keep=mine")
    assert rows(database) == before


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_i10_a_form_of_another_type_is_refused(app: Flask, walker: Walker, content_type: str) -> None:
    part = in_parts(walker)
    for path in forms(app, walker, part):
        reply = walker.client.post(path, data="answer=open", content_type=content_type)
        assert reply.status_code in {400, 415}, path


def test_pages_with_answers_are_never_kept_by_a_browser(app: Flask, walker: Walker) -> None:
    part = in_parts(walker)
    for path, methods in addresses(app, walker.id, part).items():
        if "GET" in methods:
            assert walker.client.get(path).headers["Cache-Control"] == "no-store"


# ---- how long ----------------------------------------------------------------------------------------------------


def age(database: Database, by: timedelta) -> None:
    """Let it be that long ago that anything was touched."""
    with database.write() as session:
        for assessment in session.scalars(select(Assessment)):
            assessment.touched_at -= by


def touched_at(database: Database) -> Any:
    with database.read() as session:
        return session.scalars(select(Assessment.touched_at)).one()


def test_thirty_days_after_the_last_touch_it_is_gone_at_once(walker: Walker, database: Database) -> None:
    walker.finish()
    age(database, timedelta(days=30, minutes=1))
    for path in ("", "/result", "/answers", "/delete", "/questions/edge"):
        walker.open(walker.at + path, 404)
    assert "Nothing." in text_of(walker.open("/your-data").main)
    assert walker.client.get("/your-data/download").get_json()["processes"] == []


def test_a_visit_prolongs_it(walker: Walker, database: Database) -> None:
    walker.finish()
    age(database, timedelta(days=29))
    before = touched_at(database)
    walker.open(f"{walker.at}/result")
    assert touched_at(database) - before > timedelta(days=28)


# ---- taken away and deleted --------------------------------------------------------------------------------------


def test_your_data_lists_every_process_with_its_state(walker: Walker) -> None:
    walker.finish(name="Wages")
    walker.begin("Letters")
    walker.open("/your-data")
    assert "Wages BPO suits this process" in walker.words
    assert "Letters Not finished" in walker.words


def test_your_data_opens_a_process_where_it_was_left(walker: Walker) -> None:
    walker.begin("Letters")
    walker.open(str(walker.open("/your-data").select_one(".processes h3 a")["href"]))  # type: ignore[index]
    assert walker.heading == "How core is it?"


def test_the_download_holds_everything(walker: Walker) -> None:
    in_parts(walker)
    reply = walker.client.get("/your-data/download")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="your-answers.json"'
    assert reply.mimetype == "application/json"
    (process,) = json.loads(reply.text)["processes"]
    assert process["process"] == MARK
    assert process["answers"][0]["text"] == "How core is it?"
    assert process["answers"][0]["label"] == "Not core"
    assert [part["part"] for part in process["parts"]] == [f"{MARK} one", f"{MARK} two"]
    assert [result["advice"]["outcome"] for result in process["results"]] == ["both", "both"]


def test_deleting_asks_once_and_then_removes_every_row_of_that_process(walker: Walker, database: Database) -> None:
    part = in_parts(walker)
    walker.open(f"{walker.at}/delete")
    assert f"{MARK} one" in walker.words
    assert rows(database)["assessment"] == 1
    walker.submit()
    assert walker.path == "/your-data"
    assert "Your answers on that process were deleted." in walker.words
    left = rows(database)
    assert (left["assessment"], left["part"], left["recommendation"]) == (0, 0, 0)
    walker.open(f"{walker.at}/parts/{part}/questions/steps", 404)


def test_deleting_one_process_leaves_the_others(walker: Walker) -> None:
    walker.finish(name="Wages")
    walker.finish(name="Letters")
    walker.open(f"{walker.at}/delete")
    walker.submit()
    assert "Wages" in walker.words
    assert "Letters" not in walker.words


def test_delete_everything_removes_every_row_and_the_key(walker: Walker, stranger: Walker, database: Database) -> None:
    in_parts(walker)
    stranger.begin("Payroll")
    walker.open("/your-data")
    walker.submit()
    assert "Everything was deleted." in walker.words
    left = rows(database)
    assert left["assessment"] == 1
    assert left["recommendation"] == 0
    walker.open(walker.at, 404)
    assert not walker.open("/your-data").select("form")


def test_the_way_back_is_on_every_page_of_a_browser_that_has_processes_and_on_no_other(
    walker: Walker, stranger: Walker
) -> None:
    walker.begin()
    for path in ("/", "/help", "/claims"):
        assert walker.open(path).select_one('nav.you a[href="/your-processes"]'), path
        assert not stranger.open(path).select_one('nav.you a[href="/your-processes"]'), path
        assert "Set-Cookie" not in stranger.response.headers, path
