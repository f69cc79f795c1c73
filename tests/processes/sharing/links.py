"""Links to one result, as its owner makes them."""

from typing import Any

from sqlalchemy import select, update

from advisor.models import Database, ShareLink
from tests.assessments.walker import MIXED
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor

NAME, PART, PRIVATE = "Marmalade", "Quince", "Damson"
"""Of the process, of its parts, and of all that no stranger reads."""

FIGURE = "98765"
"""Of its costs."""

SHOWS = ("", "?show=all", "?show=sources")
"""What a stranger can ask for."""

ENDED = "This link leads nowhere"


def make(owner: OwnerWalker, *, name: str = "", **chosen: object) -> str:
    """Make a link to the process that the owner has; gives its path."""
    owner.open(f"{owner.at}/share/new{name}")
    owner.submit(**chosen)
    field = owner.page.select_one("#link")
    assert field is not None, owner.words
    address = str(field["value"])
    assert address.startswith("http://127.0.0.1:8000/shared/")
    return address.removeprefix("http://127.0.0.1:8000")


def change(database: Database, **values: Any) -> None:
    """Set columns of every link."""
    with database.write() as session:
        session.execute(update(ShareLink).values(**values))


def links(database: Database) -> list[ShareLink]:
    with database.read() as session:
        return list(session.scalars(select(ShareLink)))


def describe_process(owner: OwnerWalker) -> None:
    """A process in parts, with a decision, notes and costs."""
    owner.finish(MIXED, name=NAME)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=f"{PART} one", part_2=f"{PART} two")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes=f"{PRIVATE} noted")
    owner.open(f"{owner.at}/costs")
    owner.submit(**{"currency": "EUR", "people-low": FIGURE})


def is_dead(stranger: Visitor, path: str) -> bool:
    return stranger.client.get(path).status_code == 404
