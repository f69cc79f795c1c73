"""One page of a long list, and the links to the others. ``macros/pages.html`` shows them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from advisor.engine.document.text import whole_number

Item = TypeVar("Item")


class PageBounds(NamedTuple):
    """A page of a list: its number of so many, and where its items begin and end."""

    number: int
    pages: int
    start: int
    stop: int


def page_bounds(total: int, wanted: int, size: int) -> PageBounds:
    """The page of that number, or the nearest one that there is."""
    pages = max(1, -(-total // size))
    number = min(max(wanted, 1), pages)
    return PageBounds(number, pages, (number - 1) * size, min(number * size, total))


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The way from one page of a list to the others. The addresses are "" where there is no such page.

    ``numbered`` are the first page, the last one, this one and its neighbours: by number, None where some are left out.
    """

    number: int
    pages: int
    previous_url: str
    next_url: str
    numbered: Sequence[tuple[int, str] | None]


@dataclass(frozen=True, slots=True)
class PageOfItems(Generic[Item]):
    """The items of one page. ``first`` is the number of the first of them."""

    items: Sequence[Item]
    total: int
    first: int
    links: PageLinks


def page_links(number: int, pages: int, url: Callable[[int], str]) -> PageLinks:
    """The links of that page."""
    return PageLinks(
        number=number,
        pages=pages,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < pages else "",
        numbered=[None if at is None else (at, url(at)) for at in _nearest(number, pages)],
    )


def paginate(items: Sequence[Item], wanted: str, size: int, url: Callable[[int], str]) -> PageOfItems[Item]:
    """Cut out the page that the address asks for; what is no number, or none there, is the nearest page."""
    bounds = page_bounds(len(items), whole_number(wanted) or 1, size)
    links = page_links(bounds.number, bounds.pages, url)
    return PageOfItems(items[bounds.start : bounds.stop], len(items), bounds.start + 1, links)


def _nearest(number: int, pages: int) -> Iterator[int | None]:
    """The numbers of the pages to lead to; None for a gap."""
    last = 0
    for at in sorted({1, number - 1, number, number + 1, pages} & set(range(1, pages + 1))):
        if at > last + 1:
            yield None
        yield at
        last = at
