"""Rules as SQL on a table of Parquet files: DuckDB, DataFusion and Spark beside our own evaluators, in processor time.

python -m tests.benchmarks.sql starter duckdb FOLDER     # what one engine takes, as JSON; report() starts these
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from advisor import paths, starter
from advisor.engine.evaluation.batch import OUTCOMES, AnswerColumn, AnswerTable, evaluate_many
from advisor.engine.evaluation.bulk import advise_many
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.questions import NOT_SURE
from advisor.engine.model.rules import RuleSet
from advisor.exchange.sql.query import QueryForm, write_sql
from tests.benchmarks.processor import ServerTime
from tests.benchmarks.rule_generator import generate_rules
from tests.exchange.sql.warehouse import warehouse

ROWS = 1_000_000
"""10^7 take a few minutes and 2 GB of disk: --rows 10000000."""

_FILES = 8
"""Partitions of the table, as a warehouse would have one for each day."""

_ONE_BY_ONE = 20_000
"""Rows for evaluators that take one set of answers after the other."""

_RULE_SETS: dict[str, Callable[[], RuleSet]] = {"starter": starter.rule_set, "400 rules": lambda: generate_rules(400)}

_SPARK_MEMORY = "4g"

_ADDED_UP = (
    "SELECT outcome, COUNT(*), SUM(bpo), SUM(kpo), SUM(keep), COUNT(unread) FROM ({}) AS advice GROUP BY outcome"
)

Advised = dict[str, list[int]]
"""For each outcome the rows that have it, their points for BPO, KPO and keeping, and how many have something unread."""

Steps = Iterator[Advised]
"""How an engine is run: nothing when it has started, which does not count, and then what it makes of the table."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine took: by the clock, of all processors together, and its result where it gives one."""

    rows: int
    seconds: float
    processor: float
    advised: Advised | None = None


# ---- The engines, each in a process of its own


def _duckdb(rule_set: RuleSet, folder: Path) -> Steps:
    import duckdb

    table = f"read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"
    query = write_sql(rule_set, "duckdb", QueryForm(table, ("day", "process")))
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        yield {}
        yield _as_advised(connection.execute(_ADDED_UP.format(_bare(query))).fetchall())


