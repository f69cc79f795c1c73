"""/api/v1/assessments: an account's own, by the operations of the pages."""

import json
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from advisor.engine.rules import RuleSet
from advisor.exchange.json import read_items
from advisor.exchange.recommendation import recommend
from advisor.models import Account, ApiToken, Assessment, Database, Recommendation
from advisor.models.base import hash_of, now
from advisor.models.rule_set_version import rule_set
from tests.assessments.conftest import small, small_in_force
from tests.assessments.walking import EXPERT, ROUTINE, UNSURE
from tests.processes.conftest import admin, newer, owner, rival
from tests.processes.owning import OwnerWalker
from tests.rule_sets.admins import Admin

__all__ = ["admin", "newer", "owner", "rival", "small", "small_in_force"]

URL = "/api/v1/assessments"


class Program:
    """Something that calls the API with a token."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = token

    def call(self, method: str, path: str = "", body: Any = None, **headers: str) -> TestResponse:
        """Send one request; headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.open(f"{URL}{path}", method=method, headers=sent, **more)  # type: ignore[arg-type]

    def make(self, process: str = "Payroll", **body: Any) -> dict[str, Any]:
        """Begin a process, and give its document."""
        reply = self.call("POST", "", {"process": process, **body})
        assert reply.status_code == 201, reply.text
        document = reply.get_json()
        assert isinstance(document, dict)
        return document

    def get(self, path: str) -> Any:
        """Read something that is there."""
        reply = self.call("GET", path)
        assert reply.status_code == 200, reply.text
        return reply.get_json()


def program_of(
    app: Flask, database: Database, walker: OwnerWalker | Admin, *, ends_in: timedelta = timedelta(days=1)
) -> Program:
    """A program with a token of that account."""
    token = f"token of {walker.account_id} until {ends_in}"
    with database.write() as session:
        session.add(
            ApiToken(
                account_id=walker.account_id,
                name="tests",
                prefix="tok",
                token_hash=hash_of(token),
                expires_at=now() + ends_in,
            )
        )
    return Program(app, token)


@pytest.fixture
def program(app: Flask, database: Database, owner: OwnerWalker) -> Program:
    return program_of(app, database, owner)


def rows(database: Database, table: type = Assessment) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---- making and reading ------------------------------------------------------------------------------------------


def test_a_process_with_every_answer_is_advised_on_at_once_in_the_words_of_the_engine(
    program: Program, database: Database, small_in_force: int
) -> None:
    reply = program.call("POST", "", {"process": "Payroll", "answers": ROUTINE})
    assert reply.status_code == 201
    made = reply.get_json()
    assert reply.headers["Location"] == f"{URL}/{made['id']}"
    assert reply.headers["ETag"] == f'"{made["row_version"]}"'
    assert made["answers"] == ROUTINE
    assert (made["open"], made["stale"], made["rules_version"]) == ([], False, small_in_force)
    with database.read() as session:
        rules = rule_set(session)
    (item,), _ = read_items(rules, {"process": "Payroll", "answers": ROUTINE})
    assert made["recommendation"] == recommend(rules, small_in_force, item)
    assert program.get(f"/{made['id']}") == made


def test_p6_the_page_and_the_program_see_the_same_advice(program: Program, owner: OwnerWalker) -> None:
    made = program.make(answers=EXPERT)
    owner.open(f"/assessments/{made['id']}/result")
    assert owner.heading == "KPO suits this process"
    for reason in made["recommendation"]["reasons"]:
        assert reason["text"] in owner.words
    owner.finish(EXPERT, name="Payroll")
    theirs = program.get(f"/{owner.id}")
    assert theirs["recommendation"] == made["recommendation"]
    assert theirs["answers"] == made["answers"]


def test_a_process_without_every_answer_waits_and_says_for_what(program: Program, owner: OwnerWalker) -> None:
    made = program.make(answers={"edge": "no", "steps": "set"})
    assert made["recommendation"] is None
    assert made["open"] == [{"question": "written"}, {"question": "skill"}]
    owner.open(f"/assessments/{made['id']}")
    assert owner.key == "written"
    unsure = program.make(answers=dict.fromkeys(UNSURE))
    assert unsure["recommendation"]["outcome"] == "unclear"


