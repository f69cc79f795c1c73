"""The settings of this installation: config.py, and what the environment says."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Config

from advisor import paths
from advisor.engine.document.text import LINE_LIMIT, is_blank, text_fault, whole_number

Settings = dict[str, Any]

FROM_ENVIRONMENT = {
    "HOST": "address to listen on",
    "PORT": "port to listen on",
    "DATABASE_URL": "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; else advisor.db in the data folder",
    "WEB_CONCURRENCY": "number of worker processes, with PostgreSQL",
    "ADVISOR_DATA": "folder of database, key and backups",
    "ADVISOR_SECRET_KEY": "key that signs cookies, at least 32 random bytes; else made once in the data folder",
    "ADVISOR_OLD_SECRET_KEYS": "keys still accepted while a new one takes over, separated by commas",
    "ADVISOR_ALLOWED_HOSTS": "host names under which people reach it, separated by commas",
    "ADVISOR_TRUSTED_PROXIES": "number of proxies in front of it that speak TLS",
    "ADVISOR_ALLOW_HTTP": "yes: accept plain HTTP from other machines",
    "ADVISOR_BASE_URL": "address of the first page, with which links begin; else from host names and port",
    "ADVISOR_MAIL_URL": "smtp://USER:PASSWORD@HOST:PORT (with STARTTLS), smtps://…, smtp+plain://localhost:25 "
    "(a server on this machine, without TLS), or file:///FOLDER; else no mail",
    "ADVISOR_MAIL_FROM": "address from which letters are sent",
    "ADVISOR_TWO_ADMINS": "yes: what one admin wants to publish, another has to approve",
    "ADVISOR_METRICS": "address and port, such as 127.0.0.1:9100, where Prometheus reads numbers; else none are kept",
    "ADVISOR_CONTACT": "who runs this installation and how to reach them, as people read it who cannot sign in",
}
"""Every variable that is read, and what it means. `advisor check` prints the list."""

SECRET = ("DATABASE_URL", "ADVISOR_SECRET_KEY", "ADVISOR_OLD_SECRET_KEYS", "ADVISOR_MAIL_URL")
"""Those that a file can hold instead, whose name is given with _FILE at the end: ADVISOR_SECRET_KEY_FILE."""

LOOPBACK_NAMES = ("localhost", "127.0.0.1")


class SettingError(Exception):
    """A setting that cannot be understood, in words for the operator."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read config.py and lay the environment over it. Raises SettingError."""
    environ = _with_secrets(os.environ if environ is None else environ)
    config = Config(str(paths.ROOT))
    config.from_pyfile(str(paths.CONFIG))
    data = paths.data_folder(environ)
    host = environ.get("HOST") or config["HOST"]
    return {
        **config,
        "DATA_FOLDER": data,
        "HOST": host,
        "PORT": _whole_number(environ, "PORT", config["PORT"], most=65_535),
        "DATABASE_URL": environ.get("DATABASE_URL") or f"sqlite:///{data / 'advisor.db'}",
        "WORKERS": _whole_number(environ, "WEB_CONCURRENCY", config["WORKERS"], most=64),
        "SECRET_KEY": environ.get("ADVISOR_SECRET_KEY") or None,
        "SECRET_KEY_FALLBACKS": _list(environ, "ADVISOR_OLD_SECRET_KEYS"),
        "TRUSTED_HOSTS": _allowed_hosts(environ),
        "TRUSTED_PROXIES": _whole_number(environ, "ADVISOR_TRUSTED_PROXIES", config["TRUSTED_PROXIES"], most=9),
        "ALLOW_HTTP": _yes(environ, "ADVISOR_ALLOW_HTTP") or config["ALLOW_HTTP"],
        "BASE_URL": (environ.get("ADVISOR_BASE_URL") or _base_url(environ, host, config["PORT"])).rstrip("/"),
        "MAIL_URL": environ.get("ADVISOR_MAIL_URL", "").strip(),
        "MAIL_FROM": environ.get("ADVISOR_MAIL_FROM", "").strip(),
        "TWO_ADMINS": _yes(environ, "ADVISOR_TWO_ADMINS") or config["TWO_ADMINS"],
        "METRICS": _listener(environ, "ADVISOR_METRICS"),
        "CONTACT": _line(environ, "ADVISOR_CONTACT"),
        "DEBUG": _yes(environ, "FLASK_DEBUG"),
    }


