"""What ``advisor check`` tells of an installation: its settings, what is unsafe in them, and its database."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import ArgumentError
from werkzeug.sansio.utils import host_is_trusted

from advisor.models import Account, schema
from advisor.models.accounts.address import NotAnAddress, canonical_email, parse_address
from advisor.models.audit import OPERATOR, audit
from advisor.models.database import Database, DatabaseUnavailable, database_url
from advisor.models.rule_sets.rule_set_version import AlteredVersions, check_unaltered
from advisor.operating import OperatorError
from advisor.operating.private_files import read_key
from advisor.settings import LOOPBACK_NAMES, Settings, is_loopback, key_file

SAMPLE_KEYS = frozenset({"change-me", "changeme", "secret", "dev", "your-secret-key", "sample", "example", "password"})


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One setting that is not safe, and what to do about it."""

    setting: str
    text: str
    mend: str
    stops: bool = True
    """Whether the server does not start with it."""

    def __str__(self) -> str:
        return f"{self.setting}: {self.text} {self.mend}"


def refuse_unsafe(settings: Settings) -> None:
    """Raise OperatorError with every finding that keeps the server from starting, if there is one."""
    if found := [finding for finding in findings(settings) if finding.stops]:
        raise OperatorError("\n".join(["The advisor does not start with these settings.", *map(str, found)]))


def findings(settings: Settings) -> list[SettingProblem]:
    """Everything that is not as it should be, whether it keeps the server from starting or not."""
    return [
        *_database_findings(settings),
        *_key_findings(settings),
        *_reach_findings(settings),
        *_metrics_findings(settings),
        *_address_findings(settings),
        *_mail_findings(settings),
        *_contact_findings(settings),
        *_file_findings(settings),
        *_folder_findings(settings, stat.S_IWOTH, "put files into it, and take away what is there"),
        *_folder_findings(settings, stat.S_IROTH, "see what is in it"),
    ]


def public_settings(settings: Settings) -> dict[str, str]:
    """Every setting that is not a secret, as text."""
    secret = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "MAIL_URL"}
    shown = {name: _as_text(value) for name, value in settings.items() if name not in secret}
    urls = {"DATABASE_URL": _without_password(settings["DATABASE_URL"]), "MAIL_URL": _bare(settings["MAIL_URL"])}
    return {**shown, **urls}


def _database_findings(settings: Settings) -> Iterator[SettingProblem]:
    try:
        url = database_url(settings["DATABASE_URL"])
    except (ValueError, ArgumentError):
        mend = "Write sqlite:////FOLDER/FILE.db or postgresql://USER:PASSWORD@HOST/NAME."
        yield SettingProblem("DATABASE_URL", "This is no address of an SQLite file or a PostgreSQL database.", mend)
        return
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and os.environ.get("DATABASE_URL") and not Path(url.database or "").exists():
        mend = "Mend the address, or let the first start make one there."
        yield SettingProblem("DATABASE_URL", f"There is no database at {url.database}.", mend, stops=False)
    if is_sqlite and settings["WORKERS"] > 1:
        yield SettingProblem(
            "WEB_CONCURRENCY",
            f"SQLite is served by one process, not {settings['WORKERS']}.",
            "Leave it out, or use PostgreSQL.",
        )


def _key_findings(settings: Settings) -> Iterator[SettingProblem]:
    make_one = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    from_environment = settings["SECRET_KEY"]
    if not from_environment and not is_loopback(settings["HOST"]) and not settings["DATABASE_URL"].startswith("sqlite"):
        yield SettingProblem("ADVISOR_SECRET_KEY", "There is no key, and several servers must share one.", make_one)
    key = from_environment or read_key(settings)
    for name, value in [
        ("ADVISOR_SECRET_KEY" if from_environment else str(key_file(settings)), key),
        *(("ADVISOR_OLD_SECRET_KEYS", old) for old in settings["SECRET_KEY_FALLBACKS"]),
    ]:
        if value is None:
            continue
        least = settings["SECRET_KEY_LENGTH"]
        if len(value.encode()) < least:
            yield SettingProblem(
                name, f"The key has {len(value.encode())} bytes; it must have {least} at least.", make_one
            )
        elif len(set(value)) < 10 or any(word in value.lower() for word in SAMPLE_KEYS if len(word) > 5):
            yield SettingProblem(name, "The key is a sample, not a random one.", make_one)


