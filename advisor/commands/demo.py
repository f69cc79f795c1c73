"""The command that fills in a firm to look round in."""

from collections.abc import Callable
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from advisor import settings as installation
from advisor.commands.accounts import link_line
from advisor.settings import Settings

Result = TypeVar("Result")


@click.command()
@click.option("--remove", "is_removal", is_flag=True, help="Take all of the demo away again, and nothing else.")
@click.option("--beside-others", is_flag=True, help="Fill it in although there are accounts, processes or a draft.")
def demo(*, is_removal: bool, beside_others: bool) -> None:
    """Fill an empty installation with a made-up firm of 30 processes and an admin's draft, to look round in.

    Prints links by which the passwords of its accounts are set. All of it is marked as demo.
    """
    settings = installation.load()
    if is_removal:
        _remove(settings)
    else:
        _fill(settings, beside_others=beside_others)


def _fill(settings: Settings, *, beside_others: bool) -> None:
    from advisor.accounts.mail import link_minutes
    from advisor.demo import firm

    limit = settings["ASSESSMENTS_PER_OWNER"]
    done = _write(settings, lambda session: firm.fill(session, limit, beside_others=beside_others))
    click.echo(f"Filled in: a firm with {done.processes} processes{', and a draft of the rules' * done.has_draft}.")
    click.echo("Start the server, and choose a password by one of these links.")
    click.echo(f"Each works once, within {link_minutes(settings)} minutes:")
    notes = {done.owner: "an owner of processes", done.admin: "an admin, who sets up a second factor first"}
    for email, token in done.links.items():
        click.echo(f"  {email} ({notes.get(email, 'a colleague')}): {link_line(settings, token)}")
    click.echo("Another link: advisor reset-link EMAIL. To take all of it away: advisor demo --remove")


def _remove(settings: Settings) -> None:
    from advisor.demo import firm

    done = _write(settings, firm.remove)
    click.echo(f"Taken away: the firm with {done.processes} processes, and its accounts. The record of acts stays.")
    if done.kept_draft:
        click.echo("The draft stays, since it is not the demo's alone.")
    for number in done.kept_versions:
        click.echo(f"Version {number} of the rules was published by the demo's admin. What is published stays.")


def _write(settings: Settings, act: Callable[[Session], Result]) -> Result:
    from advisor.demo.firm import DemoRefused
    from advisor.models.database import Database

    try:
        with Database.from_settings(settings) as database, database.write() as session:
            return act(session)
    except DemoRefused as error:
        raise click.ClickException(str(error)) from error
