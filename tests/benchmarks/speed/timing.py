"""How long something takes, in time of the processor, the quickest of several rounds.

What else the machine does only ever adds, so the quickest is the nearest to the truth. Everything runs on one thread.
"""

from collections.abc import Callable, Sequence
from time import process_time
from typing import TypeVar

Item = TypeVar("Item")

ROUNDS = 5
ROUND = 0.05
"""Seconds that a round lasts at least."""


def seconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds for one call. What takes long is called once or twice only."""
    once = elapsed(act)
    if once > 2:
        return once
    times = max(1, int(ROUND / once)) if once else 1000
    rounds = rounds if once < 0.5 else 2
    return min(elapsed(lambda: [act() for _ in range(times)]) / times for _ in range(rounds))


def seconds_each(act: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Seconds for one item, on average; slow acts get the first few alone."""
    once = elapsed(lambda: act(items[0]))
    few = items[: max(2, min(len(items), int(1 / once)))]
    return seconds(lambda: [act(item) for item in few]) / len(few)


def elapsed(act: Callable[[], object]) -> float:
    """Seconds for this call."""
    begun = process_time()
    act()
    return process_time() - begun
