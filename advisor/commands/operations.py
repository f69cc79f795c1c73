"""Commands for whoever runs the server."""

from pathlib import Path

import click

from advisor import settings as installation
from advisor.operating.backup import Backup


@click.command()
@click.option("--development", is_flag=True, help="Use Flask's own server, which reloads what changes.")
def serve(*, development: bool) -> None:
    """Migrate the database, then serve until stopped."""
    from advisor import create_app
    from advisor.accounts.post_office import send_for_ever
    from advisor.operating import serve as serving
    from advisor.rule_sets.worker import work_for_ever

    run = serving.serve_for_development if development else serving.serve
    run(installation.load(), create_app, [send_for_ever, work_for_ever])


@click.command()
def worker() -> None:
    """Do the long jobs that admins ask for, until stopped: beside a server, to help it, or several at once.

    They find who is affected by a draft, and check every combination of answers of a rule set. A server does them too.
    A job whose worker is stopped is taken up by another within a minute.
    """
    from advisor import logs
    from advisor.models.database import Database
    from advisor.rule_sets.worker import keep_working

    settings = installation.load()
    logs.configure()
    keep_working(Database.from_settings(settings), settings)


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
    """Copy the database while it is in use, and verify the copy.

    OUT is a file that is not there yet, or a folder; without it the copy goes to the folder of backups.
    """
    from advisor.operating.backup import back_up
    from advisor.operating.record import record

    settings = installation.load()
    done = back_up(settings, out)
    _print_backup(done)
    if not record(settings, "backup made", f"file {done.file.name}"):
        click.echo("Not in the record of acts: the database has the schema of another release.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """Read the backup FILE to its end, and say what is in it."""
    from advisor.operating.backup import verify as run

    _print_backup(run(file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Where the database holds data: keep that aside, and take its place.")
def restore(*, file: Path, replace: bool) -> None:
    """Put the backup FILE in place of the database: whole, or not at all. Stop the server first.

    The backup is read to its end before anything is changed, and an older one is brought to the schema of this release.
    Everybody must sign in again.
    """
    from advisor.operating.restore import restore as run

    done = run(installation.load(), file, replace=replace)
    _print_backup(done.backup)
    for step in done.steps:
        click.echo(f"Done: {step}")
    click.echo(f"Published rules: {done.versions}, each with its SHA-256 as published.")
    if done.kept is not None:
        click.echo(f"The database as it was: {done.kept}")
    click.echo("Restored. Every sign-in has ended. A server that was not stopped must be started anew.")


@click.command()
def purge() -> None:
    """Delete what has outlived its time now: visitors' answers that nobody touched for 30 days."""
    from advisor.models.database import Database
    from advisor.operating.purge import purge as run

    settings = installation.load()
    database = Database.from_settings(settings)
    try:
        removed = run(database, settings)
    finally:
        database.dispose()
    click.echo(f"{removed.assessments} assessments and {removed.one_time_keys} one-time keys deleted.")


@click.command()
def check() -> None:
    """Print every setting and number in use, the state of the database, and what is not safe."""
    from advisor.operating.database_check import database_facts
    from advisor.operating.settings_check import findings, numbers

    settings = installation.load()
    click.echo("Settings")
    for name, value in numbers(settings).items():
        click.echo(f"  {name} = {value}")
    click.echo("From the environment")
    for name, meaning in installation.FROM_ENVIRONMENT.items():
        click.echo(f"  {name}: {meaning}")
    faults = findings(settings)
    click.echo("Database")
    for name, value in database_facts(settings).items():
        click.echo(f"  {name}: {value}")
    if not faults:
        click.echo("Nothing unsafe was found.")
        return
    for words, stops in (("The server does not start with these settings:", True), ("To be mended:", False)):
        if those := [fault for fault in faults if fault.stops is stops]:
            click.echo("\n  ".join([words, *map(str, those)]), err=True)
    raise SystemExit(1)


def _print_backup(done: Backup) -> None:
    click.echo(f"File: {done.file}")
    for table, rows in done.rows.items():
        click.echo(f"  {table}: {rows} rows")
    click.echo("Check: whole and undamaged.")
