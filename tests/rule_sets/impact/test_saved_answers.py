"""The counts are those of looking at each saved process by itself, however its answers are stored."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side
from advisor.models import AccountOwner, Assessment, Database, Part, pack
from advisor.models.base import utc_now
from advisor.models.processes.assessment import merge_answers
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.rule_sets.impact import saved_answers
from advisor.rule_sets.impact.disclosure import disclose
from advisor.rule_sets.impact.saved_answers import ExactImpact, find_affected, sample
from tests.benchmarks.seeding import seed
from tests.factories import make_account, make_assessment

STARTER = starter.rule_set()
EDGE = STARTER.questions[1]


def answers(random: Random, questions: tuple[Question, ...]) -> dict[str, Any]:
    """As JSON has them: some not sure, some not there, and in a few cases some of another version."""
    given: dict[str, Any] = {}
    is_odd = random.random() < 0.1
    for question in questions:
        match random.randint(0, 11):
            case 0 | 1:
                continue
            case 2:
                given[question.key] = None
            case 3 if is_odd:
                given[question.key] = "an option of another version"
            case _ if question.minimum is not None:
                given[question.key] = random.randint(question.minimum, 5_000)
            case _ if question.type == "choices":
                given[question.key] = [option.key for option in question.options if random.random() < 0.4]
            case _:
                given[question.key] = random.choice(question.options).key
    if is_odd:
        given["a-question-of-another-version"] = "yes"
    return given


def without_a_question(rules: RuleSet) -> RuleSet:
    """An older version: one question was not asked yet."""
    key = "contact"
    return replace(
        rules,
        questions=tuple(question for question in rules.questions if question.key != key),
        rules=tuple(rule for rule in rules.rules if all(condition.question != key for condition in rule.when)),
        cases=(),
    )


def edit_rules(rules: RuleSet) -> RuleSet:
    """A draft: rules are weaker, stronger, gone and new, an answer means something else, and the policy is another."""
    strong = [replace(rule, push=Push(rule.push.side, 5)) for rule in rules.rules[:6]]
    new = replace(rules.rules[8], key="quite-new", push=Push(Side.KPO, 3))
    edge = replace(EDGE, options=(Option("changed-meaning", "It now means this"), *EDGE.options[1:]))
    kind = (replace(rules.kind[0], kind=Kind.BOTH), *rules.kind[1:])
    questions = tuple(edge if question == EDGE else question for question in rules.questions)
    old_key = EDGE.options[0].key
    kept = [rule for rule in (*strong, *rules.rules[7:], new) if not any(old_key in c.values for c in rule.when)]
    return replace(rules, questions=questions, rules=tuple(kept), kind=kind, cases=())


@pytest.fixture
def database_of_processes(database: Database) -> Database:
    """Some hundred processes on three versions, in one piece and in parts; of accounts, of a visitor, in the bin."""
    random = Random(5)
    accounts = [make_account(database, f"{name}@example.org") for name in ("olga", "otto")]
    with database.write() as session:
        publish(session, dumps(without_a_question(STARTER)), "before")
    with database.write() as session:
        publish(session, dumps(STARTER), "as now")
        for at in range(400):
            pieces = random.choice((1, 1, 2, 3))
            parts = [
                Part(position=n, name=f"Part {n}" if pieces > 1 else "", answers=answers(random, STARTER.questions))
                for n in range(pieces)
            ]
            session.add(
                Assessment(
                    visitor_key_hash="a visitor" if at % 20 == 1 else None,
                    account_id=None if at % 20 == 1 else accounts[at % 2],
                    deleted_at=utc_now() if at % 20 == 2 else None,
                    process_name=f"Process {at}",
                    version_number=random.choice((1, 2, 3, 3)),
                    answers=answers(random, STARTER.questions),
                    parts=parts,
                )
            )
    return database


def one_by_one(database: Database, draft: RuleSet) -> Counter[tuple[Outcome, Outcome]]:
    """The same by the plain evaluator, process by process."""
    moves: Counter[tuple[Outcome, Outcome]] = Counter()
    with database.read() as session:
        for assessment in session.scalars(select(Assessment)):
            if assessment.account_id is None or assessment.deleted_at is not None:
                continue
            item = (
                merge_answers(assessment.answers, {}),
                [(p.name, merge_answers(p.answers, {})) for p in assessment.parts],
            )
            before = evaluate_parts(rule_set(session, assessment.version_number), *item).outcome
            moves[before, evaluate_parts(draft, *item).outcome] += 1
    return moves


def find(database: Database, draft: RuleSet, step: int = 37) -> ExactImpact:
    return find_affected(database, draft, step=step)


@pytest.mark.parametrize("together", [saved_answers.TOGETHER, 50])
def test_the_counts_are_those_of_each_process_by_itself(
    database_of_processes: Database, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(saved_answers, "TOGETHER", together)
    draft = edit_rules(STARTER)
    expected = one_by_one(database_of_processes, draft)
    found = find(database_of_processes, draft)
    assert found.impact.moves == expected
    assert found.impact.size == sum(expected.values()) == 360
    assert found.impact.changed_outcomes > 30
    assert found.impact.rules
    assert found.impact.policy
    with database_of_processes.read() as session:
        pinned = Counter(
            session.scalars(
                select(Assessment.version_number).where(
                    Assessment.account_id.is_not(None), Assessment.deleted_at.is_(None)
                )
            )
        )
    assert len(pinned) == 3
    assert (found.older, found.in_force) == (pinned[1] + pinned[2], 3)


def test_a_draft_that_changes_nothing_changes_no_advice_of_its_own_version(database_of_processes: Database) -> None:
    with database_of_processes.write() as session:
        for assessment in session.scalars(select(Assessment)):
            assessment.version_number = 3
    assert find(database_of_processes, STARTER).impact.changed_outcomes == 0


def unpack_answers(database: Database) -> None:
    """As the release before this one left everything."""
    with database.write() as session:
        session.execute(update(Assessment).values(packed=None, packed_for=None))


def changed_by_another_release(database: Database) -> None:
    """What it saved over answers that were packed."""
    with database.write() as session:
        session.execute(update(Part).values(answers={}))
        session.execute(update(Assessment).values(answers={}, row_version=Assessment.row_version + 1))


@pytest.mark.parametrize("act", [unpack_answers, changed_by_another_release])
def test_what_is_not_packed_is_read_from_the_json_and_packed_for_the_next_time(
    database_of_processes: Database, act: Callable[[Database], None]
) -> None:
    act(database_of_processes)
    draft = edit_rules(STARTER)
    expected = one_by_one(database_of_processes, draft)
    assert find(database_of_processes, draft).impact.moves == expected
    with database_of_processes.read() as session:
        fresh = select(Assessment).where(Assessment.packed_for == Assessment.row_version)
        assert len(session.scalars(fresh).all()) > 100
    with database_of_processes.write() as session:  # the JSON is not looked at again
        stored = Assessment.packed.is_not(None)
        session.execute(update(Assessment).where(stored).values(answers={"nobody": "looks"}))
    assert find(database_of_processes, draft).impact.moves == expected


def test_whatever_is_saved_is_packed_as_it_is_then(database: Database) -> None:
    owner = AccountOwner(make_account(database))
    found = make_assessment(database, owner, answers={"edge": "vital"}, parts={"One": {}, "Two": {"steps": "set"}})

    def is_right() -> None:
        with database.read() as session:
            assessment = session.get_one(Assessment, found)
            rules = rule_set(session, assessment.version_number)
            again = pack(rules, assessment.answers, [part.answers for part in assessment.parts])
            assert (assessment.packed, assessment.packed_for) == (again, assessment.row_version)
            assert again is not None

    is_right()
    with database.write() as session:  # the process as a whole
        session.get_one(Assessment, found).answers = {"edge": None}
    is_right()
    with database.write() as session:  # a part, and nothing else
        session.get_one(Assessment, found).parts[0].answers = {"steps": "set"}
    is_right()
    with database.write() as session:  # one part less
        assessment = session.get_one(Assessment, found)
        del assessment.parts[1]
    is_right()
    with database.write() as session:  # another version
        publish(session, dumps(without_a_question(STARTER)), "other questions")
        session.get_one(Assessment, found).version_number = 2
    is_right()


def test_what_is_kept_holds_counts_and_nothing_that_belongs_to_anybody(database_of_processes: Database) -> None:
    plain = disclose(find(database_of_processes, edit_rules(STARTER))).plain()
    assert set(plain) == {
        "extent", "size", "moves", "rules", "policy", "older", "nearly_all_older", "in_force", "seconds",
        "engine_share", "minor", "nearly_all", "asked", "decides_alike",
    }  # fmt: skip
    assert plain["moves"]
    assert not any(word in str(plain) for word in ("Process", "Part", "visitor", "@", "answers"))


def test_a_sample_is_the_first_by_random_ids_and_says_about_how_many_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, random = make_account(database), Random(3)
    with database.write() as session:
        for at in range(2_000):
            key = UUID(int=random.getrandbits(128), version=4)
            session.add(Assessment(id=key, account_id=account, process_name=f"P{at}", version_number=1, answers={}))
    with database.read() as session:
        everything = sample(session)
        assert (everything.size, everything.of, everything.is_all) == (2_000, 2_000, True)
        monkeypatch.setattr(saved_answers, "LOOKED_AT", 500)
        some = sample(session)
    with database.write() as session:
        session.execute(update(Assessment).values(packed=None, packed_for=None))
    with database.read() as session:
        monkeypatch.setattr(saved_answers, "FROM_JSON", 300)
        fewer = sample(session)
    assert (some.size, fewer.size) == (500, 300), "what is not packed takes longer, so fewer are looked at"
    for each in (some, fewer):
        assert not each.is_all
        assert 1_700 <= each.of <= 2_300
        assert each.of % 100 == 0, "two figures of it"


def test_saved_processes_are_read_along_their_ids_without_sorting_them_all(database: Database) -> None:
    """On SQLite whatever it knows of its tables; PostgreSQL goes by what it knows, and learns that by itself."""
    statements: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: object) -> None:
        statements.append((statement, parameters))

    if not database.is_sqlite:
        seed(database, 20_000)
    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        saved_answers.read(session, None, 5_000)
        saved_answers.read(session, UUID(int=1), 5_000)
    event.remove(database.engine, "before_cursor_execute", note)
    reads = [(statement, parameters) for statement, parameters in statements if "ORDER BY assessment.id" in statement]
    assert len(reads) == 2
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.read() as session:
        for statement, parameters in reads:
            plan = str(session.connection().exec_driver_sql(f"{explain} {statement}", parameters).all())
            assert ("sqlite_autoindex_assessment_1" if database.is_sqlite else "using pk_assessment") in plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan
