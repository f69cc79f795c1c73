"""What was just changed can be taken back from the page of the advice, which says what became of the answers."""

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import Assessment, Database, RecommendationRecord
from tests.assessments.walker import EXPERT, ROUTINE, Walker
from tests.processes.owner_walker import OwnerWalker
from tests.reading import Tag
from tests.visiting import text_of

UNDONE = "Undone: the answers are as they were before, and so is the advice."
NOT_UNDONE = "Nothing was undone: something was changed in another window meanwhile."


def offer(walker: Walker) -> Tag | None:
    return walker.page.select_one('form[action$="/undo"]')


def undo(walker: Walker) -> None:
    """Press Undo: it is the first form of the page."""
    assert offer(walker) is not None
    walker.submit(form=[form["action"] for form in walker.page.select("main form")].index(offer(walker)["action"]))  # type: ignore[index]


def stored_processes(database: Database) -> list[tuple[str, dict[str, object], list[tuple[str, dict[str, object]]]]]:
    with database.read() as session:
        found = session.scalars(select(Assessment))
        return [(one.process_name, one.answers, [(part.name, part.answers) for part in one.parts]) for one in found]


def verdicts(database: Database) -> list[str]:
    with database.read() as session:
        found = session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence))
        return [advice.result["outcome"] for advice in found]


def test_a_changed_answer_comes_back_and_so_does_the_advice(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    before, heading = stored_processes(database), walker.heading
    assert offer(walker) is None, "nothing was changed yet"
    walker.question("steps")
    walker.answer("open")
    assert walker.heading != heading
    assert "Noted. The advice is now" in walker.words
    undo(walker)
    assert UNDONE in walker.words
    assert (walker.heading, stored_processes(database)) == (heading, before)
    assert verdicts(database) == ["bpo", "kpo", "bpo"], "the history tells of all of it"
    assert offer(walker) is None


def test_parts_that_were_put_together_come_back_with_their_answers(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="Keying", part_2="Advising")
    while "/questions/" in walker.path:
        walker.answer((EXPERT if len(walker.chosen_values()) and "Advising" in walker.words else ROUTINE)[walker.key])
    assert [name for name, _answers in stored_processes(database)[0][2]] == ["Keying", "Advising"]
    walker.open(f"{walker.at}/parts")
    walker.submit(form=1)
    assert [name for name, _answers in stored_processes(database)[0][2]] == [""]
    undo(walker)
    assert UNDONE in walker.words
    ((_name, _answers, parts),) = stored_processes(database)
    asked = {"Keying": ROUTINE, "Advising": {key: EXPERT[key] for key in ("steps", "skill")}}
    assert [(name, answers) for name, answers in parts] == [
        (name, {key: answer for key, answer in given.items() if key != "edge"}) for name, given in asked.items()
    ], "with every answer that counted"


def test_a_name_comes_back(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE, name="Wages")
    walker.open(f"{walker.at}/name")
    walker.submit(process_name="Payroll")
    undo(walker)
    assert stored_processes(database)[0][0] == "Wages"


def test_answers_kept_from_what_if_come_back(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    before = stored_processes(database)
    page = walker.open(f"{walker.at}/what-if")
    (name,) = {
        str(box["name"]) for box in page.select('input[type=radio][value="open"]') if "steps" in str(box["name"])
    }
    walker.submit(button="keep", **{name: "open"})
    assert "Noted. The advice is now" in walker.words
    undo(walker)
    assert stored_processes(database) == before


def test_sent_twice_it_undoes_once(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    walker.question("steps")
    walker.answer("open")
    twin = walker.second_window()
    undo(walker)
    undo(twin)
    assert UNDONE in twin.words
    assert verdicts(database) == ["bpo", "kpo", "bpo"]


def test_what_was_changed_in_another_window_meanwhile_is_not_undone(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    walker.question("steps")
    walker.answer("open")
    twin = walker.second_window()
    twin.question("skill")
    twin.answer("expert")
    now = stored_processes(database)
    undo(walker)
    assert NOT_UNDONE in walker.words
    assert stored_processes(database) == now


def test_only_the_latest_act_can_be_taken_back(walker: Walker) -> None:
    walker.finish(ROUTINE)
    for answer in ("open", "set"):
        walker.question("steps")
        walker.answer(answer)
    walker.open(f"{walker.at}/result?since=1")
    assert offer(walker) is None
    walker.open(f"{walker.at}/result?since=2")
    assert offer(walker) is not None


def test_nobody_else_can(walker: Walker, stranger: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    walker.question("steps")
    walker.answer("open")
    now = stored_processes(database)
    stranger.open("/assessments/new")
    assert stranger.post(f"{walker.at}/undo", before=1, opened="x").status_code == 404
    assert now[0] in stored_processes(database)


@pytest.mark.parametrize("before", ["0", "9", "x", ""])
def test_a_place_that_is_none_undoes_nothing(walker: Walker, database: Database, before: str) -> None:
    walker.finish(ROUTINE)
    walker.open(f"{walker.at}/delete")
    assert walker.post(f"{walker.at}/undo", before=before, opened="x").status_code in {303, 400}
    assert verdicts(database) == ["bpo"]


@pytest.mark.usefixtures("small_in_force")
def test_an_owner_is_told_what_was_saved(app: Flask, database: Database) -> None:
    owner = OwnerWalker.signed_in(app, database, "olga@example.com")
    owner.finish(ROUTINE)
    owner.question("steps")
    owner.answer("open")
    told = text_of(owner.page.select_one(".undo [role=status]"))
    assert told.startswith("Saved: your answer to “How fixed are the steps?” The advice is now")
    owner.open(f"{owner.at}/name")
    owner.submit(process_name="Wages")
    assert "Saved: the name." in owner.words
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    owner.go_through(ROUTINE)
    assert "Saved: the parts." in owner.words
