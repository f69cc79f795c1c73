"""Deleted with undo, purged after 30 days; copied with the answers and nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from advisor.models import Assessment, Database, RecommendationRecord
from advisor.models.accounts.removal import purge
from advisor.models.base import utc_now
from tests.assessments.questions.test_saves import form_of
from tests.assessments.walker import MIXED, ROUTINE, at_once
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def rows(database: Database, table: type = Assessment) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def delete(owner: OwnerWalker) -> None:
    owner.open(f"{owner.at}/delete")
    owner.submit()


# ---- the bin -----------------------------------------------------------------------------------------------------


def test_what_is_deleted_goes_into_the_bin_and_undo_brings_all_of_it_back(owner: OwnerWalker) -> None:
    owner.finish(name="Wages")
    delete(owner)
    assert owner.path == "/processes"
    assert "“Wages” is in the bin until" in owner.words
    for path in ("", "/result", "/history", "/decision", "/newer-rules", "/answers"):
        owner.open(owner.at + path, 404)
    owner.open("/processes")
    assert "1 process in the bin" in owner.words
    owner.open(f"/processes?deleted={owner.id}")
    owner.submit()
    assert "“Wages” is back in the list as number 1, with its answers, advice and notes." in owner.words
    assert owner.path == "/processes"
    owner.open(str(owner.page.select_one(".notice a")["href"]))  # type: ignore[index]
    assert owner.key == "result"
    owner.open(f"{owner.at}/history")
    assert "What it began with." in owner.words


def test_undo_sent_twice_is_no_mistake(owner: OwnerWalker) -> None:
    owner.finish()
    delete(owner)
    twin = owner.second_window()
    owner.submit()
    twin.submit()
    assert "is back in the list" in twin.words


def test_the_bin_lists_what_is_in_it_and_when_it_goes(owner: OwnerWalker, database: Database) -> None:
    owner.open("/processes/bin")
    assert "The bin is empty." in owner.words
    owner.finish(name="Wages")
    delete(owner)
    owner.open("/processes/bin")
    assert "Wages" in owner.words
    assert f"Gone for good on {utc_now() + timedelta(days=30):%-d %B %Y}" in owner.words
    owner.submit(form=1)
    assert "The bin is empty." in owner.words
    assert "It is gone for good, with its answers, advice and notes." in owner.words
    assert (rows(database), rows(database, RecommendationRecord)) == (0, 0)


def test_after_30_days_in_the_bin_it_is_gone_with_everything(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    delete(owner)
    keeping = {"assessments_after": timedelta(days=30), "keys_after": timedelta(days=2)}
    for age, left in ((29, 1), (31, 0)):
        with database.write() as session:
            for found in session.scalars(select(Assessment)):
                found.deleted_at = utc_now() - timedelta(days=age)
        with database.write() as session:
            purge(session, **keeping)
        assert rows(database) == left
    assert rows(database, RecommendationRecord) == 0


def test_what_an_owner_keeps_is_not_purged_however_long_nobody_opens_it(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    with database.write() as session:
        for found in session.scalars(select(Assessment)):
            found.touched_at = utc_now() - timedelta(days=4000)
    with database.write() as session:
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
    owner.open(owner.at)
    assert owner.key == "result"


# ---- copies ------------------------------------------------------------------------------------------------------


def copy(owner: OwnerWalker, name: str, status: int = 200) -> None:
    original = str(owner.id)
    owner.open(f"/processes/copy?of={original}")
    owner.submit(process_name=name, status=status)


def test_a_copy_has_the_answers_and_neither_decision_nor_history(owner: OwnerWalker, database: Database) -> None:
    owner.finish(MIXED, name="Wages")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes="Mine alone")
    copy(owner, "Pensions")
    assert owner.key == "result"
    assert "Pensions" in owner.words
    assert "Keying" in owner.words
    assert "Mine alone" not in owner.words
    with database.read() as session:
        one, twin = session.scalars(select(Assessment).order_by(Assessment.created_at)).all()
    assert twin.answers == one.answers
    assert [(part.name, part.answers) for part in twin.parts] == [(part.name, part.answers) for part in one.parts]
    assert {part.id for part in one.parts}.isdisjoint(part.id for part in twin.parts)
    owner.open(f"/assessments/{twin.id}/history")
    assert len(owner.page.select(".revisions > li")) == 1


def test_changing_the_copy_leaves_the_first_alone(owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE, name="Wages")
    copy(owner, "Pensions")
    at = owner.path.removesuffix("/result")
    owner.open(f"{at}/questions/edge")
    owner.answer("yes")
    with database.read() as session:
        found = session.scalars(select(Assessment).order_by(Assessment.created_at)).all()
    assert [one.answers["edge"] for one in found] == ["no", "yes"]


def test_f14_a_copy_is_judged_by_the_rules_in_force(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish(ROUTINE, name="Wages")
    newer()
    copy(owner, "Pensions")
    assert "with version 3 of our rules" in owner.words
    assert owner.heading.startswith("Both:")
    owner.open(owner.at)
    assert "BPO suits this process" in owner.heading


def test_the_form_needs_a_process_and_a_name(owner: OwnerWalker) -> None:
    owner.finish()
    owner.open("/processes/copy")
    owner.submit(process_name="", status=422)
    assert "Enter a name for the process" in owner.complaint
    assert "Choose the process to copy" in owner.complaint


def test_s1_nobody_copies_what_is_not_theirs(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    owner.finish(name="Marmalade")
    rival.finish(name="Jam")
    rival.open("/processes/copy")
    assert "Marmalade" not in rival.response.text
    rival.submit(of=str(owner.id), process_name="Taken", status=422)
    assert rows(database) == 2


def test_f9_a_copy_sent_several_times_is_made_once(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    owner.open(f"/processes/copy?of={owner.id}")
    data = form_of(owner) | {"of": str(owner.id), "process_name": "Twin"}
    replies = at_once(app, owner, 3, lambda client, _n: client.post("/processes/copy", data=data))
    assert {reply.status_code for reply in replies} == {303}
    assert len({reply.headers["Location"] for reply in replies}) == 1
    assert rows(database) == 2


@pytest.fixture
def app(app: Flask) -> Flask:
    """An installation that keeps few processes."""
    app.config["ASSESSMENTS_PER_OWNER"] = 2
    return app


def test_there_is_a_limit_that_the_bin_does_not_count_towards(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    copy(owner, "Second")
    copy(owner, "Third", status=422)
    assert "as many as we keep" in owner.complaint
    delete(owner)
    path = f"/processes/bin/{owner.id}/put-back"
    owner.open("/processes/copy")
    others = [str(found["value"]) for found in owner.page.select("option") if found["value"]]
    owner.submit(of=others[0], process_name="Third")
    owner.open("/processes/bin")
    assert text_of(owner.page.select_one("main form button")).startswith("Put it back")
    assert owner.page.select_one("main form")["action"] == path  # type: ignore[index]
    owner.submit(status=422)
    assert "as many as we keep" in owner.complaint
    assert rows(database) == 3
