"""How long the pages of an owner with 500 processes take and how much travels: the list with its summary and map, and
four side by side. First under the rules that advised on them, then under newer ones, which the list holds against each.

The processor time beside each is the server's for one read on average: it is the same while the machine does other
things too.

python -m tests.benchmarks.portfolio      these alone
"""

import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from advisor import create_app, settings
from advisor.engine.document.document import dumps
from advisor.models import AccountOwner, Assessment, Database
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.operating.private_files import ensure_key
from tests.benchmarks.caller import Caller
from tests.benchmarks.latency import LIST, RESULT, measure_act
from tests.benchmarks.processor import ServerTime
from tests.benchmarks.sizes import KB
from tests.benchmarks.table import Measurement, table
from tests.browser.serving import DATABASE, real_server
from tests.factories import make_signed_in
from tests.processes.sample_processes import keep_random

COUNT = 500

LONG = 15
"""Kilobytes that gzip may make of a long list."""


def main() -> int:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, real_server(Path(folder)) as url:
        rows = list(portfolio(url, Path(folder)))
    print(table(rows))
    print(f"\nBusy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    return 1 if any(row.is_over for row in rows) else 0


def portfolio(url: str, folder: Path) -> Iterator[Measurement]:
    """Each page, on the server of that folder, whose rules are others afterwards."""
    found = settings.load({"DATABASE_URL": f"sqlite:///{folder / DATABASE}", "ADVISOR_DATA": str(folder)})
    database = Database.from_settings(found)
    caller, ids = _owner(url, database, {**found, "SECRET_KEY": ensure_key(found)})
    server = ServerTime()
    side_by_side = "/processes/compare?" + "&".join(f"of={key}" for key in ids[:4])
    pages = {
        "list and map": ("/processes", LIST, LONG),
        "list, sorted and searched": ("/processes?sort=clear&q=1", LIST, LONG),
        "list of one decision": ("/processes?advice=both&decided=no", LIST, LONG),
        "4 side by side": (side_by_side, RESULT, LONG),
        "4 side by side, only differences": (f"{side_by_side}&only=differences", RESULT, LONG),
    }
    for name, (path, budget, size) in pages.items():
        yield from _page(caller, server, f"{COUNT} processes, {name}", path, budget, size)
    with database.write() as session:
        rules = rule_set(session)
        weaker = (replace(it, push=replace(it.push, points=max(1, it.push.points - 1))) for it in rules.rules)
        publish(session, dumps(replace(rules, rules=tuple(weaker))), "Every rule says less.")
    database.dispose()
    for name, path in {"list and map": "/processes", "list of what would differ": "/processes?rules=changed"}.items():
        yield from _page(caller, server, f"{COUNT} processes, newer rules, {name}", path, LIST, LONG)


def _page(caller: Caller, server: ServerTime, name: str, path: str, budget: float, size: int) -> Iterator[Measurement]:
    def read() -> float:
        reply = caller.get(path)
        assert reply.status == 200, path
        return reply.seconds

    yield from measure_act(server, f"{name}, GET", budget, read)
    yield Measurement(f"HTML, gzip: {name}", len(gzip.compress(caller.get(path).body)) / KB, "KB", size)


def _owner(url: str, database: Database, found: settings.Settings) -> tuple[Caller, list[str]]:
    """Somebody who is signed in and keeps so many processes, and their ids."""
    app = create_app(found)
    client, account_id = make_signed_in(app, database, "portfolio@example.org")
    keep_random(database, AccountOwner(account_id), COUNT)
    with database.read() as session:
        ids = [str(key) for key in session.scalars(select(Assessment.id).where(Assessment.account_id == account_id))]
    app.extensions["database"].dispose()
    cookie = next(iter((client._cookies or {}).values()))
    return Caller(url, f"{cookie.key}={cookie.value}"), ids


if __name__ == "__main__":
    sys.exit(main())
