"""Bring the database to the schema that this release works with, or leave it exactly as it was."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from advisor import paths, starter
from advisor._version import __version__
from advisor.models import schema
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database, DatabaseUnavailable
from advisor.models.rule_sets import rule_set_version
from advisor.operating import OperatorError
from advisor.operating.backup import back_up
from advisor.operating.private_files import make_private_file
from advisor.settings import Settings


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What was done to the database."""

    revision: str
    steps: tuple[str, ...] = ()
    backup: Path | None = None
    has_published: bool = False
    """Whether the starter rule set was published as version 1."""


def migrate(settings: Settings, *, with_backup: bool = True, folder: Path = paths.MIGRATIONS) -> MigrationResult:
    """Run every pending migration in one transaction, and publish the starter rule set where there are no rules.

    Data that is there is backed up first. Starting several at once is safe. Where it raises OperatorError, nothing was
    changed.
    """
    # Nobody waits for a page here, and another start may be at work: long waits, no limit for a statement.
    opened = Database(
        settings["DATABASE_URL"],
        busy_timeout=settings["MIGRATION_WAIT"],
        connect_timeout=settings["DATABASE_CONNECT_TIMEOUT"],
        statement_timeout=None,
    )
    with opened as database:
        if database.file is not None:
            make_private_file(database.file)
        done = _upgrade(settings, database, schema.migrations(folder), with_backup=with_backup)
        return replace(done, has_published=_publish_starter(database))


def upgrade(
    bind: Engine | Connection, scripts: ScriptDirectory, present: str | None, *, backup: Path | None = None
) -> tuple[str, ...]:
    """Run the migrations that are pending on schema ``present``, and name them.

    On a connection they are part of its transaction. Raises OperatorError, and then nothing was changed.
    """
    target = scripts.get_current_head() or ""
    pending = _pending_revisions(scripts, present, target)
    applied: list[str] = []
    config = schema.migration_config(bind, Path(scripts.dir))
    config.attributes["on_version_apply"] = lambda **details: applied.append(_step_name(details["step"].up_revision))
    try:
        command.upgrade(config, target)
    except Exception as error:
        kept = f" Backup: {backup}." if backup else ""
        step = pending[min(len(applied), len(pending) - 1)]
        raise OperatorError(
            f"Upgrade to {target} failed at step {step}. Nothing was changed.{kept}\n{first_line(error)}"
        ) from error
    return tuple(applied)


def _upgrade(settings: Settings, database: Database, scripts: ScriptDirectory, *, with_backup: bool) -> MigrationResult:
    target = scripts.get_current_head() or ""
    present = schema.present_revision(database)
    if present == target:
        return MigrationResult(target)
    _pending_revisions(scripts, present, target)  # before a backup is made
    backup = _back_up(settings) if with_backup and present is not None else None
    applied = upgrade(database.engine, scripts, present, backup=backup)
    if backup is not None and target == schema.expected_revision():
        with database.write() as session:
            why = f"Before the upgrade to {target}"
            audit(session, "backup made", who=OPERATOR, what=f"file {backup.name}", why=why)
    return MigrationResult(target, applied, backup)


def _back_up(settings: Settings) -> Path:
    try:
        return back_up(settings).file
    except OperatorError as error:
        own = "If you have a backup of your own: advisor migrate --no-backup"
        raise OperatorError(f"There is no backup, so nothing was changed. {error}\n{own}") from error


def _pending_revisions(scripts: ScriptDirectory, present: str | None, target: str) -> list[str]:
    known = {script.revision for script in scripts.walk_revisions()}
    if present is not None and present not in known:
        raise OperatorError(
            f"The database has schema {present}, which is newer than release {__version__} of the advisor "
            f"knows (schema {target}). Nothing was changed. Start the newer release, or restore an earlier backup."
        )
    steps = list(scripts.iterate_revisions(target, present or "base"))
    return [_step_name(script) for script in reversed(steps)]


def _step_name(script: Any) -> str:
    return f"{script.revision} ({(script.doc or '').splitlines()[0].rstrip('.')})"


def _publish_starter(database: Database) -> bool:
    with database.read() as session:
        if session.scalars(rule_set_version.versions().limit(1)).first() is not None:
            return False
    with database.write() as session:
        return rule_set_version.publish_first(session, starter.text(), starter.NOTE) is not None


def first_line(error: BaseException) -> str:
    """What went wrong, in a line."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    if isinstance(error, DatabaseUnavailable):
        cause = error
    return (
        f"{type(cause).__name__}: {str(cause).strip().splitlines()[0] if str(cause).strip() else 'no further details'}"
    )
