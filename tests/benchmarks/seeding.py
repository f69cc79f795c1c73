"""Fills a database with saved assessments: random answers to the starter questions, always the same for one number."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.questions import Question, Scope, Section
from advisor.models import Database, pack
from advisor.models.rule_sets.rule_set_version import publish
from tests.factories import make_account

PARTED = 0.1
"""Share of the assessments that have two or three parts."""

DIFFERENT = 20_000
"""Sets of answers that differ, at most: making them is what takes the time here."""

TOGETHER = 10_000

ASSESSMENT = (
    "id", "account_id", "visitor_key_hash", "process_name", "answers", "answered_at", "pulled_apart",
    "version_number", "row_version", "created_at", "touched_at", "notes", "deleted_at", "packed", "packed_for",
)  # fmt: skip
PART = ("id", "assessment_id", "position", "name", "answers", "answered_at", "row_version")

AT = "2026-11-20 09:00:00.000000"
ANSWERED = "2026-11-20T09:00:00.000000+00:00"


def seed(database: Database, number: int, *, packed: bool = True, owners: int = 1) -> None:
    """Store so many assessments of so many accounts, two thirds of them on an older version; and one more for each
    fifty, a visitor's or in the bin, which must not be counted. Not ``packed``: as the release before left them.
    """
    accounts = [make_account(database, f"owner-{number}-{at}@example.org") for at in range(owners)]
    with database.write() as session:
        publish(session, dumps(starter.rule_set()), "the same again")
    rows = _rows(Random(number), number, accounts, is_sqlite=database.is_sqlite, packed=packed)
    if database.is_sqlite:
        _into_sqlite(database, rows)
    else:
        _into_postgresql(database, rows)


def _rows(
    random: Random, number: int, accounts: Sequence[UUID], *, is_sqlite: bool, packed: bool
) -> Iterator[tuple[Any, list[Any]]]:
    """Each assessment with its parts."""
    rules = starter.rule_set()
    questions = [question for question in rules.questions if question.section is not Section.NAME]
    whole = [question for question in questions if question.scope is Scope.PROCESS]
    own = [question for question in questions if question.scope is Scope.PART]

    def answer_columns() -> tuple[Any, ...]:
        """The columns that tell of the answers: those of the whole, the same packed, and those of each part."""
        answers = random_answers(random, whole)
        pieces = [random_answers(random, own) for _ in range(random.choice((2, 3)) if random.random() < PARTED else 1)]
        names = [f"Part {place}" if len(pieces) > 1 else "" for place in range(len(pieces))]
        parts = [(place, names[place], *_json(given), 1) for place, given in enumerate(pieces)]
        return _json(answers), pack(rules, answers, pieces) if packed else None, parts

    def key() -> Any:
        found = UUID(int=random.getrandbits(128), version=4)
        return found.hex if is_sqlite else found

    pool = [answer_columns() for _ in range(min(number, DIFFERENT))]
    account_ids = [account.hex if is_sqlite else account for account in accounts]
    for at in range(number + number // 50):
        binned = AT if at >= number and at % 2 else None
        owner = (account_ids[at % len(account_ids)], None) if at < number or binned else (None, "a visitor")
        found, (answers, short, parts) = key(), random.choice(pool)
        assessment = (
            found, *owner, f"Process {at}", *answers, "{}", 1 if at % 3 else 2, 1, AT, AT, "", binned,
            short, 1 if packed else None,
        )  # fmt: skip
        yield assessment, [(key(), found, *part) for part in parts]


def random_answers(random: Random, questions: Sequence[Question]) -> dict[str, Any]:
    """Random answers to some questions. A tenth is "I'm not sure", and of what sharpens half is not there."""
    given: dict[str, Any] = {}
    for question in questions:
        if question.section is Section.SHARPEN and random.random() < 0.5:
            continue
        if random.random() < 0.1:
            given[question.key] = None
        elif question.minimum is not None:
            given[question.key] = random.randint(question.minimum, 10_000)
        elif question.type == "choices":
            chosen = [option.key for option in question.options if random.random() < 0.3]
            given[question.key] = chosen[: question.most]
        else:
            given[question.key] = random.choice(question.options).key
    return given


def _json(given: dict[str, Any]) -> tuple[str, str]:
    """Answers, and when they were given."""
    return json.dumps(given), json.dumps(dict.fromkeys(given, ANSWERED))


def _into_sqlite(database: Database, rows: Iterator[tuple[Any, list[Any]]]) -> None:
    connection = sqlite3.connect(str(database.file))
    connection.execute("PRAGMA synchronous=OFF")
    while some := list(islice(rows, TOGETHER)):
        with connection:
            connection.executemany(_insert("assessment", ASSESSMENT), [assessment for assessment, _ in some])
            connection.executemany(_insert("part", PART), [part for _, parts in some for part in parts])
    connection.execute("ANALYZE")
    connection.close()


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _into_postgresql(database: Database, rows: Iterator[tuple[Any, list[Any]]]) -> None:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        while some := list(islice(rows, TOGETHER)):
            with connection.transaction(), connection.cursor() as cursor:
                _copy(cursor, "assessment", ASSESSMENT, [assessment for assessment, _ in some])
                _copy(cursor, "part", PART, [part for _, parts in some for part in parts])
        connection.execute("VACUUM ANALYZE")


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
