"""The rules that a command works with: of a file, of a version in the database, or those the product comes with."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.exc import ArgumentError

from advisor import settings, starter
from advisor.commands.files import BadInput, name_of, print_problems, read_bytes
from advisor.engine.checks.check import check
from advisor.engine.document.document import dumps, sha256
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.places import Places
from advisor.exchange.rule_sets import read_sound_rule_set, read_with_places
from advisor.models.database import Database, DatabaseUnavailable, database_url
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.accepted_warning import acceptances_of
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.models.schema import expected_revision, present_revision

DRAFT = "draft"
"""How the draft is named."""


VERSION = click.IntRange(1, 2**31 - 1)
"""The number of a published version."""


@dataclass(frozen=True)
class Rules:
    """A rule set, and where it comes from. ``number`` is None where it is not a published version.

    ``places`` says where in its file each item stands, ``base`` from which version the draft was made.
    """

    rule_set: RuleSet
    origin: str
    number: int | None = None
    sha256: str = ""
    published_at: datetime | None = None
    note: str = ""
    places: Places = field(default_factory=Places)
    base: int | None = None

    def origin_lines(self) -> list[tuple[str, str]]:
        """Where it comes from, for the first page of a file that it is written to."""
        lines = [("These rules", self.origin)]
        if self.published_at:
            lines.append(("Published", f"{self.published_at:%Y-%m-%d %H:%M} UTC"))
        return [*lines, ("SHA-256", self.sha256)]


def rules_of_file(file: Path) -> Rules:
    """Read a rule set from a file. Raises RuleSetError with the problems of its form; what is no rule set ends here."""
    try:
        rule_set, places = read_with_places(read_bytes(file), file.name)
    except UnreadableFileError as error:
        raise _unreadable(file, error) from error
    return Rules(rule_set, name_of(file), sha256=sha256(dumps(rule_set)), places=places)


def sound_rules_of_file(file: Path) -> Rules:
    """Read a rule set that can be evaluated; every problem that blocks is listed."""
    try:
        rule_set, _ = read_sound_rule_set(read_bytes(file), file.name)
    except UnreadableFileError as error:
        raise _unreadable(file, error) from error
    except RuleSetError as error:
        blocking = [problem for problem in error.problems if problem.blocks]
        print_problems(f"{name_of(file)} cannot be used as rules:", blocking)
        raise SystemExit(BadInput.exit_code) from None
    return Rules(rule_set, name_of(file), sha256=sha256(dumps(rule_set)))


def rules_in_force(number: int | None = None) -> Rules:
    """The rules in force, or of the version ``number``.

    Where there is no database yet, these are the rules that the product comes with, and standard error says so. A
    database that cannot be reached is an error: other rules might be in force there.
    """
    with open_database() as database:
        if database is not None:
            with database.read() as session:
                try:
                    version = versions.in_force(session) if number is None else versions.version(session, number)
                except LookupError:
                    version = None
                if version is not None:
                    return _published_rules(version, versions.rule_set(session, version.number))
    if number is not None:
        raise BadInput(f"There is no version {number} of the rules.")
    click.echo("There is no database yet: these are the rules that the product comes with.", err=True)
    text = starter.text()
    return Rules(starter.rule_set(), "The rules that the product comes with", sha256=sha256(text), note=starter.NOTE)


def rules_named(name: str) -> Rules:
    """The rules of a version by its number, of the draft by its word, or of a file; they can be evaluated."""
    if (number := whole_number(name, most=10**18 - 1)) is not None:
        return rules_in_force(number)
    return rules_of_draft() if is_draft(Path(name)) else sound_rules_of_file(Path(name))


def is_draft(file: Path) -> bool:
    """Whether the draft is meant where a file could be: by its word, unless there is a file of that name."""
    return str(file) == DRAFT and not file.exists()


def rules_of_draft(*, sound: bool = True) -> Rules:
    """The draft as it stands; where it must be ``sound`` and is not, every problem that blocks is listed."""
    with open_database() as database:
        if database is not None:
            with database.read() as session:
                draft = find_draft(session)
                if draft is not None:
                    rule_set = draft.rule_set
                    problems = tuple(problem for problem in check(rule_set) if problem.blocks) if sound else ()
                    if problems:
                        print_problems("The draft cannot be used as rules:", problems)
                        raise SystemExit(BadInput.exit_code)
                    base = draft.base_version
                    return Rules(rule_set, "The draft", sha256=draft.fingerprint, note=draft.note, base=base)
    raise BadInput("There is no draft.")


@contextmanager
def open_database() -> Iterator[Database | None]:
    """The database of this installation, None where none was made yet.

    It is an error where DATABASE_URL names one that is not there, and where it has the schema of another release.
    """
    try:
        database = Database.from_settings(settings.load())
    except (ValueError, ArgumentError) as error:
        raise click.ClickException(f"DATABASE_URL cannot be used: {error}") from error
    try:
        present = present_revision(database) if database.file is None or database.file.exists() else None
        if present is None and (named := os.environ.get("DATABASE_URL")):
            where = database.file or database_url(named).render_as_string()
            mend = "Mend the address, leave it out, or run `advisor migrate`, which makes the database."
            raise click.ClickException(f"DATABASE_URL names {where}, and no database is there. {mend}")
        if present not in {None, expected_revision()}:
            raise click.ClickException("The database has the schema of another release. Run `advisor migrate` first.")
        yield database if present else None
    finally:
        database.dispose()


def accepted_reasons(rules: Rules, problems: Sequence[Problem]) -> dict[Problem, str]:
    """Why an admin accepted which of these problems; of a file none where there is no database that can be read."""
    is_of_file = rules.number is None and rules.base is None
    with suppress(*((click.ClickException, DatabaseUnavailable) if is_of_file else ())), open_database() as database:
        if database is not None:
            with database.read() as session:
                found = acceptances_of(session, rules.rule_set, problems).present
                return {problem: row.reason for problem, row in found.items()}
    return {}


def _unreadable(file: Path, error: UnreadableFileError) -> BadInput:
    problem = error.problems[0]
    at = "" if problem.place == "file" else f"{problem.place}: "
    return BadInput(f"{name_of(file)}: {at}{problem.text} {problem.mend}".rstrip())


def _published_rules(version: RuleSetVersion, rule_set: RuleSet) -> Rules:
    return Rules(
        rule_set,
        f"Version {version.number}",
        number=version.number,
        sha256=version.sha256,
        published_at=version.published_at,
        note=version.note,
    )