def test_parts(program: Program, owner: OwnerWalker) -> None:
    own: list[dict[str, Any]] = [
        {"part": "Keying", "answers": {"steps": "set", "written": "yes", "skill": "basic"}},
        {"part": "Advising"},
    ]
    made = program.make(answers={"edge": "no"}, parts=own)
    assert made["open"] == [{"question": "steps", "part": "Advising"}, {"question": "skill", "part": "Advising"}]
    own[1]["answers"] = {"steps": "open", "skill": "expert"}
    reply = program.call("PATCH", f"/{made['id']}", {"parts": own, "row_version": made["row_version"]})
    assert reply.get_json()["recommendation"]["outcome"] == "both"
    owner.open(f"/assessments/{made['id']}/result")
    assert "Keying: BPO suits this part" in owner.words


def test_the_list_is_that_of_the_page(program: Program, small_in_force: int) -> None:
    program.make("Wages", answers=ROUTINE)
    program.make("Law", answers=EXPERT)
    program.make("Letters")
    listed = program.get("?sort=name")
    assert [line["process"] for line in listed["assessments"]] == ["Law", "Letters", "Wages"]
    assert [line["outcome"] for line in listed["assessments"]] == ["kpo", None, "bpo"]
    assert {line["rules_version"] for line in listed["assessments"]} == {small_in_force}
    assert (listed["page"], listed["pages"], listed["found"]) == (1, 1, 3)
    assert [line["process"] for line in program.get("?q=law&advice=kpo")["assessments"]] == ["Law"]
    for query in ("?sort=x", "?page=0", "?page=x", "?advice=x", "?nothing=1"):
        assert program.call("GET", query).status_code == 400, query


def test_the_history_holds_every_advice_as_it_was_given(program: Program) -> None:
    made = program.make(answers=ROUTINE)
    changed = program.call(
        "PATCH", f"/{made['id']}", {"answers": EXPERT}, If_Match=f'"{made["row_version"]}"'
    ).get_json()
    found = program.get(f"/{made['id']}/history")
    assert [one["number"] for one in found["history"]] == [2, 1]
    assert [one["recommendation"] for one in found["history"]] == [changed["recommendation"], made["recommendation"]]
    assert [one["answers"] for one in found["history"]] == [EXPERT, ROUTINE]


# ---- changing ----------------------------------------------------------------------------------------------------


def test_p3_a_change_must_name_the_version_it_is_based_on(program: Program) -> None:
    made = program.make(answers=ROUTINE)
    assert program.call("PATCH", f"/{made['id']}", {"process": "Wages"}).status_code == 428
    assert program.get(f"/{made['id']}")["process"] == "Payroll"


@pytest.mark.parametrize("by_header", [True, False])
def test_p3_a_change_based_on_an_old_copy_is_refused_and_shows_the_present_one(
    program: Program, *, by_header: bool
) -> None:
    made = program.make(answers=ROUTINE)

    def change(body: dict[str, Any], version: int) -> TestResponse:
        if by_header:
            return program.call("PATCH", f"/{made['id']}", body, If_Match=f'"{version}"')
        return program.call("PATCH", f"/{made['id']}", body | {"row_version": version})

    first = change({"answers": EXPERT}, made["row_version"])
    assert first.status_code == 200
    assert first.get_json()["row_version"] > made["row_version"]
    second = change({"process": "Late"}, made["row_version"])
    assert second.status_code == 412
    assert second.get_json()["current"] == first.get_json()
    assert program.get(f"/{made['id']}") == first.get_json()


