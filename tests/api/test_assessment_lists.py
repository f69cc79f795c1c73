"""POST /api/v1/assessments with a list: all of it is begun, once, or nothing."""

import threading
from typing import Any

import pytest
from flask import Flask

from advisor.api.assessments import SentItems
from advisor.api.own_assessments import UnusableRequest
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.models import Database, IdempotencyKey, RecommendationRecord
from advisor.models.rule_sets.rule_set_version import in_force, publish
from tests.api.programs import Program, rows
from tests.assessments.walker import EXPERT, ROUTINE


def test_a_list_in_is_a_list_out_in_the_same_order_and_each_is_as_it_would_be_alone(program: Program) -> None:
    parts = [{"part": "Keying", "answers": {"steps": "set"}}, {"part": "Advising"}]
    items: list[dict[str, Any]] = [
        {"process": "Wages", "answers": ROUTINE},
        {"process": "Law", "answers": EXPERT},
        {"process": "Law"},
        {"process": "Letters", "answers": {"edge": "no"}, "parts": parts},
    ]
    reply = program.call("POST", "", items)
    assert reply.status_code == 201, reply.text
    assert "Location" not in reply.headers
    begun = reply.get_json()
    assert [program.get(f"/{one['id']}") for one in begun] == begun
    assert [one["process"] for one in program.get("?sort=used")["assessments"]] == [it["process"] for it in items]
    for item, one in zip(items, begun, strict=True):
        alone = program.make(**item)
        assert (one["recommendation"], one["open"]) == (alone["recommendation"], alone["open"])


def test_one_that_does_not_fit_leaves_nothing_of_the_list(program: Program, database: Database) -> None:
    good = {"process": "Wages", "answers": ROUTINE}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"process": "Law", "answers": {"edge": "maybe"}}, "/1/answers/edge"),
        ({"answers": ROUTINE}, "/1/process"),
        ({"process": "Law", "row_version": 1}, "/1/row_version"),
    ]
    for item, place in wrong:
        refused = program.call("POST", "", [good, item, good], Idempotency_Key="one")
        assert refused.status_code == 422
        assert place in [error["place"] for error in refused.get_json()["errors"]]
    assert (rows(database), rows(database, RecommendationRecord), rows(database, IdempotencyKey)) == (0, 0, 0)


def test_what_was_read_before_another_version_was_published_is_read_again_under_that(
    app: Flask, database: Database, small: RuleSet
) -> None:
    with app.test_request_context():
        fits, fits_no_more = (
            SentItems.read([{"process": "Wages"}]),
            SentItems.read({"process": "Law", "answers": {"skills": "expert"}}),
        )
        with database.write() as session:
            before = in_force(session).number
            now = publish(session, dumps(small), "for tests").number
        with database.read() as session:
            assert fits.under(session, before) is fits.items
            assert [item.process for item in fits.under(session, now)] == ["Wages"]
            with pytest.raises(UnusableRequest) as refused:
                fits_no_more.under(session, now)
            assert [problem.place for problem in refused.value.problems] == ["answers/skills"]
            assert len(fits_no_more.under(session, before)) == 1


def test_a_list_that_the_account_has_no_room_for_is_refused_as_a_whole(
    app: Flask, program: Program, database: Database
) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 3
    program.make()
    refused = program.call("POST", "", [{"process": f"Process {number}"} for number in range(3)])
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/programs#account-full")
    assert refused.get_json()["detail"] == "The account may hold 3 processes. 2 more fit."
    assert rows(database) == 1
    assert program.call("POST", "", [{"process": f"Process {number}"} for number in range(2)]).status_code == 201


def test_s11b_of_lists_at_the_same_moment_as_many_pass_as_there_is_room_for(
    app: Flask, program: Program, database: Database
) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 5
    statuses: list[int] = []
    gate = threading.Barrier(4)

    def run() -> None:
        mine = Program(app, program.token)
        gate.wait(10)
        statuses.append(mine.call("POST", "", [{"process": "Wages"}, {"process": "Law"}]).status_code)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [201, 201, 409, 409]
    assert rows(database) == 4


def test_f9_the_same_key_begins_a_list_once(program: Program, database: Database) -> None:
    items = [{"process": "Wages", "answers": ROUTINE}, {"process": "Law"}]
    first, again = (program.call("POST", "", items, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert rows(database) == 2
    assert program.call("POST", "", items[::-1], Idempotency_Key="one").status_code == 422
    assert rows(database) == 2
