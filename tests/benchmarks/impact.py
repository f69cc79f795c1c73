"""How long it takes to find who is affected by a draft, and how much memory: on databases of any size, of both kinds.

python -m tests.benchmarks.impact                               10,000, 100,000 and 1,000,000, on both databases
python -m tests.benchmarks.impact --seed 1000000 --on sqlite    one of them
python -m tests.benchmarks.impact --seed 10000 --keep FILE      only fill the SQLite database FILE, and leave it there

Each run is a process of its own that claims the job as a worker does. Ends with 1 where a budget is overrun.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from advisor import paths
from advisor.engine.model.rules import Push, RuleSet
from advisor.models import Database
from advisor.models import job as jobs
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.proof import examination_of
from advisor.operating.migrate import migrate
from advisor.rule_sets import worker
from advisor.rule_sets.impact import run
from advisor.rule_sets.impact.disclosure import DisclosedImpact
from tests.benchmarks.seeding import seed
from tests.benchmarks.table import Measurement, table
from tests.conftest import settings_for
from tests.postgresql import PostgresqlServer
from tests.serving import environment

SIZES = (10_000, 100_000, 1_000_000)
SECONDS = 30
"""Within which a million must be done."""
MEGABYTES = 100
"""That a worker may take while it works, above what it takes anyway."""
ADMIN = Actor("admin")


def main() -> int:
    """Seed, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.impact", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="so many saved assessments", metavar="NUMBER")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append", help="only this database")
    parser.add_argument("--keep", type=Path, help="fill this SQLite database, and measure nothing", metavar="FILE")
    parser.add_argument("--unpacked", action="store_true", help="as after an upgrade: no answers are packed yet")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.work:
        _work(wanted.work, Path(tempfile.gettempdir()))
        return 0
    if wanted.keep:
        size = (wanted.seed or SIZES[:1])[0]
        _fill(f"sqlite:///{wanted.keep.resolve()}", wanted.keep.parent, size, packed=not wanted.unpacked)
        return 0
    rows: list[Measurement] = []
    for kind in wanted.on or ("sqlite", "postgresql"):
        each: list[float] = []
        for size in wanted.seed or SIZES:
            with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, _empty(kind, Path(folder)) as url:
                rows += _measure_impact(url, Path(folder), f"{kind}, {size:,}", size, each, packed=not wanted.unpacked)
    print(table(rows))
    over = [row for row in rows if row.is_over]
    print(f"{len(over)} over budget" if over else "All within budget")
    return 1 if over else 0


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'advisor.db'}"
        return
    with PostgresqlServer() as server:
        yield server.create()


def _measure_impact(
    url: str, folder: Path, name: str, size: int, each: list[float], *, packed: bool
) -> Iterator[Measurement]:
    start = perf_counter()
    _fill(url, folder, size, packed=packed)
    yield Measurement(f"{name}: seeding", perf_counter() - start, "s")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.impact", "--work", url],
        env=environment(url, folder),
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["size"] == size
    each.append(found["seconds"] / size)
    yield Measurement(f"{name}: the whole run", found["seconds"], "s", SECONDS * max(size / SIZES[-1], 0.1))
    yield Measurement(f"{name}: processor time of it", found["processor"], "s")
    yield Measurement(f"{name}: the engine's share", 100 * found["engine_share"], "%")
    yield Measurement(f"{name}: memory above base", found["megabytes"], "MB", MEGABYTES)
    yield Measurement(f"{name}: time for one, against the smallest size", each[-1] / each[0], "times", 1.5)
    yield Measurement(f"{name}: get different advice, at least", found["changed"], "")


def _fill(url: str, folder: Path, size: int, *, packed: bool) -> None:
    migrate(settings_for(url, folder))
    database = Database(url)
    seed(database, size, packed=packed)
    with database.write() as session:
        drafts.start(session, ADMIN)
        drafts.edit(session, ADMIN, _edit_rules, kind="draft changed", what="rules")
        run.ask(session, ADMIN)
    database.dispose()


def _edit_rules(rules: RuleSet) -> RuleSet:
    """Five rules push harder, and one is gone: an afternoon's work."""
    first = [replace(rule, push=Push(rule.push.side, min(rule.push.points + 1, 5))) for rule in rules.rules[:5]]
    return replace(rules, rules=(*first, *rules.rules[6:]), cases=())


def _work(url: str, folder: Path) -> None:
    """Do the job that waits, and print what it took."""
    settings = settings_for(url, folder)
    database = Database.from_settings(settings)
    with database.read() as session:
        draft = drafts.find_draft(session)
        assert draft is not None
        examination_of(draft.document)  # what a server has in memory anyway
    Path("/proc/self/clear_refs").write_text("5")  # the most memory from now on
    base, before = _memory("VmRSS"), _processor()
    assert worker.work_due(database, settings)
    with database.read() as session:
        job = jobs.latest_done(session, run.KIND)
        assert job is not None
        assert job.result is not None
        told = DisclosedImpact.of_plain(job.result)
        found = {"size": told.size, "seconds": told.seconds, "engine_share": told.engine_share}
    megabytes = _memory("VmHWM") - base
    print(
        json.dumps({**found, "changed": told.least_changed, "megabytes": megabytes, "processor": _processor() - before})
    )
    database.dispose()


def _memory(name: str) -> float:
    """What Linux says that this process holds, or held at most, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
