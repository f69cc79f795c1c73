"""Which accounts get no letters, because their address is in doubt, and what to do about each."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import ArgumentError

from advisor.models import Account, schema
from advisor.models.address import NotAnAddress, canonical_email, parse_address
from advisor.models.database import Database, DatabaseUnavailable
from advisor.settings import Settings


def address_findings(settings: Settings) -> list[str]:
    """A sentence or two on each such account; none where the database cannot be read, which is told elsewhere."""
    try:
        database = Database.from_settings(settings)
    except (ValueError, ArgumentError):
        return []
    try:
        if schema.present_revision(database) != schema.expected_revision():
            return []
        with database.read() as session:
            accounts = list(session.scalars(select(Account).order_by(Account.created_at, Account.id)))
    except DatabaseUnavailable:
        return []
    finally:
        database.dispose()
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
