"""The key that signs cookies: from the environment, else made once and kept in the data folder."""

import secrets
from contextlib import suppress
from pathlib import Path

from advisor.private_files import make_private_folder, write_private_file
from advisor.settings import Settings, key_file


def ensure_key(settings: Settings) -> str:
    """The key to sign with; made where there is none yet."""
    return settings["SECRET_KEY"] or present_key(settings) or _make(key_file(settings))


def present_key(settings: Settings) -> str | None:
    """The key that was made here before, None where there is none."""
    try:
        return key_file(settings).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def _make(file: Path) -> str:
    make_private_folder(file.parent)
    with suppress(FileExistsError):  # of two first starts one wins, and none reads an empty file
        write_private_file(file, f"{secrets.token_urlsafe(48)}\n".encode("ascii"))
    return file.read_text(encoding="ascii").strip()
