"""First advice: on some answers, marked as that wherever it is read, and made ordinary advice by the rest of them."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.advice import advise_early
from advisor.assessments.operations import answer_all, create, in_transaction
from advisor.assessments.progress import Progress
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database, RecommendationRecord
from advisor.wording.advice.first_advice import FirstAdvice, first_advice
from tests.api.conftest import program
from tests.api.programs import Program
from tests.assessments.walker import ROUTINE
from tests.processes.conftest import Publish, reword_option
from tests.processes.list.test_sheet import csv_rows
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of

__all__ = ["program"]

SOME = {"steps": "set", "skill": "basic"}
WORDS = "First advice, from 2 of 4 answers"


def advise(database: Database, owner: OwnerWalker, answers: dict[str, str | None], name: str = "Wages") -> None:
    """Begin a process of that owner with some answers, and ask for first advice."""

    def act(session: Session) -> Assessment:
        begun = create(session, owner.owner, name, {}, 100)
        answer_all(session, begun, WorkItem(name, answers))
        advise_early(session, begun)
        return begun

    owner.at = f"/assessments/{in_transaction(database, act).id}"


def read(program: Program, path: str = "") -> Any:
    """What the API replies."""
    return program.call("GET", path).json


def records(database: Database) -> list[RecommendationRecord]:
    with database.read() as session:
        return list(session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence)))


def test_it_is_what_the_rules_say_of_the_answers_there_are(
    owner: OwnerWalker, small: RuleSet, database: Database
) -> None:
    advise(database, owner, dict(SOME))
    (record,) = records(database)
    said = evaluate(small, SOME)
    assert (record.result["outcome"], record.result["strength"]) == (said.outcome, said.strength)
    assert [reason["rule"] for reason in record.result["reasons"]] == [it.rule.key for it in said.reasons()]
    assert record.given["answers"] == SOME


def test_nothing_is_advised_on_no_answers_and_nothing_twice_on_the_same(owner: OwnerWalker, database: Database) -> None:
    advise(database, owner, {})
    assert not records(database)
    advise(database, owner, {"edge": None})
    assert [it.result["outcome"] for it in records(database)] == ["unclear"], "“I'm not sure” is an answer"
    key = records(database)[0].assessment_id
    in_transaction(database, lambda session: advise_early(session, session.get_one(Assessment, key)))
    assert len(records(database)) == 1


def test_every_place_marks_it_and_says_how_much_is_answered(
    owner: OwnerWalker, program: Program, database: Database
) -> None:
    advise(database, owner, dict(SOME))
    owner.open(f"{owner.at}/result")
    assert text_of(owner.page.select_one(".first-advice strong")) == WORDS
    assert owner.page.select_one("form.stale") is None, "nothing is to be mended"
    owner.open(f"{owner.at}/one-page")
    assert text_of(owner.page.select_one(".one-page")).count(WORDS) == 1
    owner.open(f"{owner.at}/history")
    assert WORDS in owner.words
    owner.open(f"{owner.at}/history/1")
    assert WORDS in owner.words
    owner.open(f"{owner.at}/share/new")
    assert WORDS in owner.words, "a stranger reads it too"
    owner.open(f"{owner.at}/one-page")
    assert WORDS in owner.words
    for listed in ("/processes", "/processes/sheet", "/processes/share"):
        owner.open(listed)
        assert "First advice, from 2 of 4 answers" in owner.words
    assert csv_rows(owner)[0]["First advice"] == "2 of 4 answers"
    ids = [owner.id]
    owner.finish(ROUTINE, name="Letters")
    owner.open(f"/processes/compare?of={ids[0]}&of={owner.id}")
    assert WORDS in owner.words
    rows = {row["Process"]: row["First advice"] for row in csv_rows(owner)}
    assert rows == {"Wages": "2 of 4 answers", "Letters": ""}
    share = {"answered": 2, "asked": 4}
    assert read(program, f"/{ids[0]}")["first_advice"] == share
    assert read(program, f"/{ids[0]}/history")["history"][0]["first_advice"] == share
    lines = {line["process"]: line["first_advice"] for line in read(program)["assessments"]}
    assert lines == {"Wages": share, "Letters": None}
    assert read(program, f"/{owner.id}")["first_advice"] is None


def test_the_rest_of_the_answers_make_it_ordinary_advice_with_a_new_place_in_the_history(
    owner: OwnerWalker, database: Database
) -> None:
    advise(database, owner, dict(SOME))
    owner.open(owner.at)
    assert owner.key == "result"
    owner.open(str(owner.page.select_one(".first-advice a")["href"]))  # type: ignore[index]
    assert owner.key == "edge"
    owner.answer("no")
    assert owner.key == "written"
    assert len(records(database)) == 1, "no advice on each single answer"
    owner.open(f"{owner.at}/result")
    assert WORDS in owner.words, "the advice as it was given"
    assert "You changed an answer, or the parts, after this result." in owner.words
    owner.question("written")
    owner.answer("yes")
    assert owner.key.startswith("result")
    assert owner.page.select_one(".first-advice") is None
    assert "Saved: 2 answers." in owner.words
    assert owner.page.select_one("form[action$='/undo']") is None, "which would take back several acts"
    assert [len(it.given["answers"]) for it in records(database)] == [2, 4]
    owner.open("/processes")
    assert "First advice" not in owner.words


def test_whoever_answers_question_by_question_gets_none_on_the_way(owner: OwnerWalker, database: Database) -> None:
    owner.begin()
    owner.answer("no")
    owner.answer("half")
    assert not records(database)


def test_newer_rules_are_held_against_it_without_asking_first(
    owner: OwnerWalker, newer: Publish, program: Program, database: Database
) -> None:
    advise(database, owner, dict(SOME))
    newer()
    owner.open("/processes")
    assert "would differ" in owner.words
    owner.open(f"{owner.at}/result")
    assert "With version 3 it would be: KPO suits this process" in owner.words
    assert read(program, f"/{owner.id}/newer-rules")["open"] == []
    owner.open(f"{owner.at}/newer-rules")
    owner.submit()
    assert WORDS in owner.words
    assert [(it.version_number, it.result["outcome"]) for it in records(database)] == [(2, "bpo"), (3, "kpo")]


def test_an_answer_that_newer_rules_do_not_know_counts_no_longer(
    owner: OwnerWalker, small: RuleSet, newer: Publish, database: Database
) -> None:
    advise(database, owner, {"steps": "set"})
    newer(reword_option(small))
    owner.open(f"{owner.at}/result")
    assert "Version 3 would ask something again first." in owner.words, "nothing of it is answered any more"


@pytest.mark.parametrize(("of_parts", "share"), [([{}, {}], (1, 5)), ([{"steps": "set"}, {"skill": "basic"}], (3, 6))])
def test_of_a_process_in_parts_each_part_counts(
    small: RuleSet, of_parts: list[dict[str, str]], share: tuple[int, int]
) -> None:
    parts = [{"id": "", "part": str(at), "answers": own} for at, own in enumerate(of_parts)]
    assert first_advice(small, {"answers": {"edge": "no"}, "parts": parts}) == FirstAdvice(*share)


def test_all_answers_are_no_first_advice_even_where_none_is_sure(small: RuleSet) -> None:
    given = {"process": "", "answers": dict.fromkeys(("edge", "steps", "skill")), "parts": []}
    assert first_advice(small, given) is None
    assert Progress.of_given(small, given).next is None
