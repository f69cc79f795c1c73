"""F18, F19: fifty people who answer at once through the proxy, then the same page with slow clients around it.

Two web servers, a worker and one PostgreSQL, as docs/deploy.md has them. Nothing acknowledged may be lost, and the
memory of the servers must not grow from the second tenth of the time to its end.
"""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

from advisor.models.database import Database
from advisor.operating.migrate import migrate
from tests.benchmarks.table import Measurement, table
from tests.conftest import settings_for
from tests.deployment import Deployment, Person, deploy, lost_answers, slow_clients
from tests.postgresql import PostgresqlServer

PEOPLE = 50
PAUSE = 3.0
"""Seconds that somebody looks at a question."""

SAVE = 1.0
PAGE = 2.0
GROWTH = 10.0
"""At most: seconds for all but a hundredth of the saves, seconds for a page beside slow clients, and per cent."""


def load(minutes: float) -> bool:
    """Measure for so long, and print it. Says whether all was kept to."""
    with PostgresqlServer() as server, tempfile.TemporaryDirectory() as made:
        folder, url = Path(made), server.create()
        settings = settings_for(url, folder / "first")
        migrate(settings)
        with deploy(url, folder) as deployment, Database.from_settings(settings) as database:
            people, rows = _people_answer(deployment, minutes * 60)
            rows += [_beside_slow_clients(deployment, number) for number in (60, 200)]
            gone, in_doubt = lost_answers(database, people), sum(person.in_doubt for person in people)
    print(table(rows))
    print(*gone, sep="\n", end="")
    print(f"{sum(len(person.seconds) for person in people):,} saves: {len(gone)} lost, {in_doubt} in doubt")
    return not (any(row.is_over for row in rows) or gone or in_doubt)


def _people_answer(deployment: Deployment, seconds: float) -> tuple[list[Person], list[Measurement]]:
    people = [Person(deployment.proxy.client(), f"Process {number}") for number in range(PEOPLE)]
    began = time.monotonic()

    def answer(person: Person) -> None:
        person.begin()
        turn = 0
        while time.monotonic() < began + seconds:
            person.answer(turn := turn + 1)
            time.sleep(PAUSE)

    with ThreadPoolExecutor(PEOPLE) as at_once:
        going = [at_once.submit(answer, person) for person in people]
        time.sleep(seconds / 10)
        before = _memory(deployment)
        time.sleep(seconds * 0.85)
        after = _memory(deployment)
        for one in going:
            one.result()
    taken = [save for person in people for save in person.seconds]
    rows = [
        Measurement(f"{PEOPLE} people who answer: a save, p50", quantiles(taken, n=2)[0], "s"),
        Measurement(f"{PEOPLE} people who answer: a save, p99", quantiles(taken, n=100)[-1], "s", SAVE),
        Measurement(f"memory of the servers, from {before / 1e6:,.0f} MB", (after / before - 1) * 100, "%", GROWTH),
    ]
    return people, rows


def _beside_slow_clients(deployment: Deployment, number: int) -> Measurement:
    client, taken = deployment.proxy.client(), []
    with slow_clients(deployment.proxy, number) as senders:
        for _turn in range(30):
            for sender in senders:
                sender.sendall(b"a")
            began = time.monotonic()
            assert client.get("/").status == 200
            taken.append(time.monotonic() - began)
    return Measurement(
        f"the start page beside {number} slow senders and as many readers, the slowest", max(taken), "s", PAGE
    )


def _memory(deployment: Deployment) -> float:
    """Bytes that all processes of the servers hold; what they share counts once for each."""
    groups = {server.process.pid for server in deployment.servers}  # each leads a session of its own
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[2]) in groups:
                pages += int((process / "statm").read_text().split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))
