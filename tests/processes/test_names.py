"""Names are one in both spellings of an accent, at every door and on both databases; one that shows nothing is none."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import Assessment, Database, Part, RecommendationRecord
from tests.api.programs import Program, program_of
from tests.assessments.walker import MIXED
from tests.engine.document.test_text import APART, COMPOSED, NOTHING_TO_SEE
from tests.factories import make_account, make_assessment
from tests.processes.list.test_list import names
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import Admin
from tests.visiting import text_of

OLDER, NEWER = f"{APART} one", f"{COMPOSED} one"


@pytest.fixture
def program(app: Flask, database: Database, owner: OwnerWalker) -> Program:
    return program_of(app, database, owner)


def stored_names(database: Database, column: Any) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(column)))


def test_every_door_stores_a_name_in_one_form(owner: OwnerWalker, program: Program, database: Database) -> None:
    owner.finish(MIXED, name=f"\u00a0{APART}\u200b")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=OLDER, part_2="Two")
    owner.open("/processes/copy")
    owner.submit(of=str(owner.id), process_name=f"{APART} ")
    made = program.make(APART, parts=[{"part": OLDER}, {"part": "Two"}])
    assert made["process"] == COMPOSED
    assert [part["part"] for part in made["parts"]] == [NEWER, "Two"]
    owner.open(f"{owner.at}/name")
    owner.submit(process_name=APART)
    assert stored_names(database, Assessment.process_name) == {COMPOSED}
    assert stored_names(database, Part.name) == {NEWER, "Two"}
    make_assessment(database, owner.owner, APART, parts={OLDER: {}})
    assert stored_names(database, Assessment.process_name) == {COMPOSED}


def test_names_that_were_stored_before_are_found_and_sorted_and_known_again(
    owner: OwnerWalker, program: Program, database: Database
) -> None:
    owner.finish(MIXED, name="Cafeteria")
    owner.finish(MIXED, name="cafe 10")
    owner.finish(MIXED, name="x")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=NEWER, part_2="Two")
    while "/questions/" in owner.path:
        owner.submit()
    with database.write() as session:  # as a release before this one left them
        session.execute(update(Assessment).where(Assessment.id == owner.id).values(process_name=f"{APART} 2"))
        session.execute(update(Part).where(Part.name == NEWER).values(name=OLDER))
    for words in ("café", "CAFE%CC%81", "cafe"):
        owner.open(f"/processes?q={words}+2&sort=name")
        assert names(owner) == [f"{APART} 2"]
        assert program.call("GET", f"?q={words}+2").get_json()["found"] == 1
    owner.open("/processes?q=caf%C3%A9&sort=name")
    assert names(owner) == [f"{APART} 2", "cafe 10", "Cafeteria"]
    assert [line["process"] for line in program.get("?sort=-name")["assessments"]] == [
        "Cafeteria",
        "cafe 10",
        f"{APART} 2",
    ]
    with database.read() as session:
        before = {part.id for part in session.get_one(Assessment, owner.id).parts}
        advice = session.scalars(select(RecommendationRecord.result)).all()
    mine = program.get(f"/{owner.id}")
    body = {"row_version": mine["row_version"], "parts": [{"part": NEWER}, {"part": "Two"}]}
    assert program.call("PATCH", f"/{owner.id}", body).status_code == 200
    with database.read() as session:
        parts = session.get_one(Assessment, owner.id).parts
        assert {part.id for part in parts} == before
        assert [part.name for part in parts] == [NEWER, "Two"]
        assert session.scalars(select(RecommendationRecord.result)).all() == advice, "P5: advice that was given stays"


def test_two_parts_of_one_name_are_refused_alike_by_page_and_program(owner: OwnerWalker, program: Program) -> None:
    owner.finish(MIXED, name="Mixed")
    for again in (APART, COMPOSED.upper(), f"{COMPOSED}\u00ad"):
        owner.open(f"{owner.at}/parts")
        owner.submit(part_1=COMPOSED, part_2=again, status=422)
        assert "Two parts have this name." in owner.complaint
        reply = program.call("POST", "", {"process": "x", "parts": [{"part": COMPOSED}, {"part": again}]})
        assert reply.status_code == 422
        assert [error["place"] for error in reply.get_json()["errors"]] == ["/parts/1/part"]


def test_a_name_that_shows_nothing_is_asked_for_again_at_every_door(
    owner: OwnerWalker, program: Program, database: Database
) -> None:
    mine = make_assessment(database, owner.owner, "Here")
    doors: dict[str, tuple[dict[str, Any], str, str]] = {
        "/assessments/new": ({}, "process_name", "Enter a name for the process"),
        f"/assessments/{mine}/name": ({}, "process_name", "Enter a name for the process"),
        f"/assessments/{mine}/parts": ({"part_1": "One"}, "part_2", "Name at least two parts"),
        "/processes/copy": ({"of": str(mine)}, "process_name", "Enter a name for the process"),
        "/account/tokens": ({"form": -1}, "name", "Say what the token is for"),
    }
    for path, (more, field, complaint) in doors.items():
        for what, name in NOTHING_TO_SEE.items():
            owner.open(path)
            owner.submit(**more, **{field: name}, status=422)
            assert complaint in owner.complaint, f"{what} at {path}"
    for what, name in NOTHING_TO_SEE.items():
        replies = [
            program.call("POST", "", {"process": name}),
            program.call("PATCH", f"/{mine}", {"process": name, "row_version": 1}),
        ]
        for reply in replies:
            assert (reply.status_code, reply.get_json()["errors"][0]["text"]) == (422, "A process needs a name."), what
    assert stored_names(database, Assessment.process_name) == {"Here"}


def test_notes_are_kept_as_they_were_typed(owner: OwnerWalker, database: Database) -> None:
    notes = f"{APART}\u00a0\u202eעברית\u202c\n\u200b{COMPOSED}"
    owner.finish(MIXED)
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes=notes)
    assert stored_names(database, Assessment.notes) == {notes}


def test_people_are_sorted_and_found_alike_on_both_databases(database: Database, admin: Admin) -> None:
    typed = ["user10@example.org", "user2@example.org", "_ann@example.org", "änne@example.org", "anna@example.org"]
    for email in typed:
        make_account(database, email)
    page = admin.open("/people")
    shown = [word for word in text_of(page.main).split() if "@" in word]
    expected = ["_ann@example.org", "ada@example.com", "anna@example.org", "änne@example.org"]
    assert [email for email in shown if email != "olga@example.com"] == [*expected, *typed[1::-1]]
    for wanted in ("%C3%84nne", "anne", "A%CC%88NNE"):
        page = admin.open(f"/people?search={wanted}")
        assert "änne@example.org" in text_of(page.main)
        assert "anna@example.org" not in text_of(page.main)
