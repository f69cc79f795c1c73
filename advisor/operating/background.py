"""What is done beside answering requests: one act again and again, whatever becomes of it this time."""

import threading
from collections.abc import Callable
from datetime import timedelta

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