def _with_secrets(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with what files hold that it names, as systemd and container engines hand secrets over."""
    return {**environ, **{name: _secret(environ, name) for name in SECRET if environ.get(f"{name}_FILE")}}


def _secret(environ: Mapping[str, str], name: str) -> str:
    file = environ[f"{name}_FILE"]
    if environ.get(name):
        raise SettingError(f"Both {name} and {name}_FILE are given; one of them must go.")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingError(f"{name}_FILE is “{file}”, which cannot be read: {reason}.") from error
    if not secret:
        raise SettingError(f"{name}_FILE is “{file}”, and nothing is in it.")
    return secret


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address to listen on."""
    return host in {*LOOPBACK_NAMES, "::1", "[::1]"} or host.startswith("127.")


def key_file(settings: Settings) -> Path:
    """Where a key that was made here is kept."""
    return Path(settings["DATA_FOLDER"]) / "secret-key"


def listening_url(host: str, port: int) -> str:
    """The address by which this machine reaches a server that listens there."""
    # An address of IPv6 cannot be among the allowed names, so it is reached by its name.
    return f"http://{'localhost' if ':' in host else host}:{port}"


def _base_url(environ: Mapping[str, str], host: str, default_port: int) -> str:
    """The address under which people most likely reach this server: the first of its names, if it has one."""
    port = _whole_number(environ, "PORT", default_port, most=65_535)
    names = [name for name in _list(environ, "ADVISOR_ALLOWED_HOSTS") if "*" not in name and not name.startswith(".")]
    named = next((name for name in names if not is_loopback(name)), "")
    if named and _whole_number(environ, "ADVISOR_TRUSTED_PROXIES", 0, most=9):
        return f"https://{named}"
    if named and not is_loopback(host):
        return listening_url(named, port)
    return listening_url("localhost" if host == "0.0.0.0" else host, port)  # noqa: S104 - compared, not listened on


def _allowed_hosts(environ: Mapping[str, str]) -> list[str]:
    # Never empty, which would mean every name.
    return [*_list(environ, "ADVISOR_ALLOWED_HOSTS"), *LOOPBACK_NAMES]


def _list(environ: Mapping[str, str], name: str) -> list[str]:
    return [item.strip() for item in environ.get(name, "").split(",") if item.strip()]


def _yes(environ: Mapping[str, str], name: str) -> bool:
    word = environ.get(name, "").strip().lower()
    if word in {"", "0", "no", "false", "off"}:
        return False
    if word in {"1", "yes", "true", "on"}:
        return True
    raise SettingError(f"{name} is “{word}”; it must be yes or no.")


def _line(environ: Mapping[str, str], name: str) -> str:
    """One line of text that people read; empty where there is none."""
    line = environ.get(name, "").strip()
    if fault := text_fault(line, LINE_LIMIT, one_line=True):
        raise SettingError(f"{name} {fault}.")
    return "" if is_blank(line) else line


def _listener(environ: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """An address and a port to listen on."""
    text = environ.get(name, "").strip()
    if not text:
        return None
    host, _, port = text.rpartition(":")
    number = whole_number(port, most=65_535)
    if not number or not host or (":" in host) != (host.startswith("[") and host.endswith("]")):
        raise SettingError(f"{name} is “{text}”; it must be an address and a port, such as 127.0.0.1:9100.")
    return host.strip("[]"), number


def _whole_number(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    number = whole_number(text, most=most)
    if number is None:
        raise SettingError(f"{name} is “{text}”; it must be a whole number from 0 to {most}.")
    return number
