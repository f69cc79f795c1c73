"""What the database is, which accounts get no letters, and what the operator did to it."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import ArgumentError

from advisor.models import Account, schema
from advisor.models.address import NotAnAddress, canonical_email, parse_address
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database, DatabaseUnavailable
from advisor.models.rule_set_version import AlteredVersions, check_unaltered
from advisor.operating import OperatorError
from advisor.settings import Settings

_MEND = "Nothing was done to it. Go back to a backup that still has it as it was; docs/operating.md says how."


def refuse_altered(database: Database) -> int:
    """Work out the SHA-256 of every published document; give how many there are.

    Raises OperatorError, which names the versions that differ.
    """
    try:
        with database.read() as session:
            return check_unaltered(session)
    except AlteredVersions as error:
        raise OperatorError(f"{error} {_MEND}") from error


def database_facts(settings: Settings) -> dict[str, str]:
    """Kind, version, modes and schema of the database, or why they cannot be told.

    Raises OperatorError where a published document is not what was published.
    """
    try:
        opened = Database.from_settings(settings)
    except (ValueError, ArgumentError):
        return {"state": "DATABASE_URL cannot be used"}
    with opened as database:
        try:
            present = schema.present_revision(database)
            facts = {**database.describe(), "schema": present or "none yet"}
            if present == schema.expected_revision():
                number = refuse_altered(database)
                many = f"{number} versions, each" if number != 1 else "1 version,"
                facts["published rules"] = f"{many} with its SHA-256 as published"
        except DatabaseUnavailable as error:
            missing = database.file is not None and not database.file.exists()
            facts = {"state": "not made yet; the first start makes it" if missing else str(error)}
    return {**facts, "schema of this release": schema.expected_revision()}


def address_findings(settings: Settings) -> list[str]:
    """A sentence or two on each such account; none where the database cannot be read, which is told elsewhere."""
    try:
        with Database.from_settings(settings) as database:
            if schema.present_revision(database) != schema.expected_revision():
                return []
            with database.read() as session:
                accounts = list(session.scalars(select(Account).order_by(Account.created_at, Account.id)))
    except (DatabaseUnavailable, ValueError, ArgumentError):
        return []
    return list(_findings(accounts))


def _findings(accounts: list[Account]) -> Iterator[str]:
    holders = {account.email: account.id for account in accounts}
    for account in accounts:
        if account.letter_address is None:
            mend = f"Ask its owner for an address, then: advisor set-address {account.id} EMAIL"
            yield f"account {account.id}: {_doubt(account, holders)} No letter goes to it. {mend}"


def _doubt(account: Account, holders: dict[str, UUID]) -> str:
    try:
        address = parse_address(account.email_shown)
    except NotAnAddress as error:
        return f"“{account.email_shown}” is no address any more: it {error}. Typed just so, it still signs in."
    holder = holders.get(address)
    if holder not in {None, account.id}:
        return f"“{account.email_shown}” is the address of account {holder} too, which alone signs in with it."
    return f"Its owner gave “{account.email_shown}”, but it is looked for as “{canonical_email(account.email)}”."


def record(settings: Settings, kind: str, what: str, *, why: str = "", version: int | None = None) -> bool:
    """Record an act of the operator that changes no row. Raises DatabaseUnavailable.

    False where the database has the schema of another release, whose record this one cannot write.
    """
    with Database.from_settings(settings) as database:
        if schema.present_revision(database) != schema.expected_revision():
            return False
        with database.write() as session:
            audit(session, kind, who=OPERATOR, what=what, why=why, version=version)
    return True
