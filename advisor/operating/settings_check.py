"""What is unsafe in the settings, and every number that is in use."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.exc import ArgumentError
from werkzeug.sansio.utils import host_is_trusted

from advisor.models.database import database_url
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
        *_address_findings(settings),
        *_mail_findings(settings),
        *_file_findings(settings),
        *_folder_findings(settings, stat.S_IWOTH, "put files into it, and take away what is there"),
        *_folder_findings(settings, stat.S_IROTH, "see what is in it"),
    ]


def numbers(settings: Settings) -> dict[str, str]:
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
    if url.get_backend_name() == "sqlite" and settings["WORKERS"] > 1:
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


def _address_findings(settings: Settings) -> Iterator[SettingProblem]:
    """Links that go out in letters, or that a command prints, must lead to this server from other machines."""
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
