"""What the database is, for the check command."""

from sqlalchemy.exc import ArgumentError

from advisor.models import schema
from advisor.models.database import Database, DatabaseUnavailable
from advisor.operating.rules_check import refuse_altered
from advisor.settings import Settings


def database_facts(settings: Settings) -> dict[str, str]:
    """Kind, version, modes and schema of the database, or why they cannot be told.

    Raises OperatorError where a published document is not what was published.
    """
    try:
        database = Database.from_settings(settings)
    except (ValueError, ArgumentError):
        return {"state": "DATABASE_URL cannot be used"}
    try:
        present = schema.present_revision(database)
        facts = {**database.describe(), "schema": present or "none yet"}
        if present == schema.expected_revision():
            number = refuse_altered(database)
            many = f"{number} versions, each" if number != 1 else "1 version,"
            facts["published rules"] = f"{many} with its SHA-256 as published"
    except DatabaseUnavailable as error:
        missing = database.file is not None and not database.file.exists()
        facts = {"state": "not made yet; the first start makes it" if missing else str(error)}
    finally:
        database.dispose()
    return {**facts, "schema of this release": schema.expected_revision()}
