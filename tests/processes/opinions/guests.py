"""People who are asked for a second opinion, each in a browser of their own."""

from typing import Any

from flask import Flask
from sqlalchemy import select, update

from advisor.models import Database, Opinion
from tests.assessments.walker import Walker
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor

BASE = "http://127.0.0.1:8000"


def link_on(owner: OwnerWalker) -> str:
    """The path of the link that the page shows this once."""
    field = owner.page.select_one("#link")
    assert field is not None, owner.words
    address = str(field["value"])
    assert address.startswith(f"{BASE}/opinion/")
    return address.removeprefix(BASE)


def ask(owner: OwnerWalker, name: str = "", **chosen: object) -> str:
    """Let the owner ask somebody about the process that they have; gives the path of the link."""
    owner.open(f"{owner.at}/opinions/new")
    owner.submit(note=name, **chosen)
    return link_on(owner)


class Guest(Walker):
    """Somebody who was asked, and has no account."""

    @classmethod
    def invite(cls, app: Flask, owner: OwnerWalker, name: str = "", **chosen: object) -> "Guest":
        """Ask somebody new, who has not opened the link yet."""
        guest = cls(app.test_client())
        guest.at = ask(owner, name, **chosen)
        return guest

    def say(self, answers: dict[str, str]) -> "Guest":
        """Answer everything, from the first page to what is to be handed in."""
        page = self.open(self.at)
        button = page.select_one(".actions a.button")
        assert button is not None
        self.open(str(button["href"]))
        self.go_through(answers)
        while "/pull-apart/" in self.path:
            self.submit()
            self.go_through(answers)
        assert self.key == "answers", self.path
        return self

    def hand_in(self, answers: dict[str, str] | None = None) -> "Guest":
        """Hand in, after answering everything where ``answers`` are given."""
        if answers is not None:
            self.say(answers)
        self.submit()
        assert self.path == self.at, self.path
        return self

    def press(self, action: str, **more: Any) -> None:
        """Send the form of this page that leads there."""
        forms = self.page.select("main form")
        number = next(n for n, form in enumerate(forms) if str(form.get("action", "")).endswith(action))
        self.submit(form=number, **more)


def stored_opinions(database: Database) -> list[Opinion]:
    with database.read() as session:
        return list(session.scalars(select(Opinion).order_by(Opinion.number)))


def change(database: Database, **values: Any) -> None:
    """Set columns of every opinion."""
    with database.write() as session:
        session.execute(update(Opinion).values(**values))


def has_ended(guest: Visitor, path: str) -> bool:
    reply = guest.client.get(path)
    return reply.status_code == 404 and "This link leads nowhere" in reply.text