def _datafusion(rule_set: RuleSet, folder: Path) -> Steps:
    from datafusion import SessionContext

    context = SessionContext()
    context.register_parquet("answers", str(folder), table_partition_cols=[("day", pa.string())])
    query = write_sql(rule_set, "trino", QueryForm(keys=("day", "process")))
    yield {}
    table = context.sql(_ADDED_UP.format(_bare(query))).to_arrow_table()
    yield _as_advised(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _spark(rule_set: RuleSet, folder: Path) -> Steps:
    from pyspark.sql import SparkSession

    options = {"spark.driver.memory": _SPARK_MEMORY, "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "8"}
    builder = SparkSession.builder.master("local[*]")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(str(folder)).createOrReplaceTempView("answers")
    query = write_sql(rule_set, "spark", QueryForm(keys=("day", "process")))
    yield {}
    yield _as_advised(session.sql(_ADDED_UP.format(_bare(query))).collect())
    session.stop()


def _evaluate_many(rule_set: RuleSet, folder: Path) -> Steps:
    """Ours, over the columns as Parquet keeps them: numbers of different texts."""
    yield {}
    found: Advised = {}
    for table, unread in _tables(rule_set, folder):
        batch = evaluate_many(rule_set, table)
        for code, outcome in enumerate(OUTCOMES):
            own = batch.outcomes == code
            counts = [own.sum(), *(points[own].sum(dtype=np.int64) for points in batch.sums[:3]), (own & unread).sum()]
            found[outcome.value] = [
                before + int(more) for before, more in zip(found.get(outcome.value, [0] * 5), counts, strict=True)
            ]
    yield {outcome: counts for outcome, counts in found.items() if counts[0]}


def _tables(rule_set: RuleSet, folder: Path) -> Iterator[tuple[AnswerTable, Any]]:
    """The answers of some rows at a time, and in which of these something is unread."""
    known = {key: dict(cells) for key, cells in warehouse(rule_set, 0).cells.items()}
    for file in sorted(folder.glob("*/*.parquet")):
        reader = parquet.ParquetFile(file, read_dictionary=list(known))
        for batch in reader.iter_batches(1 << 18, columns=list(known)):
            unread = np.zeros(len(batch), bool)
            columns = {}
            for key, answers in known.items():
                column = batch.column(key)
                texts = [*column.dictionary.to_pylist(), None]
                numbers = column.indices.fill_null(len(texts) - 1).to_numpy()
                columns[key] = AnswerColumn(tuple(answers[it] for it in texts), numbers)
                wrong = [it not in {None, "", NOT_SURE} and answers[it] is None for it in texts]
                unread |= np.array(wrong)[numbers]
            yield AnswerTable(len(batch), columns), unread


_ENGINES: dict[str, Callable[[RuleSet, Path], Steps]] = {
    "DuckDB": _duckdb,
    "DataFusion": _datafusion,
    "Spark": _spark,
    "ours, evaluate_many": _evaluate_many,
}


def _bare(query: str) -> str:
    """A query without its comments, to stand within another."""
    return "".join(line for line in query.splitlines(keepends=True) if not line.startswith("--"))


def _as_advised(rows: Any) -> Advised:
    return {row[0]: [int(it or 0) for it in row[1:]] for row in rows}


def _time_engine(name: str, engine: str, folder: Path) -> Run:
    rule_set = _RULE_SETS[name]()
    asked = _ENGINES[engine](rule_set, folder)
    next(asked)
    others = ServerTime()
    clock, own, theirs = monotonic(), process_time(), others.seconds()
    advised: Advised = next(asked)
    processor = process_time() - own + others.seconds() - theirs
    run = Run(sum(counts[0] for counts in advised.values()), monotonic() - clock, processor, advised)
    next(asked, None)
    return run


# ---- The report


def report(rows: int = ROWS) -> bool:
    """Measure and print; whether all engines gave the same advice."""
    same = True
    for name, make in _RULE_SETS.items():
        with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
            _write_table(make(), rows, Path(folder))
            print(f"{name}, {rows:,} rows in {_FILES} Parquet files, {_size(Path(folder)) / 2**20:,.0f} MB")
            runs = {engine: _run(name, engine, folder) for engine in _ENGINES}
        expected = runs["ours, evaluate_many"]
        for engine, run in {**runs, **_one_by_one(make())}.items():
            if run is None:
                print(f"  {engine}: not measured")
                continue
            print(
                f"  {engine:22} {run.rows / run.seconds:12,.0f} rows a second, "
                f"{run.processor / run.rows * 1e6:7.2f} µs of processor a row"
            )
            if expected and run.advised is not None and run.advised != expected.advised:
                print(f"  {engine} DIFFERS: {run.advised}, expected {expected.advised}")
                same = False
    print(f"Busy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    return same


def _run(name: str, engine: str, folder: str) -> Run | None:
    if engine == "Spark" and (find_spec("pyspark") is None or not _has_java()):
        return None
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sql", name, engine, folder],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _has_java() -> bool:
    try:
        return subprocess.run(["java", "-version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _one_by_one(rule_set: RuleSet) -> dict[str, Run]:
    """Evaluators that take dictionaries of answers."""
    table = warehouse(rule_set, _ONE_BY_ONE)
    sets = [dict(table.answers(row)) for row in range(table.size)]
    items = [WorkItem(str(row), answers) for row, answers in enumerate(sets)]
    return {
        "ours, advise_many": _clock_call(lambda: advise_many(rule_set, items, explained=False)),
        "ours, evaluate": _clock_call(lambda: Counter(evaluate(rule_set, it).outcome for it in sets)),
    }


def _clock_call(call: Callable[[], object]) -> Run:
    call()
    clock, own = monotonic(), process_time()
    call()
    return Run(_ONE_BY_ONE, monotonic() - clock, process_time() - own)


def _write_table(rule_set: RuleSet, rows: int, folder: Path) -> None:
    """Random answers, a partition for each of some days; a part of a partition at a time."""
    for day in range(_FILES):
        own = rows // _FILES + (day < rows % _FILES)
        (folder / f"day={day}").mkdir()
        with_rows = (
            warehouse(rule_set, min(1 << 18, own - start), seed=day * 1_000 + at)
            for at, start in enumerate(range(0, own, 1 << 18))
        )
        first = next(with_rows).arrow
        with parquet.ParquetWriter(folder / f"day={day}" / "0.parquet", first.schema) as writer:
            writer.write_table(first)
            for part in with_rows:
                writer.write_table(part.arrow)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*/*"))


if __name__ == "__main__":
    wanted = _time_engine(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    print(json.dumps({name: getattr(wanted, name) for name in Run.__slots__}))
