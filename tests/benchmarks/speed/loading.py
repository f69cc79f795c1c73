"""Reading a rule set until the first set of answers is evaluated, and the memory that it then takes."""

import gc
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from advisor import paths
from advisor.engine.document.document import dumps, parse
from advisor.engine.evaluation.batch import evaluate_many, table_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.speed.engines import OURS, PEERS
from tests.benchmarks.speed.peers.peer import Peer
from tests.benchmarks.speed.plain import plain_of
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import NAMES, rule_set
from tests.benchmarks.speed.timing import seconds

PARSED, BATCHES = f"{OURS}, already parsed", f"{OURS}, already parsed, for batches"


def load_speed() -> tuple[Subject, Subject]:
    """Milliseconds, and megabytes."""
    time = Subject(
        "Loading until the first advice, ms",
        list(NAMES),
        note="Ours reads and checks the whole document with its claims and sentences; the others read the rules alone.",
    )
    memory = Subject("Memory of the loaded rules, MB", list(NAMES))
    for name in NAMES:
        for row, act in _acts(name).items():
            time.put(row, name, 1000 * seconds(act, rounds=3))
        for row in (OURS, *(peer.name for peer in PEERS)):
            memory.put(row, name, _megabytes(row, name))
    return time, memory


def _acts(name: str) -> dict[str, Callable[[], object]]:
    rules = rule_set(name)
    text, plain = dumps(rules), plain_of(rules)
    acts: dict[str, Callable[[], object]] = {
        OURS: lambda: evaluate(parse(text), {}).matched_rules,
        PARSED: lambda: evaluate(replace(rules), {}).matched_rules,  # a copy has nothing compiled beside it
        BATCHES: lambda: evaluate_many(replace(rules), table_of([{}])),
    }
    return acts | {kind.name: partial(_load, kind(plain)) for kind in PEERS}


def _load(peer: Peer) -> object:
    peer.load()
    return peer.reasons({})


def _megabytes(row: str, name: str) -> float:
    """In a process of its own: most of them keep what they compiled where Python does not count it."""
    command = [sys.executable, "-m", __name__, row, name]
    return float(subprocess.run(command, cwd=paths.ROOT, check=True, capture_output=True, text=True).stdout)


def _weigh(row: str, name: str) -> float:
    """By how much the process grew, or what Python counts where that is more: it may use freed memory again."""
    rules = rule_set(name)
    text, load = dumps(rules), _acts(name)[row]
    kept: list[RuleSet] = []

    def hold() -> None:
        if row == OURS:
            kept.append(parse(text))
            evaluate(kept[-1], {}).reasons()
        else:
            load()

    gc.collect()
    before = _resident()
    hold()
    gc.collect()
    grown = _resident() - before
    tracemalloc.start()
    hold()
    gc.collect()
    counted, _ = tracemalloc.get_traced_memory()
    return max(grown, counted) / 1e6


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    print(_weigh(*sys.argv[1:]))
