"""How much work something is, whatever else the machine does meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

YARDSTICK = 0.01
"""Seconds of processor time that the yardstick takes on a machine with nothing else to do."""

ROOM = 1.5
"""What does not hang and does not grow with the square of anything stays well below this many times its limit."""


@contextmanager
def limit_processor_time(seconds: float) -> Iterator[None]:
    """Fail where the block takes more processor time than ``seconds`` on a machine with nothing else to do.

    Beside other work the same instructions take longer. By how much, the yardstick says just before and just after.
    """
    before = limit(seconds)
    began = process_time()
    yield
    taken = process_time() - began
    most = max(before, limit(seconds))
    assert taken < most, f"{taken:.2f} s of processor time; just now at most {most:.2f} s"


def limit(seconds: float) -> float:
    """What ``seconds`` of an idle machine are at this moment, with room."""
    return seconds * ROOM * max(1.0, _yardstick() / YARDSTICK)


def _yardstick() -> float:
    began = process_time()
    found: dict[str, int] = {}
    for number in range(60_000):
        found[str(number % 500)] = number
    return process_time() - began
