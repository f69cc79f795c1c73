"""Whether every published rule set is still what was published."""

from advisor.models.database import Database
from advisor.models.rule_set_version import Altered, check_unaltered
from advisor.operating.errors import OperatorError

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
