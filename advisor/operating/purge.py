"""Visitors' answers that nobody touched for 30 days are deleted: by a thread of the server, or by a command."""

import threading

from advisor.logs import log
from advisor.models import removal
from advisor.models.database import Database
from advisor.models.removal import Removed
from advisor.settings import Settings


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


def purge_for_ever(database: Database, settings: Settings) -> threading.Thread:
    """Purge now and every hour, in a thread that ends with the process."""
    thread = threading.Thread(target=_run, args=(database, settings), name="purge", daemon=True)
    thread.start()
    return thread


def _run(database: Database, settings: Settings) -> None:
    pause = threading.Event()
    while True:
        try:
            removed = purge(database, settings)
            log.info("purged", assessments=removed.assessments, one_time_keys=removed.one_time_keys)
        except Exception as error:  # noqa: BLE001 - the next hour is another chance
            log.error("purge failed", exc_info=error)
        pause.wait(settings["PURGE_EVERY"].total_seconds())
