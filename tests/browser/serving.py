"""The servers that browsers open: the real one, and one whose pages fail on purpose."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.engine.document.document import dumps
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.applications import borrow_application, serve_application
from tests.conftest import settings_for
from tests.serving import ServerProcess, environment
from tests.small import read_small
from tests.web.conftest import with_probe

DATABASE = "advisor.db"


@contextmanager
def real_server(folder: Path) -> Iterator[str]:
    """The address of ``advisor serve`` with an empty database in ``folder``. It must not log an error meanwhile."""
    with ServerProcess(environment(f"sqlite:///{folder / DATABASE}", folder)) as server:
        yield server.url
    errors = [line for line in server.said.splitlines() if '"level": "error"' in line]
    assert not errors, f"the server reported errors: {errors}"


@contextmanager
def failing_server(folder: Path, migrated: Path) -> Iterator[str]:
    """The address of a server whose pages under /probe/fails fail, on a copy of the database ``migrated``.

    The small rules are in force there: unlike the starter's they ask for a number, and a question that follows another.
    """
    shutil.copyfile(migrated, folder / DATABASE)
    url = f"sqlite:///{folder / DATABASE}"
    with Database(url).write() as session:
        publish(session, dumps(read_small()), "for tests")
    settings = settings_for(url, folder)
    with borrow_application(settings, with_probe) as app, serve_application(app) as address:
        yield address
