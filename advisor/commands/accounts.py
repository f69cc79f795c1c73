"""Commands that let somebody in: the first admin, and a link for who cannot get one by mail."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import click
from sqlalchemy.orm import Session

from advisor import settings as installation
from advisor.accounts import operations
from advisor.accounts.mail import link_minutes, link_url
from advisor.accounts.people import account_admin
from advisor.models.accounts.account import account_by_email
from advisor.models.accounts.address import NotAnAddress, parse_address
from advisor.models.audit import OPERATOR
from advisor.models.database import Database
from advisor.settings import Settings

Result = TypeVar("Result")


@click.group()
def admin() -> None:
    """Admins, who edit the rules."""


@admin.command()
@click.argument("email")
def create(email: str) -> None:
    """Make EMAIL an admin, and print a link by which the password is set.

    Where there is an account of that address already, it becomes an admin, and only the link lets in: whoever
    registered it may be somebody else.
    """
    settings = installation.load()
    address = _address(email)
    _account, token = _write(settings, lambda session: account_admin.create_admin(session, address, OPERATOR))
    click.echo(f"{address} is an admin.")
    _print_link(settings, token)
    click.echo("After that a second factor is set up: have a phone with an app for codes at hand.")


@click.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link by which the password of the account EMAIL can be set anew."""
    settings = installation.load()
    address = _address(email)

    def make(session: Session) -> str:
        account = session.scalars(account_by_email(address)).first()
        if account is None:
            raise click.ClickException(f"There is no account with the address {address}.")
        return account_admin.reset_link(session, account, OPERATOR)

    _print_link(settings, _write(settings, make))


@click.command("set-address")
@click.argument("account", type=click.UUID)
@click.argument("email")
def set_address(account: UUID, email: str) -> None:
    """Give ACCOUNT the address EMAIL; `advisor check` names the accounts that need it, by their numbers.

    Make sure that it is the owner of the account who wants it: letters that let somebody in go there.
    """
    address = _address(email)

    def change(session: Session) -> None:
        found = operations.lock_account(session, account)
        if found is None:
            raise click.ClickException(f"There is no account with the number {account}.")
        operations.change_email(session, found, address, who=OPERATOR)

    try:
        _write(installation.load(), change)
    except operations.AddressTaken as error:
        raise click.ClickException(f"Another account has the address {address}. Nothing was changed.") from error
    click.echo(f"Account {account} has the address {address}.")


def _address(typed: str) -> str:
    try:
        return parse_address(typed)
    except NotAnAddress as error:
        raise click.ClickException(f"“{typed}” is not an e-mail address: it {error}.") from error


def _write(settings: Settings, act: Callable[[Session], Result]) -> Result:
    with Database.from_settings(settings) as database, database.write() as session:
        return act(session)


def link_line(settings: Settings, token: str) -> str:
    """The link by which a password is set, as it is printed."""
    return link_url(settings["BASE_URL"], "/set-password", token)


def _print_link(settings: Settings, token: str) -> None:
    click.echo(f"Open this link within {link_minutes(settings)} minutes to choose the password. It works once:")
    click.echo(link_line(settings, token))
