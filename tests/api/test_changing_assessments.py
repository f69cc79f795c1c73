"""Over the API a change names the version it is based on, and what does not fit changes nothing."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from advisor.models import Database
from advisor.models.base import utc_now
from tests.api.programs import Program, rows
from tests.assessments.walker import CORE, EXPERT, ROUTINE
from tests.processes.owner_walker import OwnerWalker


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


def test_groups_and_the_day_to_look_again_are_read_and_set(program: Program, owner: OwnerWalker) -> None:
    made, other = program.make(answers=ROUTINE), program.make("Letters", answers=ROUTINE)
    assert (made["groups"], made["look_again_on"]) == ([], None)
    day = (utc_now().date() + timedelta(days=30)).isoformat()
    body = {"groups": ["Finance", " Wave  1 ", "finance"], "look_again_on": day}
    changed = program.call("PATCH", f"/{made['id']}", body, If_Match="*").get_json()
    assert (changed["groups"], changed["look_again_on"]) == (["Finance", "Wave 1"], day)
    assert changed["row_version"] > made["row_version"]
    spelt = program.call("PATCH", f"/{other['id']}", {"groups": ["FINANCE"]}, If_Match="*").get_json()
    assert spelt["groups"] == ["Finance"], "as it is written already"
    renamed = program.call("PATCH", f"/{made['id']}", {"process": "Wages"}, If_Match="*").get_json()
    assert (renamed["groups"], renamed["look_again_on"]) == (changed["groups"], day)
    owner.open("/processes?group=Wave+1")
    assert "1 of 2 processes." in owner.words
    emptied = program.call("PATCH", f"/{made['id']}", {"groups": [], "look_again_on": None}, If_Match="*").get_json()
    assert (emptied["groups"], emptied["look_again_on"]) == ([], None)


def test_a_rename_does_not_make_the_advice_old_though_questions_are_open(program: Program, owner: OwnerWalker) -> None:
    owner.goes_on = False
    owner.begin()
    while owner.key != "settled":
        owner.answer(CORE[owner.key])
    owner.submit()
    made = program.get(f"/{owner.id}")
    assert made["open"]
    body = {"process": "Wages", "row_version": made["row_version"]}
    renamed = program.call("PATCH", f"/{made['id']}", body).get_json()
    assert (renamed["stale"], renamed["recommendation"]["process"]) == (False, "Wages")
    assert renamed["recommendation"] == made["recommendation"] | {"process": "Wages"}
    owner.open(f"{owner.at}/result")
    assert "“Wages”" in owner.words
    assert "Payroll" not in owner.words
    edge = {"answers": {"edge": "no"}, "row_version": renamed["row_version"]}
    assert program.call("PATCH", f"/{made['id']}", edge).get_json()["stale"], "an answer does"


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"answers": {"edge": "maybe"}}, "/answers/edge"),
    ({"answers": {"nothing": 1}}, "/answers/nothing"),
    ({"answers": {"written": "yes"}}, "/answers/written"),
    ({"process": ""}, "/process"),
    ({"process": "a\x00b"}, "/process"),
    ({"process": 5}, "/process"),
    ({"decision": "everything"}, "/decision"),
    ({"decided_on": "3.11.2026"}, "/decided_on"),
    ({"decided_on": "2026-W01-1"}, "/decided_on"),
    ({"decided_on": "9999-12-31"}, "/decided_on"),
    ({"decided_on": "0001-01-01"}, "/decided_on"),
    ({"decided_on": "1989-12-31"}, "/decided_on"),
    ({"look_again_on": "2020-01-01"}, "/look_again_on"),
    ({"look_again_on": "soon"}, "/look_again_on"),
    ({"groups": "Finance"}, "/groups"),
    ({"groups": ["a; b"]}, "/groups"),
    ({"groups": [" "]}, "/groups"),
    ({"groups": ["x" * 61]}, "/groups"),
    ({"groups": [f"Group {n}" for n in range(11)]}, "/groups"),
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
    wrong: list[Any] = [[], [{"process": "a"}, {}], [[]], 5, {"answers": {}}, {"process": " "}]
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
