"""Owners who go through the questions while they are signed in."""

from typing import Self
from uuid import UUID

from flask import Flask

from advisor.assessments.operations import create
from advisor.models import AccountOwner, Database
from tests.assessments.walker import Walker
from tests.factories import make_signed_in


class OwnerWalker(Walker):
    """A person with an account."""

    account_id: UUID

    @classmethod
    def signed_in(cls, app: Flask, database: Database, email: str, role: str = "owner") -> Self:
        """Store an account that has just signed in, and give its browser the cookie."""
        client, account_id = make_signed_in(app, database, email, role=role)
        walker = cls(client)
        walker.account_id = account_id
        return walker

    @property
    def owner(self) -> AccountOwner:
        """As queries name this person."""
        return AccountOwner(self.account_id)

    def have(self, name: str, **more: object) -> None:
        """Have a process of that name: stored at once, but for one that says more or is an organisation's."""
        if more or self.begins_at != "/assessments/new":
            self.begin(name, **more)
            return
        database: Database = self.client.application.extensions["database"]
        limit = self.client.application.config["ASSESSMENTS_PER_OWNER"]
        with database.write() as session:
            self.at = f"/assessments/{create(session, self.owner, name, {}, limit).id}"
