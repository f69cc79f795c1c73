"""How long something takes, in time of the processor, the quickest of several rounds.

What else the machine does only ever adds, so the quickest is the nearest to the truth. Everything runs on one thread.
What an act gives is dropped at once, as a server does: kept, thousands of results would time the garbage collector.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from time import process_time
from typing import TypeVar

Item = TypeVar("Item")

ROUNDS = 9
ROUND = 0.05
"""Seconds that a round lasts at least."""


def seconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds for one call. What takes half a second or more is called twice, what takes a whole one only once."""
    once = seconds_of(act)
    if once > 0.5:
        return min(once, seconds_of(act)) if once < 1 else once
    times = max(1, int(ROUND / max(once, 1e-7)))
    return min(once, *(seconds_of(lambda: _drop(act() for _ in range(times))) / times for _ in range(rounds)))


def seconds_each(act: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Seconds for one item, on average; slow acts get the first few alone."""
    once = seconds_of(lambda: act(items[0]))
    few = items[: max(2, min(len(items), int(0.5 / max(once, 1e-7))))]
    return seconds(lambda: _drop(map(act, few))) / len(few)


def seconds_of(act: Callable[[], object]) -> float:
    """Seconds for this call."""
    begun = process_time()
    act()
    return process_time() - begun


def _drop(results: Iterable[object]) -> None:
    deque(results, maxlen=0)
