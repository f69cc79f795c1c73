"""F12, P10: a restore that is killed at its worst moment leaves the database as it was, on both databases."""

import os
import signal
import subprocess
from pathlib import Path

from advisor.models import Database
from advisor.operating.backup import back_up
from advisor.operating.restore import restore
from tests.conftest import settings_for
from tests.factories import make_assessment
from tests.operating.test_migrate import dump
from tests.operating.test_restore import names
from tests.serving import advisor, environment, wait_for

RESTORE = """
import sys, time
from pathlib import Path
from advisor import settings
from advisor.operating import restore
def stop_here(*given, **more):
    Path(sys.argv[2]).touch()
    time.sleep(120)
if sys.argv[3] == "when all is read":
    restore._accept = stop_here
else:
    Path.replace = stop_here
restore.restore(settings.load(), Path(sys.argv[1]), replace=True)
"""


def test_f12_a_restore_that_is_killed_when_all_is_read_changes_nothing(database_url: str, tmp_path: Path) -> None:
    kill_it(database_url, tmp_path, "when all is read")


def test_f12_a_restore_that_is_killed_just_before_a_file_takes_the_place_changes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    kill_it(sqlite_url, tmp_path, "before it takes the place")


def kill_it(url: str, folder: Path, moment: str) -> None:
    """Kill a restore at that moment, compare, go on, and restore after all."""
    settings, database, reached = settings_for(url, folder), Database(url), folder / "reached"
    make_assessment(database, name="before")
    file = back_up(settings).file
    for number in range(200):
        make_assessment(database, name=f"since, number {number}")
    before = dump(database)
    command = [*advisor()[:-2], "-c", RESTORE, str(file), str(reached), moment]
    killed = subprocess.Popen(command, env=environment(url, folder), stdin=subprocess.DEVNULL)
    wait_for(reached, killed)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()

    assert dump(database) == before
    make_assessment(database, name="it goes on as before")
    database.dispose()
    done = restore(settings, file, replace=True)
    assert names(database) == ["before"]
    database.dispose()
    assert done.kept is not None
    assert not list(folder.glob(".advisor.db*")), "what the killed one left behind is gone"
    assert restore(settings, done.kept, replace=True).backup.rows["assessment"] == 202
