"""What is done beside answering requests: one act again and again, whatever becomes of it this time."""

import threading
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

from advisor.models import removal
from advisor.models.database import Database
from advisor.models.removal import DeletedCounts
from advisor.settings import Settings
from advisor.web.logs import log


def begin(
    what: str, act: Callable[[], object], *, every: timedelta, stop: threading.Event | None = None
) -> threading.Thread:
    """``repeat`` in a thread of its own, which ends with the process at the latest."""
    thread = threading.Thread(
        target=repeat, args=(what, act), kwargs={"every": every, "stop": stop}, name=what, daemon=True
    )
    thread.start()
    return thread


def repeat(what: str, act: Callable[[], object], *, every: timedelta, stop: threading.Event | None = None) -> None:
    """Act now and after each pause of ``every``, until ``stop`` is set: for ever where there is none.

    What fails is logged as ``what``, and is no reason to stop.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the next turn is another chance
            log.error(f"{what} failed", exc_info=error)
        stop.wait(every.total_seconds())


# ---- Visitors' answers that nobody touched for 30 days are deleted: by a thread of the server, or by a command


def purge(database: Database, settings: Settings) -> DeletedCounts:
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
    return begin("purge", lambda: _purge_and_log(database, settings), every=settings["PURGE_EVERY"])


def _purge_and_log(database: Database, settings: Settings) -> None:
    removed = purge(database, settings)
    log.info("purged", assessments=removed.assessments, one_time_keys=removed.one_time_keys)
