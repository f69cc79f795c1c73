"""An import goes down the layers, never up or sideways."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from advisor import paths

ROOT = paths.ROOT

MANY_ANSWERS = {
    "analysis",
    "evaluation/asked_again.py",
    "evaluation/batch.py",
    "evaluation/bulk.py",
    "evaluation/compare.py",
    "evaluation/groups.py",
}
"""Modules and packages of the engine that look at many sets of answers at once."""


def test_imports_go_down_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_engine_imports_only_the_standard_library_and_numpy_where_it_looks_at_many_answers() -> None:
    engine = ROOT / "advisor" / "engine"
    for file in sorted(engine.rglob("*.py")):
        within = file.relative_to(engine)
        looks_at_many = not MANY_ANSWERS.isdisjoint({within.parts[0], within.as_posix()})
        allowed = sys.stdlib_module_names | ({"numpy"} if looks_at_many else set())
        for name in imported_modules(file):
            is_own = name == "advisor.engine" or name.startswith("advisor.engine.")
            assert is_own or name.partition(".")[0] in allowed, f"{file.name} imports {name}"


def test_evaluating_one_set_of_answers_loads_no_numpy() -> None:
    loaded = (
        "import sys, advisor.engine.evaluation.evaluate, advisor.engine.checks.check; print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_engine_reads_no_clock_no_file_and_no_chance() -> None:
    outside = {
        "datetime",
        "time",
        "random",
        "secrets",
        "uuid",
        "os",
        "pathlib",
        "io",
        "socket",
        "subprocess",
        "threading",
    }
    for file in sorted((ROOT / "advisor" / "engine").rglob("*.py")):
        met = outside & {name.partition(".")[0] for name in imported_modules(file)}
        assert not met, f"{file.name} imports {met}"


def test_the_factory_is_a_table_of_contents() -> None:
    assert len((ROOT / "advisor" / "__init__.py").read_text().splitlines()) < 60


def imported_modules(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_using_the_engine_alone_loads_neither_web_nor_database() -> None:
    loaded = (
        "import sys, advisor.engine.evaluation.evaluate; print({'flask', 'sqlalchemy', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
