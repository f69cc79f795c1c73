"""What has been worked out before, within bounds."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Memo(dict[Key, Made], Generic[Key, Made]):
    """What ``make`` makes of a key, looked up where it is known. Beyond ``limit`` keys it starts anew.

    Threads may share one: where two make the same at once, both make an equal thing.
    """

    __slots__ = ("limit", "make")

    def __init__(self, make: Callable[[Key], Made], limit: int = 1024) -> None:
        super().__init__()
        self.make = make
        self.limit = limit

    def __missing__(self, key: Key) -> Made:
        made = self.make(key)
        if len(self) >= self.limit:
            self.clear()
        self[key] = made
        return made
