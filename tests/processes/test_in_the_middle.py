"""What happens to an owner in the middle of the questions: the rules change (F14), or the sign-in ends (F16)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database, LoginSession, Part, RecommendationRecord
from advisor.models.base import utc_now
from tests.accounts.sign_in.test_form_preservation import KEPT
from tests.assessments.walker import ROUTINE, Walker
from tests.factories import PASSWORD, make_account
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.test_newer_rules import without_skill
from tests.visiting import text_of

Given = dict[str, tuple[int, int, Any, Any]]


def advice(database: Database) -> Given:
    """Every advice that is stored, whole, by its process and place in the history."""
    with database.read() as session:
        found = session.scalars(select(RecommendationRecord)).all()
        return {
            f"{one.process_name} {one.sequence}": (one.sequence, one.version_number, one.given, one.result)
            for one in found
        }


def answers(database: Database) -> dict[str, Any]:
    """The answers that are stored, of the one process that there is."""
    with database.read() as session:
        return {**session.scalars(select(Assessment)).one().answers, **session.scalars(select(Part)).one().answers}


def report(owner: OwnerWalker) -> str:
    """The advice on the page: verdict, reasons, sources, answers."""
    return " ".join(text_of(piece) for piece in owner.page.select(".verdict, .report"))


# ---- F14: a version is published that removes a question and flips a rule ------------------------------------------


def test_f14_advice_given_is_the_same_to_the_letter_and_who_is_answering_goes_on_with_the_old_questions(
    owner: OwnerWalker, newer: Publish, database: Database, small: RuleSet
) -> None:
    owner.finish(ROUTINE, name="Given")
    given_at = owner.at
    page = report(owner)
    owner.begin("Begun")
    owner.answer("no")
    before = advice(database)

    newer(without_skill(small), note="Skill is not asked any more; fixed steps are expert work.")

    assert advice(database) == before
    owner.open(f"{given_at}/result")
    today = f"{utc_now():%-d %B %Y}"
    told = f"Our rules changed on {today}. Your saved advice stays as it was. With version 3 it would be: KPO"
    assert told in owner.words
    assert report(owner) == page, "word for word"

    owner.open(owner.at)
    owner.go_through({key: value for key, value in ROUTINE.items() if key != "skill"} | {"skill": "basic"})
    assert owner.key == "result"
    after = advice(database)
    assert {name: after[name] for name in before} == before
    assert after["Begun 1"][1] == 2, "it was begun on version 2, and is finished on it"
    assert after["Begun 1"][2]["answers"]["skill"] == "basic", "the question that version 3 has no more was asked"
    assert after["Begun 1"][3]["reasons"] == before["Given 1"][3]["reasons"]
    assert "Our rules changed" in owner.words, "the owner is told at once"

    owner.finish({key: value for key, value in ROUTINE.items() if key != "skill"}, name="New")
    assert advice(database)["New 1"][1] == 3
    assert "skill" not in advice(database)["New 1"][2]["answers"]


def test_f14_the_owner_keeps_one_and_updates_the_other_and_neither_touches_what_was_given(
    owner: OwnerWalker, newer: Publish, database: Database, small: RuleSet
) -> None:
    owner.finish(ROUTINE, name="Kept")
    kept_at = owner.at
    owner.finish(ROUTINE, name="Moved")
    before = advice(database)
    newer(without_skill(small))
    owner.open(f"{kept_at}/newer-rules")
    owner.submit(form=1)
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=0)
    after = advice(database)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"Moved 2"}
    assert after["Moved 2"][1] == 3
    owner.open(f"{owner.at}/history/1")
    assert "What does it take? Everyday skills" in owner.words
    assert "The steps are fixed, which suits BPO." in owner.words


# ---- F16: the sign-in ends -----------------------------------------------------------------------------------------


@pytest.fixture
def owner_answering(app: Flask, database: Database, small_in_force: int) -> Walker:  # noqa: ARG001 - it must be in force
    """An owner with a password who has answered one question and has the next one open."""
    make_account(database)
    walker = Walker(app.test_client())
    walker.open("/sign-in")
    walker.submit(email="olga@example.org", password=PASSWORD)
    walker.begin()
    walker.answer("no")
    assert walker.key == "steps"
    return walker


def end_all(database: Database) -> None:
    with database.write() as session:
        session.execute(update(LoginSession).values(ended_at=utc_now()))


def test_f16_an_answer_sent_after_the_sign_in_ended_is_there_after_signing_in_again(
    owner_answering: Walker, database: Database
) -> None:
    end_all(database)
    owner_answering.answer("set", status=401)
    assert KEPT in owner_answering.words
    assert answers(database) == {"edge": "no"}, "what was saved is untouched, and nothing was saved for a stranger"
    owner_answering.submit(email="olga@example.org", password=PASSWORD)
    assert owner_answering.heading == "What you typed has been kept"
    owner_answering.submit()
    assert answers(database) == {"edge": "no", "steps": "set"}
    assert owner_answering.key == "written", "and the questions go on where they were"
    owner_answering.go_through(ROUTINE)
    assert owner_answering.heading == "BPO suits this process"


def test_f16_as_another_account_nothing_of_the_answer_appears(owner_answering: Walker, database: Database) -> None:
    make_account(database, "rita@example.org")
    end_all(database)
    owner_answering.answer("set", status=401)
    owner_answering.submit(email="rita@example.org", password=PASSWORD)
    assert owner_answering.heading != "What you typed has been kept"
    for path in ("", "/questions/steps", "/answers"):
        owner_answering.open(f"{owner_answering.at}{path}", 404)
    assert "Payroll" not in owner_answering.open("/processes").get_text()
    assert answers(database) == {"edge": "no"}


def test_f16_a_decision_half_written_is_not_lost_either(owner_answering: Walker, database: Database) -> None:
    owner_answering.go_through(ROUTINE)
    owner_answering.open(f"{owner_answering.at}/decision")
    end_all(database)
    owner_answering.submit(made="bpo", decided_on="3/11/2026", notes="Two lines.\nOf notes.", status=401)
    owner_answering.submit(email="olga@example.org", password=PASSWORD)
    owner_answering.submit()
    with database.read() as session:
        kept = session.scalars(select(Assessment)).one()
    assert (kept.decision, kept.notes) == ("bpo", "Two lines.\nOf notes.")
