"""Which schema the code expects, and which one the database has."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from advisor import paths
from advisor.models.database import Database


@cache
def expected_revision() -> str:
    """The revision that this code works with."""
    return migrations().get_current_head() or ""


def present_revision(database: Database) -> str | None:
    """The revision that the database has; None where it is empty. Raises DatabaseUnavailable."""
    with database.read() as session:
        return revision_in(session.connection())


def revision_in(connection: Connection) -> str | None:
    """The same, within a transaction."""
    return MigrationContext.configure(connection).get_current_revision()


def migrations(folder: Path = paths.MIGRATIONS) -> ScriptDirectory:
    """The migrations that ship with this code."""
    return ScriptDirectory.from_config(migration_config(None, folder))


def migration_config(bind: Engine | Connection | None = None, folder: Path = paths.MIGRATIONS) -> Config:
    """The settings of Alembic, which needs no file of its own. ``migrations/env.py`` uses ``bind``."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["bind"] = bind
    return config
