"""An admin without JavaScript."""

from typing import Any, Self
from uuid import UUID

from flask import Flask

from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.base import utc_now
from advisor.models.rule_sets.draft import start
from tests.factories import make_signed_in
from tests.reading import HtmlPage
from tests.visiting import Visitor, text_of

DRAFT = "/admin/rules/draft"


class Admin(Visitor):
    """Somebody who edits the rules, and has typed the password a moment ago."""

    account_id: UUID

    @classmethod
    def of(cls, app: Flask, database: Database, email: str, role: str = "admin") -> Self:
        """Store an account that has just signed in, and give its browser the cookie."""
        client, account_id = make_signed_in(app, database, email, role=role, password_at=utc_now())
        admin = cls(client)
        admin.account_id = account_id
        return admin

    def start(self) -> Self:
        """Have a draft, stored as the button stores it, and look at it. ``press_start`` presses the button."""
        database: Database = self.client.application.extensions["database"]
        with database.write() as session:
            start(session, Actor("admin", self.account_id, "127.0.0.1"))
        self.open("/admin/rules")
        return self

    def press_start(self) -> Self:
        """Start the draft."""
        self.open("/admin/rules")
        self.submit()
        return self

    def edit(self, place: str, **answers: Any) -> HtmlPage:
        """Open the page of a thing, change some of its fields, and save it."""
        self.open(f"{DRAFT}/{place}")
        return self.save(**answers)

    def save(self, *, status: int = 200, **answers: Any) -> HtmlPage:
        """Send the form of the page as it is, with some fields changed; dashes in names are written as ``__``."""
        return self.press("save", status=status, **answers)

    def press(self, act: str, *, status: int = 200, **answers: Any) -> HtmlPage:
        """Send the form by the button of that value."""
        named = {name.replace("__", "-"): value for name, value in answers.items()}
        return self.submit(do=act, status=status, form=self.number_of("opened"), **named)

    def take_back(self, *, status: int = 200) -> HtmlPage:
        """Take back what was done just now, by the button that the page has for it."""
        button = self.page.select_one(".notice button[name=act]")
        assert button is not None, self.text
        return self.submit(button=str(button["value"]), status=status, form=self.number_of("on"))

    def number_of(self, field: str) -> int:
        """Which form of the page has this field."""
        forms = self.page.select("main form")
        return next(at for at, form in enumerate(forms) if form.select_one(f'[name="{field}"]'))

    @property
    def text(self) -> str:
        """All the words of the page."""
        return text_of(self.page.main)

    @property
    def errors(self) -> str:
        """What the error summary says."""
        return text_of(self.page.select_one(".problems"))


def form_index(admin: Admin, address: str) -> int:
    """Which form of the page is sent there, the first one."""
    return next(at for at, it in enumerate(admin.page.select("main form")) if address in str(it.get("action")))


def item_path(collection: str, key: str = "", act: str = "") -> str:
    """The address of a thing of the draft, or of the page that adds one."""
    if "/" in collection:
        question = collection.split("/")[1]
        path = f"{DRAFT}/questions/{question}/answers/{key}" if key else f"{DRAFT}/add/questions/{question}/answer"
    else:
        path = f"{DRAFT}/{collection}/{key}" if key else f"{DRAFT}/add/{collection}"
    return f"{path}/{act}" if act else path
