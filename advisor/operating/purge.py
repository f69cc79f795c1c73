"""Visitors' answers that nobody touched for 30 days are deleted: by a thread of the server, or by a command."""

from threading import Thread

from advisor.models import removal
from advisor.models.database import Database
from advisor.models.removal import Removed
from advisor.operating import background
from advisor.settings import Settings
from advisor.web.logs import log


def purge(database: Database, settings: Settings) -> Removed:
    """Delete what has outlived its time. Raises DatabaseUnavailable."""
    with database.write() as session:
        return removal.purge(
            session,
            assessments_after=settings["VISITOR_ASSESSMENT_LIFETIME"],
            keys_after=settings["IDEMPOTENCY_KEY_LIFETIME"],
            binned_after=settings["BIN_LIFETIME"],
            sign_ins_after=settings["ENDED_SIGN_IN_LIFETIME"],
            proofs_after=settings["PROOF_LIFETIME"],
        )


def purge_for_ever(database: Database, settings: Settings) -> Thread:
    """Purge now and every hour, in a thread that ends with the process."""
    return background.begin("purge", lambda: _purge_and_log(database, settings), every=settings["PURGE_EVERY"])


def _purge_and_log(database: Database, settings: Settings) -> None:
    removed = purge(database, settings)
    log.info("purged", assessments=removed.assessments, one_time_keys=removed.one_time_keys)
