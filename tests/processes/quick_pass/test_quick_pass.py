"""The quick pass: many processes named at once, a few telling questions of each, and first advice on all of them."""

from itertools import product
from uuid import UUID

from sqlalchemy import select

from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database, RecommendationRecord
from advisor.processes.quick_pass.questions import AT_ONCE, most_telling
from tests.assessments.walker import ROUTINE
from tests.processes.bring_in.lists import names, press
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def begin(owner: OwnerWalker, *names: str, usual: tuple[str, ...] = ()) -> list[str]:
    """Name processes, and give the ids that the page of questions is about."""
    owner.open("/processes/quick-pass")
    owner.submit(names="\n".join(names), usual=list(usual))
    assert owner.path.endswith("/quick-pass/answers"), owner.words
    return list(dict.fromkeys(str(it["name"]).split(".")[0] for it in owner.page.select("select")))


def stored_answers(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as session:
        return [
            (it.process_name, {**it.answers, **it.parts[0].answers})
            for it in session.scalars(select(Assessment).order_by(Assessment.number))
        ]


def advice(database: Database) -> dict[UUID, RecommendationRecord]:
    with database.read() as session:
        return {it.assessment_id: it for it in session.scalars(select(RecommendationRecord))}


def agreement(rule_set: RuleSet, known: str) -> float:
    """The chance that two who answer this question alike get the same outcome, by trying all answers there are."""
    questions = [q for q in rule_set.questions if q.section is not Section.NAME]
    options: list[list[Answer]] = [
        [option.key for option in q.options] if q.type is AnswerType.CHOICE else _values(q.key) for q in questions
    ]
    counts: dict[object, dict[str, int]] = {}
    for chosen in product(*options):
        answers: Answers = dict(zip((q.key for q in questions), chosen, strict=True))
        by_outcome = counts.setdefault(answers[known], {})
        outcome = evaluate(rule_set, answers).outcome
        by_outcome[outcome] = by_outcome.get(outcome, 0) + 1
    total = sum(sum(found.values()) for found in counts.values())
    return sum(sum(n**2 for n in found.values()) / sum(found.values()) for found in counts.values()) / total


def _values(key: str) -> list[Answer]:
    """One answer of each kind that the rules tell apart: secrets or none, many cases or few."""
    return [("secret",), ()] if key == "touches" else [5000, 0]


def test_what_is_asked_is_what_settles_most_by_trying_every_answer(small: RuleSet) -> None:
    asked = [question.key for question in most_telling(small)]
    reached = {question.key for question in asked_questions(small.questions, {}).questions}
    first = [key for key in asked if key in reached]
    by_trial = sorted(first, key=lambda key: -agreement(small, key))
    assert first == by_trial, "the one that settles most comes first"
    assert set(asked) == {q.key for q in small.section(Section.CORE)}


def test_processes_are_named_answered_together_and_get_first_advice(
    owner: OwnerWalker, small: RuleSet, database: Database
) -> None:
    ids = begin(owner, "Letters", "", " Letters ", usual=("payroll",))
    assert [name for name, _answers in stored_answers(database)] == ["Payroll", "Letters"], "each name once"
    assert stored_answers(database)[0][1] == {"closest": "payroll"}
    assert len(owner.page.select("select")) <= 2 * AT_ONCE
    owner.submit(form=-1, **{f"{ids[0]}.steps": "set", f"{ids[1]}.steps": "open", f"{ids[1]}.skill": "not-sure"})
    assert "Saved: 2 processes have advice on what you answered." in owner.words
    assert "First advice, from 1 of 4 answers" in owner.words
    found = advice(database)
    for key, given in ((ids[0], {"steps": "set"}), (ids[1], {"steps": "open", "skill": None})):
        record = found[UUID(key)]
        judged = {name: answer for name, answer in record.given["answers"].items() if name != "closest"}
        assert judged == given
        assert record.result["outcome"] == evaluate(small, given).outcome
    assert "Sharpen it" in owner.words
    owner.open("/processes")
    assert "First advice, from 1 of 4 answers" in owner.words


def test_leaving_and_coming_back_finds_what_is_not_advised_on(owner: OwnerWalker, database: Database) -> None:
    ids = begin(owner, "One", "Two", "Three")
    owner.submit(form=-1, **{f"{ids[1]}.steps": "half"})
    owner.open("/processes/quick-pass")
    assert "Answer a few questions for all 2 processes in your list that have no advice yet" in owner.words
    owner.open("/processes/quick-pass/answers")
    assert [text_of(it) for it in owner.page.select("legend")] == ["One", "Three"]
    assert stored_answers(database)[1][1] == {"steps": "half"}


def test_what_is_there_is_marked_and_not_begun_twice(owner: OwnerWalker, database: Database) -> None:
    begin(owner, usual=("payroll",))
    owner.open("/processes/quick-pass")
    assert "Payroll in your list already" in owner.words
    begin(owner, "PAYROLL", usual=("payroll",))
    assert len(stored_answers(database)) == 1


def test_what_is_ticked_is_called_as_its_owner_does(owner: OwnerWalker, database: Database) -> None:
    owner.open("/processes/quick-pass")
    same = {"usual": ["payroll", "law"], "name-payroll": "Wages", "name-law": " wages "}
    owner.submit(**same, status=422)
    assert owner.page.select_one("[role=alert] a[href='#name-law']") is not None
    assert [it["value"] for it in owner.page.select(".called input")][:2] == ["Wages", "wages"]
    owner.submit(**same | {"name-law": ""})
    assert stored_answers(database) == [("Wages", {"closest": "payroll"}), ("Legal work", {"closest": "law"})]


def test_a_pass_is_taken_back_as_a_whole_with_its_answers_but_not_what_was_changed_since(
    owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE, "Before")
    ids = begin(owner, "Before", "One", "Two", "Three")
    (before, one, two, three) = [name for name, _answers in stored_answers(database)], *ids[-3:]
    assert "3 processes are in your list now." in owner.words
    owner.submit(form=-1, **{f"{one}.steps": "set", f"{two}.steps": "open"})
    owner.submit(form=-1, **{f"{one}.skill": "basic"})
    here = owner.response.request.full_path
    owner.open(f"/assessments/{three}/questions/steps")
    owner.answer("half")
    owner.open(here)
    press(owner, "Undo the whole pass")
    assert names(database, owner) == ["Before", "Three"]
    assert "Undone: 2 processes are in the bin" in owner.words
    assert "Changed since, so still in your list: Three" in owner.words
    press(owner, "Put them back")
    assert names(database, owner) == before
    assert set(advice(database)) >= {UUID(one), UUID(two)}
    owner.open(here)
    press(owner, "Undo the whole pass")
    owner.open(here)
    assert [text_of(it) for it in owner.page.select("legend")] == ["Before", "Three"]


def test_an_answer_from_another_window_stays(owner: OwnerWalker, database: Database) -> None:
    ids = begin(owner, "One")
    other = owner.second_window()
    other.open(f"/processes/quick-pass/answers?of={ids[0]}")
    other.submit(form=-1, **{f"{ids[0]}.steps": "open"})
    owner.submit(form=-1, **{f"{ids[0]}.steps": "set", f"{ids[0]}.edge": "no"})
    assert "1 answer was given in another window meanwhile; that one stays." in owner.words
    assert stored_answers(database)[0][1] == {"edge": "no", "steps": "open"}


def test_what_cannot_be_is_said_and_stores_nothing(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    owner.open("/processes/quick-pass")
    owner.submit(names=" \n", status=422)
    assert "Tick a process, or enter a name" in owner.words
    owner.submit(names="\n".join(f"Process {n}" for n in range(51)), status=422)
    assert "51 are chosen. Choose at most 50 at a time" in owner.words
    assert not stored_answers(database)
    ids = begin(owner, "One")
    owner.submit(form=-1, status=422)
    assert "Choose at least one answer" in owner.words
    owner.submit(form=-1, **{f"{ids[0]}.steps": "nonsense"}, status=422)
    link = owner.page.select_one(f"[role=alert] a[href='#{ids[0]}.steps']")
    assert link is not None
    assert text_of(link) == "Choose from the answers that are listed here"
    assert not advice(database)
    rival.open(f"/processes/quick-pass/answers?of={ids[0]}", status=404)
