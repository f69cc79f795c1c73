"""Owners who go through the questions while they are signed in."""

from typing import Self
from uuid import UUID

from flask import Flask

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
