"""What the database is, for the check command."""

from sqlalchemy.exc import ArgumentError

from advisor.models import schema
from advisor.models.database import Database, DatabaseUnavailable
from advisor.settings import Settings


def database_facts(settings: Settings) -> dict[str, str]:
    """Kind, version, modes and schema of the database, or why they cannot be told."""
    try:
        database = Database.from_settings(settings)
    except (ValueError, ArgumentError):
        return {"state": "DATABASE_URL cannot be used"}
    try:
        present = schema.present_revision(database)
        facts = {**database.describe(), "schema": present or "none yet"}
    except DatabaseUnavailable as error:
        missing = database.file is not None and not database.file.exists()
        facts = {"state": "not made yet; the first start makes it" if missing else str(error)}
    finally:
        database.dispose()
    return {**facts, "schema of this release": schema.expected_revision()}
