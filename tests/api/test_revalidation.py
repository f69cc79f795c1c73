"""A program that has a copy is told with 304 that it still holds, and how many calls it has left."""

import re
from typing import Any

from flask import Flask

from tests.api.programs import Program
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.owner_walker import OwnerWalker


def test_a_copy_that_still_holds_is_not_sent_again_and_one_that_does_not_is(
    program: Program, owner: OwnerWalker, newer: Any
) -> None:
    made = program.make(answers=ROUTINE)
    one = f"/{made['id']}"
    paths = (one, "", f"{one}/history", f"{one}/newer-rules")
    etags = {path: program.call("GET", path).headers["ETag"] for path in paths}

    def told_numbers() -> dict[str, int]:
        return {path: program.call("GET", path, If_None_Match=etag).status_code for path, etag in etags.items()}

    assert set(told_numbers().values()) == {304}
    held = program.call("GET", one, If_None_Match=etags[one])
    assert (held.data, held.headers["ETag"], held.headers["Cache-Control"]) == (b"", etags[one], "no-store")
    assert program.call("GET", one, If_None_Match='"99"').status_code == 200
    number = newer()
    assert told_numbers() == {one: 200, "": 304, f"{one}/history": 304, f"{one}/newer-rules": 200}
    etags[one] = program.call("GET", one).headers["ETag"]
    assert etags[one] == f'"{made["row_version"]}-{number}"'
    for etag in (f'"{made["row_version"]}"', etags[one]):  # the number of newer rules is no change by anybody
        assert program.call("PATCH", one, {}, If_Match=etag).status_code == 200
    assert program.call("PATCH", one, {"answers": EXPERT}, If_Match=etags[one]).status_code == 200
    assert program.call("PATCH", one, {}, If_Match=etags[one]).status_code == 412
    assert told_numbers()[one] == 200
    assert told_numbers()[f"{one}/history"] == 200
    etags[one] = program.call("GET", one).headers["ETag"]
    owner.open(f"/assessments{one}/questions/edge")
    owner.answer("yes")
    assert told_numbers()[one] == 200, "what was changed on the pages counts, too"


def test_anybody_may_revalidate_the_rules_and_the_description(app: Flask) -> None:
    client = app.test_client()
    for path in ("/api/v1/rules", "/api/v1/rules/1", "/api/v1/openapi.json"):
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304, path


def test_every_reply_to_a_token_says_how_many_calls_are_left(app: Flask, program: Program) -> None:
    app.config["API_CALLS"] = 3
    replies = [program.call("GET", path) for path in ("", "/x", "", "")]
    assert [reply.status_code for reply in replies] == [200, 404, 200, 429]
    assert {reply.headers["RateLimit-Policy"] for reply in replies} == {'"calls";q=3;w=60'}
    left = [re.fullmatch(r'"calls";r=(\d+);t=(\d+)', reply.headers["RateLimit"]) for reply in replies]
    assert [int(one[1]) for one in left if one] == [2, 1, 0, 0]
    assert all(one and 1 <= int(one[2]) <= 60 for one in left)
    assert replies[-1].get_json()["type"] == "/programs#too-often"
    public = app.test_client().get("/api/v1/rules")
    assert "RateLimit" not in public.headers
