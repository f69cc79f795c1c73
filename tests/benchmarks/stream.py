"""`advisor evaluate` on files that are long, against what Python's csv module takes for the same input and output."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from random import Random

from advisor import paths, starter
from advisor.engine.model.operators import AnswerType
from tests.benchmarks.aim import Aim

ROWS = 1_000_000
ROWS_IN_FULL = 100_000
"""With full reasons a million rows would be two gigabytes."""

MEMORY = 100
"""Megabytes over the start."""

_MEASURED = """
import pathlib, re, resource, sys
from advisor.cli import main

def peak():  # of this program alone; ru_maxrss may be that of whoever started it
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

before = peak()
start = resource.getrusage(resource.RUSAGE_SELF)
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
end = resource.getrusage(resource.RUSAGE_SELF)
seconds = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
print(f"{seconds} {(peak() - before) / 1024}", file=sys.stderr)
"""

_BY_CSV = """
import csv, resource, sys
from itertools import islice, pairwise

def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

def opened(name, mode="r"):
    return open(name, mode, encoding="utf-8", newline="")

with opened(sys.argv[1]) as read, opened(sys.argv[2]) as written, opened(sys.argv[3], "w") as out:
    start = spent()
    for row in csv.reader(read):
        pass
    seconds = spent() - start
    writer = csv.writer(out, lineterminator="\\n")
    rows = csv.reader(written)
    while some := list(islice(rows, 2000)):
        start = spent()
        writer.writerows(some)
        seconds += spent() - start
print(seconds)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: processor time in seconds, and by how many megabytes the process grew."""

    seconds: float
    grown: float


def report_streams(rows: int = ROWS, rows_in_full: int = ROWS_IN_FULL) -> bool:
    """Measure, print, and say whether every aim is held."""
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
        files = Path(folder)
        few, many = files / "few.csv", files / "many.csv"
        _write_csv(many, rows)
        with many.open(encoding="utf-8") as stream, few.open("w", encoding="utf-8") as out:
            out.writelines(islice(stream, rows_in_full + 1))
        aims = [*_against_csv(few, many, rows_in_full, rows), *_memory(many, rows)]
    print("\n".join(aim.line() for aim in aims))
    print(f"Busy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    return all(aim.is_held for aim in aims)


def _against_csv(few: Path, many: Path, rows_in_full: int, rows: int) -> Iterator[Aim]:
    for source, number, reasons, most in ((many, rows, "none", 3), (few, rows_in_full, "full", 12)):
        out = source.with_name("advice.csv")
        run = _run_evaluate(source, out, "--reasons", reasons)
        by_csv = float(_output(_BY_CSV, source, out, source.with_name("again.csv")))
        what = f"{number:,} rows of CSV, --reasons {reasons}"
        print(f"{what}: {run.seconds:.1f} s, {run.seconds / number * 1e6:.1f} µs a row; csv alone {by_csv:.1f} s")
        yield Aim(f"{what}, against Python's csv", run.seconds / by_csv, most, least=False)
        yield Aim(f"{what}, memory over the start", run.grown, MEMORY, least=False, unit="MB")


def _memory(many: Path, rows: int) -> Iterator[Aim]:
    for name, convert in {"many.jsonl": _as_lines, "many.parquet": _as_parquet, "many.json": _as_list}.items():
        source = many.with_name(name)
        convert(many, source)
        out = many.with_name("advice.jsonl" if name == "many.jsonl" else "advice.json")
        run = _run_evaluate(source, out, "--reasons", "none")
        what = f"{rows:,} rows of {name.partition('.')[2]} to {out.suffix[1:]}"
        print(f"{what}: {run.seconds:.1f} s, {run.seconds / rows * 1e6:.1f} µs a row")
        yield Aim(f"{what}, memory over the start", run.grown, MEMORY, least=False, unit="MB")
        source.unlink()


def _run_evaluate(source: Path, out: Path, *options: str) -> Run:
    seconds, grown = _output(_MEASURED, "evaluate", source, "-o", out, *options).split()[-2:]
    return Run(float(seconds), float(grown))


def _output(program: str, *arguments: str | Path) -> str:
    """What a program of its own prints, on either way out."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=paths.ROOT,
        env={**os.environ, "DATABASE_URL": "", "ADVISOR_DATA": "/nowhere"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


def _write_csv(file: Path, rows: int) -> None:
    """Processes with a name of their own and an answer to nearly every question of the starter rules."""
    random = Random(14)
    columns: list[tuple[str, Callable[[], str]]] = []
    for question in starter.rule_set().questions:
        keys = [option.key for option in question.options]
        if question.asked_when:
            cells = [""]
        elif question.type is AnswerType.CHOICES:
            pairs = [f"{one};{other}" for one, other in pairwise(keys)]
            cells = [*keys, *pairs, "none", "not-sure", ""]
        else:
            cells = [*keys, "not-sure", ""]
        columns.append((question.key, lambda cells=cells: random.choice(cells)))  # type: ignore[misc]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["process", "part", *(key for key, _ in columns)])
        for number in range(rows):
            writer.writerow([f"Process {number}", "", *(cell() for _, cell in columns)])


def _objects(source: Path) -> Iterator[str]:
    several = {question.key for question in starter.rule_set().questions if question.type is AnswerType.CHOICES}
    with source.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            process, _ = row.pop("process"), row.pop("part")
            answers = {
                key: None if cell == "not-sure" else cell.split(";") if key in several else cell
                for key, cell in row.items()
                if cell
            }
            yield json.dumps({"process": process, "answers": answers})


def _as_lines(source: Path, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in _objects(source))


def _as_list(source: Path, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for number, line in enumerate(_objects(source)):
            out.write(f"{',' if number else '['}{line}\n")
        out.write("]\n")


def _as_parquet(source: Path, file: Path) -> None:
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    with arrow_csv.open_csv(source) as batches, parquet.ParquetWriter(file, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
