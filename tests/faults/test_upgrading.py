"""F10: an upgrade that is killed or started several times at once, on both databases."""

import os
import signal
import subprocess
from pathlib import Path

from sqlalchemy import func, insert, select

from advisor.models import Assessment, Database, Part, RuleSetVersion
from advisor.operating.migrate import migrate
from tests.conftest import settings_for
from tests.factories import OWNER
from tests.operating.test_migrate import NEWEST, add_step, dump
from tests.serving import advisor, environment, wait_for

ASSESSMENTS = 10_000


def test_f10_several_first_starts_at_once_all_succeed(empty_database_url: str, tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            advisor("migrate"),
            env=environment(empty_database_url, tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    said = [start.communicate(timeout=120)[0] for start in starts]
    assert [start.returncode for start in starts] == [0] * 4, said
    assert "".join(said).count("The starter rules are published") == 1
    database = Database(empty_database_url)
    with database.read() as session:
        assert session.scalars(select(RuleSetVersion.number)).all() == [1]
    database.dispose()


def test_f10_an_upgrade_killed_half_way_leaves_everything_as_it_was(
    database_url: str, tmp_path: Path, migrations_copy: Path
) -> None:
    database = Database(database_url)
    fill(database)
    before = dump(database)
    reached = tmp_path / "reached"
    rewrite = 'op.add_column("assessment", COLUMN); op.execute("UPDATE assessment SET process_name = \'lost\'")'
    wait = f'__import__("pathlib").Path({str(reached)!r}).touch(); __import__("time").sleep(120)'
    step = add_step(migrations_copy, "20270101", "Rewrite", after=NEWEST, upgrade=f"{rewrite}; {wait}")

    upgrade = subprocess.Popen(
        [*advisor()[:-2], "-c", UPGRADE, str(migrations_copy)],
        env=environment(database_url, tmp_path),
        stdin=subprocess.DEVNULL,
    )
    wait_for(reached, upgrade)
    os.kill(upgrade.pid, signal.SIGKILL)
    upgrade.wait()

    assert dump(database) == before
    step.write_text(step.read_text().replace("sleep(120)", "sleep(0)"))
    done = migrate(settings_for(database_url, tmp_path), folder=migrations_copy)
    assert done.steps == ("20270101 (Rewrite)",)
    with database.read() as session:
        changed = select(func.count()).select_from(Assessment).where(Assessment.process_name == "lost")
        assert session.scalar(changed) == ASSESSMENTS
        assert session.scalar(select(func.count()).select_from(Part)) == ASSESSMENTS
    database.dispose()


UPGRADE = """
import sys
from pathlib import Path
from advisor import settings
from advisor.operating.migrate import migrate
migrate(settings.load(), folder=Path(sys.argv[1]))
"""


def fill(database: Database) -> None:
    with database.write() as session:
        for _ in range(ASSESSMENTS // 1_000):
            rows = [
                {"visitor_key_hash": OWNER.key_hash, "process_name": "P", "version_number": 1, "row_version": 1}
            ] * 1_000
            made = session.scalars(insert(Assessment).returning(Assessment.id), rows).all()
            parts = [{"assessment_id": assessment, "position": 0, "row_version": 1} for assessment in made]
            session.execute(insert(Part), parts)