def test_f8_of_parallel_changes_from_one_version_exactly_one_wins(app: Flask, program: Program) -> None:
    made = program.make(answers=ROUTINE)
    statuses: list[int] = []
    gate = threading.Barrier(4)

    def run(number: int) -> None:
        mine = Program(app, program.token)
        gate.wait(10)
        body = {"process": f"Window {number}", "row_version": made["row_version"]}
        statuses.append(mine.call("PATCH", f"/{made['id']}", body).status_code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [200, 412, 412, 412]


def test_a_page_and_a_program_do_not_overwrite_each_other(program: Program, owner: OwnerWalker) -> None:
    made = program.make(answers=ROUTINE)
    owner.open(f"/assessments/{made['id']}/questions/edge")
    owner.answer("yes")
    late = program.call("PATCH", f"/{made['id']}", {"answers": EXPERT, "row_version": made["row_version"]})
    assert late.status_code == 412
    assert late.get_json()["current"]["answers"]["edge"] == "yes"


def test_what_is_left_out_stays_as_it_is(program: Program, owner: OwnerWalker) -> None:
    made = program.make(answers=ROUTINE)
    body = {"decision": "bpo", "decided_on": "2026-11-03", "notes": "Two offers", "row_version": made["row_version"]}
    decided = program.call("PATCH", f"/{made['id']}", body).get_json()
    assert decided["answers"] == ROUTINE
    renamed = program.call(
        "PATCH", f"/{made['id']}", {"process": "Wages", "row_version": decided["row_version"]}
    ).get_json()
    assert (renamed["process"], renamed["answers"], renamed["notes"]) == ("Wages", ROUTINE, "Two offers")
    assert (renamed["decision"], renamed["decided_on"]) == ("bpo", "2026-11-03")
    owner.open(f"/assessments/{made['id']}/result")
    assert "Hand it to a BPO You decided this on 3 November 2026, before this advice was given on" in owner.words
    assert "Two offers" in owner.words


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"answers": {"edge": "maybe"}}, "/answers/edge"),
    ({"answers": {"nothing": 1}}, "/answers/nothing"),
    ({"answers": {"written": "yes"}}, "/answers/written"),
    ({"process": ""}, "/process"),
    ({"process": "a\x00b"}, "/process"),
    ({"process": 5}, "/process"),
    ({"decision": "everything"}, "/decision"),
    ({"decided_on": "3.11.2026"}, "/decided_on"),
    ({"notes": "x" * 4001}, "/notes"),
    ({"notes": "\ud800"}, "/notes"),
    ({"parts": [{}] * 6}, "/parts"),
    ({"row_version": "1"}, "/row_version"),
    ({"recommendation": {}}, "/recommendation"),
]


def test_i4_i6_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(program: Program) -> None:
    made = program.make(answers=ROUTINE)
    for body, place in UNFIT:
        reply = program.call("PATCH", f"/{made['id']}", body, If_Match="*")
        assert reply.status_code == 422, body
        assert place in [error["place"] for error in reply.get_json()["errors"]], body
    wrong: list[Any] = [[], [{"process": "a"}], 5, {"answers": {}}, {"process": " "}]
    for sent in wrong:
        assert program.call("POST", "", sent).status_code == 422, sent
    assert program.get(f"/{made['id']}") == made


def test_s6_fields_that_no_operation_names_are_refused(program: Program, database: Database) -> None:
    made = program.make(answers=ROUTINE)
    forged: dict[str, Any] = {
        "id": str(uuid4()), "account_id": str(uuid4()), "owner": "me", "version_number": 1, "rules_version": 1,
        "created_at": "2001-01-01", "deleted_at": None, "kept_version": 9, "stale": False, "role": "admin", "open": [],
    }  # fmt: skip
    for name, value in forged.items():
        assert program.call("POST", "", {"process": "Forged", name: value}).status_code == 422, name
        assert program.call("PATCH", f"/{made['id']}", {name: value}, If_Match="*").status_code == 422, name
    assert rows(database) == 1
    assert program.get(f"/{made['id']}") == made


# ---- once, and the end -------------------------------------------------------------------------------------------


def test_f9_the_same_key_makes_one_process(app: Flask, program: Program, database: Database) -> None:
    body = {"process": "Payroll", "answers": ROUTINE}
    replies: list[TestResponse] = []
    gate = threading.Barrier(3)

    def run() -> None:
        mine = Program(app, program.token)
        gate.wait(10)
        replies.append(mine.call("POST", "", body, Idempotency_Key="once-1"))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    replies.append(program.call("POST", "", body, Idempotency_Key="once-1"))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.get_json()["id"] for reply in replies}) == 1
    assert (rows(database), rows(database, Recommendation)) == (1, 1)
    program.call("POST", "", body, Idempotency_Key="once-2")
    assert rows(database) == 2
    for key in ("", "x" * 201, "a b"):
        assert program.call("POST", "", body, Idempotency_Key=key).status_code == 400


def test_f9_a_key_of_one_account_says_nothing_about_another(
    app: Flask, database: Database, program: Program, rival: OwnerWalker
) -> None:
    other = program_of(app, database, rival)
    ids = [
        each.call("POST", "", {"process": "Mine"}, Idempotency_Key="the-same").get_json()["id"]
        for each in (program, other)
    ]
    assert ids[0] != ids[1]