def _reach_findings(settings: Settings) -> Iterator[SettingProblem]:
    if settings["DEBUG"]:
        yield SettingProblem("FLASK_DEBUG", "Debugging shows the inside of the server to visitors.", "Leave it out.")
    named = set(settings["TRUSTED_HOSTS"]) - set(LOOPBACK_NAMES)
    if "*" in named or not (named or is_loopback(settings["HOST"])):
        yield SettingProblem(
            "ADVISOR_ALLOWED_HOSTS",
            "It is not said under which names people reach this server.",
            "Set it to the host names, such as advisor.example.org.",
        )
    if not is_loopback(settings["HOST"]) and not settings["TRUSTED_PROXIES"] and not settings["ALLOW_HTTP"]:
        yield SettingProblem(
            "HOST",
            f"On {settings['HOST']} answers would travel unencrypted between machines.",
            "Put a proxy that speaks TLS in front and set ADVISOR_TRUSTED_PROXIES=1, or set ADVISOR_ALLOW_HTTP=yes.",
        )


def _metrics_findings(settings: Settings) -> Iterator[SettingProblem]:
    if settings["METRICS"] is None:
        return
    host, port = settings["METRICS"]
    if port == settings["PORT"]:
        yield SettingProblem("ADVISOR_METRICS", f"The pages have port {port}.", "Choose another one.")
    elif host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not listened on
        text = "Whoever reaches this machine can read how much it is used."
        yield SettingProblem("ADVISOR_METRICS", text, "Name the one address by which Prometheus comes.", stops=False)


def _address_findings(settings: Settings) -> Iterator[SettingProblem]:
    """Links in letters, those that a command prints, and shared ones, must lead to this server from other machines."""
    name, base = "ADVISOR_BASE_URL", _split(settings["BASE_URL"])
    if base.scheme not in {"http", "https"} or not base.hostname or base.query or base.fragment:
        yield SettingProblem(name, "This is no address of a page.", "Write https://NAME.")
    elif base.scheme == "http" and is_loopback(base.hostname) and _is_for_others(settings):
        text = f"Links begin with {settings['BASE_URL']}, which leads here from this machine alone."
        mend = "Set it to the address under which people reach the first page, such as https://advisor.example.org."
        yield SettingProblem(name, text, mend, stops=bool(settings["MAIL_URL"]))
    elif base.scheme == "http" and not is_loopback(base.hostname) and settings["TRUSTED_PROXIES"]:
        text = "A proxy speaks TLS, but links that let people in would travel unencrypted."
        yield SettingProblem(name, text, "Write https://NAME.")
    elif not host_is_trusted(base.hostname, settings["TRUSTED_HOSTS"]):
        text = f"Links lead to {base.hostname}, a name to which this server does not answer."
        mend = "Add the name to ADVISOR_ALLOWED_HOSTS, or write the right one."
        yield SettingProblem(name, text, mend, stops=bool(settings["MAIL_URL"]))


def _is_for_others(settings: Settings) -> bool:
    """Whether people come from other machines, though the server may listen on this one alone."""
    is_behind_proxy = settings["TRUSTED_PROXIES"] and is_loopback(settings["HOST"])
    return bool(is_behind_proxy or set(settings["TRUSTED_HOSTS"]) - {*LOOPBACK_NAMES, "*"})


def _contact_findings(settings: Settings) -> Iterator[SettingProblem]:
    """Who cannot sign in must learn whom to ask."""
    if not settings["CONTACT"] and _is_for_others(settings):
        text = "Who cannot sign in does not learn from the pages whom to ask."
        mend = "Set it to who runs this installation and how to reach them."
        yield SettingProblem("ADVISOR_CONTACT", text, mend, stops=False)


