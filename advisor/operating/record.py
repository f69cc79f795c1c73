"""What whoever runs the server did, in the record of acts."""

from advisor.models import schema
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database
from advisor.settings import Settings


def record(settings: Settings, kind: str, what: str, *, why: str = "", version: int | None = None) -> bool:
    """Record an act of the operator that changes no row. Raises DatabaseUnavailable.

    False where the database has the schema of another release, whose record this one cannot write.
    """
    database = Database.from_settings(settings)
    try:
        if schema.present_revision(database) != schema.expected_revision():
            return False
        with database.write() as session:
            audit(session, kind, who=OPERATOR, what=what, why=why, version=version)
        return True
    finally:
        database.dispose()
