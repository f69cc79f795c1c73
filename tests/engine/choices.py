"""Choices that hypothesis draws, or dice throw: what random rule sets and answers are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")

_TEXTS = (
    "A plain sentence.",
    "“Quoted”, and then some; 100 % of it = 1+1",
    "naïve façade — ½",
    "שלום עולם",
    "👩‍👩‍👧 and e\u0301",
    "two\nlines\tand a tab",
    "<b>not a tag</b> & {{ nothing }}",
    "x" * 150,
)


@cache
def numbers_below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Draws by small numbers alone, which hypothesis makes and shrinks quickly. Texts come from one seed."""

    draw: st.DrawFn
    random: Random

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.draw(numbers_below(most - least + 1)))

    def yes_or_no(self) -> bool:
        """Yes or no."""
        return self.number(0, 1) == 1

    def pick(self, items: Sequence[Item]) -> Item:
        """One of ``items``."""
        return items[self.number(0, len(items) - 1)]

    def pick_some(self, items: Sequence[Item], least: int = 0, most: int | None = None) -> list[Item]:
        """Different ones of ``items``, in any order."""
        left = list(items)
        number = self.number(least, min(len(left), len(left) if most is None else most))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(number)]

    def text(self) -> str:
        """A text that can be stored and seen."""
        return self.random.choice(_TEXTS)

    def perhaps(self) -> str:
        """Such a text, or none."""
        return self.random.choice(("", self.text()))


class Dice(Choice):
    """Draws evenly, by a seed: for tests that want many different rule sets more than a small one that fails."""

    def __init__(self, seed: int) -> None:
        object.__setattr__(self, "random", Random(seed))

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(least, most)
