"""What newer rules would say, and update or keep: the same as on the pages, by the same operations."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database, RecommendationRecord
from tests.api.programs import Program
from tests.api.test_description import served_description, validator
from tests.assessments.walker import CORE, ROUTINE
from tests.processes.conftest import Publish, reword_option
from tests.processes.owner_walker import OwnerWalker


def stored_versions(database: Database) -> tuple[int, int | None, list[tuple[int, str]]]:
    """The pin, the version that was kept over, and every advice with its version."""
    with database.read() as session:
        found = session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence)).all()
        mine = session.scalars(select(Assessment)).one()
        return (
            mine.version_number,
            mine.kept_version,
            [(one.version_number, str(one.result["outcome"])) for one in found],
        )


def test_what_it_would_be_now_is_said_with_the_rule_that_does_it_and_nothing_is_changed(
    program: Program, newer: Publish, database: Database
) -> None:
    path = f"/{program.make(answers=ROUTINE)['id']}/newer-rules"
    number = newer(note="Two readers asked.")
    before = stored_versions(database)
    told = program.get(path)
    assert (told["rules_version"], told["newer_rules"], told["kept_version"]) == (2, number, None)
    assert (told["differs"], told["open"], told["recommendation"]["outcome"]) == (True, [], "both")
    assert [note["note"] for note in told["notes"]] == ["Two readers asked."]
    assert told["rules"] == [
        {
            "rule": "set-steps",
            "text": "Fixed steps are expert work.",
            "before": {"side": "bpo", "points": 5},
            "after": {"side": "kpo", "points": 5},
            "alone": True,
        }
    ]
    assert stored_versions(database) == before


def test_where_there_is_nothing_to_tell_it_says_nothing(program: Program, newer: Publish, app: Flask) -> None:
    path = f"/{program.make(answers=ROUTINE)['id']}/newer-rules"
    nothing: dict[str, Any] = {
        "rules_version": 2, "newer_rules": None, "kept_version": None, "notes": [], "open": [], "differs": None,
        "rules": [], "recommendation": None,
    }  # fmt: skip
    assert program.get(path) == nothing
    unfinished = f"/{program.make('Begun')['id']}/newer-rules"
    newer()
    assert program.get(unfinished) == nothing
    document = served_description(app.test_client())
    for one in (path, unfinished):
        validator(document, "NewerRulesDocument").validate(program.get(one))


def test_where_the_rules_say_the_same_it_says_so(program: Program, newer: Publish) -> None:
    path = f"/{program.make(answers=CORE)['id']}/newer-rules"
    newer()
    assert program.get(path)["differs"] is False


def test_what_must_be_answered_first_is_named(program: Program, newer: Publish, small: RuleSet) -> None:
    made = program.make(answers=ROUTINE)
    number = newer(reword_option(small))
    path = f"/{made['id']}/newer-rules"
    assert program.get(path)["open"] == [{"question": "steps"}]
    moved = program.call("POST", f"{path}/update", {"rules_version": number}).get_json()
    assert (moved["rules_version"], moved["open"]) == (number, [{"question": "steps"}])
    assert moved["recommendation"] == made["recommendation"], "the advice stays until there is another"


def test_update_moves_it_and_the_history_holds_both(program: Program, newer: Publish, database: Database) -> None:
    made = program.make(answers=ROUTINE)
    number = newer()
    reply = program.call("POST", f"/{made['id']}/newer-rules/update", {"rules_version": number})
    assert reply.status_code == 200
    moved = reply.get_json()
    assert (moved["rules_version"], moved["newer_rules"]) == (number, None)
    assert moved["recommendation"]["outcome"] == "both"
    assert reply.headers["ETag"].strip('"') == str(moved["row_version"])
    history = program.get(f"/{made['id']}/history")["history"]
    assert [(one["rules_version"], one["recommendation"]["outcome"]) for one in history] == [(3, "both"), (2, "bpo")]
    assert history[1]["recommendation"] == made["recommendation"]
    assert stored_versions(database) == (3, None, [(2, "bpo"), (3, "both")])


def test_keep_is_remembered_on_the_pages_too(
    program: Program, newer: Publish, database: Database, owner: OwnerWalker
) -> None:
    made = program.make(answers=ROUTINE)
    number = newer()
    kept = program.call("POST", f"/{made['id']}/newer-rules/keep", {"rules_version": number}).get_json()
    assert (kept["rules_version"], kept["kept_version"], kept["newer_rules"]) == (2, number, number)
    assert kept["recommendation"] == made["recommendation"]
    assert stored_versions(database) == (2, number, [(2, "bpo")])
    owner.open(f"/assessments/{made['id']}/result")
    assert "Our rules changed" not in owner.words
    assert program.get(f"/{made['id']}/newer-rules")["kept_version"] == number


@pytest.mark.parametrize("what", ["update", "keep"])
def test_f9_a_repeat_does_nothing_twice_with_a_key_or_without(
    program: Program, newer: Publish, database: Database, what: str, small: RuleSet
) -> None:
    made = program.make(answers=ROUTINE)
    number = newer()
    path, body = f"/{made['id']}/newer-rules/{what}", {"rules_version": number}
    first = program.call("POST", path, body, Idempotency_Key="one")
    after = stored_versions(database)
    again = [program.call("POST", path, body, Idempotency_Key="one"), program.call("POST", path, body)]
    assert {reply.status_code for reply in (first, *again)} == {200}
    assert stored_versions(database) == after
    newer(small, note="Back again.")
    assert program.call("POST", path, body, Idempotency_Key="one").status_code == 200
    assert stored_versions(database) == after
    assert program.call("POST", path, body).status_code == 409


@pytest.mark.parametrize("what", ["update", "keep"])
def test_it_is_refused_in_words_where_it_cannot_be_done(
    program: Program, newer: Publish, database: Database, what: str
) -> None:
    made = program.make(answers=ROUTINE)
    path = f"/{made['id']}/newer-rules/{what}"
    newer()
    before = stored_versions(database)
    for number in (1, 2, 4, 99):
        reply = program.call("POST", path, {"rules_version": number})
        assert reply.status_code == 409
        assert f"Version {number} is not the one in force" in reply.get_json()["detail"]
    bodies: list[Any] = [{}, [], {"rules_version": "3"}, {"rules_version": 0}, {"rules_version": 3, "owner": "me"}]
    for body in bodies:
        assert program.call("POST", path, body).status_code == 422, body
    stale = program.call("POST", path, {"rules_version": 3}, If_Match='"99"')
    assert stale.status_code == 412
    assert stale.get_json()["current"]["id"] == made["id"]
    assert stored_versions(database) == before


def test_what_has_no_advice_yet_finishes_on_its_own_version(program: Program, newer: Publish) -> None:
    begun = program.make("Begun", answers={"edge": "no"})
    number = newer()
    for what in ("update", "keep"):
        reply = program.call("POST", f"/{begun['id']}/newer-rules/{what}", {"rules_version": number})
        assert reply.status_code == 409
        assert "There is no advice yet" in reply.get_json()["detail"]
    assert program.get(f"/{begun['id']}")["rules_version"] == 2


def test_the_list_can_be_asked_for_those_that_would_differ(program: Program, newer: Publish, small: RuleSet) -> None:
    program.make("Wages", answers=ROUTINE)
    program.make("Our core", answers=CORE)
    newer()
    assert [one["process"] for one in program.get("?rules=changed")["assessments"]] == ["Wages"]
    newer(replace(small, limits=("Nothing.",)))
    assert program.get("?rules=changed")["assessments"] == []
