"""How long pages of the draft take: 400 rules, with what is saved beside them, thousands of processes.

python -m tests.benchmarks.workshop      these alone
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from advisor import create_app, settings
from advisor.engine.document import dumps
from advisor.models import Database
from advisor.models.rule_set_version import publish
from advisor.operating.secret_key import ensure_key
from tests.benchmarks.caller import Caller
from tests.benchmarks.latency import LIST, RESULT, timed
from tests.benchmarks.seeding import seed
from tests.benchmarks.table import Measured, table
from tests.browser.serving import DATABASE, real_server
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.crowded import RULES, crowded

SAVED = 5_000


def main() -> int:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, real_server(Path(folder)) as url:
        rows = list(workshop(url, Path(folder)))
    print(table(rows))
    return 1 if any(row.is_over for row in rows) else 0


def workshop(url: str, folder: Path) -> Iterator[Measured]:
    """The 95th percentile of each page, on the server of that folder, whose rules are others afterwards."""
    caller = Caller(url, _signed_in(folder))
    size = f"{RULES} rules, {SAVED:,} saved"
    pages = {
        f"list of rules, {size}": (f"{DRAFT}/rules", LIST),
        f"list of rules that never fire, {size}": (f"{DRAFT}/rules?fires=never", LIST),
        f"a rule, {size}": (f"{DRAFT}/rules/core-done-well", RESULT),
        f"plane of the kind table, {size}": (f"{DRAFT}/kind", LIST),
        f"what the test cases cover, {size}": (f"{DRAFT}/coverage", LIST),
        f"problems, {size}": (f"{DRAFT}/problems", LIST),
        f"differences, {size}": (f"{DRAFT}/differences", LIST),
    }
    for name, (path, budget) in pages.items():
        assert caller.get(path).status == 200, path
        yield timed(f"{name}, GET", budget, lambda path=path: caller.get(path).seconds)  # type: ignore[misc]


def _signed_in(folder: Path) -> str:
    """Fill the database, and give the cookie of an admin who has changed a rule in the draft."""
    found = settings.load({"DATABASE_URL": f"sqlite:///{folder / DATABASE}", "ADVISOR_DATA": str(folder)})
    database = Database.from_settings(found)
    seed(database, SAVED)
    with database.write() as session:
        publish(session, dumps(crowded()), "Grown over years.")
    app = create_app({**found, "SECRET_KEY": ensure_key(found)})
    admin = Admin.of(app, database, "bench@example.org").start()
    admin.edit("rules/core-done-well", because="Other words.")
    database.dispose()
    app.extensions["database"].dispose()
    cookie = next(iter((admin.client._cookies or {}).values()))
    return f"{cookie.key}={cookie.value}"


if __name__ == "__main__":
    sys.exit(main())
