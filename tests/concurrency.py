"""Several people, or several windows of one, who do something at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from advisor.models import Database
from advisor.settings import Settings

Done = TypeVar("Done")

CROWD = 20
"""People at once, at each limit."""


def patient(settings: Settings) -> Settings:
    """The settings with time and connections for a crowd: a busy machine makes nobody give up."""
    return {
        **settings,
        "DATABASE_BUSY_TIMEOUT": 60,
        "DATABASE_STATEMENT_TIMEOUT": 60,
        "DATABASE_POOL_SIZE": CROWD,
    }


def patient_database(settings: Settings) -> Database:
    """The database of those settings; dispose of it in the end."""
    return Database.from_settings(patient(settings))


def run_together(acts: Sequence[Callable[[], Done]]) -> list[Done | Exception]:
    """Do every one of ``acts`` at the same moment, each in a thread of its own. Returns what each gave or raised."""
    gate = threading.Barrier(len(acts))
    results: list[Done | Exception] = [RuntimeError("did not end")] * len(acts)

    def run(number: int) -> None:
        gate.wait(60)
        try:
            results[number] = acts[number]()
        except Exception as error:  # noqa: BLE001 - what somebody runs into is what the test looks at
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results
