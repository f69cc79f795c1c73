"""Valid rows by default: a test names only what matters to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from advisor.models import (
    Account,
    Assessment,
    Database,
    LoginSession,
    Membership,
    Organisation,
    Owner,
    Part,
    RecommendationRecord,
    VisitorOwner,
)
from advisor.models.accounts.address import canonical_email
from advisor.models.base import hash_of, utc_now
from advisor.models.processes.assessment import next_sequence
from advisor.models.rule_sets.rule_set_version import in_force
from advisor.web.access import cookies

OWNER = VisitorOwner(hash_of("a visitor"))
"""A visitor without an account."""

PASSWORD = "seven green lamps in a row"
"""Of every account that a test makes."""

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of the second factor of every admin that a test makes."""


def make_account(
    database: Database,
    email: str = "olga@example.org",
    *,
    role: str = "owner",
    password: str = PASSWORD,
    password_hash: str = "",
    has_factor: bool | None = None,
) -> UUID:
    """Store an account; an admin has a second factor unless ``has_factor`` says otherwise.

    Its password is cheap to try; ``password_hash`` replaces it by one that was hashed elsewhere.
    """
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with database.write() as session:
        account = Account(
            email=canonical_email(email),
            password_hash=password_hash or cheap.hash(password),
            role=role,
            confirmed_at=utc_now(),
            totp_secret=SECRET if (role == "admin" if has_factor is None else has_factor) else None,
        )
        session.add(account)
        session.flush()
        return account.id


def make_signed_in(
    app: Flask, database: Database, email: str, *, role: str = "owner", password_at: datetime | None = None
) -> tuple[FlaskClient, UUID]:
    """Store an account that nobody can sign in to, and give a browser that is signed in to it.

    ``password_at`` is when the password was typed again.
    """
    account_id = make_account(database, email, role=role, password_hash="-")
    client, token = app.test_client(), cookies.new_login_token()
    secret = cookies.form_secret(token)
    with database.write() as session:
        hashes = {"token_hash": hash_of(token), "form_hash": hash_of(secret)}
        session.add(LoginSession(**hashes, account_id=account_id, password_at=password_at))
    with client.session_transaction() as cookie:
        cookie["login"] = token
        cookie["csrf_token"] = secret
    return client, account_id


def make_assessment(
    database: Database,
    owner: Owner = OWNER,
    name: str = "Payroll",
    answers: dict[str, Any] | None = None,
    parts: dict[str, dict[str, Any]] | None = None,
    touched_at: datetime | None = None,
) -> UUID:
    """Store an assessment; ``parts`` are their answers by name, one part without a name unless given."""
    with database.write() as session:
        assessment = Assessment(
            **owner.columns,
            process_name=name,
            answers=answers or {},
            version_number=in_force(session).number,
            touched_at=touched_at or utc_now(),
        )
        for position, (part, given) in enumerate((parts or {"": {}}).items()):
            assessment.parts.append(Part(position=position, name=part, answers=given))
        session.add(assessment)
        session.flush()
        return assessment.id


def make_recommendation(database: Database, assessment_id: UUID, result: dict[str, Any] | None = None) -> UUID:
    """Store advice on an assessment, with a result that only has to be there."""
    with database.write() as session:
        assessment = session.get_one(Assessment, assessment_id)
        advice = RecommendationRecord(
            assessment_id=assessment_id,
            sequence=next_sequence(session, assessment),
            version_number=assessment.version_number,
            process_name=assessment.process_name,
            given=assessment.answers,
            result=result or {"outcome": "unclear"},
        )
        session.add(advice)
        session.flush()
        return advice.id


def make_organisation(database: Database, members: dict[UUID, str], name: str = "Acme") -> UUID:
    """Store an organisation; ``members`` are the accounts in it with their roles."""
    with database.write() as session:
        organisation = Organisation(name=name)
        session.add(organisation)
        session.flush()
        session.add_all(
            Membership(organisation_id=organisation.id, account_id=account, role=role)
            for account, role in members.items()
        )
        return organisation.id