def test_deleting_puts_it_into_the_bin_from_where_its_owner_takes_it_back(program: Program, owner: OwnerWalker) -> None:
    made = program.make("Wages", answers=ROUTINE)
    assert program.call("DELETE", f"/{made['id']}", If_Match='"99"').status_code == 412
    assert program.call("DELETE", f"/{made['id']}", If_Match=f'"{made["row_version"]}"').status_code == 204
    for method, path in (("GET", ""), ("GET", "/history"), ("DELETE", ""), ("PATCH", "")):
        body = {"process": "x", "row_version": 1} if method == "PATCH" else None
        assert program.call(method, f"/{made['id']}{path}", body).status_code == 404
    assert program.get("")["found"] == 0
    owner.open("/processes/bin")
    owner.submit()
    assert program.get(f"/{made['id']}")["process"] == "Wages"


def test_there_is_a_limit(app: Flask, program: Program) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 1
    program.make()
    reply = program.call("POST", "", {"process": "One more"})
    assert reply.status_code == 409
    assert reply.mimetype == "application/problem+json"


# ---- whose -------------------------------------------------------------------------------------------------------


def test_s1_s2_nobody_elses_token_reads_or_changes_anything(
    app: Flask, database: Database, program: Program, rival: OwnerWalker, admin: OwnerWalker
) -> None:
    made = program.make("Marmalade", answers=ROUTINE)
    for stranger in (program_of(app, database, rival), program_of(app, database, admin)):
        for method, path, body in every_call(made["id"]):
            theirs = stranger.call(method, path, body)
            absent = stranger.call(method, path.replace(made["id"], str(uuid4())), body)
            assert theirs.status_code == absent.status_code == 404, (method, path)
            assert without_reference(theirs) == without_reference(absent)
            assert "Marmalade" not in theirs.text
        assert stranger.get("")["assessments"] == []
    assert program.get(f"/{made['id']}") == made


COLLECTION: list[tuple[str, str, Any]] = [("GET", "", None), ("POST", "", {"process": "x"})]


def every_call(assessment_id: str) -> list[tuple[str, str, Any]]:
    body = {"process": "Taken", "row_version": 1}
    return [
        ("GET", f"/{assessment_id}", None),
        ("PATCH", f"/{assessment_id}", body),
        ("DELETE", f"/{assessment_id}", None),
        ("GET", f"/{assessment_id}/history", None),
        ("GET", f"/{assessment_id}/newer-rules", None),
        ("POST", f"/{assessment_id}/newer-rules/update", {"rules_version": 2}),
        ("POST", f"/{assessment_id}/newer-rules/keep", {"rules_version": 2}),
    ]


def without_reference(reply: TestResponse) -> dict[str, Any]:
    return {name: value for name, value in reply.get_json().items() if name != "reference"}


def test_without_a_token_that_counts_nothing_is_answered(
    app: Flask, database: Database, program: Program, owner: OwnerWalker
) -> None:
    made = program.make("Marmalade")
    expired = program_of(app, database, owner, ends_in=timedelta(seconds=-1))
    for caller in (Program(app, None), Program(app, "made up"), Program(app, ""), expired):
        for method, path, body in [*every_call(made["id"]), *COLLECTION]:
            reply = caller.call(method, path, body)
            assert reply.status_code == 401, (caller.token, method, path)
            assert reply.headers["WWW-Authenticate"].startswith("Bearer")
            assert "Marmalade" not in reply.text
    by_cookie = owner.client.get(URL)
    assert by_cookie.status_code == 401
    with database.write() as session:
        session.get_one(Account, owner.account_id).disabled_at = now()
    assert program.call("GET").status_code == 401


def test_f14_what_was_made_under_older_rules_says_so_and_stays(
    program: Program, newer: Any, small: RuleSet, owner: OwnerWalker
) -> None:
    made = program.make(answers=ROUTINE)
    number = newer()
    found = program.get(f"/{made['id']}")
    assert (found["newer_rules"], found["rules_version"]) == (number, made["rules_version"])
    assert found["recommendation"] == made["recommendation"]
    assert program.make("Another", answers=ROUTINE)["rules_version"] == number
    owner.open(f"/assessments/{made['id']}/newer-rules")
    owner.submit()
    assert program.get(f"/{made['id']}")["rules_version"] == number
    assert UUID(made["id"]).version == 4
    assert small
