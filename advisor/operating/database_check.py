"""What the database is, for the check command."""

from sqlalchemy.exc import ArgumentError

from advisor.models import schema
from advisor.models.database import Database, DatabaseUnavailable
from advisor.models.rule_set_version import Altered, check_unaltered
from advisor.operating.errors import OperatorError
from advisor.settings import Settings

_MEND = "Nothing was done to it. Go back to a backup that still has it as it was; docs/operating.md says how."


def refuse_altered(database: Database) -> int:
    """Work out the SHA-256 of every published document; give how many there are.

    Raises OperatorError, which names the versions that differ.
    """
    try:
        with database.read() as session:
            return check_unaltered(session)
    except Altered as error:
        raise OperatorError(f"{error} {_MEND}") from error


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
