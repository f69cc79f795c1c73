"""How long pages of the draft take in its crowded state: 400 rules, 5,000 test cases, 5,000 saved processes beside.

Each page is opened again while nothing changes, and right after an edit: before each of those reads another edit is
saved, so that nothing counts that was worked out for the draft before. That is two rounds of 20 reads each way, of
which the quieter one counts, as everywhere. The processor time beside it is the server's for one read on average: it
is the same while the machine does other things too. All of it takes two to three minutes on a quiet machine.

python -m tests.benchmarks.workshop      these alone
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from advisor import create_app, settings
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import Rule
from advisor.models import Database
from advisor.models.idempotency import new_key
from advisor.models.rule_sets.rule_set_version import publish
from advisor.operating.private_files import ensure_key
from advisor.rule_sets.editor.item_editors import opened_fingerprint
from tests.benchmarks.caller import Caller
from tests.benchmarks.latency import LIST, RESULT, measure_act
from tests.benchmarks.processor import ServerTime
from tests.benchmarks.seeding import seed
from tests.benchmarks.table import Measurement, table
from tests.browser.serving import DATABASE, real_server
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.crowded_rules import CASES, RULES, crowded_rules
from tests.visiting import fields_of

SAVED = 5_000

EDITED = f"{DRAFT}/rules/core-done-well"

PAGES = {
    "home": ("/admin/rules", LIST),
    "list of rules": (f"{DRAFT}/rules", LIST),
    "list of rules that never fire": (f"{DRAFT}/rules?fires=never", LIST),
    "a rule": (EDITED, RESULT),
    "plane of the kind table": (f"{DRAFT}/kind", LIST),
    "list of test cases": (f"{DRAFT}/cases", LIST),
    "list of test cases, searched": (f"{DRAFT}/cases?q=office+12", LIST),
    "a test case": (f"{DRAFT}/cases/data-entry-7", RESULT),
    "what the test cases cover": (f"{DRAFT}/coverage", LIST),
    "problems": (f"{DRAFT}/problems", LIST),
    "differences": (f"{DRAFT}/differences", LIST),
    "publishing": (f"{DRAFT}/publish", LIST),
}


def main() -> int:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, real_server(Path(folder)) as url:
        rows = list(workshop(url, Path(folder)))
    print(table(rows))
    print(f"\nBusy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    return 1 if any(row.is_over for row in rows) else 0


def workshop(url: str, folder: Path) -> Iterator[Measurement]:
    """The 95th percentile of each page, on the server of that folder, whose rules are others afterwards."""
    editor = _signed_in(url, folder)
    size = f"{RULES} rules, {CASES:,} cases, {SAVED:,} saved"
    server = ServerTime()
    yield from measure_act(server, f"saving a rule, {size}, POST", RESULT, editor.edit)
    for name, (path, budget) in PAGES.items():

        def read(path: str = path) -> float:
            reply = editor.caller.get(path)
            assert reply.status == 200, path
            return reply.seconds

        yield from measure_act(server, f"{name}, {size}, GET", budget, read)
        yield from measure_act(server, f"{name}, right after an edit, {size}, GET", budget, read, editor.edit)


@dataclass
class Editor:
    """An admin who changes the words of one rule, over and over."""

    caller: Caller
    fields: Mapping[str, object]
    rule: Rule
    edits: int = 0

    def edit(self) -> float:
        """Save the rule with other words; how long that takes, in seconds."""
        self.edits += 1
        words = f"It carries your edge, and you do it well: words number {self.edits}."
        new = {"because": words, "opened": opened_fingerprint(self.rule), "once": new_key(), "do": "save"}
        reply = self.caller.post(EDITED, {**self.fields, **new})
        assert reply.status == 303, reply.status
        self.rule = replace(self.rule, because=words)
        return reply.seconds


def _signed_in(url: str, folder: Path) -> Editor:
    """Fill the database, and give an admin who has changed a rule in the draft."""
    found = settings.load({"DATABASE_URL": f"sqlite:///{folder / DATABASE}", "ADVISOR_DATA": str(folder)})
    database = Database.from_settings(found)
    seed(database, SAVED)
    with database.write() as session:
        publish(session, dumps(crowded_rules()), "Grown over years.")
    app = create_app({**found, "SECRET_KEY": ensure_key(found)})
    admin = Admin.of(app, database, "bench@example.org").start()
    admin.edit("rules/core-done-well", because="Other words.")
    database.dispose()
    app.extensions["database"].dispose()
    cookie = next(iter((admin.client._cookies or {}).values()))
    rule = crowded_rules().rule("core-done-well")
    assert rule is not None
    fields = fields_of(admin.page.select("main form")[admin.number_of("opened")])
    return Editor(Caller(url, f"{cookie.key}={cookie.value}"), fields, replace(rule, because="Other words."))


if __name__ == "__main__":
    sys.exit(main())
