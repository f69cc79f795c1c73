"""/api/v1/assessments: an account's own, made and read by the operations of the pages."""

import threading
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import read_items
from advisor.exchange.recommendation import recommend
from advisor.models import Database, RecommendationRecord
from advisor.models.rule_sets.rule_set_version import rule_set
from tests.api.programs import URL, Program, program_of, rows
from tests.assessments.walker import EXPERT, ROUTINE, UNSURE
from tests.processes.owner_walker import OwnerWalker


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
    assert owner.key == "settled", "no answer left can change it"
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
    assert "Keying BPO suits this part" in owner.words


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
    for path in ("?page=2&sort=name", "?q=nothing&page=9999"):
        past = program.get(path)
        assert (past["assessments"], past["pages"]) == ([], 1), "a page behind the last one is empty"
        assert past["page"] > 1
    for query in ("?sort=x", "?page=0", "?page=x", "?advice=x", "?nothing=1"):
        assert program.call("GET", query).status_code == 400, query


def test_the_list_is_filtered_by_risk_and_points_as_the_page_is(program: Program) -> None:
    for name, answers in (("One", ROUTINE), ("Two", EXPERT)):
        program.make(name, answers=answers)
    points = {
        it["process"]: program.get(f"/{it['id']}")["recommendation"]["points"] for it in program.get("")["assessments"]
    }
    one = points["One"]
    found = program.get(f"?bpo={one['bpo']}-{one['bpo']}&kpo={one['kpo']}-{one['kpo']}")
    assert [it["process"] for it in found["assessments"]] == ["One"]
    assert program.get("?bpo=9-1")["found"] == 0
    assert program.get("?risk=nothing-of-that-key")["found"] == 0
    assert program.call("GET", "?kpo=many").status_code == 400


def test_the_history_holds_every_advice_as_it_was_given(program: Program) -> None:
    made = program.make(answers=ROUTINE)
    changed = program.call(
        "PATCH", f"/{made['id']}", {"answers": EXPERT}, If_Match=f'"{made["row_version"]}"'
    ).get_json()
    found = program.get(f"/{made['id']}/history")
    assert [one["number"] for one in found["history"]] == [2, 1]
    assert [one["recommendation"] for one in found["history"]] == [changed["recommendation"], made["recommendation"]]
    assert [one["answers"] for one in found["history"]] == [EXPERT, ROUTINE]
    past = program.get(f"/{made['id']}/history?page=2")
    assert past == {"history": [], "page": 2, "pages": 1}


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


def test_there_is_a_limit(app: Flask, program: Program) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 1
    program.make()
    reply = program.call("POST", "", {"process": "One more"})
    assert reply.status_code == 409
    assert reply.mimetype == "application/problem+json"
    assert reply.get_json()["type"] == "/programs#account-full"


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
    assert (rows(database), rows(database, RecommendationRecord)) == (1, 1)
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


def test_f9_a_key_that_came_with_another_request_is_refused_and_nothing_is_changed(
    program: Program, database: Database
) -> None:
    body = {"process": "Payroll", "answers": ROUTINE}
    made = program.call("POST", "", body, Idempotency_Key="one").get_json()
    before = program.get(f"/{made['id']}")
    others: list[tuple[str, dict[str, Any]]] = [
        ("", {"process": "Invoices", "answers": ROUTINE}),
        ("", {**body, "answers": EXPERT}),
    ]
    others += [(f"/{made['id']}/newer-rules/{what}", {"rules_version": 2}) for what in ("update", "keep")]
    for path, other in others:
        refused = program.call("POST", path, other, Idempotency_Key="one")
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
        assert "came with another request before" in refused.get_json()["detail"]
    assert (rows(database), rows(database, RecommendationRecord)) == (1, 1)
    assert program.get(f"/{made['id']}") == before
    again = program.call("POST", "", body, Idempotency_Key="one")
    assert (again.status_code, again.get_json()) == (201, made)
    assert again.headers["Location"] == f"{URL}/{made['id']}"


def test_f9_a_key_whose_first_request_was_refused_may_come_with_another(program: Program, database: Database) -> None:
    assert program.call("POST", "", {"process": ""}, Idempotency_Key="one").status_code == 422
    assert program.call("POST", "", {"process": "Payroll"}, Idempotency_Key="one").status_code == 201
    assert rows(database) == 1


def test_f9_of_two_requests_under_one_key_at_the_same_moment_one_is_done(
    app: Flask, program: Program, database: Database
) -> None:
    replies: list[TestResponse] = []
    gate = threading.Barrier(4)

    def run(process: str) -> None:
        mine = Program(app, program.token)
        gate.wait(10)
        replies.append(mine.call("POST", "", {"process": process}, Idempotency_Key="one"))

    threads = [threading.Thread(target=run, args=(process,)) for process in ("Payroll", "Invoices") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(reply.status_code for reply in replies) == [201, 201, 422, 422]
    assert rows(database) == 1


def test_f9_what_was_begun_with_a_key_and_deleted_is_not_begun_again(program: Program, database: Database) -> None:
    made = program.call("POST", "", {"process": "Payroll"}, Idempotency_Key="one").get_json()
    program.call("DELETE", f"/{made['id']}")
    reply = program.call("POST", "", {"process": "Payroll"}, Idempotency_Key="one")
    assert reply.status_code == 410
    assert "has been deleted" in reply.get_json()["detail"]
    assert (reply.get_json()["deleted"], reply.get_json()["present"]) == ([made["id"]], [])
    assert rows(database) == 1
    begun = program.call("POST", "", [{"process": "A"}, {"process": "B"}], Idempotency_Key="two").get_json()
    program.call("DELETE", f"/{begun[0]['id']}")
    reply = program.call("POST", "", [{"process": "A"}, {"process": "B"}], Idempotency_Key="two")
    assert (reply.status_code, rows(database)) == (410, 3)
    assert (reply.get_json()["deleted"], reply.get_json()["present"]) == ([begun[0]["id"]], [begun[1]["id"]])


def test_f9_every_operation_that_takes_a_key_is_described_with_what_another_request_gets(app: Flask) -> None:
    paths = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    taking = {
        operation["operationId"]: operation["responses"]
        for methods in paths.values()
        for operation in methods.values()
        if any(parameter.get("name") == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    }
    assert set(taking) == {"new_assessment", "update_rules", "keep_rules"}, "each is tried above"
    for responses in taking.values():
        assert "Idempotency-Key came with another request before" in responses["422"]["description"]
