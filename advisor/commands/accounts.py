"""Commands that let somebody in: the first admin, and a link for who cannot get one by mail."""

from collections.abc import Callable
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from advisor import settings as installation
from advisor.accounts import others
from advisor.accounts.letters import link_url
from advisor.models.account import account_by_email
from advisor.models.audit import OPERATOR
from advisor.models.database import Database
from advisor.settings import Settings

Done = TypeVar("Done")


@click.group()
def admin() -> None:
    """Admins, who edit the rules."""


@admin.command()
@click.argument("email")
def create(email: str) -> None:
    """Make EMAIL an admin, and print a link by which the password is set.

    Where there is an account of that address already, it becomes an admin.
    """
    settings = installation.load()
    if "@" not in email.strip("@ "):
        raise click.ClickException(f"“{email}” is not an e-mail address.")
    _account, token = _write(settings, lambda session: others.create_admin(session, email, OPERATOR))
    click.echo(f"{email.strip()} is an admin.")
    _print_link(settings, token)
    click.echo("After that a second factor is set up: have a phone with an app for codes at hand.")


@click.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link by which the password of the account EMAIL can be set anew."""
    settings = installation.load()

    def make(session: Session) -> str:
        account = session.scalars(account_by_email(email)).first()
        if account is None:
            raise click.ClickException(f"There is no account with the address {email}.")
        return others.reset_link(session, account, OPERATOR)

    _print_link(settings, _write(settings, make))


def _write(settings: Settings, act: Callable[[Session], Done]) -> Done:
    database = Database.from_settings(settings)
    try:
        with database.write() as session:
            return act(session)
    finally:
        database.dispose()


def _print_link(settings: Settings, token: str) -> None:
    minutes = int(settings["RESET_LINK_LIFETIME"].total_seconds() // 60)
    click.echo(f"Open this link within {minutes} minutes to choose the password. It works once:")
    click.echo(link_url(settings["BASE_URL"], "/set-password", token))
