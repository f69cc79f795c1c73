"""The key that signs cookies: from the environment, else made once and kept in the data folder."""

import os
import secrets
from pathlib import Path

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
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as writer:
        writer.write(secrets.token_urlsafe(48) + "\n")
        writer.flush()
        os.fsync(writer.fileno())
    try:
        # Linked into place whole: of two first starts one wins, and none reads an empty file.
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii").strip()
