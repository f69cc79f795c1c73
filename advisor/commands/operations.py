"""Commands for whoever runs the server."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor import settings as installation
from advisor.operating.backup import Backup

if TYPE_CHECKING:
    from advisor.operating.serve import Background


@click.command()
@click.option("--development", is_flag=True, help="Use Flask's own server, which reloads what changes.")
@click.option("--only-answer", is_flag=True, help="Leave what is done beside answering to `advisor worker`.")
def serve(*, development: bool, only_answer: bool) -> None:
    """Migrate the database, then serve until stopped."""
    from advisor import create_app
    from advisor.operating import serve as serving

    run = serving.serve_for_development if development else serving.serve
    run(installation.load(), create_app, [] if only_answer else _background())


@click.command()
def worker() -> None:
    """Do what a server does beside answering, until stopped: to help it, or in its place; several at once are safe.

    That is the long jobs that admins ask for (finding who is affected by a draft, checking every combination of answers
    of a rule set), sending letters, and deleting what has outlived its time. A job whose worker is stopped is taken up
    by another within a minute.
    """
    from advisor.models.database import Database
    from advisor.operating.metrics_listener import open_listener
    from advisor.web import logs

    settings = installation.load()
    logs.configure()
    database = Database.from_settings(settings)
    if listener := open_listener(settings):
        listener.serve(database, settings)
    for thread in [begin(database, settings) for begin in _background()]:
        if thread is not None:
            thread.join()


def _background() -> "Sequence[Background]":
    from advisor.accounts.mail import send_for_ever
    from advisor.operating.serve import purge_for_ever
    from advisor.rule_sets.worker import work_for_ever

    return [purge_for_ever, send_for_ever, work_for_ever]


@click.command()
@click.option("--backup/--no-backup", default=True, help="Back up data that is there first (the default).")
def migrate(*, backup: bool) -> None:
    """Bring the database to the schema of this release, and publish the starter rules where there are none."""
    from advisor.operating.migrate import migrate as run

    done = run(installation.load(), with_backup=backup)
    if done.backup:
        click.echo(f"Backed up to {done.backup}")
    for step in done.steps:
        click.echo(f"Done: {step}")
    click.echo(f"The database has schema {done.revision}.")
    if done.has_published:
        click.echo("The starter rules are published as version 1.")


@click.command()
@click.argument("out", required=False, type=click.Path(path_type=Path))
def backup(out: Path | None) -> None:
    """Copy the database while it is in use, verify the copy, and put its SHA-256 beside it.

    OUT is a file that is not there yet, or a folder; without it the copy goes to the folder of backups. The SHA-256 is
    in a file of the same name with .sha256 at its end: keep the two together.
    """
    from advisor.operating.backup import back_up
    from advisor.operating.installation_check import record_act

    settings = installation.load()
    done = back_up(settings, out)
    _print_backup(done)
    if not record_act(settings, "backup made", f"file {done.name}"):
        click.echo("Not in the record of acts: the database has the schema of another release.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """Read the backup FILE to its end, compare it with the SHA-256 beside it, and say what is in it.

    Ends with 1 where anything is doubtful, also where there is no SHA-256 beside it.
    """
    from advisor.operating import OperatorError
    from advisor.operating.backup import verify as run
    from advisor.operating.backup import why_unproved

    done = run(file)
    _print_backup(done)
    if not done.is_proved:
        raise OperatorError(why_unproved(done))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Where the database holds data: keep that aside, and take its place.")
@click.option("--without-checksum", is_flag=True, help="Take a backup that has no SHA-256 beside it.")
def restore(*, file: Path, replace: bool, without_checksum: bool) -> None:
    """Put the backup FILE in place of the database: whole, or not at all. Stop the server first.

    The backup is read to its end before anything is changed, and an older one is brought to the schema of this release.
    Everybody must sign in again; links, recovery codes and API tokens end, and waiting letters and jobs are dropped.
    """
    from advisor.operating.restore import restore as run

    done = run(installation.load(), file, replace=replace, without_checksum=without_checksum)
    _print_backup(done.backup)
    for step in done.steps:
        click.echo(f"Done: {step}")
    click.echo(f"Published rules: {done.versions}, each with its SHA-256 as published.")
    if done.kept is not None:
        click.echo(f"The database as it was: {done.kept}")
    click.echo("Ended, since the backup cannot know what was ended after it:")
    for what, number in done.ended.items():
        click.echo(f"  {what}: {number}")
    click.echo("Restored. Every sign-in has ended. A server that was not stopped must be started anew.")


@click.command()
def purge() -> None:
    """Delete what has outlived its time now: visitors' answers that nobody touched for 30 days."""
    from advisor.models.database import Database
    from advisor.operating.serve import purge as run

    settings = installation.load()
    with Database.from_settings(settings) as database:
        removed = run(database, settings)
    click.echo(f"{removed.assessments} assessments and {removed.one_time_keys} one-time keys deleted.")


@click.command()
def check() -> None:
    """Print every setting and number in use, the state of the database, and what is not safe."""
    from advisor.operating.installation_check import address_findings, database_facts, findings, public_settings

    settings = installation.load()
    click.echo("Settings")
    for name, value in public_settings(settings).items():
        click.echo(f"  {name} = {value}")
    click.echo("From the environment")
    for name, meaning in installation.FROM_ENVIRONMENT.items():
        click.echo(f"  {name}: {meaning}")
    faults = findings(settings)
    click.echo("Database")
    for name, value in database_facts(settings).items():
        click.echo(f"  {name}: {value}")
    doubts = address_findings(settings)
    if not (faults or doubts):
        click.echo("Nothing unsafe was found.")
        return
    _print_findings("The server does not start with these settings:", [fault for fault in faults if fault.stops])
    _print_findings("To be mended:", [fault for fault in faults if not fault.stops])
    _print_findings("The addresses of these accounts are in doubt:", doubts)
    raise SystemExit(1)


def _print_findings(heading: str, found: Sequence[object]) -> None:
    if found:
        click.echo(heading, err=True)
    for finding in found:
        click.echo(f"  {finding}", err=True)


def _print_backup(done: Backup) -> None:
    click.echo(f"File: {click.format_filename(done.file)}")
    for table, rows in done.rows.items():
        click.echo(f"  {table}: {rows} rows")
    click.echo(f"SHA-256: {done.sha256}")
    if done.is_proved:
        click.echo("Check: whole and undamaged.")
    else:
        click.echo("Check: it can be read to its end; there is no SHA-256 beside it to compare it with.")
