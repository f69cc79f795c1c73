"""What docs/sql.md shows is run as it stands, and what it promises of partitions is so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import psycopg
import pytest
from sqlalchemy import select

from advisor import paths, starter
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.answers import stored_answers
from advisor.exchange.sql.query import QueryForm, write_sql
from advisor.models import Assessment, Database
from tests.benchmarks.seeding import seed

BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (paths.ROOT / "docs" / "sql.md").read_text(), re.DOTALL | re.MULTILINE)

DUCKDB = """#!{python}
import sys, duckdb
for row in duckdb.connect(sys.argv[1]).execute(sys.stdin.read()).fetchall():
    print(*row, sep="|")
"""
"""Stands for DuckDB's own command, which is not among its Python wheels."""

ADVISOR = '#!/bin/sh\nPYTHONPATH="{root}" exec "{python}" -m advisor "$@"\n'


def run_guide(folder: Path) -> list[str]:
    """What each of its blocks prints, run one after the other in an empty folder."""
    programs = folder / "bin"
    programs.mkdir()
    for name, text in {"duckdb": DUCKDB, "advisor": ADVISOR}.items():
        program = programs / name
        program.write_text(text.format(python=sys.executable, root=paths.ROOT))
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "DATABASE_URL": ""}
    environment["ADVISOR_DATA"] = str(folder / "var")
    printed = []
    for block in BLOCKS:
        done = subprocess.run(
            ["sh", "-e", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    return printed


def test_the_guide_runs_as_it_stands_and_reads_one_partition_for_one_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, asked = run_guide(tmp_path)
    claims, trials = asked.splitlines()
    assert claims.startswith("Claims|")
    assert claims.endswith("|steps")
    assert trials.startswith("Drug trials|kpo|")
    assert trials.endswith("|None")
    monkeypatch.chdir(tmp_path)
    with duckdb.connect(tmp_path / "answers.db") as connection:
        assert connection.execute("SELECT outcome FROM advice WHERE month = '2026-10'").fetchall() == [("bpo",)]
        plan = str(connection.execute("EXPLAIN SELECT outcome FROM advice WHERE month = '2026-10'").fetchall())
    assert re.search(r"Scanning Files: 1/2", plan), plan


def test_postgresql_leaves_out_partitions_and_uses_an_index_through_the_view(postgresql_url: str) -> None:
    questions = ", ".join(f'"{question.key}" text' for question in starter.rule_set().questions)
    with psycopg.connect(postgresql_url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA lake")
        cursor.execute(
            f"CREATE TABLE lake.answers (month text, process text, {questions}) PARTITION BY LIST (month)".encode()
        )
        for month in ("2026_10", "2026_11"):
            cursor.execute(f"CREATE TABLE lake.of_{month} PARTITION OF lake.answers FOR VALUES IN ('{month}')".encode())
        cursor.execute("CREATE INDEX by_process ON lake.answers (process)")
        for combined in (False, True):
            form = QueryForm("lake.answers", ("month", "process"), is_combined=combined)
            cursor.execute(
                f"CREATE VIEW lake.v{combined} AS {write_sql(starter.rule_set(), 'postgres', form)}".encode()
            )
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(
                f"EXPLAIN SELECT outcome FROM lake.v{combined} WHERE month = '2026_10' AND process = 'Payroll'".encode()
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "of_2026_10" in plan
            assert "of_2026_11" not in plan
            assert "Index Cond: (process = 'Payroll'::text)" in plan
        connection.rollback()


def test_saved_answers_are_advised_on_where_they_are(postgresql_url: str) -> None:
    """The view of docs/capacity.md, held against the advice on each process."""
    database = Database(postgresql_url)
    seed(database, 300)
    (view,) = re.findall(
        r"^```sql\n(.*?)^```$", (paths.ROOT / "docs" / "capacity.md").read_text(), re.DOTALL | re.MULTILINE
    )
    rule_set = starter.rule_set()
    query = write_sql(rule_set, "postgres", QueryForm("saved_answers", ("assessment",), is_combined=True))
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql(view)
        found = {row.assessment: row for row in connection.exec_driver_sql(query)}
        for assessment in session.scalars(select(Assessment).where(Assessment.deleted_at.is_(None))):
            named = [(str(at), stored_answers(part.answers)) for at, part in enumerate(assessment.parts)]
            advice = evaluate_parts(rule_set, stored_answers(assessment.answers), named)
            row = found.pop(assessment.id)
            assert (row.outcome, row.kind, row.strength, row.bpo) == (
                advice.outcome,
                advice.kind,
                advice.strength,
                advice.points.bpo,
            )
            assert (row.unread, row.differ, row.parts) == (None, None, len(named))
        session.rollback()
    database.dispose()
    assert not found
