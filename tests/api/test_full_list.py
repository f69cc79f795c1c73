"""As many processes as one call may begin."""

from flask import Flask

from advisor.models import Database
from tests.api.programs import Program, rows
from tests.assessments.walker import ROUTINE
from tests.effort import limit_processor_time


def test_a_full_list_is_begun_in_time_and_one_more_is_refused(app: Flask, program: Program, database: Database) -> None:
    most = app.config["ASSESSMENTS_PER_REQUEST"]
    items = [{"process": f"Process {number}", "answers": ROUTINE} for number in range(most + 1)]
    assert program.call("POST", "", items).status_code == 422
    many_parts = [{"process": "Wages", "parts": [{"part": f"{number}"} for number in range(5)]}] * most
    assert "2500 parts" in program.call("POST", "", many_parts).get_json()["errors"][0]["text"]
    assert rows(database) == 0
    with limit_processor_time(8):
        reply = program.call("POST", "", items[:most])
    assert reply.status_code == 201
    assert len(reply.get_json()) == rows(database) == most
