"""An installation in which somebody may do any act that is recorded."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from advisor.cli import main
from advisor.models import Account, AccountOwner, AuditEvent, Database
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.accounts.sign_ins import sign_in
from tests.applications import borrow_application
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import Admin
from tests.visiting import Visitor, text_of

OTHER = "nine blue chairs at night"
OLGA = "olga@example.org"
MARK = "Marmalade"
"""The name of every process."""


@dataclass
class Installation:
    """An installation with an owner and an admin who are signed in, somebody who is not, and its operator."""

    app: Flask
    database: Database
    settings: Settings
    begun: int = 0
    """The number of the last entry before the act."""
    more_apps: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.owner_id = make_account(self.database, OLGA)
        self.owner = sign_in(self.new_browser())
        self.admin = Admin.of(self.app, self.database, "ada@example.org")
        self.begin()

    def new_browser(self) -> Visitor:
        """A browser that nobody has used."""
        return Visitor(self.app.test_client())

    def begin(self) -> None:
        """What was recorded so far only prepared the act."""
        with self.database.read() as session:
            self.begun = session.scalar(select(func.max(AuditEvent.sequence))) or 0

    def entries(self) -> list[AuditEvent]:
        """What was recorded since."""
        with self.database.read() as session:
            new = select(AuditEvent).where(AuditEvent.sequence > self.begun).order_by(AuditEvent.sequence)
            return list(session.scalars(new))

    def advisor(self, *arguments: str) -> str:
        """Run the command."""
        environment = {"DATABASE_URL": self.settings["DATABASE_URL"], "ADVISOR_DATA": str(self.settings["DATA_FOLDER"])}
        done = CliRunner().invoke(main, list(arguments), env={name: str(value) for name, value in environment.items()})
        assert done.exit_code == 0, done.output
        return done.output

    def with_mail(self) -> tuple[Visitor, Mailbox]:
        """The owner at the same installation, were it to send letters."""
        folder = self.settings["DATA_FOLDER"] / "mail"
        mail = {"MAIL_URL": f"file://{folder}", "MAIL_FROM": "a@example.org", "BASE_URL": "https://advisor.example.org"}
        settings = {**self.settings, **mail}
        app = self.more_apps.enter_context(borrow_application(settings))
        return Visitor(app.test_client()), Mailbox(self.database, settings)

    def close(self) -> None:
        """Give the connections back."""
        self.more_apps.close()

    def change_owner(self, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(update(Account).where(Account.id == self.owner_id).values(**values))

    def process(self, name: str = MARK) -> UUID:
        """One that the owner has."""
        return make_assessment(self.database, AccountOwner(self.owner_id), name)


def press(person: Visitor, words: str, status: int = 200, **answers: Any) -> None:
    """Send the form of the page whose button says so."""
    forms = person.page.select("main form")
    number = next(number for number, form in enumerate(forms) if words in text_of(form))
    person.submit(form=number, status=status, **answers)