def _mail_findings(settings: Settings) -> Iterator[SettingProblem]:
    if not settings["MAIL_URL"]:
        return
    mail = _split(settings["MAIL_URL"])
    if mail.scheme not in {"smtp", "smtps", "smtp+plain", "file"} or not (mail.hostname or mail.scheme == "file"):
        yield SettingProblem("ADVISOR_MAIL_URL", "This is no mail server.", "Write smtp://USER:PASSWORD@HOST:PORT.")
    elif mail.scheme == "smtp+plain" and not is_loopback(mail.hostname or ""):
        text = "Links that let people in would travel unencrypted to another machine."
        yield SettingProblem("ADVISOR_MAIL_URL", text, "Write smtp://, which uses STARTTLS, or smtps://.")
    if "@" not in settings["MAIL_FROM"]:
        yield SettingProblem("ADVISOR_MAIL_FROM", "It is not said from which address letters are sent.", "Set it.")


def _file_findings(settings: Settings) -> Iterator[SettingProblem]:
    for file in _private_files(settings):
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except FileNotFoundError:
            continue
        if mode & stat.S_IRWXO:
            mend = f"chmod 600 {file}"
            yield SettingProblem(str(file), f"Everybody on this machine may read or change it (mode {mode:o}).", mend)


def _private_files(settings: Settings) -> list[Path]:
    files = [key_file(settings)]
    try:
        url = database_url(settings["DATABASE_URL"])
    except (ValueError, ArgumentError):
        return files
    if url.get_backend_name() == "sqlite" and url.database:
        files += [Path(url.database + ending) for ending in ("", "-journal", "-wal", "-shm")]
    return files


def _folder_findings(settings: Settings, permission: int, act: str) -> Iterator[SettingProblem]:
    for folder in _private_folders(settings):
        try:
            mode = stat.S_IMODE(folder.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            continue
        is_shared = permission == stat.S_IWOTH and mode & stat.S_ISVTX  # as /tmp is: nobody takes away what others put
        if mode & permission and not is_shared:
            text = f"Everybody on this machine may {act} (mode {mode:o})."
            yield SettingProblem(str(folder), text, f"chmod 700 {folder}", stops=permission == stat.S_IWOTH)


def _private_folders(settings: Settings) -> list[Path]:
    """Where the key, the database, backups and letters are, each once."""
    data = Path(settings["DATA_FOLDER"])
    mail = _split(settings["MAIL_URL"])
    letters = [Path(mail.path)] if mail.scheme == "file" else []
    return list(dict.fromkeys([*(file.parent for file in _private_files(settings)), data / "backups", *letters]))


def _without_password(url: str) -> str:
    try:
        return database_url(url).render_as_string(hide_password=True)
    except (ValueError, ArgumentError):
        return "(not readable)"


def _split(url: str) -> SplitResult:
    """The pieces of an address; none where it cannot be one."""
    try:
        parts = urlsplit(url)
        _port = parts.port  # only asking for it shows whether it can be one
    except ValueError:
        return urlsplit("")
    return parts


def _bare(url: str) -> str:
    parts = _split(url)
    if url and not parts.scheme:
        return "(not readable)"
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path if parts.scheme == 'file' else ''}" if url else "(none)"


def _as_text(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} hours"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value >= 10_000:
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return os.fspath(value) if isinstance(value, Path) else str(value)


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


def record_act(settings: Settings, kind: str, what: str, *, why: str = "", version: int | None = None) -> bool:
    """Record an act of the operator that changes no row. Raises DatabaseUnavailable.

    False where the database has the schema of another release, whose record this one cannot write.
    """
    with Database.from_settings(settings) as database:
        if schema.present_revision(database) != schema.expected_revision():
            return False
        with database.write() as session:
            audit(session, kind, who=OPERATOR, what=what, why=why, version=version)
    return True
