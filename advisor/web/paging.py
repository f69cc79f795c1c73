"""One page of a long list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from advisor.engine.document.text import whole_number

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """The items of one page. ``first`` is the number of the first of them; the addresses are "" where there is none.

    ``ways`` lead to the first page, the last one, and those beside this one: by number, None where some are left out.
    """

    items: Sequence[Item]
    total: int
    first: int
    number: int
    pages: int
    previous_url: str
    next_url: str
    ways: Sequence[tuple[int, str] | None]


def paged(items: Sequence[Item], wanted: str, size: int, url: Callable[[int], str]) -> Paged[Item]:
    """Cut out the page that the address asks for; what is no number, or none there, is the nearest page."""
    pages = max(1, -(-len(items) // size))
    number = min(max(whole_number(wanted) or 1, 1), pages)
    start = (number - 1) * size
    return Paged(
        items=items[start : start + size],
        total=len(items),
        first=start + 1,
        number=number,
        pages=pages,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < pages else "",
        ways=[None if at is None else (at, url(at)) for at in _near(number, pages)],
    )


def _near(number: int, pages: int) -> Iterator[int | None]:
    """The numbers of the pages to lead to; None for a gap."""
    last = 0
    for at in sorted({1, number - 1, number, number + 1, pages} & set(range(1, pages + 1))):
        if at > last + 1:
            yield None
        yield at
        last = at
