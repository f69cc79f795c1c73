"""What the server takes from the socket to the engine: our pages against their floor, in one run.

The floor of a page is a bare Flask view on the same server with the same settings, which does as many reads and commits
as the page and sends as many bytes. Each is loaded in turn; of the rounds the quieter one counts.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from advisor import create_app, settings
from advisor.models import Database
from advisor.operating.migrate import migrate
from advisor.operating.private_files import ensure_key
from advisor.web import logs
from tests.benchmarks.aim import Aim
from tests.benchmarks.processor import ServerTime
from tests.benchmarks.seeding import seed
from tests.benchmarks.serve.load import LoadRequest, LoadResult, load
from tests.benchmarks.serve.pages import Page, pages
from tests.benchmarks.serve.split import PLACES, count_queries, gives_304, split_processor_time
from tests.postgresql import PostgresqlServer
from tests.serving import ServerProcess, environment, python

SMALL, LARGE = 1_000, 1_000_000
OWNERS = 200
"""Accounts that hold them: a database that knows that one account holds all would read all for that one."""
ROUNDS = 2
WARM = 1


@dataclass(frozen=True, slots=True)
class LoadRow:
    """Of one address under load."""

    rate: float
    slowest: float
    """Of a hundred but one, in milliseconds."""
    processor: float
    """Milliseconds of it that the server takes for each."""


@dataclass(frozen=True, slots=True)
class Result:
    """Of one page."""

    page: Page
    ours: LoadRow
    floor: LoadRow
    here: float
    """Milliseconds of processor time in the application alone."""
    shares: dict[str, float]
    reads: int
    commits: int
    size: int
    has_304: bool

    @property
    def share(self) -> float:
        """How much of its floor it reaches."""
        return self.ours.rate / self.floor.rate

    def cells(self) -> tuple[str, ...]:
        """One line of the table."""
        floor, ours = self.floor, self.ours
        parts = [self.here * self.shares.get(place, 0) for place in PLACES]
        return (
            self.page.name,
            f"{self.reads}+{self.commits}",
            f"{self.size / 1000:.1f}",
            f"{floor.rate:,.0f}",
            f"{ours.rate:,.0f}",
            f"{self.share:.2f}",
            f"{floor.processor / ours.processor:.2f}" if ours.processor else "",
            f"{ours.slowest / floor.slowest:.1f}",
            f"{ours.processor:.2f}",
            *(f"{part:.2f}" for part in parts),
            f"{max(0, ours.processor - sum(parts)):.2f}",
        )

    def aims(self, where: str) -> Iterator[Aim]:
        """What it is to reach."""
        yield Aim(f"{where}: {self.page.name}", self.share, self.page.least, least=True, unit="of its floor")
        slow = self.ours.slowest / self.floor.slowest
        yield Aim(f"{where}: {self.page.name}, p99", slow, 3, least=False, unit="times the floor's")
        if self.page.same:
            yield Aim(f"{where}: {self.page.name}, 304", float(self.has_304), 1, least=True, unit="(1: yes)")


HEADING = ("page", "reads+commits", "KB", "floor/s", "ours/s", "share", "by time", "p99", "ms", *PLACES, "rest")


def report_load(
    kinds: Sequence[str] = ("sqlite", "postgresql"),
    *,
    large: bool = False,
    only: str = "",
    seconds: float = 3,
) -> bool:
    """Measure, print, and say whether every aim is held."""
    aims: list[Aim] = []
    for kind in kinds:
        before: dict[str, Result] = {}
        for size in (SMALL, LARGE) if large else (SMALL,):
            where = f"{kind}, {size:,} saved"
            found = list(_measure_kind(kind, size, only, seconds))
            print(f"\n{where}\n{_table([HEADING, *(one.cells() for one in found)])}", flush=True)
            aims += [aim for one in found for aim in one.aims(where)]
            for one in found:
                if one.page.name in before:
                    what = f"{kind}: {one.page.name}, processor time with {size:,} saved"
                    times = one.ours.processor / before[one.page.name].ours.processor
                    aims.append(Aim(what, times, 1.25, least=False, unit=f"times that with {SMALL:,}"))
            before |= {one.page.name: one for one in found}
    print("\n" + "\n".join(aim.line() for aim in aims))
    print(f"Busy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    return all(aim.is_held for aim in aims)


def _measure_kind(kind: str, size: int, only: str, seconds: float) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as name, _empty(kind, Path(name)) as url:
        folder = Path(name)
        found = settings.load(environment(url, folder))
        found = {**found, "SECRET_KEY": ensure_key(found)}
        migrate(found)
        with (folder / "here.log").open("w") as log:
            logs.configure(log)
            app = create_app(found)
            with Database.from_settings(found) as database:
                seed(database, size, owners=OWNERS)
                measured = [page for page in pages(app, database) if only in page.name]
            with (
                ServerProcess(environment(url, folder), _with_log(folder / "ours.log")) as ours,
                ServerProcess(environment(url, folder), (), python("-m", "tests.benchmarks.serve.floor")) as floor,
            ):
                for page in measured:
                    one = count_queries(app, page.sent)
                    bare = LoadRequest(f"/floor/{one.reads}/{one.commits}/{one.size}")
                    of_ours, of_floor = _in_turn([(ours, page.sent), (floor, bare)], seconds)
                    here = split_processor_time(app, page.sent)
                    has_304 = page.same and gives_304(app, page.sent, one.etag)
                    yield Result(
                        page, of_ours, of_floor, here.each, here.shares, one.reads, one.commits, one.size, has_304
                    )
            app.extensions["database"].dispose()


def _in_turn(both: Sequence[tuple[ServerProcess, LoadRequest]], seconds: float) -> list[LoadRow]:
    """Load each of them, one after the other, several times; the round in which most were answered counts."""
    best: list[LoadRow | None] = [None] * len(both)
    for server, sent in both:
        load(server.url, sent, WARM)
    for _ in range(ROUNDS):
        for at, (server, sent) in enumerate(both):
            time = ServerTime(server.process.pid)
            begun = time.seconds()
            answered: LoadResult = load(server.url, sent, seconds)
            spent_by_it = (time.seconds() - begun) / max(answered.requests, 1) * 1000
            one, former = LoadRow(answered.rate, answered.slowest_of_hundred, spent_by_it), best[at]
            if former is None or former.rate < one.rate:
                best[at] = one
    return [one for one in best if one is not None]


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'advisor.db'}"
        return
    with PostgresqlServer() as server:
        yield server.create()


def _with_log(file: Path) -> Sequence[str]:
    """What a server writes of each request goes into a file: a pipe must be read, and that takes time, too."""
    return ("sh", "-c", 'exec "$@" 2>>"$0"', str(file))


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}" for at, (cell, width) in enumerate(it))
        for it in (list(zip(row, widths, strict=True)) for row in rows)
    )
