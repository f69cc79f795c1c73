"""Owners who go through the questions while they are signed in."""

from typing import Self
from uuid import UUID

from flask import Flask

from advisor import visitor
from advisor.models import Account, AccountOwner, Database, LoginSession
from advisor.models.base import hash_of
from tests.assessments.walking import Walker


class OwnerWalker(Walker):
    """A person with an account."""

    account_id: UUID

    @classmethod
    def signed_in(cls, app: Flask, database: Database, email: str, role: str = "owner") -> Self:
        """Store an account that has just signed in, and give its browser the cookie."""
        client = app.test_client()
        token = visitor.new_login_token()
        with database.write() as session:
            account = Account(email=email, email_shown=email, password_hash="-", role=role)
            account.totp_secret = "JBSWY3DPEHPK3PXP" if role == "admin" else None
            session.add(account)
            session.flush()
            session.add(
                LoginSession(
                    token_hash=hash_of(token), form_hash=hash_of(visitor.form_secret(token)), account_id=account.id
                )
            )
        with client.session_transaction() as cookie:
            cookie["login"] = token
            cookie["csrf_token"] = visitor.form_secret(token)
        walker = cls(client)
        walker.account_id = account.id
        return walker

    @property
    def owner(self) -> AccountOwner:
        """As queries name this person."""
        return AccountOwner(self.account_id)
